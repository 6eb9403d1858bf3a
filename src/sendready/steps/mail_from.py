"""Custom MAIL FROM: the subdomain bounces return to, which lets SPF align (SES developer guide, mail-from)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.answers import Answers
from sendready.model.change import Change, SetMailFrom, Setting
from sendready.model.identity import Identity, SesIdentity, Status
from sendready.model.observation import Observation
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step

SPF = "v=spf1 include:amazonses.com ~all"
"""What AWS asks for at the MAIL FROM domain."""


def domain_of(identity: Identity, ses: SesIdentity | None, answers: Answers) -> str | None:
    """The MAIL FROM domain: the one SES has already, else the one the answers want; None where there is none."""
    if not identity.is_domain:
        return None
    if ses is not None and ses.mail_from is not None:
        return ses.mail_from.domain
    return answers.mail_from_domain(identity.domain)


def feedback_host(region: str) -> str:
    """The mail exchanger that takes bounces in a region; its name is the same scheme in every region and partition."""
    return f"feedback-smtp.{region}.amazonses.com"


def wants(mail_from: str, region: str) -> tuple[WantedRecord, ...]:
    """The MX that SES looks for and the SPF record that receivers do."""
    return (
        WantedRecord(
            name=mail_from,
            type=RecordType.MX,
            value=f"10 {feedback_host(region)}",
            purpose="takes bounces back to SES",
            step=Step.MAIL_FROM,
        ),
        WantedRecord(
            name=mail_from,
            type=RecordType.TXT,
            value=SPF,
            purpose="lets SES send for it (SPF)",
            step=Step.MAIL_FROM,
        ),
    )


def changes(seen: Observation) -> Iterator[Change]:
    """Sets the MAIL FROM where none is set, and sets it again where SES gave up and the MX is there now."""
    ses, answered = seen.ses_identity, seen.answered
    if not seen.identity.is_domain or not isinstance(ses, SesIdentity | None):
        return
    if ses is None and not seen.identity_missing:
        return
    wanted = domain_of(seen.identity, ses, answered.answers)
    if wanted is None:
        return
    if ses is None or ses.mail_from is None:
        yield Change(
            key="mail-from.set",
            step=Step.MAIL_FROM,
            action=SetMailFrom(seen.identity.name, wanted),
            title=f"Set the custom MAIL FROM domain {wanted}",
            api="ses:PutEmailIdentityMailFromAttributes",
            settings=(Setting("MAIL FROM", wanted, answered.source("mail_from")),),
        )
    elif ses.mail_from.status is Status.FAILED and any(
        record.live for record in seen.records.of_step(Step.MAIL_FROM) if record.wanted.type is RecordType.MX
    ):
        yield Change(
            key="mail-from.restart",
            step=Step.MAIL_FROM,
            action=SetMailFrom(ses.name, ses.mail_from.domain, ses.mail_from.on_mx_failure),
            title=f"Set the MAIL FROM domain {ses.mail_from.domain} again",
            api="ses:PutEmailIdentityMailFromAttributes",
            note="SES stopped looking after 72 hours; its MX is there now",
        )
