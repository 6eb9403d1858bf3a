"""The sentence under each question: one, short, and led by what was seen."""

from __future__ import annotations

import pytest
from builders import BOUNCE, DOMAIN, looked, own, policy
from name_servers import hosted

from sendready.model.answers import Answers, DmarcPolicy, MailType
from sendready.model.identity import Identity
from sendready.model.observation import Observation
from sendready.model.records import Outcome, Question, RecordType
from sendready.steps.hints import hint
from sendready.steps.questions import open_questions
from sendready.steps.suggesting import receives_mail, suggestion

MX = Question(BOUNCE, RecordType.MX)
TXT = Question(BOUNCE, RecordType.TXT)
NEW = {MX: Outcome.NXDOMAIN, TXT: Outcome.NXDOMAIN}


def new(**changes: object) -> Observation:
    return looked(missing=True, dmarc=policy(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [*open_questions(new()), "region", "events_to", "configuration_set"])
def test_every_question_has_one_short_sentence(name: str) -> None:
    assert hint(name, None)
    text = hint(name, new())
    assert 0 < len(text) <= 110
    assert text.count(". ") == 0


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (new(dns=NEW), f"{BOUNCE} is free"),
        (new(dns=NEW | {MX: ("10 mx.elsewhere.example",)}), f"{BOUNCE} is in use"),
        (new(dns={MX: Outcome.TIMEOUT, TXT: Outcome.TIMEOUT}), f"{BOUNCE} gets undelivered mail"),
        (new(answers=Answers(mail_from="none")), "only DKIM counts"),
    ],
)
def test_a_label_is_called_free_or_in_use_only_where_that_was_seen(seen: Observation, said: str) -> None:
    assert hint("mail_from", seen).startswith(said) or said in hint("mail_from", seen)


@pytest.mark.parametrize(
    ("auth", "receives", "example"),
    [
        (own(mx=("10 mx.example.net.",)), True, f"dmarc@{DOMAIN}"),
        (own(mx=("0 .",)), False, ""),
        (own(mx=("10 feedback-smtp.eu-west-1.amazonses.com.",)), False, ""),
        (own(), False, ""),
        (own(lost=True), None, ""),
    ],
)
def test_reports_are_suggested_only_where_the_mailbox_can_receive(
    auth: object, receives: bool | None, example: str
) -> None:
    seen = new(auth=auth)

    assert receives_mail(seen) is receives
    assert suggestion("dmarc_reports", seen) == example
    assert ("receives no mail" in hint("dmarc_reports", seen)) is (receives is False)


@pytest.mark.parametrize(
    ("name", "kind", "suggested"),
    [
        (DOMAIN, MailType.MARKETING, True),
        (DOMAIN, MailType.TRANSACTIONAL, False),
        (f"news.{DOMAIN}", MailType.MARKETING, False),
        ("example.co.uk", MailType.MARKETING, True),
    ],
)
def test_marketing_from_the_registered_domain_is_shown_a_subdomain(name: str, kind: MailType, suggested: bool) -> None:
    seen = new(identity=Identity(name), answers=Answers(mail_type=kind))

    assert (f"news.{name}" in hint("mail_type", seen)) is suggested


def test_the_policy_that_is_chosen_is_the_one_explained() -> None:
    said = {hint("dmarc", new(answers=Answers(dmarc=one))) for one in DmarcPolicy}

    assert len(said) == len(DmarcPolicy)


def test_the_host_is_the_one_the_name_servers_tell() -> None:
    assert "Cloudflare" in hint("publish", hosted("cloudflare", new()))
    assert "Cloudflare" not in hint("publish", new())


def test_the_region_that_is_looked_at_is_named() -> None:
    assert hint("region", new()).startswith("This is eu-west-1")
