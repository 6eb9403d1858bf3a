"""What is still the user's to say: nothing that AWS or DNS has settled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import AT, DMARC_TEXT, account, held, looked, policy

from sendready.model.answers import Answered, Answers, EventRoute, Source
from sendready.model.identity import Identity, IdentityKind, Review
from sendready.model.observation import Past, Records, Seen
from sendready.steps.answering import with_found
from sendready.steps.questions import open_questions

ACCESS = (
    *("request_access", "mail_type", "website", "contacts", "accept_terms", "language"),
    *("recipients", "volume", "unsubscribe", "sample"),
)


def test_a_new_domain_in_the_sandbox_leaves_everything_open() -> None:
    seen = looked(missing=True, dmarc=policy(), account=Seen(account(production=False)))

    assert open_questions(seen) == (
        *("key_length", "mail_from", "dmarc", "dmarc_reports", "from_local", "publish"),
        *ACCESS,
        "test",
        "events",
    )


def test_what_is_there_is_not_asked_about() -> None:
    proven = looked(ses=held(configuration_set="events"), past=Past(test_proven=AT))

    assert open_questions(proven) == ("from_local", "publish")


def test_an_address_has_no_records_to_choose() -> None:
    seen = replace(
        looked(dmarc=policy(), account=Seen(account(production=False))),
        identity=Identity("me@example.com", IdentityKind.ADDRESS),
        records=Records(),
    )

    assert open_questions(seen) == (*ACCESS, "test", "events")


@pytest.mark.parametrize(
    "dmarc", [policy(DMARC_TEXT), policy(DMARC_TEXT, "v=DMARC1; p=reject"), policy(complete=False)]
)
def test_a_policy_is_asked_for_only_where_it_is_known_that_there_is_none(dmarc: object) -> None:
    assert "dmarc" not in open_questions(looked(dmarc=dmarc))  # type: ignore[arg-type]


@pytest.mark.parametrize(("status", "asked"), [("PENDING", False), ("DENIED", False), ("FAILED", True)])
def test_a_request_is_asked_about_only_where_aws_takes_one(status: str, asked: bool) -> None:
    seen = looked(account=Seen(account(production=False, review=Review(status))))

    assert ("website" in open_questions(seen)) is asked


def test_a_mail_from_that_was_never_set_is_asked_about() -> None:
    assert "mail_from" in open_questions(looked(ses=held(mail_from=None)))


@pytest.mark.parametrize(
    ("route", "default", "asked"),
    [
        (EventRoute.TEMPORARY, None, ("events",)),
        (EventRoute.TEMPORARY, "mine", ("events",)),
        (EventRoute.KEEP, None, ("events", "events_to")),
        (EventRoute.KEEP, "mine", ("events", "events_to", "configuration_set")),
        (EventRoute.OWN, None, ("events", "configuration_set")),
        (EventRoute.OWN, "mine", ("events",)),
    ],
)
def test_where_events_go_is_asked_as_far_as_it_matters(
    route: EventRoute, default: str | None, asked: tuple[str, ...]
) -> None:
    seen = looked(ses=held(configuration_set=default), answers=Answers(events=route))

    assert open_questions(seen)[-len(asked) :] == asked
    assert open_questions(seen)[-len(asked) - 1] == "test"


def test_what_aws_was_told_before_stands_in_for_what_nobody_says_now() -> None:
    told = account(website="https://old.example", contacts=("old@example.com",))
    said = Answered(Answers(website="https://new.example"), {"website": Source.ASKED, "contacts": Source.SAVED})

    found = with_found(said, told)

    assert (found.answers.website, found.source("website")) == ("https://new.example", Source.ASKED)
    assert (found.answers.contacts, found.source("contacts")) == (("old@example.com",), Source.FOUND)
    assert with_found(said, account()) == with_found(said, None) == said
