"""What a zone's servers hold: copies that differ, and an alias where the whole domain lives (DEL)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation
from sendready.model.records import ObservedRecord, RecordState, RecordType
from sendready.model.step import Step


@check(
    "DEL010",
    "answers-differ",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The name servers do not agree about the records",
    explains=("KIM003", "KIM031", "MFR023", "MFR017", "DMC039", "DEL011", "SES003"),
)
def answers_differ(seen: Observation) -> Iterator[Hit]:
    """Some servers have a record and others do not, and waiting will not change that.

    Their zones name different primaries, so they are copies of two zones; or the record was everywhere before. A
    record that is new is on its way instead.
    """
    differing = [record for record in seen.records if record.state is RecordState.SPREADING]
    primaries = {fields[0].rstrip(".") for s in seen.about_zone(RecordType.SOA) if (fields := _fields(s.answers))}
    two_zones = len(primaries) > 1
    stuck = [record for record in differing if two_zones or _was_everywhere(seen, record)]
    if stuck:
        lacking = dict.fromkeys(
            s.server.name
            for r in stuck
            for s in r.sightings
            if r.state_at(s) in (RecordState.MISSING, RecordState.WRONG)
        )
        names = dict.fromkeys(record.wanted.name for record in stuck)
        yield Hit(
            subject=next(iter(names)) if len(names) == 1 else f"{len(names)} names of {seen.identity.domain}",
            detail=f"{', '.join(lacking)} does not have them; whoever asks there finds nothing"
            + (
                f". The servers are copies of two zones, one kept by {' and one by '.join(sorted(primaries))}"
                if two_zones
                else ""
            ),
            expected="the same answer from every server",
            observed=tuple(
                f"{s.server.name}: {r.wanted.name} {r.wanted.type.value} {r.state_at(s).value}"
                for r in stuck
                for s in r.sightings
            ),
            evidence=tuple(s for record in stuck for s in record.sightings),
            fix=Fix(
                "Add the records at both DNS hosts, or leave only one of them in the delegation at the registrar"
                if two_zones
                else "Repair the transfer of the zone to these servers, or take them out of the delegation",
                tuple(record.wanted for record in stuck),
            ),
        )


def _was_everywhere(seen: Observation, record: ObservedRecord) -> bool:
    """Whether an earlier look saw it live, or SES found the DKIM records at its last success."""
    known = (record.wanted.name, record.wanted.type.value) in seen.past.live_records
    ses = seen.ses_identity
    return known or (record.wanted.step is Step.DKIM and ses is not None and ses.last_success is not None)


def _fields(answers: tuple[str, ...]) -> list[str]:
    return answers[0].split() if answers else []


@check(
    "DEL024",
    "domain-is-alias",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="The domain itself is an alias",
)
def domain_is_alias(seen: Observation) -> Iterator[Hit]:
    """A CNAME at a zone's apex stands beside its SOA and NS records, which nothing may (RFC 1034, section 3.6.2).

    Below the apex it is legal, and mail to the name goes wherever the alias leads.
    """
    found = [s for s in seen.about_zone(RecordType.CNAME) if s.answers]
    if not found:
        return
    apex = seen.identity.domain == seen.zone
    yield Hit(
        subject=seen.identity.domain,
        title=None if apex else "The sending domain is an alias",
        detail="resolvers that remember the CNAME look for everything else at its target, the zone's own records"
        " included"
        if apex
        else "it can have no MX or TXT records of its own; replies go wherever the alias leads",
        expected="no CNAME at the domain itself",
        observed=tuple(dict.fromkeys(f"CNAME {text}" for s in found for text in s.answers)),
        evidence=tuple(found),
        fix=Fix(
            "Replace the CNAME at the domain by the DNS host's own kind of alias (ALIAS, ANAME, flattening), or by A"
            " records"
            if apex
            else "Nothing to do unless replies should reach you: then replace the CNAME by A and MX records"
        ),
        severity=None if apex else Severity.NOTICE,
    )
