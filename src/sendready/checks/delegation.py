"""The zone and its servers: whether anybody can be asked at all (DEL)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sendready.checks.registry import check
from sendready.model.errors import AwsError
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.names import is_at_or_below, is_registry
from sendready.model.observation import Observation, Seen, Slip, Unseen
from sendready.model.records import ObservedRecord, Outcome, RecordState, RecordType, Sighting
from sendready.model.step import Step

_NETWORK = ("no-resolver", "no-answer", "intercepted")
_RECORDS = ("KIM001", "KIM002", "MFR001", "MFR007", "DMC001", "KIM030", "KIM031", "SES003", "MFR017")


@check(
    "DEL001",
    "domain-does-not-exist",
    step=Step.IDENTITY,
    severity=Severity.CRITICAL,
    title="The domain does not exist in DNS",
    explains=(*_RECORDS, "SES001", "DEL003", "DEL005"),
)
def domain_does_not_exist(seen: Observation) -> Iterator[Hit]:
    """The parent zone's own servers say that there is no such domain."""
    if isinstance(seen.delegation, Seen) and seen.delegation.value.exists is False:
        yield Hit(
            subject=seen.identity.domain,
            detail="the servers of the zone above it answer that the name does not exist",
            expected="a delegation to the domain's name servers",
            observed=("NXDOMAIN",),
            evidence=seen.delegation.value.sightings[-1:],
            fix=Fix("Check the spelling, and at the registrar that the domain is registered, paid for and not on hold"),
        )


@check(
    "DEL002",
    "no-delegation",
    step=Step.IDENTITY,
    severity=Severity.CRITICAL,
    title="The domain is registered without name servers",
    explains=(*_RECORDS, "DEL003", "DEL005"),
)
def no_delegation(seen: Observation) -> Iterator[Hit]:
    """The zone above knows the name and refers to no servers for it: there is no zone to put a record into."""
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    if cut is None or not cut.exists or cut.zone is None or not is_registry(cut.zone):
        return
    yield Hit(
        subject=seen.identity.domain,
        detail=f"the servers of {cut.zone} know the name and name no servers for it",
        expected="NS records at the zone above",
        observed=("none",),
        evidence=cut.sightings[-1:],
        fix=Fix("Set the name servers of the domain's DNS host at the registrar"),
    )


@check(
    "DEL003",
    "no-working-nameserver",
    step=Step.DKIM,
    severity=Severity.CRITICAL,
    title="No authoritative server answered",
    explains=("DEL005",),
)
def no_working_nameserver(seen: Observation) -> Iterator[Hit]:
    """Every server of the zone failed for every record: nothing may be concluded about any of them."""
    if isinstance(seen.delegation, Unseen):
        if isinstance(seen.delegation.reason, AwsError) and seen.delegation.reason.code in _NETWORK:
            return  # it is this machine's network that lets nobody be asked: ENV001 to ENV003
        yield Hit(
            subject=seen.identity.domain,
            detail=seen.delegation.reason.message,
            fix=Fix(seen.delegation.reason.hint or "Check this machine's network, or pass `--resolver HOST`"),
            state=FindingState.UNKNOWN,
        )
        return
    aliased = {stray.wanted for stray in seen.strays_of(Slip.ALIAS)}  # what cannot be looked up is the alias's target
    lost = [r for r in seen.records if r.state is RecordState.UNKNOWN and r.wanted not in aliased]
    if seen.intercepted:
        return  # ENV003
    if lost and len(lost) == len(seen.records):
        yield _lost(seen.zone or seen.identity.domain, "any record", [s for record in lost for s in record.sightings])
        return
    for step in dict.fromkeys(record.wanted.step for record in lost):
        ours = [record for record in lost if record.wanted.step is step]
        names = ", ".join(dict.fromkeys(record.wanted.name for record in ours))
        yield _partly_lost(_lost(names, "it", [s for record in ours for s in record.sightings]), step)
    found = seen.dmarc
    if isinstance(found, Unseen):
        yield _partly_lost(_lost(f"_dmarc.{seen.identity.domain}", "it", [], found.reason.message), Step.DMARC)
    elif found is not None and not (found.value.complete or found.value.record):
        failed = [s for s in found.value.sightings if not s.outcome.conclusive]
        names = ", ".join(dict.fromkeys(s.question.name for s in failed)) or f"_dmarc.{seen.identity.domain}"
        yield _partly_lost(_lost(names, "the DMARC policy", failed), Step.DMARC)


