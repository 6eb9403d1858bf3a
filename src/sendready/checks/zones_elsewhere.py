"""Records that stand where nobody asks: in a zone of the user's own that the delegation does not lead to (DEL)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.delegation import RECORDS
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation, Seen
from sendready.model.step import Step
from sendready.model.surroundings import HeldElsewhere


def _held_elsewhere(seen: Observation) -> tuple[HeldElsewhere, ...]:
    looked = seen.around.zones if seen.around is not None else None
    return looked.value if isinstance(looked, Seen) else ()


@check(
    "DEL020",
    "edited-zone-not-authoritative",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The records stand in a zone that nobody is sent to",
    explains=(*RECORDS, "KIM033"),
)
def edited_zone_not_authoritative(seen: Observation) -> Iterator[Hit]:
    """The DNS host has a zone with the missing records, and the delegation names other servers."""
    for held in _held_elsewhere(seen):
        if held.twin is not None:
            continue
        cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
        served = tuple(dict.fromkeys(server.name for server in cut.servers)) if cut is not None else ()
        name = cut.zone if cut is not None and cut.zone is not None else seen.identity.domain
        zone, count = f"{held.zone.host} zone {held.zone.label}", len(held.records)
        where = "is private, so only your own network sees it" if held.private else "is asked by nobody"
        servers = ", ".join(held.zone.servers)
        move = f"; or, if this zone is to be the one, enter its servers at the registrar: {servers}"
        yield Hit(
            subject=held.zone.label,
            detail=f"{count} of the missing records {'are' if count > 1 else 'is'} in {zone}, which {where}: {name} is"
            f" served by {', '.join(served) or 'nobody'}",
            expected=", ".join(served),
            observed=("private",) if held.private else held.zone.servers,
            fix=Fix(f"Add the records where {name} is served{'' if held.private else move}", held.records),
        )


@check(
    "DEL021",
    "duplicate-hosted-zone",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="Two zones have the domain's name, and the records stand in the wrong one",
    explains=(*RECORDS, "DEL020"),
)
def duplicate_hosted_zone(seen: Observation) -> Iterator[Hit]:
    """The DNS host has the zone that the world is sent to, and the records went into another one of that name."""
    for held in _held_elsewhere(seen):
        if held.twin is not None:
            kind, count = "private zone" if held.private else "zone", len(held.records)
            yield Hit(
                subject=held.zone.label,
                detail=f"{held.zone.host} has two zones {held.zone.name}; the world is sent to {held.twin.label}, and"
                f" {count} of the missing records {'stand' if count > 1 else 'stands'} in the {kind} {held.zone.label}",
                expected=held.twin.label,
                observed=(held.zone.label,),
                fix=Fix(
                    f"Add the records to {held.twin.label}"
                    + ("" if held.private else f", and delete {held.zone.label} once nothing else is needed from it"),
                    held.records,
                    (f"sendready apply {seen.identity.quoted}",),
                ),
            )
