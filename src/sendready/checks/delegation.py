"""The zone and its servers: whether anybody can be asked at all (DEL)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sendready.checks.manners import lost_ipv6
from sendready.checks.registry import check
from sendready.model.errors import AwsError
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.names import is_registry
from sendready.model.observation import Observation, Seen, Slip, Unseen
from sendready.model.records import Outcome, RecordState, RecordType, Sighting
from sendready.model.step import Step

_NETWORK = ("no-resolver", "no-answer", "intercepted")
RECORDS = ("KIM001", "KIM002", "MFR001", "MFR007", "DMC001", "KIM030", "KIM031", "SES003", "MFR017")
"""What is missing, and what SES says of it, where nobody can ask the zone."""


@check(
    "DEL001",
    "domain-does-not-exist",
    step=Step.IDENTITY,
    severity=Severity.CRITICAL,
    title="The domain does not exist in DNS",
    explains=(*RECORDS, "SES001", "DEL003", "DEL005"),
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
    explains=(*RECORDS, "DEL003", "DEL005"),
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
        sightings = [s for record in ours for s in record.sightings]
        if sightings and {s.outcome for s in sightings} <= _NOT_THERE:
            yield _given_away(names, seen.zone or seen.identity.domain, sightings, step)
            continue
        yield _partly_lost(_lost(names, "it", sightings), step)
    found = seen.dmarc
    if any(record.wanted.step is Step.DMARC for record in lost):
        return  # told above
    if isinstance(found, Unseen):
        yield _partly_lost(_lost(f"_dmarc.{seen.identity.domain}", "it", [], found.reason.message), Step.DMARC)
    elif found is not None and not (found.value.complete or found.value.record):
        failed = [s for s in found.value.sightings if not s.outcome.conclusive]
        names = ", ".join(dict.fromkeys(s.question.name for s in failed)) or f"_dmarc.{seen.identity.domain}"
        yield _partly_lost(_lost(names, "the DMARC policy", failed), Step.DMARC)


def _lost(subject: str, what: str, sightings: Sequence[Sighting], why: str = "") -> Hit:
    """Something that no server of its zone answered for."""
    by_server = tuple({s.server: s for s in sightings}.values())
    groups: dict[str, list[str]] = {}
    for sighting in by_server:
        names = groups.setdefault(_MEANS.get(sighting.outcome, sighting.outcome.value.lower()), [])
        if sighting.server.name not in names:
            names.append(sighting.server.name)
    told = "; ".join(f"{', '.join(names)}: {means}" for means, names in groups.items())
    outcomes = {sighting.outcome for sighting in by_server}
    title, do = None, "Look again in a few minutes; if it stays so, tell whoever runs these name servers"
    if outcomes and outcomes <= _NOT_THERE:
        title = "None of the name servers has the zone"
        do = (
            "Add the zone at the DNS host whose servers these are: it was removed there, or never added; or set the"
            " name servers of the host that has it at the registrar"
        )
    elif outcomes == {Outcome.SERVFAIL}:
        title = "Every name server fails to serve the zone"
        do = "Look for an error in the zone at the DNS host and publish it anew; a copy that got too old fails, too"
    return Hit(
        subject=subject,
        title=title,
        detail=f"nothing can be said about {what}: {told or why or 'it has no reachable server'}",
        expected="an answer from the zone's name servers",
        observed=tuple(f"{s.server.name} ({s.server.address}): {s.outcome.value}" for s in by_server),
        evidence=by_server,
        fix=Fix(do),
        state=FindingState.UNKNOWN,
    )


_NOT_THERE = frozenset({Outcome.REFUSED, Outcome.NOT_AUTHORITATIVE})
"""What a server says of a zone that it does not have."""

_MEANS = {
    Outcome.REFUSED: "REFUSED, the answer of a server that does not have the zone",
    Outcome.NOT_AUTHORITATIVE: "an answer without authority, as from a server that does not have the zone",
    Outcome.SERVFAIL: "SERVFAIL, the answer of a server that cannot read its zone, or whose copy is too old",
    Outcome.TIMEOUT: "no answer",
    Outcome.UNREACHABLE: "not reached",
    Outcome.TRUNCATED: "an answer cut short, and none over TCP",
    Outcome.GARBLED: "nonsense",
    Outcome.INTERCEPTED: "the answer of a resolver in its place",
}
"""What came instead of an answer, in words."""


def _given_away(names: str, zone: str, sightings: Sequence[Sighting], step: Step) -> Hit:
    """Names below the zone's that are delegated to servers which do not have them: receivers get SERVFAIL."""
    hit = _lost(names, "it", sightings)
    return replace(
        hit,
        title="A record's name is delegated to servers that do not have it",
        detail=hit.detail.removeprefix("nothing can be said about it: "),
        expected=f"no NS records for it in {zone}, or servers that have the zone they are named for",
        fix=Fix(
            f"In the zone {zone} look for NS records at this name or above it, such as at `_domainkey`: delete them and"
            " add the record there, or add the zone at the servers that they name"
        ),
        state=FindingState.FAIL,
        severity=Severity.ERROR,
        step=step,
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
    ipv6 = {f"{s.server.name} ({s.server.address})" for s in lost_ipv6(seen)}  # ENV008
    silent = [
        server
        for server, outcomes in by_server.items()
        if server not in ipv6 and all(outcome in lost for outcome in outcomes)
    ]
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
            subject=named(sighting),
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
        only = cut is not None and not cut.servers
        yield Hit(
            subject=name,
            detail=f"it is named as a server of {seen.zone} and its name leads nowhere"
            + ("; no other server can be asked" if only else ""),
            severity=Severity.CRITICAL if only else None,
            explains=(*RECORDS, "DEL003") if only else None,
            expected="an address",
            observed=("none",),
            fix=Fix(f"Correct the spelling of {name} at the registrar and in the zone, or remove it"),
        )


@check(
    "DEL007",
    "nameserver-is-alias",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A name server's name is an alias",
)
def nameserver_is_alias(seen: Observation) -> Iterator[Hit]:
    """An NS record must name a host with addresses of its own, never a CNAME (RFC 2181, section 10.3)."""
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    for name in cut.aliased if cut is not None else ():
        yield Hit(
            subject=name,
            detail="many resolvers do not follow an alias there, and never ask this server",
            expected="A or AAAA records at the name",
            observed=("CNAME",),
            fix=Fix(f"Name the host that {name} leads to, at the registrar and in the zone"),
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
    "DEL009",
    "glue-mismatch",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="The registrar has another address for a name server than its own zone",
)
def glue_mismatch(seen: Observation) -> Iterator[Hit]:
    """Glue is a copy that nobody updates by itself (RFC 9471); an address that the zone no longer has leads nowhere."""
    glue = seen.delegation.value.glue if isinstance(seen.delegation, Seen) else ()
    own = [*seen.about_zone(RecordType.A), *seen.about_zone(RecordType.AAAA)]
    for name in dict.fromkeys(server.name for server in glue):
        told = [s for s in own if s.question.name == name and s.outcome is Outcome.ANSWER]
        known = {(s.question.type, text) for s in told for text in s.answers}
        given = {_typed(server.address) for server in glue if server.name == name}
        stale = {pair for pair in given - known if pair[0] in {rtype for rtype, _ in known}}
        if stale:
            yield Hit(
                subject=name,
                detail="resolvers ask at the registrar's address first, which the zone itself does not give",
                expected=", ".join(sorted(text for _, text in known)),
                observed=tuple(sorted(text for _, text in given)),
                evidence=tuple(told),
                fix=Fix(f"Change the address of {name} at the registrar, where name servers (host objects) are kept"),
            )


def _typed(address: str) -> tuple[RecordType, str]:
    """An address with the type of record that holds it."""
    return (RecordType.AAAA if ":" in address else RecordType.A), address


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
            observed=tuple(f"{named(sighting)}: {serial}" for sighting, serial in serials.items()),
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


def named(sighting: Sighting) -> str:
    """The server that said it, with its address."""
    return f"{sighting.server.name} ({sighting.server.address})"


def _serial(sighting: Sighting) -> int | None:
    """The serial number in an SOA answer."""
    fields = sighting.answers[0].split() if sighting.answers else []
    return int(fields[2]) if len(fields) > 2 and fields[2].isdigit() else None
