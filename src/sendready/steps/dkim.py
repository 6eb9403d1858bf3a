"""DKIM: the three CNAMEs behind which SES publishes the keys it signs with (SES developer guide, Easy DKIM)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.change import Change, EnableSigning, PublishDkimLater, RestartVerification
from sendready.model.identity import SesIdentity, Status
from sendready.model.observation import Observation
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step

RECORDS = 3
"""SES hands out this many tokens and rotates its keys between them."""


def wants(ses: SesIdentity) -> tuple[WantedRecord, ...]:
    """The CNAMEs of an identity; none where its key is the user's own or another region's.

    The target's zone is what SES says it is; it differs by region and identity (SES developer guide, regions).
    """
    if not ses.dkim.needs_cnames:
        return ()
    return tuple(
        WantedRecord(
            name=f"{token}._domainkey.{ses.name}",
            type=RecordType.CNAME,
            value=f"{token}.{ses.dkim.signing_zone}",
            purpose=f"DKIM key {number} of {len(ses.dkim.tokens)}",
            step=Step.DKIM,
        )
        for number, token in enumerate(ses.dkim.tokens, 1)
    )


def changes(seen: Observation) -> Iterator[Change]:
    """Switches signing on and restarts what SES gave up on; the records themselves are `steps.records`' matter."""
    ses = seen.ses_identity
    if ses is None:
        if seen.identity_missing and seen.identity.is_domain:
            yield Change(
                key="dkim.records",
                step=Step.DKIM,
                action=PublishDkimLater(seen.identity.domain),
                title=f"Add {RECORDS} CNAME records at <token>._domainkey.{seen.identity.domain}",
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