def _lost(subject: str, what: str, sightings: Sequence[Sighting], why: str = "") -> Hit:
    """Something that no server of its zone answered for."""
    by_server = tuple({s.server: s for s in sightings}.values())
    told = ", ".join(f"{s.server.name} {s.outcome.value.lower()}" for s in by_server)
    return Hit(
        subject=subject,
        detail=f"nothing can be said about {what}: {told or why or 'it has no reachable server'}",
        expected="an answer from the zone's name servers",
        observed=tuple(f"{s.server.name} ({s.server.address}): {s.outcome.value}" for s in by_server),
        evidence=by_server,
        fix=Fix("Look again in a few minutes; if it stays so, tell whoever runs these name servers"),
        state=FindingState.UNKNOWN,
    )


def _partly_lost(hit: Hit, step: Step) -> Hit:
    """A hit about one record while others were answered for: the verdict rests on those."""
    title = "A record could not be looked up at any server"
    return replace(hit, title=title, severity=Severity.WARNING, step=step)


@check(
    "DEL005",
    "nameserver-silent",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="A name server does not answer",
)
def nameserver_silent(seen: Observation) -> Iterator[Hit]:
    """Some servers answer and one does not, for any record."""
    by_server: dict[str, list[Outcome]] = {}
    for record in seen.records:
        for sighting in record.sightings:
            by_server.setdefault(f"{sighting.server.name} ({sighting.server.address})", []).append(sighting.outcome)
    lost = {Outcome.TIMEOUT, Outcome.UNREACHABLE}
    silent = [server for server, outcomes in by_server.items() if all(outcome in lost for outcome in outcomes)]
    for server in silent:
        evidence = tuple(
            s for record in seen.records for s in record.sightings if f"{s.server.name} ({s.server.address})" == server
        )
        yield Hit(
            subject=server,
            detail=f"{len(silent)} of {len(by_server)} servers give no answer; look-ups through them time out",
            expected="an answer",
            observed=tuple(sorted({s.outcome.value for s in evidence})),
            evidence=evidence[:1],
            fix=Fix("Ask whoever runs it to repair it, or take it out of the delegation"),
        )


@check(
    "DEL004",
    "lame-nameserver",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A name server does not serve the zone",
    explains=("KIM003", "MFR023", "DMC039"),
)
def lame_nameserver(seen: Observation) -> Iterator[Hit]:
    """Listed for the zone, and refuses, fails, or knows nothing of it, while others serve it."""
    about = seen.about_zone(RecordType.SOA)
    lame = [s for s in about if s.outcome in (Outcome.REFUSED, Outcome.SERVFAIL, Outcome.NOT_AUTHORITATIVE)]
    if not any(s.outcome is Outcome.ANSWER for s in about):
        return
    for sighting in lame:
        yield Hit(
            subject=_named(sighting),
            detail=f"it is one of the servers of {sighting.zone} and does not answer for it;"
            " some receivers will ask it and find nothing",
            expected=f"an authoritative answer for {sighting.zone}",
            observed=(sighting.outcome.value,),
            evidence=(sighting,),
            fix=Fix("Have the zone added at this server, or take it out of the delegation at the registrar"),
        )


@check(
    "DEL006",
    "nameserver-unresolvable",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A name server has no address",
)
def nameserver_unresolvable(seen: Observation) -> Iterator[Hit]:
    """Its name has neither A nor AAAA: a misspelt server, or one that is gone."""
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    for name in cut.nowhere if cut is not None else ():
        yield Hit(
            subject=name,
            detail=f"it is named as a server of {seen.zone} and its name leads nowhere",
            expected="an address",
            observed=("none",),
            fix=Fix(f"Correct the spelling of {name} at the registrar and in the zone, or remove it"),
        )


