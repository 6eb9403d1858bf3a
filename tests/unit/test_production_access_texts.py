"""The text for the support case says only what is known, and the linter finds what a reviewer would."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import DOMAIN, account, held, looked, policy

from sendready.model.answers import Answers, EventRoute, MailType
from sendready.model.identity import Review, Status
from sendready.model.observation import Observation, Seen
from sendready.steps.production_access.dossier import draft, reply
from sendready.steps.production_access.lint import remarks

GOOD = Answers(
    website=f"https://www.{DOMAIN}/",
    contacts=(f"postmaster@{DOMAIN}",),
    accept_terms=True,
    recipients="People who registered in our shop and confirmed their address by a link. We never buy lists. Only"
    " customers with an account are mailed, and only about what they have ordered or asked us to tell them",
    volume="500 a day, growing slowly",
    sample="Your order 1234 has left our warehouse and will be with you on Tuesday.",
)


def seeing(answers: Answers = GOOD, **changes: object) -> Observation:
    there = {"ses": held(configuration_set="events"), "account": Seen(account(production=False)), **changes}
    return looked(answers=answers, **there)  # type: ignore[arg-type]


def slugs(seen: Observation, text: str | None = None) -> set[str]:
    return {one.slug for one in remarks(seen, draft(seen) if text is None else text)}


def test_a_good_request_has_no_remark() -> None:
    assert slugs(seeing()) == set()


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"recipients": ""}, "no-consent"),
        ({"recipients": ""}, "placeholders"),
        ({"recipients": "We purchased lists of leads and mail them"}, "bought-lists"),
        ({"recipients": "We scrape addresses from public sites."}, "bought-lists"),
        ({"volume": ""}, "no-volume"),
        ({"volume": "a lot"}, "no-volume"),
        ({"volume": "2,000,000 a day"}, "implausible-volume"),
        ({"volume": "0"}, "implausible-volume"),
        ({"mail_type": MailType.MARKETING}, "no-unsubscribe"),
        ({"contacts": ("me@gmail.com",)}, "free-mail-contact"),
        ({"website": ""}, "no-website"),
        ({"website": "https://another.net/"}, "another-website"),
        ({"sample": "Lorem ipsum dolor"}, "placeholders"),
        ({"sample": "Dear <first name>"}, "placeholders"),
    ],
)
def test_a_flaw_in_the_answers_is_found(changes: dict[str, object], slug: str) -> None:
    assert slug in slugs(seeing(replace(GOOD, **changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["We never buy lists of addresses.", "No purchased lists.", "We do not rent or harvest contacts."]
)
def test_to_say_that_one_does_not_buy_addresses_is_no_flaw(text: str) -> None:
    assert "bought-lists" not in slugs(seeing(), text)


def test_what_marketing_says_about_unsubscribing_counts() -> None:
    answers = replace(GOOD, mail_type=MailType.MARKETING, unsubscribe="A link to unsubscribe in every message.")

    assert "no-unsubscribe" not in slugs(seeing(answers))


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"missing": True, "ses": None}, "not-verified"),
        ({"ses": held(Status.PENDING, configuration_set="events")}, "not-verified"),
        ({"dmarc": policy()}, "no-dmarc"),
        ({"ses": held()}, "nobody-hears-bounces"),
    ],
)
def test_what_is_not_set_up_yet_is_found(changes: dict[str, object], slug: str) -> None:
    assert slug in slugs(seeing(**changes))


def test_what_could_not_be_looked_at_is_no_flaw() -> None:
    blind = replace(seeing(), ses=None, dmarc=None, account=None)

    assert {"not-verified", "no-dmarc", "nobody-hears-bounces"} & slugs(blind) == set()


def test_a_short_text_and_silence_about_feedback_are_found() -> None:
    assert {"too-short", "no-bounces", "no-complaints", "no-consent"} <= slugs(seeing(), "We send mail.")


def test_every_remark_has_its_reason_and_source() -> None:
    found = remarks(seeing(Answers(), missing=True, ses=None, dmarc=policy()), "")

    assert len(found) >= 8
    assert all(one.text and one.reason and one.source.startswith("https://") for one in found)
    assert len({one.slug for one in found}) == len(found)


def test_the_draft_says_what_is_known_and_marks_what_is_not() -> None:
    text = draft(seeing())

    assert "[to be written" not in text
    assert "500 a day" in text
    assert "configuration set events" in text
    assert "signs with DKIM" in text
    assert "p=none" in text
    assert "[to be written: who your recipients are" in draft(seeing(Answers()))


def test_the_draft_claims_no_more_than_is_there() -> None:
    text = draft(seeing(ses=held(Status.PENDING, mail_from=None), dmarc=policy()))

    assert "signs with DKIM" not in text
    assert "p=none" not in text
    assert "are being set up" in text


def test_events_that_are_to_be_kept_are_told() -> None:
    answers = replace(GOOD, events=EventRoute.KEEP, events_to="bounces@example.com")

    assert "bounces@example.com" in draft(seeing(answers, ses=held()))


def test_a_reply_to_a_denial_holds_the_whole_text_and_an_appeal_the_three_answers_aws_wants() -> None:
    denied = seeing(account=Seen(account(production=False, review=Review("DENIED", "case-1"))))
    under_review = seeing(account=Seen(account(enforcement="PROBATION")))

    assert draft(denied) in reply(denied)
    for heading in ("The cause:", "What we have changed already:", "What keeps it from coming back:"):
        assert heading in reply(under_review)
