"""The MAIL FROM domain's records as receivers evaluate them, and what else the name is used for (MFR010 to MFR020)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.mail_from import STATE, held_mail_from, record_of
from sendready.checks.registry import check
from sendready.mailauth.alignment import predict
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.identity import Status
from sendready.model.names import bare
from sendready.model.observation import Observation
from sendready.model.records import RecordType
from sendready.model.step import Step


@check(
    "MFR010",
    "spf-syntax",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's SPF record cannot be read",
    explains=("MFR008", "MFR024"),
)
def spf_syntax(seen: Observation) -> Iterator[Hit]:
    """One wrong term makes the whole record a permanent error, whatever else stands in it (RFC 7208, section 4.6)."""
    node, record = seen.auth.mail_from_spf, record_of(seen, RecordType.TXT)
    if record is None or node is None or node.record is None or not node.record.fatal:
        return
    yield Hit(
        subject=record.wanted.name,
        detail="; ".join(problem.placed for problem in node.record.fatal),
        expected=record.wanted.value,
        observed=(node.record.text,),
        evidence=record.sightings,
        fix=Fix(
            "Correct this term; where SES alone sends for the name, the record here is all it needs", (record.wanted,)
        ),
    )


@check(
    "MFR015",
    "also-receives-mail",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain receives mail, too",
    explains=("MFR003", "MFR006", *STATE),
)
def also_receives_mail(seen: Observation) -> Iterator[Hit]:
    """SES's own host for incoming mail stands there: the name is used to receive, which SES does not allow."""
    record = record_of(seen, RecordType.MX)
    inbound = tuple(mx for mx in (record.found if record is not None else ()) if _is_inbound(mx))
    if record is not None and inbound:
        yield Hit(
            subject=record.wanted.name,
            detail="its MX takes mail for people or programs; a MAIL FROM domain is for bounces alone",
            expected=record.wanted.value,
            observed=record.found,
            evidence=record.sightings,
            fix=Fix("Choose another name for the MAIL FROM, such as one that nobody writes to; leave this MX as it is"),
        )


def _is_inbound(mx: str) -> bool:
    host = bare(mx.rpartition(" ")[2])
    return host.startswith("inbound-smtp.") and host.endswith((".amazonaws.com", ".amazonses.com"))


@check(
    "MFR020",
    "not-aligned",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="SPF passes and does not count for DMARC",
)
def not_aligned(seen: Observation) -> Iterator[Hit]:
    """The MAIL FROM is in use and passes SPF, and DMARC takes it for another organisation than the From domain's."""
    mail_from = held_mail_from(seen)
    if mail_from is None or mail_from.status is not Status.SUCCESS or seen.dmarc_seen is None:
        return
    leg = predict(seen).spf
    if leg.passes and leg.aligned is False:
        yield Hit(
            subject=mail_from.domain,
            detail=f"{leg.why}, so DMARC rests on DKIM alone",
            expected=f"{mail_from.domain} and {seen.identity.domain} in one organisation",
            observed=(f"MAIL FROM {mail_from.domain}, From {seen.identity.domain}",),
            fix=Fix("Look at `psd` and `aspf` in the DMARC records of both names"),
        )
