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
from sendready.model.records import Question, RecordType
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
    "MFR013",
    "cname-at-mail-from",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain is an alias",
    explains=("MFR001", "MFR003", "MFR006", "MFR007", "MFR008", "MFR009", "MFR022", *STATE),
)
def cname_at_mail_from(seen: Observation) -> Iterator[Hit]:
    """A CNAME leaves no room for other records (RFC 1034, section 3.6.2): MX and SPF are those of its target.

    Only where they are not what SES needs; an alias whose target has both does no harm.
    """
    mail_from = held_mail_from(seen)
    alias = Question(mail_from.domain, RecordType.CNAME) if mail_from is not None else None
    targets = seen.auth.answers(alias) if alias is not None else ()
    records = seen.records.of_step(Step.MAIL_FROM)
    if alias is not None and targets and any(record.absent or (record.found and not record.live) for record in records):
        yield Hit(
            subject=alias.name,
            detail="an alias leaves no room for an MX and an SPF record beside it",
            expected="MX and TXT, and no CNAME",
            observed=tuple(f"CNAME {bare(target)}" for target in targets),
            evidence=seen.auth.said(alias),
            fix=Fix(
                "Delete the CNAME, unless something else needs it, and add these records; or choose another MAIL FROM",
                tuple(record.wanted for record in records),
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
