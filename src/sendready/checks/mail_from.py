"""The custom MAIL FROM domain: its MX, its SPF record and what SES makes of them (MFR)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.hosts import place
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.identity import MailFrom, OnMxFailure, Status
from sendready.model.names import bare
from sendready.model.observation import Observation
from sendready.model.records import ObservedRecord, RecordState, RecordType
from sendready.model.step import Step

_STATE = ("MFR017", "MFR018", "MFR019")


def _set(seen: Observation) -> MailFrom | None:
    """The MAIL FROM that SES holds; rows about records speak only then."""
    return seen.ses_identity.mail_from if seen.ses_identity is not None else None


def _record(seen: Observation, rtype: RecordType) -> ObservedRecord | None:
    if _set(seen) is None:
        return None
    return next((r for r in seen.records.of_step(Step.MAIL_FROM) if r.wanted.type is rtype), None)


def _was_there(seen: Observation, record: ObservedRecord) -> bool:
    mail_from = _set(seen)
    # FAILED is no first set-up either: SES looked for 72 hours, and with REJECT_MESSAGE every send is refused by now.
    once = mail_from is not None and mail_from.status is not Status.PENDING
    return once or (record.wanted.name, record.wanted.type.value) in seen.past.live_records


def _given_up(seen: Observation) -> bool:
    mail_from = _set(seen)
    return mail_from is not None and mail_from.status is Status.FAILED


def _absent(seen: Observation, record: ObservedRecord, detail: str) -> Hit:
    return Hit(
        subject=record.wanted.name,
        detail=detail,
        expected=f"{record.wanted.type.value} {record.wanted.value}",
        observed=("none",),
        evidence=record.sightings,
        fix=Fix(f"Add this {record.wanted.type.value} record at {place(seen)}", (record.wanted,), safe=True),
        state=FindingState.FAIL if _was_there(seen, record) else FindingState.TODO,
    )


@check(
    "MFR001",
    "mx-missing",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain has no MX",
    explains=_STATE,
)
def mx_missing(seen: Observation) -> Iterator[Hit]:
    """No MX at the MAIL FROM domain: SES does not use it, or rejects mail where it was told to."""
    record = _record(seen, RecordType.MX)
    if record is not None and record.absent:
        yield _absent(seen, record, "SES uses the MAIL FROM domain only while its MX is there")


@check(
    "MFR002",
    "mx-wrong-region",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's MX belongs to another region",
    explains=_STATE,
)
def mx_wrong_region(seen: Observation) -> Iterator[Hit]:
    """One MX, of SES, of a region other than this one; harmless where SES accepts it all the same."""
    record, mail_from = _record(seen, RecordType.MX), _set(seen)
    if record is None or mail_from is None or record.state is not RecordState.WRONG or len(record.found) != 1:
        return
    host = bare(record.found[0].rpartition(" ")[2])
    if host.startswith("feedback-smtp.") and host.endswith(".amazonses.com"):
        yield Hit(
            subject=record.wanted.name,
            detail="a MAIL FROM domain belongs to one region",
            expected=record.wanted.value,
            observed=record.found,
            evidence=record.sightings,
            fix=Fix("Replace the MX", (record.wanted,)),
            severity=Severity.WARNING if mail_from.status is Status.SUCCESS else None,
        )


@check(
    "MFR003",
    "several-mx",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain has more than one MX",
    explains=_STATE,
)
def several_mx(seen: Observation) -> Iterator[Hit]:
    """SES wants exactly one (developer guide, mail-from)."""
    record = _record(seen, RecordType.MX)
    if record is not None and any(s.outcome.conclusive and len(s.answers) > 1 for s in record.sightings):
        yield Hit(
            subject=record.wanted.name,
            detail="SES wants exactly one MX there",
            expected=record.wanted.value,
            observed=record.found,
            evidence=record.sightings,
            fix=Fix("Keep only the MX of SES; receive mail on another name", (record.wanted,)),
        )


@check(
    "MFR006",
    "mx-unknown-host",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's MX is not SES's",
    explains=_STATE,
)
def mx_unknown_host(seen: Observation) -> Iterator[Hit]:
    """One MX that is no feedback host of SES at all."""
    record = _record(seen, RecordType.MX)
    if record is None or record.state is not RecordState.WRONG or len(record.found) != 1:
        return
    host = bare(record.found[0].rpartition(" ")[2])
    if not (host.startswith("feedback-smtp.") and host.endswith(".amazonses.com")):
        yield Hit(
            subject=record.wanted.name,
            detail="SES looks for its own host there, whole and alone",
            expected=record.wanted.value,
            observed=record.found,
            evidence=record.sightings,
            fix=Fix("Replace the MX; mail for this name goes to SES only", (record.wanted,)),
        )


@check(
    "MFR007",
    "spf-missing-at-mail-from",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain has no SPF record",
)
def spf_missing(seen: Observation) -> Iterator[Hit]:
    """SES checks only the MX, so it says SUCCESS while receivers find no SPF."""
    record = _record(seen, RecordType.TXT)
    if record is not None and record.absent:
        yield _absent(seen, record, "SES checks only the MX; without SPF here, mail fails SPF at Gmail and Outlook")


@check(
    "MFR008",
    "spf-lacks-amazonses",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's SPF record does not let SES send",
)
def spf_lacks_amazonses(seen: Observation) -> Iterator[Hit]:
    """An SPF record without `include:amazonses.com`."""
    record = _record(seen, RecordType.TXT)
    if record is not None and record.state is RecordState.WRONG and not _several(record):
        yield Hit(
            subject=record.wanted.name,
            detail="mail from SES fails SPF",
            expected=record.wanted.value,
            observed=record.found,
            evidence=record.sightings,
            fix=Fix("Add `include:amazonses.com` to this record, before its `all`"),
        )


def _several(record: ObservedRecord) -> bool:
    """Whether a server of the zone holds more than one SPF record."""
    return any(s.outcome.conclusive and len(record.wanted.relevant(s.answers)) > 1 for s in record.sightings)


@check(
    "MFR009",
    "several-spf",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain has more than one SPF record",
)
def several_spf(seen: Observation) -> Iterator[Hit]:
    """Two records are a permanent error (RFC 7208, section 4.5)."""
    record = _record(seen, RecordType.TXT)
    if record is not None and _several(record):
        yield Hit(
            subject=record.wanted.name,
            detail="receivers treat two SPF records as a permanent error",
            expected="one record",
            observed=record.found,
            evidence=record.sightings,
            fix=Fix("Merge them into one, with `include:amazonses.com`"),
        )


@check(
    "MFR017",
    "ses-state",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="SES does not use the MAIL FROM domain",
)
def ses_state(seen: Observation) -> Iterator[Hit]:
    """Anything but SUCCESS: on its way while the MX is live, a loss after SUCCESS, given up after 72 hours."""
    mail_from, mx = _set(seen), _record(seen, RecordType.MX)
    if mail_from is None or mail_from.status is Status.SUCCESS:
        return
    live = mx is not None and mx.state in (RecordState.LIVE, RecordState.SPREADING)
    unknown = mx is None or mx.state is RecordState.UNKNOWN
    rejects = mail_from.on_mx_failure is OnMxFailure.REJECT_MESSAGE
    meanwhile = "mail is rejected until then" if rejects else "until then mail leaves with amazonses.com"
    failed = mail_from.status is Status.FAILED
    # An MX that could not be looked up is not a missing one: while SES goes on looking, so do we.
    waits = live or (unknown and mail_from.status is Status.PENDING)
    if waits and not failed:
        do = "Nothing to do; it is safe to leave and look later"
    elif failed:
        do = "Set the MAIL FROM domain again once its MX is there: SES stopped looking"
    else:
        do = "Look at its MX: it could not be looked up from here" if unknown else "Bring its MX back"
    yield Hit(
        subject=mail_from.domain,
        title="SES has not seen the MAIL FROM's MX yet" if waits and not failed else None,
        detail=f"SES says {mail_from.status.value}; {meanwhile}",
        expected="SUCCESS",
        observed=(mail_from.status.value,),
        fix=Fix(do, commands=(f"sendready apply {seen.identity.quoted}",) if failed else (), safe=failed and live),
        state=FindingState.PENDING if waits and not failed else FindingState.FAIL,
        severity=Severity.NOTICE if waits and not failed else Severity.CRITICAL if rejects else None,
        awaits="SES to see the MAIL FROM's MX" if waits and not failed else "",
    )


@check(
    "MFR021",
    "no-custom-mail-from",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="No custom MAIL FROM domain",
)
def no_custom_mail_from(seen: Observation) -> Iterator[Hit]:
    """SPF passes for amazonses.com, which aligns with nobody: DMARC rests on DKIM alone."""
    ses = seen.ses_identity
    if ses is None or not seen.identity.is_domain or ses.mail_from is not None:
        return
    suggested = seen.answered.answers.mail_from_domain(seen.identity.domain) or f"bounce.{seen.identity.domain}"
    yield Hit(
        subject=ses.name,
        detail="SPF passes for amazonses.com and aligns with nothing, so DMARC rests on DKIM alone",
        expected=f"MAIL FROM {suggested}",
        observed=("none",),
        fix=Fix(
            f"Set {suggested}", commands=(f"sendready apply {seen.identity.quoted} --mail-from {suggested}",), safe=True
        ),
    )


@check(
    "MFR023",
    "not-on-all-servers",
    step=Step.MAIL_FROM,
    severity=Severity.NOTICE,
    title="The MAIL FROM records have not reached every name server",
    explains=("MFR017",),
)
def not_on_all_servers(seen: Observation) -> Iterator[Hit]:
    """Live on some servers of the zone and not on others yet."""
    for rtype in (RecordType.MX, RecordType.TXT):
        record = _record(seen, rtype)
        if record is not None and record.state is RecordState.SPREADING:
            yield Hit(
                subject=f"{record.wanted.name} {rtype.value}",
                detail=f"on {len(record.servers_with_it)} of {len(record.sightings)} servers",
                expected="the same answer from every server",
                observed=tuple(f"{s.server.name}: {record.state_at(s).value}" for s in record.sightings),
                evidence=record.sightings,
                fix=Fix("Wait: the zone's servers copy it from one another within minutes"),
                state=FindingState.PENDING,
                awaits="the MAIL FROM records to reach every name server",
                # SES looks at the MX alone, and once it has given up no waiting helps.
                explains=None if rtype is RecordType.MX and not _given_up(seen) else (),
            )
