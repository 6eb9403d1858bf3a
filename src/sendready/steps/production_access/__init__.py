"""Production access: out of the sandbox, region by region (SES developer guide, request-production-access)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.answers import flag_of
from sendready.model.change import Change, Mode, RequestAccess, Setting
from sendready.model.identity import Account
from sendready.model.observation import Observation
from sendready.model.step import Step

NEEDED = ("website", "accept_terms")
"""The answers AWS's form cannot do without."""


def may_be_asked_for(account: Account) -> bool:
    """Whether AWS takes a request: the account is in the sandbox, and none is under review or was denied.

    After a denial AWS answers a new request with a conflict: the way on is the support case.
    """
    return not account.production and (account.review is None or account.review.status not in ("PENDING", "DENIED"))


def changes(seen: Observation) -> Iterator[Change]:
    """Asks for production access where that was wanted and AWS takes a request."""
    account, answers = seen.account_seen, seen.answered.answers
    if account is None or not answers.request_access or not may_be_asked_for(account):
        return
    source = seen.answered.source
    yield Change(
        key="access.request",
        step=Step.PRODUCTION_ACCESS,
        action=RequestAccess(answers.mail_type, answers.website, answers.contacts, answers.language),
        title=f"Ask AWS for production access in {seen.region}",
        api="ses:PutAccountDetails",
        settings=(
            Setting("mail type", answers.mail_type.value, source("mail_type")),
            Setting("website", answers.website, source("website")),
            Setting("contacts", ", ".join(answers.contacts) or "none", source("contacts")),
            Setting("language", answers.language.value, source("language")),
        ),
    )


def missing_answers(seen: Observation) -> tuple[str, ...]:
    """The flags still needed before the request can be made; empty where none is going to be made."""
    if not any(change.mode is Mode.AUTOMATIC for change in changes(seen)):
        return ()
    return tuple(flag_of(name) for name in NEEDED if not getattr(seen.answered.answers, name))
