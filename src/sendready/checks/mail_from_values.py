"""What stands in the MAIL FROM domain's MX, or comes from a wildcard, where it is not right (MFR)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sendready.checks.legs import SPF_FAILS
from sendready.checks.mail_from import STATE, held_mail_from, lost_or_todo
from sendready.checks.mail_from_flaws import (
    Flaw,
    exchanged,
    host_of,
    wrong,
)
from sendready.checks.registry import check
from sendready.model.finding import FindingState, Hit, Severity
from sendready.model.identity import Status
from sendready.model.observation import Observation
from sendready.model.records import RecordType
from sendready.model.regions import region_of_feedback_host
from sendready.model.step import Step


@check(
    "MFR002",
    "mx-wrong-region",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's MX belongs to another region",
    explains=STATE,
)
def mx_wrong_region(seen: Observation) -> Iterator[Hit]:
    """One MX, of SES, of a region other than this one; harmless where SES accepts it all the same."""
    record, mail_from = wrong(seen, RecordType.MX, Flaw.ANOTHER_REGION), held_mail_from(seen)
    if record is not None and mail_from is not None:
        accepted = mail_from.status is Status.SUCCESS
        region = region_of_feedback_host(host_of(record.found[0])) or "another region"
        yield exchanged(
            record,
            f"it is {region}'s, and this look is at {seen.region}; a MAIL FROM domain belongs to one region",
            f"If mail is to leave from {region}, look there: `--region {region}`. Else replace the MX",
            Severity.WARNING if accepted else None,
        )


@check(
    "MFR003",
    "several-mx",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain has more than one MX",
    explains=STATE,
)
def several_mx(seen: Observation) -> Iterator[Hit]:
    """SES wants exactly one (developer guide, mail-from)."""
    if record := wrong(seen, RecordType.MX, Flaw.SEVERAL):
        yield exchanged(
            record, "SES wants exactly one MX there", "Keep only the MX of SES; receive mail on another name"
        )


@check(
    "MFR004",
    "mx-target-gets-domain-appended",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The DNS host appended the domain to the MAIL FROM's MX",
    explains=STATE,
)
def mx_target_gets_domain_appended(seen: Observation) -> Iterator[Hit]:
    """The host is SES's with the zone's, the identity's or the MAIL FROM's name behind it."""
    if record := wrong(seen, RecordType.MX, Flaw.APPENDED):
        host = host_of(record.wanted.value)
        yield exchanged(
            record,
            "a host name without its final dot was read as relative to the zone",
            f"Enter `{host}.` as the mail server, with the dot at its end, or as the form asks for names outside the"
            " zone",
        )


@check(
    "MFR005",
    "mx-priority-inside-value",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The priority of the MAIL FROM's MX stands in its host name",
    explains=STATE,
)
def mx_priority_inside_value(seen: Observation) -> Iterator[Hit]:
    """`10 feedback-smtp…` was entered where the host alone belongs, so the number became part of the name."""
    if record := wrong(seen, RecordType.MX, Flaw.PRIORITY_INSIDE):
        priority, _, host = record.wanted.value.partition(" ")
        yield exchanged(
            record,
            "the number became part of the host's name",
            f"Enter `{priority}` in the priority field and only `{host}` as the mail server",
        )


@check(
    "MFR006",
    "mx-unknown-host",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's MX is not SES's",
    explains=STATE,
)
def mx_unknown_host(seen: Observation) -> Iterator[Hit]:
    """One MX that is no feedback host of SES at all."""
    if record := wrong(seen, RecordType.MX, Flaw.UNKNOWN_HOST):
        yield exchanged(
            record,
            "SES looks for its own host there, whole and alone",
            "Replace the MX; mail for this name goes to SES only",
        )


@check(
    "MFR022",
    "wildcard-interferes",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="A wildcard answers in place of a MAIL FROM record",
)
def wildcard_interferes(seen: Observation) -> Iterator[Hit]:
    """A name nobody has made gets the same answer: the record itself is not there, which is no failure at first."""
    found = [r for r in (wrong(seen, t, Flaw.WILDCARD) for t in (RecordType.MX, RecordType.TXT)) if r is not None]
    if not found:
        return
    types = " and ".join(record.wanted.type.value for record in found)
    what = f"this {types} record" if len(found) == 1 else "these records"
    hit = exchanged(
        found[0],
        "a made-up name beside it gets the same answer, so it comes from your `*` record",
        f"Add {what} with the exact name; the `*` record no longer answers there then, and can stay for other names",
    )
    states = [lost_or_todo(seen, record) for record in found]
    mx = any(record.wanted.type is RecordType.MX for record in found)
    spf = any(record.wanted.type is RecordType.TXT for record in found)
    yield replace(
        hit,
        subject=f"{found[0].wanted.name} {types}",
        expected=", ".join(record.wanted.value for record in found),
        observed=tuple(text for record in found for text in record.found),
        evidence=tuple(sighting for record in found for sighting in record.sightings),
        fix=replace(hit.fix, records=tuple(record.wanted for record in found), safe=True),
        state=FindingState.FAIL if FindingState.FAIL in states else states[0],
        explains=("DEL023", *(STATE if mx else ()), *(SPF_FAILS if spf else ())),
    )
