"""One sentence for each question of a form, for somebody who is asked once a year; it knows what was seen."""

from __future__ import annotations

from sendready.hosts.registry import host_seen
from sendready.model.answers import MailType, described
from sendready.model.names import ancestors, is_registry
from sendready.model.observation import Observation
from sendready.model.records import RecordState
from sendready.model.step import Step
from sendready.steps.suggesting import receives_mail

_PLAIN = {
    "region": "The one your application sends from; each has identities of its own.",
    "key_length": "SES makes and keeps the keys; receivers recommend 2048 bits.",
    "website": "A person at AWS opens it: what you do, how people sign up, privacy.",
    "accept_terms": "AWS's form asks you to confirm this; without it nothing is asked.",
    "contacts": "Up to four addresses that AWS may write to about it, with commas.",
    "language": "The language in which AWS answers.",
    "recipients": "For example: customers, who gave their address with an order.",
    "volume": "A number and how it may grow; AWS sets the quota by it.",
    "unsubscribe": "For example: a link in every mail, and one-click unsubscribe (RFC 8058).",
    "sample": "A few words of a typical message.",
    "events": "Somebody has to hear of bounces and complaints, and act on them.",
    "events_to": "An address, the ARN of an SNS topic, or that of the default event bus.",
}


def hint(name: str, seen: Observation | None) -> str:
    """What an answer is good for, or what was seen that speaks for one."""
    if seen is not None:
        match name:
            case "region":
                return f"This is {seen.region}; each region has identities of its own."
            case "mail_type":
                return _mail_type(seen)
            case "mail_from":
                return _mail_from(seen)
            case "dmarc":
                return _POLICIES[seen.answered.answers.dmarc.value]
            case "dmarc_reports":
                return _reports(seen)
            case "from_local":
                local, domain = seen.answered.answers.from_local, seen.identity.domain
                return f"Tests come from {local}@{domain}; any address at the domain may send."
            case "publish":
                return _publish(seen)
            case _:
                pass
    return _PLAIN.get(name) or described(name)


_POLICIES = {
    "none": "Receivers only report; raise it once they report no mail but yours.",
    "quarantine": "What fails goes to the spam folder: be sure that all you send passes.",
    "reject": "What fails is refused: be sure that all you send passes.",
}


def _mail_type(seen: Observation) -> str:
    domain = seen.identity.domain
    highest = all(is_registry(name) for name in ancestors(domain)[1:])
    if seen.answered.answers.mail_type is MailType.MARKETING and highest:
        return f"Better from a subdomain of its own, such as news.{domain}."
    return "What most of it is; AWS asks it too, with the access request."


def _mail_from(seen: Observation) -> str:
    name = seen.answered.answers.mail_from_domain(seen.identity.domain)
    if name is None:
        return "Without one only DKIM counts for DMARC."
    mine = [record for record in seen.records.of_step(Step.MAIL_FROM) if record.wanted.name == name]
    if any(record.state is RecordState.WRONG for record in mine):
        return f"{name} is in use: choose another label, such as `ses-bounce`."
    if mine and all(record.absent for record in mine):
        return f"{name} is free: undelivered mail comes back to it, nothing else."
    return f"{name} gets undelivered mail back, and must get no other."


def _reports(seen: Observation) -> str:
    domain = seen.identity.domain
    match receives_mail(seen):
        case True:
            return "A mailbox that exists, for one mail a day and receiver; may stay empty."
        case False:
            return f"{domain} receives no mail: a mailbox elsewhere, or empty."
        case None:
            return "A mailbox that exists, for one mail a day and receiver; may stay empty."


def _publish(seen: Observation) -> str:
    host = host_seen(seen)
    if host is None:
        return "Added where the zone is in reach, else shown to be copied."
    return f"By its name servers the zone is at {host.name}."
