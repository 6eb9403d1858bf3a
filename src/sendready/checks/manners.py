"""How a zone's servers take questions: TCP, EDNS, capital letters, IPv6; what is this network's fault is told so."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.observation import Observation
from sendready.model.records import Outcome, Sighting
from sendready.model.soundness import Manners
from sendready.model.step import Step


def _manners(seen: Observation) -> tuple[Manners, ...]:
    return seen.soundness.manners if seen.soundness is not None else ()


def _all(seen: Observation) -> list[Sighting]:
    return [s for record in seen.records for s in record.sightings] + list(seen.zone_sightings)


def network_blocks_tcp(seen: Observation) -> bool:
    """No server answers over TCP, those of the zone above included: it is this network."""
    answered = [one for one in _manners(seen) if one.tcp is not None]
    leaves = seen.soundness.tcp_leaves if seen.soundness is not None else None
    return bool(answered) and not any(one.tcp for one in answered) and leaves is False


def lost_ipv6(seen: Observation) -> tuple[Sighting, ...]:
    """Every answer that did not come over IPv6, where none came and some did over IPv4."""
    six = [s for s in _all(seen) if ":" in s.server.address]
    four = [s for s in _all(seen) if ":" not in s.server.address]
    lost = (Outcome.TIMEOUT, Outcome.UNREACHABLE)
    if all(s.outcome in lost for s in six) and any(s.outcome.conclusive for s in four):
        return tuple(six)
    return ()


@check(
    "DEL013",
    "tcp-fallback-refused",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A name server does not answer over TCP",
    explains=("DEL003",),
)
def tcp_fallback_refused(seen: Observation) -> Iterator[Hit]:
    """What does not fit into UDP must come over TCP (RFC 7766, section 5); an error where an answer was lost by it."""
    if network_blocks_tcp(seen):
        return  # ENV007
    cut = [s for s in _all(seen) if s.outcome is Outcome.TRUNCATED]
    lost = dict.fromkeys(f"{s.server.name} ({s.server.address})" for s in cut)
    deaf = dict.fromkeys(f"{m.server.name} ({m.server.address})" for m in _manners(seen) if m.tcp is False)
    for server in dict.fromkeys((*lost, *deaf)):
        evidence = tuple(s for s in cut if f"{s.server.name} ({s.server.address})" == server)
        names = ", ".join(dict.fromkeys(s.question.name for s in evidence))
        yield Hit(
            subject=server,
            detail=f"its answers about {names} are cut short and cannot be had whole"
            if evidence
            else "long answers, such as DKIM keys, cannot be had from it",
            expected="an answer over TCP, port 53",
            observed=("none over TCP",),
            evidence=evidence[:1],
            fix=Fix("Ask whoever runs it to open port 53 for TCP, in the server and in every firewall before it"),
            severity=None if evidence else Severity.WARNING,
            explains=None if evidence else (),
        )


@check(
    "DEL014",
    "edns-broken",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="A name server drops questions with EDNS",
)
def edns_broken(seen: Observation) -> Iterator[Hit]:
    """Silence where a question bears EDNS, an answer where it does not (RFC 6891, section 7)."""
    for one in _manners(seen):
        if one.edns is False:
            yield Hit(
                subject=f"{one.server.name} ({one.server.address})",
                detail="every resolver of today asks with EDNS, waits in vain and asks again, or gives up",
                expected="an answer to both",
                observed=("none with EDNS, one without",),
                fix=Fix("Ask whoever runs it to update it, or the firewall before it that drops such questions"),
            )


@check(
    "DEL026",
    "case-randomisation-broken",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="A name server changes the spelling of questions",
)
def case_randomisation_broken(seen: Observation) -> Iterator[Hit]:
    """Its answer bears the name in other letters than it was asked in; some resolvers take that for a forgery."""
    for one in _manners(seen):
        if one.keeps_case is False:
            yield Hit(
                subject=f"{one.server.name} ({one.server.address})",
                detail="resolvers that spell names in capitals and small letters by turns, Google's among them, throw"
                " its answers away",
                expected="the question exactly as it was put",
                observed=("other letters",),
                fix=Fix("Tell the DNS host, or whoever runs the firewall before the server"),
            )


@check(
    "ENV007",
    "tcp53-blocked",
    step=Step.ACCOUNT,
    severity=Severity.NOTICE,
    title="This network lets no DNS over TCP out",
)
def tcp_blocked(seen: Observation) -> Iterator[Hit]:
    """Neither the zone's servers nor those above it can be reached over TCP: harmless for the domain."""
    if network_blocks_tcp(seen):
        yield Hit(
            subject=seen.zone or seen.identity.domain,
            detail="answers that do not fit into UDP cannot be seen from here",
            expected="port 53 open for TCP",
            observed=("no server answers over TCP",),
            fix=Fix("Nothing to do for the domain; look from another network if something could not be looked up"),
        )


@check(
    "ENV008",
    "ipv6-unreachable",
    step=Step.ACCOUNT,
    severity=Severity.INFO,
    title="This machine reaches no name server over IPv6",
    explains=(),
)
def ipv6_unreachable(seen: Observation) -> Iterator[Hit]:
    """All IPv6 addresses fail and IPv4 works: it is this machine, or its network."""
    six = lost_ipv6(seen)
    servers = tuple(dict.fromkeys(f"{s.server.name} ({s.server.address})" for s in six))
    if servers:
        yield Hit(
            subject=seen.zone or seen.identity.domain,
            detail="what the servers say over IPv6 was left out",
            expected="an answer",
            observed=servers,
            evidence=six[:1],
            fix=Fix("Nothing to do for the domain"),
            state=FindingState.UNKNOWN,
        )
