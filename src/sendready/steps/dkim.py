"""DKIM: the three CNAMEs behind which SES publishes the keys it signs with (SES developer guide, Easy DKIM)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.change import Change, EnableSigning, PublishDkimLater, RestartVerification
from sendready.model.identity import Status
from sendready.model.observation import Observation
from sendready.model.step import Step
from sendready.steps.wanted import DKIM_RECORDS


def changes(seen: Observation) -> Iterator[Change]:
    """Switches signing on and restarts what SES gave up on; the records themselves are `steps.records`' matter."""
    ses = seen.ses_identity
    if ses is None:
        if seen.identity_missing and seen.identity.is_domain:
            yield Change(
                key="dkim.records",
                step=Step.DKIM,
                action=PublishDkimLater(seen.identity.domain),
                title=f"Add {DKIM_RECORDS} CNAME records at <token>._domainkey.{seen.identity.domain}",
                api="",
                note="SES names the tokens when the identity is created",
            )
        return
    if seen.identity.is_domain and not ses.dkim.signing_enabled:
        yield Change(
            key="dkim.enable-signing",
            step=Step.DKIM,
            action=EnableSigning(ses.name),
            title="Switch DKIM signing on",
            api="ses:PutEmailIdentityDkimAttributes",
        )
    if not ses.dkim.needs_cnames:
        return
    records = seen.records.of_step(Step.DKIM)
    if ses.dkim.status is Status.FAILED and records and all(record.live for record in records):
        yield Change(
            key="dkim.restart",
            step=Step.DKIM,
            action=RestartVerification(ses.name),
            title="Make SES look for the DKIM records again",
            api="ses:PutEmailIdentityDkimSigningAttributes",
            note="it gave up after 72 hours, the records are there now; keys stay, tokens are compared afterwards",
        )
