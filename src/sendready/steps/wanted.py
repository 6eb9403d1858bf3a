"""The DNS records an identity wants, all of them known before the first one is shown."""

from __future__ import annotations

from sendready.model.answers import Answers
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.identity import Identity, SesIdentity
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step

DKIM_RECORDS = 3
"""SES hands out this many tokens and rotates its keys between them."""


SPF = "v=spf1 include:amazonses.com ~all"
"""What AWS asks for at the MAIL FROM domain."""


def wanted(
    identity: Identity, ses: SesIdentity | None, answers: Answers, region: str, found: DmarcDiscovery | None
) -> tuple[WantedRecord, ...]:
    """Every record of the identity, in the order of the steps; an address identity wants none."""
    if not identity.is_domain:
        return ()
    bounce = mail_from_domain(identity, ses, answers)
    return (
        *(dkim_records(ses) if ses is not None else ()),
        *(mail_from_records(bounce, region) if bounce is not None and region else ()),
        *dmarc_records(identity.domain, answers, found),
    )


def dkim_records(ses: SesIdentity) -> tuple[WantedRecord, ...]:
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


def mail_from_domain(identity: Identity, ses: SesIdentity | None, answers: Answers) -> str | None:
    """The MAIL FROM domain: the one SES has already, else the one the answers want; None where there is none."""
    if not identity.is_domain:
        return None
    if ses is not None and ses.mail_from is not None:
        return ses.mail_from.domain
    return answers.mail_from_domain(identity.domain)


def feedback_host(region: str) -> str:
    """The mail exchanger that takes bounces in a region; its name is the same scheme in every region and partition."""
    return f"feedback-smtp.{region}.amazonses.com"


def mail_from_records(mail_from: str, region: str) -> tuple[WantedRecord, ...]:
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


def dmarc_records(domain: str, answers: Answers, found: DmarcDiscovery | None) -> tuple[WantedRecord, ...]:
    """The record at `_dmarc.<domain>`: the one that is there, the one to add, or none where one is inherited.

    `p` stands second, where older receivers look for it (RFC 9989, section 4.7). While DMARC could not be asked
    the record is wanted, and its state says that nothing is known.
    """
    if found is not None and found.inherited:
        return ()
    if found is not None and found.record is not None:
        value = found.record.text
    else:
        reports = f"; rua=mailto:{answers.dmarc_reports}" if answers.dmarc_reports else ""
        value = f"v=DMARC1; p={answers.dmarc.value}{reports}"
    return (
        WantedRecord(
            name=f"_dmarc.{domain}",
            type=RecordType.TXT,
            value=value,
            purpose="DMARC policy",
            step=Step.DMARC,
        ),
    )
