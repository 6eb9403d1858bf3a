"""What resolvers make of a zone that its own servers have: old answers, private copies, invented ones (ENV, DEL)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sendready.checks.registry import check
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.names import bare
from sendready.model.observation import Observation, Seen
from sendready.model.records import Outcome, Question, RecordState, RecordType, Sighting
from sendready.model.step import Step

FLUSH = {"1.1.1.1": "https://1.1.1.1/purge-cache/", "8.8.8.8": "https://dns.google/cache"}
"""Where anybody can make a public resolver forget."""


def _about(seen: Observation, rtype: RecordType) -> list[Sighting]:
    question = Question(seen.zone or "", rtype)
    return [s for s in seen.resolved if s.question == question and s.outcome is Outcome.ANSWER]


def _inventing(seen: Observation) -> list[Sighting]:
    return [s for s in seen.resolved if s.question.name.endswith(".invalid") and s.outcome is Outcome.ANSWER]


def _believable(seen: Observation, sightings: Sequence[Sighting]) -> list[Sighting]:
    """Without those of resolvers that invent answers."""
    inventing = {s.server for s in _inventing(seen)}
    return [s for s in sightings if s.server not in inventing]


@check(
    "ENV004",
    "nxdomain-rewritten",
    step=Step.ACCOUNT,
    severity=Severity.WARNING,
    title="A resolver invents answers for names that do not exist",
)
def nxdomain_rewritten(seen: Observation) -> Iterator[Hit]:
    """It knows an address of a name below `invalid`, which nobody can have."""
    for sighting in _inventing(seen):
        yield Hit(
            subject=sighting.server.address,
            detail="it gives an address for a name that cannot exist, so nothing it says is counted here",
            expected="NXDOMAIN",
            observed=sighting.answers,
            evidence=(sighting,),
            fix=Fix("Use another resolver on this machine; the domain is not concerned"),
        )


@check(
    "ENV005",
    "stale-resolver-cache",
    step=Step.ACCOUNT,
    severity=Severity.NOTICE,
    title="Resolvers still remember an older answer",
)
def stale_resolver_cache(seen: Observation) -> Iterator[Hit]:
    """Live at all the zone's own servers, and absent or old in a resolver's memory, which says for how long yet."""
    stale = []
    for record in seen.records:
        asked = [s for s in seen.resolved if s.question == record.wanted.question]
        wrong = (RecordState.MISSING, RecordState.WRONG)
        stale += [s for s in _believable(seen, asked) if record.live and record.state_at(s) in wrong]
    if not stale or any(_moved(seen)) or any(_elsewhere(seen)):
        return
    last = max(s.ttl or 0 for s in stale)
    resolvers = dict.fromkeys(s.server.address for s in stale)
    until = seen.at + timedelta(seconds=last)
    pages = [FLUSH[address] for address in resolvers if address in FLUSH]
    yield Hit(
        subject=", ".join(resolvers),
        detail=f"the longest-lived of them is forgotten in {_span(last)}, at {until:%H:%M:%S} UTC",
        expected="the records as the zone's own servers have them",
        observed=tuple(
            f"{s.server.address}: {s.question.name} {s.question.type.value} {' / '.join(s.answers) or s.outcome.value},"
            f" {_span(s.ttl or 0)} left"
            for s in stale
        ),
        evidence=tuple(stale),
        fix=Fix(
            "Nothing to do: the records are right, and resolvers forget by themselves"
            + (f"; to be quicker, flush {' and '.join(pages)}" if pages else "")
        ),
        state=FindingState.PENDING,
        recheck_at=until,
        awaits="resolvers to forget old answers",
    )


@check(
    "DEL025",
    "delegation-just-changed",
    step=Step.DKIM,
    severity=Severity.NOTICE,
    title="Resolvers still use the name servers from before",
    explains=("ENV005", "ENV006"),
)
def delegation_just_changed(seen: Observation) -> Iterator[Hit]:
    """Their NS set is another one than that of the zone and the zone above, and they keep it until its TTL is over."""
    moved = list(_moved(seen))
    if moved:
        last = max(s.ttl or 0 for s in moved)
        until = seen.at + timedelta(seconds=last)
        yield Hit(
            subject=seen.zone or seen.identity.domain,
            detail=f"the last of them is forgotten in {_span(last)}, at {until:%H:%M:%S} UTC; until then some receivers"
            " ask the old servers",
            expected=", ".join(sorted(_servers(seen))),
            observed=tuple(f"{s.server.address}: {', '.join(s.answers)}" for s in moved),
            evidence=tuple(moved),
            fix=Fix("Keep the zone at the old servers as it is at the new ones until then"),
            state=FindingState.PENDING,
            recheck_at=until,
            awaits="resolvers to forget the old name servers",
        )


@check(
    "ENV006",
    "split-horizon",
    step=Step.ACCOUNT,
    severity=Severity.WARNING,
    title="A resolver here has a zone of its own for the domain",
)
def split_horizon(seen: Observation) -> Iterator[Hit]:
    """Its SOA record names another primary than the zone's own servers do: an office or a VPN serves a private copy."""
    for sighting in _elsewhere(seen):
        yield Hit(
            subject=sighting.server.address,
            detail="the office or the VPN serves a private copy of the zone; receivers and SES see the public one, and"
            " that one counts here",
            expected=", ".join(sorted(_primaries(seen))),
            observed=(_primary(sighting),),
            evidence=(sighting,),
            fix=Fix("Nothing to do for the domain; add the records to the private copy only if mail is checked there"),
        )


def _moved(seen: Observation) -> Iterator[Sighting]:
    known = _servers(seen)
    for sighting in _believable(seen, _about(seen, RecordType.NS)):
        if known and not known & {bare(name) for name in sighting.answers}:
            yield sighting


def _elsewhere(seen: Observation) -> Iterator[Sighting]:
    known = _primaries(seen)
    for sighting in _believable(seen, _about(seen, RecordType.SOA)):
        if known and _primary(sighting) not in known:
            yield sighting


def _servers(seen: Observation) -> set[str]:
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    return {*cut.parent_names, *cut.own_names} if cut is not None else set()


def _primaries(seen: Observation) -> set[str]:
    return {_primary(s) for s in seen.about_zone(RecordType.SOA) if s.answers}


def _primary(soa: Sighting) -> str:
    return bare(soa.answers[0].split()[0])


def _span(seconds: int) -> str:
    """So many seconds as people say it: `40 s`, `3 min 20 s`, `2 h 5 min`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {left} s" if minutes else f"{left} s"
