"""Searches for records that are not where they should be: at names where mistakes put them, and behind wildcards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sendready.model.observation import Records, Slip, Stray
from sendready.model.records import ObservedRecord, Question, RecordState, RecordType, Sighting
from sendready.model.step import Step
from sendready.steps import misplaced

Start = Callable[[Question], asyncio.Task[tuple[Sighting, ...]]]
"""Starts to ask every authoritative server of a name's zone; the same question is asked once in a look."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is searched."""

    domain: str
    zones: set[str]
    """The zone that holds the domain, where it is known."""
    label: str
    """A label that nobody can have made, by which wildcards are told."""
    doubted: bool = False
    """Whether SES has not seen what stands there."""


def astray(records: Records) -> tuple[ObservedRecord, ...]:
    """The records that a search may explain: proven absent, wrong, or behind an alias."""
    return tuple(r for r in records if r.absent or r.state is RecordState.WRONG or _is_aliased(r))


async def search(records: Records, place: Place, start: Start) -> tuple[Stray, ...]:
    """Where records lie that are proven absent at their own names, and what stands there in their place.

    That is a dozen questions a record; nothing is asked where every record is live and SES has seen it.
    """
    absent = [record.wanted for record in records if record.absent]
    wrong = [record for record in records if record.state is RecordState.WRONG]
    aliased = [record for record in records if _is_aliased(record)]
    places = [(record, *spot) for record in absent for spot in misplaced.places(record, place.domain, place.zones)]
    places += [
        (r.wanted, Slip.CHAINED, q)
        for r in wrong
        for q in map(partial(misplaced.behind, r.wanted), r.found)
        if q is not None
    ]
    # A wildcard answers for names nobody has made: what it says is no slip of the user's.
    doubtful = {question for record, slip, question in places if misplaced.may_be_wild(record, slip)}
    doubtful |= {record.wanted.question for record in (*wrong, *aliased)}
    siblings = {question: misplaced.beside(question, place.label) for question in doubtful}
    for question in (*(question for *_, question in places), *siblings.values()):
        start(question)
    found = [Stray(*spot, await start(spot[2])) for spot in places]
    found += [Stray(r.wanted, Slip.WILDCARD, r.wanted.question, r.sightings) for r in wrong]
    found += [Stray(r.wanted, Slip.ALIAS, r.wanted.question, r.sightings) for r in aliased]
    if place.doubted:
        live = [record.wanted for record in records.of_step(Step.DKIM) if record.live]
        texts = [Question(record.name, RecordType.TXT) for record in live]
        for question in texts:
            start(question)
        found += [Stray(r, Slip.BESIDE, q, await start(q)) for r, q in zip(live, texts, strict=True)]
    strays = []
    for stray in found:
        sibling = siblings.get(stray.question)
        beside = await start(sibling) if sibling is not None else ()
        match stray.slip:
            case Slip.WILDCARD:
                told = _same(stray.sightings, beside)
            case Slip.ALIAS:
                told = _aliases(stray.sightings) != _aliases(beside)
            case Slip.BESIDE:  # an honest server answers with the CNAME, and receivers ask for the text
                told = any(sighting.answers and sighting.alias is None for sighting in stray.sightings)
            case Slip.ADDRESS if _answers(beside) and not _same(stray.sightings, beside):
                # Some wildcards answer with other addresses every time; one that does proves nothing.
                again = await start(misplaced.beside(stray.question, f"{place.label}-2"))
                told = _same(beside, again)
            case _:
                told = not _same(stray.sightings, beside)
                told = told and misplaced.explains(stray.wanted, stray.slip, stray.answers)
        if told:
            strays.append(stray)
    return tuple(strays)


def _is_aliased(record: ObservedRecord) -> bool:
    return not record.live and bool(_aliases(record.sightings))


def _answers(sightings: Sequence[Sighting]) -> frozenset[str]:
    return frozenset(text for sighting in sightings for text in sighting.answers)


def _aliases(sightings: Sequence[Sighting]) -> frozenset[str]:
    return frozenset(sighting.alias for sighting in sightings if sighting.alias is not None)


def _same(sightings: Sequence[Sighting], others: Sequence[Sighting]) -> bool:
    """Whether both names have something, and the same."""
    return bool(_answers(others)) and _answers(sightings) == _answers(others)
