"""The MAIL FROM domain's records as receivers evaluate them, and what else the name is used for (MFR010 to MFR020)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.legs import SPF_FAILS, SPF_UNALIGNED
from sendready.checks.mail_from import STATE, held_mail_from, record_of
from sendready.checks.neighbours import bouncing_at, senders_at
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
    explains=("MFR008", "MFR024", *SPF_FAILS),
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
    "MFR016",
    "also-used-as-from",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="The MAIL FROM domain is also used to write from",
)
def also_used_as_from(seen: Observation) -> Iterator[Hit]:
    """A message whose From is at the MAIL FROM domain, or an identity that is made to send from there.

    SES wants a subdomain that is not the From domain of mail and receives none (developer guide, mail-from).
    """
    mail_from = held_mail_from(seen)
    name = mail_from.domain if mail_from is not None else ""
    used = [f"identity {one}" for one in senders_at(seen, name)] if name else []
    if name and seen.message is not None and seen.message.author == name:
        used.append(f"From: …@{name} in the message")
    others = [(name, used)] if used else []
    others += [(seen.identity.domain, [f"MAIL FROM of {one}"]) for one in bouncing_at(seen, seen.identity.domain)]
    for domain, told in others:
        yield Hit(
            subject=domain,
            detail="a MAIL FROM domain is for bounces alone: its one MX leads to SES, so replies to it are lost",
            expected="a name that nothing is written from",
            observed=tuple(told),
            fix=Fix("Write from another name, or set another MAIL FROM domain"),
        )


@check(
    "MFR020",
    "not-aligned",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="SPF passes and does not count for DMARC",
    explains=SPF_UNALIGNED,
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
