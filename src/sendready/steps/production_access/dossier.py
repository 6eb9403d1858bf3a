"""The dossier: what AWS asks in the support case after a request, drafted from the answers and from what is known.

The form has no field for it any more (`UseCaseDescription` is deprecated and not sent); reviewers ask in the case how
recipients opted in, how much is sent, how bounces, complaints and unsubscribes are handled, and for a sample.
"""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.answers import EventRoute, MailType
from sendready.model.observation import Observation

OPEN = "[to be written: {what}]"
"""Stands where only the user knows; the linter finds what was left of it."""


def draft(seen: Observation) -> str:
    """The text for the case, one paragraph a question; what nobody has answered is marked to be written."""
    return "\n\n".join(_paragraphs(seen)) + "\n"


def reply(seen: Observation) -> str:
    """A reply to a denial or an enforcement: to the case that is open, never a new request."""
    account = seen.account_seen
    if account is not None and account.enforcement in ("PROBATION", "SHUTDOWN"):
        return "\n\n".join(_appeal(seen)) + "\n"
    return (
        "Thank you for your answer. We would like to add what you need to review our use of Amazon SES in"
        f" {seen.region}.\n\n{draft(seen)}\nPlease tell us what else you need to know.\n"
    )


def _paragraphs(seen: Observation) -> Iterator[str]:
    answers, identity = seen.answered.answers, seen.identity
    kind = "marketing mail" if answers.mail_type is MailType.MARKETING else "transactional mail"
    site = answers.website or _open("your website")
    yield f"We send {kind} from {identity.name} through Amazon SES in {seen.region}. Our website is {site}."
    yield f"Recipients and consent: {answers.recipients or _open('who your recipients are and how they opted in')}"
    yield f"Volume: {answers.volume or _open('how many messages a day, and at what pace you expect to grow')}"
    yield f"Bounces and complaints: {_feedback(seen)}"
    yield f"Unsubscribing: {_unsubscribing(seen)}"
    yield f"Authentication: {_authentication(seen)}"
    yield f"An example: {answers.sample or _open('a message as your recipients get it')}"


def _feedback(seen: Observation) -> str:
    """Only what is true: where events go, and what the account suppresses."""
    ses, account, answers = seen.ses_identity, seen.account_seen, seen.answered.answers
    said = []
    if ses is not None and ses.configuration_set is not None:
        said.append(f"the configuration set {ses.configuration_set} publishes what becomes of every message")
    elif answers.events is EventRoute.KEEP and answers.events_to:
        said.append(f"Amazon SES publishes every bounce and complaint to {answers.events_to}")
    elif ses is None or ses.feedback_forwarding:
        said.append("Amazon SES mails every bounce and complaint to us")
    else:
        said.append(_open("who hears of bounces and complaints"))
    if answers.accept_terms:
        said.append("we stop writing to addresses that bounced or complained")
    else:
        said.append(_open("what you do with an address that bounced or complained"))
    if account is not None and set(account.suppressed_reasons or ()) >= {"BOUNCE", "COMPLAINT"}:
        said.append("the account's suppression list is on for bounces and complaints")
    return f"{'; '.join(said)}."


def _unsubscribing(seen: Observation) -> str:
    answers = seen.answered.answers
    if answers.unsubscribe:
        return answers.unsubscribe
    if answers.mail_type is MailType.TRANSACTIONAL:
        return "our mail answers what recipients do in their account; closing the account ends it."
    return _open("the link in every message, and List-Unsubscribe with one click")


def _authentication(seen: Observation) -> str:
    """What is proven to be there, and no more."""
    ses, found = seen.ses_identity, seen.dmarc_seen
    said = []
    if ses is not None and ses.verified and seen.identity.is_domain:
        said.append(f"{ses.name} is verified and signs with DKIM")
    if ses is not None and ses.mail_from is not None and ses.mail_from.status.value == "SUCCESS":
        said.append(f"bounces return to {ses.mail_from.domain}, so that SPF aligns")
    if found is not None and found.policy is not None:
        said.append(f"DMARC is published at {found.found_at} with p={found.policy}")
    return f"{'; '.join(said)}." if said else f"DKIM, SPF and DMARC of {seen.identity.domain} are being set up."


def _appeal(seen: Observation) -> Iterator[str]:
    """What AWS wants to read under review: the cause, what has changed already, what prevents it (SES FAQ)."""
    yield f"This is about account {seen.account_id or ''} in {seen.region}, identity {seen.identity.name}."
    yield f"The cause: {_open('what made bounces or complaints rise, or whose credentials were abused')}"
    yield f"What we have changed already: {_open('with dates; credentials that leaked have been rotated on …')}"
    yield f"What keeps it from coming back: {_open('confirmed opt-in, suppression, an alarm on the bounce rate')}"
    yield f"Bounces and complaints: {_feedback(seen)}"


def _open(what: str) -> str:
    return OPEN.format(what=what)
