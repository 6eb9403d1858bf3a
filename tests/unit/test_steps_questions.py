"""What is still the user's to say: nothing that AWS or DNS has settled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import AT, DMARC_TEXT, account, held, looked, policy

from sendready.model.answers import Answered, Answers, Source
from sendready.model.identity import Identity, IdentityKind, Review
from sendready.model.observation import Past, Records, Seen
from sendready.steps.answering import with_found
from sendready.steps.questions import open_questions

ACCESS = ("request_access", "mail_type", "website", "contacts", "accept_terms", "language")


def test_a_new_domain_in_the_sandbox_leaves_everything_open() -> None:
    seen = looked(missing=True, dmarc=policy(), account=Seen(account(production=False)))

    assert open_questions(seen) == (
        *("key_length", "mail_from", "dmarc", "dmarc_reports", "from_local", "publish"),
        *ACCESS,
        "test",
    )


def test_what_is_there_is_not_asked_about() -> None:
    assert open_questions(looked(past=Past(test_proven=AT))) == ("from_local", "publish")


def test_an_address_has_no_records_to_choose() -> None:
    seen = replace(
        looked(dmarc=policy(), account=Seen(account(production=False))),
        identity=Identity("me@example.com", IdentityKind.ADDRESS),
        records=Records(),
    )

    assert open_questions(seen) == (*ACCESS, "test")


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


def test_what_aws_was_told_before_stands_in_for_what_nobody_says_now() -> None:
    told = account(website="https://old.example", contacts=("old@example.com",))
    said = Answered(Answers(website="https://new.example"), {"website": Source.ASKED, "contacts": Source.SAVED})

    found = with_found(said, told)

    assert (found.answers.website, found.source("website")) == ("https://new.example", Source.ASKED)
    assert (found.answers.contacts, found.source("contacts")) == (("old@example.com",), Source.FOUND)
    assert with_found(said, account()) == with_found(said, None) == said
