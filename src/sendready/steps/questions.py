"""Which answers are still the user's to give: those that neither AWS nor DNS has settled; every face asks no more."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.answers import EventRoute
from sendready.model.observation import Observation
from sendready.steps import production_access


def open_questions(seen: Observation) -> tuple[str, ...]:
    """The names of the answers that matter for this identity now, in the order of the road."""
    return tuple(_questions(seen))


def _questions(seen: Observation) -> Iterator[str]:
    ses, found, account = seen.ses_identity, seen.dmarc_seen, seen.account_seen
    if seen.identity.is_domain:
        if seen.identity_missing:
            yield "key_length"
        if ses is None or ses.mail_from is None:
            yield "mail_from"
        if found is not None and found.complete and found.record is None and not found.competing:
            yield from ("dmarc", "dmarc_reports")
        yield from ("from_local", "publish")
    if account is not None and production_access.may_be_asked_for(account):
        yield from ("request_access", "mail_type", "website", "contacts", "accept_terms", "language")
        yield from ("recipients", "volume", "unsubscribe", "sample")
    if seen.past.test_proven is None:
        yield "test"
    yield from _events(seen)


def _events(seen: Observation) -> Iterator[str]:
    """Where events go: asked while they go nowhere for good or are still to be proven."""
    answers, held = seen.answered.answers, seen.ses_identity
    default = held.configuration_set if held is not None else None
    if seen.past.test_proven is not None and default is not None:
        return
    yield "events"
    if answers.events is EventRoute.KEEP:
        yield "events_to"
    if answers.events is not EventRoute.TEMPORARY and (default is None) is (answers.events is EventRoute.OWN):
        yield "configuration_set"
