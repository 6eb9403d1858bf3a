"""Production access is asked for where it was wanted, and never again where AWS is at it or has said no."""

from __future__ import annotations

import pytest
from builders import account, looked

from sendready.model.answers import Answers, Language, MailType, Source
from sendready.model.change import RequestAccess, Setting
from sendready.model.errors import AccessDenied
from sendready.model.identity import Review
from sendready.model.observation import Observation, Seen, Unseen
from sendready.model.website import WebPage
from sendready.steps.production_access import changes, missing_answers
from sendready.steps.production_access.site import privacy_link

WISH = Answers(
    request_access=True,
    accept_terms=True,
    website="https://example.com",
    contacts=("a@b.co",),
    mail_type=MailType.MARKETING,
    language=Language.JA,
)


def sandboxed(answers: Answers = WISH, review: Review | None = None, **look: object) -> Observation:
    seen = Seen(account(production=False, review=review))
    return looked(account=seen, answers=answers, **look)  # type: ignore[arg-type]


def test_the_request_says_all_of_aws_s_form_and_where_each_answer_came_from() -> None:
    (change,) = changes(sandboxed(sources={"website": Source.FOUND}))

    assert change.action == RequestAccess(MailType.MARKETING, "https://example.com", ("a@b.co",), Language.JA)
    assert change.api == "ses:PutAccountDetails"
    assert Setting("website", "https://example.com", Source.FOUND) in change.settings


@pytest.mark.parametrize(
    ("review", "asks"),
    [(None, True), ("FAILED", True), ("GRANTED", True), ("PENDING", False), ("DENIED", False)],
)
def test_it_is_sent_again_only_where_it_never_reached_aws(review: str | None, asks: bool) -> None:
    seen = sandboxed(review=Review(review) if review else None)

    assert bool(list(changes(seen))) is asks


def test_nothing_is_asked_where_nobody_wants_it_or_it_is_there_or_unknown() -> None:
    assert list(changes(sandboxed(Answers()))) == []
    assert list(changes(looked(answers=WISH))) == []
    assert list(changes(looked(answers=WISH, account=Unseen(AccessDenied("no"))))) == []


def test_what_aws_s_form_cannot_do_without_is_named_by_its_flag() -> None:
    assert missing_answers(sandboxed()) == ()
    assert missing_answers(sandboxed(Answers(request_access=True))) == ("--website", "--accept-terms")
    assert missing_answers(sandboxed(Answers())) == ()
    assert missing_answers(sandboxed(Answers(request_access=True), Review("PENDING"))) == ()


@pytest.mark.parametrize(
    ("links", "leads"),
    [
        ('<a href="mailto:privacy@shop.example">x</a><a href="/privacy">x</a>', "https://shop.example/privacy"),
        ('<a href="#">Privacy settings</a>', None),
        ('<a href="https://[your-site]/privacy">x</a>', None),
        ('<a href="/privacy#top">x</a><![foo[bar]]>', "https://shop.example/privacy"),
    ],
    ids=["mail-address", "same-page", "no-address", "odd-markup"],
)
def test_the_link_about_privacy_leads_to_another_page(links: str, leads: str | None) -> None:
    assert privacy_link(WebPage("https://shop.example/", 200, links)) == leads
