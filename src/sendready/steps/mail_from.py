"""Custom MAIL FROM: the subdomain bounces return to, which lets SPF align (SES developer guide, mail-from)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.change import Change, SetMailFrom, Setting
from sendready.model.identity import SesIdentity, Status
from sendready.model.observation import Observation
from sendready.model.records import RecordType
from sendready.model.step import Step
from sendready.steps.wanted import mail_from_domain


def changes(seen: Observation) -> Iterator[Change]:
    """Sets the MAIL FROM where none is set, and sets it again where SES gave up and the MX is there now."""
    ses, answered = seen.ses_identity, seen.answered
    if not seen.identity.is_domain or not isinstance(ses, SesIdentity | None):
        return
    if ses is None and not seen.identity_missing:
        return
    wanted = mail_from_domain(seen.identity, ses, answered.answers)
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