@check(
    "DEL008",
    "parent-child-ns-mismatch",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="The registrar and the zone name different name servers",
)
def parent_child_ns_mismatch(seen: Observation) -> Iterator[Hit]:
    """The NS set of the zone above is not that of the zone itself."""
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    if cut is None or not cut.parent_names or not cut.own_names:
        return
    above, own = set(cut.parent_names), set(cut.own_names)
    if above != own:
        only = [f"only above: {name}" for name in sorted(above - own)]
        only += [f"only in the zone: {name}" for name in sorted(own - above)]
        yield Hit(
            subject=cut.zone or cut.name,
            detail="the world starts from the servers that the zone above names; changes made at others may not count",
            expected=", ".join(sorted(own)),
            observed=tuple(only),
            evidence=cut.sightings[-1:],
            fix=Fix("Make the list at the registrar the same as the NS records in the zone"),
        )


@check(
    "DEL011",
    "soa-serial-differs",
    step=Step.DKIM,
    severity=Severity.NOTICE,
    title="The name servers hold different versions of the zone",
)
def soa_serial_differs(seen: Observation) -> Iterator[Hit]:
    """SOA serials differ (RFC 1982): a transfer under way, or one that does not work. Evidence, never a verdict."""
    serials = {sighting: serial for sighting in seen.about_zone(RecordType.SOA) if (serial := _serial(sighting))}
    if len(set(serials.values())) > 1:
        yield Hit(
            subject=seen.zone or seen.identity.domain,
            detail="normal while a change spreads; if it stays so, the transfer between the servers is broken",
            expected="one serial number",
            observed=tuple(f"{_named(sighting)}: {serial}" for sighting, serial in serials.items()),
            evidence=tuple(serials),
            fix=Fix("Look again in some minutes; if it stays so, tell whoever runs the servers that lag"),
        )


@check(
    "DEL012",
    "single-nameserver",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="The zone has a single name server",
)
def single_nameserver(seen: Observation) -> Iterator[Hit]:
    """One name or one address: when it is away, so are all records (RFC 2182, section 5)."""
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    if cut is None or cut.zone is None or is_registry(cut.zone) or len(cut.own_names) == 0:
        return
    names = set(cut.own_names) | set(cut.parent_names)
    if len(names) == 1:
        yield Hit(
            subject=cut.zone,
            detail="while it is away nobody finds the domain's records, and receivers put its mail off",
            expected="two servers or more, in different networks",
            observed=tuple(names),
            fix=Fix("Add a second server at the DNS host and at the registrar"),
        )


@check(
    "DEL018",
    "long-negative-ttl",
    step=Step.DKIM,
    severity=Severity.NOTICE,
    title="Resolvers remember for hours that a record is missing",
)
def long_negative_ttl(seen: Observation) -> Iterator[Hit]:
    """min(SOA TTL, MINIMUM) above an hour (RFC 2308, section 5); told only while something is still to be added."""
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    if cut is None or cut.negative_ttl is None or cut.negative_ttl <= LONGEST_NEGATIVE:
        return
    if any(record.absent for record in seen.records):
        yield Hit(
            subject=cut.zone or cut.name,
            detail=f"a resolver that asks too early goes on saying no for up to {cut.negative_ttl // 3600} h;"
            " nothing here asks one before the records are live",
            expected=f"{LONGEST_NEGATIVE} s or less",
            observed=(f"{cut.negative_ttl} s",),
            fix=Fix("Lower the MINIMUM of the zone's SOA record to 300-900 s, where the host lets you"),
        )


LONGEST_NEGATIVE = 3600
"""Seconds; RFC 2308, section 5, calls one to three hours sensible, and Unbound caps it at one."""


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
    for record in seen.records:
        zone = next((s.zone for s in record.sightings if s.zone), "")
        if record.absent and zone != seen.zone and is_at_or_below(zone, seen.identity.domain):
            cuts.setdefault(zone, []).append(record)
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
            detail=f"{', '.join(_named(s) for s in wrong)} says that it does not exist, and yet has records below it;"
            " resolvers that believe it never find your keys",
            expected="NOERROR",
            observed=("NXDOMAIN",),
            evidence=tuple(wrong),
            fix=Fix(f"Tell the DNS host; until then a TXT record at {wrong[0].question.name}, whatever it says, helps"),
        )


def _named(sighting: Sighting) -> str:
    return f"{sighting.server.name} ({sighting.server.address})"


def _serial(sighting: Sighting) -> int | None:
    """The serial number in an SOA answer."""
    fields = sighting.answers[0].split() if sighting.answers else []
    return int(fields[2]) if len(fields) > 2 and fields[2].isdigit() else None
