"""What a zone's servers hold: records in another zone, copies that differ, an alias where the domain lives (DEL)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.delegation import named
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import is_at_or_below, is_registry, parent
from sendready.model.observation import Observation
from sendready.model.records import ObservedRecord, Outcome, RecordState, RecordType, Redirection
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
    explains=("SPF019",),
)
def domain_is_alias(seen: Observation) -> Iterator[Hit]:
    """A CNAME at a zone's apex stands beside its SOA and NS records, which nothing may (RFC 1034, section 3.6.2).

    Below the apex it is legal, and mail to the name goes wherever the alias leads. A DNAME redirects every name below
    its owner, and nothing that is entered there is ever read (RFC 6672, section 2.3).
    """
    redirected = {s.redirected: record for record in seen.records for s in record.sightings if s.redirected is not None}
    for redirection in redirected:
        yield _redirected(seen, redirection)
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
        explains=None if apex else (),
    )


def _redirected(seen: Observation, redirection: Redirection) -> Hit:
    """What a DNAME does to the records below it; harmless where all of them are found at its target."""
    below = [r for r in seen.records if any(s.redirected == redirection for s in r.sightings)]
    lost = tuple(r.wanted for r in below if r.state in (RecordState.MISSING, RecordState.WRONG))
    return Hit(
        subject=redirection.owner,
        title=f"Every name below {redirection.owner} is redirected to {redirection.target}",
        detail=f"it has a DNAME: whoever asks for {below[0].wanted.name} is sent to the same name below"
        f" {redirection.target}, and nothing that is entered below {redirection.owner} is read",
        expected=f"no DNAME at {redirection.owner}",
        observed=(f"DNAME {redirection.target}",),
        evidence=tuple(s for record in below for s in record.sightings if s.redirected == redirection),
        fix=Fix(
            f"Replace the DNAME at {redirection.owner} by records of its own for every name that needs them, then add"
            " these; or send from a domain that is not redirected",
            lost,
        )
        if lost
        else Fix("Nothing to do while the records stay where the DNAME leads"),
        severity=None if lost else Severity.NOTICE,
        explains=_REDIRECTED if lost else (),
    )


_REDIRECTED = (
    *(f"KIM{number:03}" for number in (1, 2, 3, 4, 5, 6, 8, 9, 10, 16, 17, 18, 24, 27, 30, 31, 34)),
    *("MFR001", "MFR002", "MFR003", "MFR006", "MFR007", "MFR008", "MFR009", "MFR013", "MFR017", "MFR018", "MFR019"),
    *("DMC001", "DMC031", "DMC032", "SES003"),
)
"""What may be said of records that are looked for below a DNAME."""


@check(
    "DEL023",
    "wildcard-present",
    step=Step.IDENTITY,
    severity=Severity.NOTICE,
    title="Names that nobody has made exist: the zone has a wildcard",
)
def wildcard_present(seen: Observation) -> Iterator[Hit]:
    """A made-up name has records, so that one entered with a typo does not look missing (RFC 4592)."""
    answered = [s for s in seen.wild if (s.answers or s.alias is not None) and s.redirected is None]
    if answered:
        parents = dict.fromkeys(parent(sighting.question.name) for sighting in answered)
        yield Hit(
            subject=" and ".join(f"*.{name}" for name in parents),
            detail="a record that you enter under a wrong name looks like any other name here; sendready compares what"
            " it finds with what a made-up name gets",
            expected="made-up names do not exist",
            observed=tuple(
                dict.fromkeys(
                    f"{s.question.type.value} {text}"
                    for s in answered
                    for text in (s.answers if s.alias is None else (f"→ {s.alias}",))
                )
            ),
            evidence=tuple(answered),
            fix=Fix("Nothing to do: records with exact names come first. Remove the `*` record if nobody needs it"),
        )


@check(
    "DEL019",
    "record-in-wrong-zone",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A record's name is delegated to other servers",
    explains=("KIM001", "KIM002", "MFR001", "MFR007", "DMC001"),
)
def record_in_wrong_zone(seen: Observation) -> Iterator[Hit]:
    """It is missing, and its exact name lies in another zone than the domain: there is where it must be added."""
    if seen.zone is None or is_registry(seen.zone):
        return
    cuts: dict[str, list[ObservedRecord]] = {}
    cut_off = []
    for record in seen.records:
        zone = next((s.zone for s in record.sightings if s.zone), "")
        if zone == record.wanted.name and record.wanted.step is Step.DKIM:
            cut_off.append(record)
        elif record.absent and zone != seen.zone and is_at_or_below(zone, seen.identity.domain):
            cuts.setdefault(zone, []).append(record)
    if cut_off:
        yield Hit(
            subject=cut_off[0].wanted.name,
            title="NS records stand where a DKIM CNAME is wanted",
            detail="they make a zone of the name, and nothing else that is entered there is found",
            expected=f"CNAME {cut_off[0].wanted.value}",
            observed=tuple(f"NS at {record.wanted.name}" for record in cut_off),
            evidence=tuple(s for record in cut_off for s in record.sightings),
            fix=Fix(
                "Delete the NS records at this name, then add the record with the type CNAME",
                tuple(record.wanted for record in cut_off),
            ),
            explains=("KIM001", "KIM002", "DEL003"),
        )
    for zone, records in cuts.items():
        servers = dict.fromkeys(s.server.name for record in records for s in record.sightings)
        yield Hit(
            subject=zone,
            detail=f"{records[0].wanted.name} lies in the zone {zone}, which is served by {', '.join(servers)};"
            f" what is added to {seen.zone} is not found",
            expected=f"the record in {zone}",
            observed=("none",),
            evidence=tuple(s for record in records for s in record.sightings),
            fix=Fix(
                f"Add it to the zone {zone}, or remove the NS records at {zone} from {seen.zone}",
                tuple(record.wanted for record in records),
            ),
        )


@check(
    "DEL022",
    "nxdomain-at-ancestor",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A name server denies a name that the DKIM records lie below",
)
def nxdomain_at_ancestor(seen: Observation) -> Iterator[Hit]:
    """NXDOMAIN for `_domainkey` although names below it exist: resolvers stop there (RFC 8020)."""
    live = [record for record in seen.records.of_step(Step.DKIM) if record.servers_with_it]
    denied = [s for s in seen.about_zone(RecordType.TXT) if s.outcome is Outcome.NXDOMAIN]
    has = {s.server for record in live for s in record.servers_with_it}
    wrong = [s for s in denied if s.server in has]
    if wrong:
        yield Hit(
            subject=wrong[0].question.name,
            detail=f"{', '.join(named(s) for s in wrong)} says that it does not exist, and yet has records below it;"
            " resolvers that believe it never find your keys",
            expected="NOERROR",
            observed=("NXDOMAIN",),
            evidence=tuple(wrong),
            fix=Fix(f"Tell the DNS host; until then a TXT record at {wrong[0].question.name}, whatever it says, helps"),
        )
