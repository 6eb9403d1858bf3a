"""The zone and its servers: whether anybody can be asked at all (DEL)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import is_registry
from sendready.model.observation import Observation, Seen
from sendready.model.records import Outcome, RecordType, Sighting
from sendready.model.step import Step

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
    """An NS record must name a host with addresses of its own, never a CNAME (RFC 2181, section 10.3).

    One whose address the zone above gives as glue is an alias where its own zone says so.
    """
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    own = [*seen.about_zone(RecordType.A), *seen.about_zone(RecordType.AAAA)]
    for name in dict.fromkeys((*(cut.aliased if cut is not None else ()), *(s.question.name for s in own if s.alias))):
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
