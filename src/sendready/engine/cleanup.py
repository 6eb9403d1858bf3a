"""Removes what runs of ours left, by the journal and nothing else: temporary resources, and on request the records."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sendready.engine.attempt import attempt
from sendready.model.errors import SendreadyError, StateError
from sendready.model.observation import Unseen
from sendready.model.ports import Resource, Scope, World
from sendready.model.publisher import Publisher, Written, Zone


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What interrupted runs left behind, newest first."""

    here: tuple[tuple[Scope, Resource], ...]
    """In the account and region at hand."""
    elsewhere: tuple[tuple[Scope, Resource], ...]
    """In others: it cannot be removed from here, and that it is not found here says nothing about it."""


def leftovers(world: World, account: str) -> Leftovers:
    """Reads the journals; raises StateError where one is not ours."""
    left = world.store.unfinished()
    at = (account, world.ses.region)
    return Leftovers(
        here=tuple((scope, resource) for scope, resource in left if (scope.account, scope.region) == at),
        elsewhere=tuple((scope, resource) for scope, resource in left if (scope.account, scope.region) != at),
    )


async def clean_up(left: Sequence[tuple[Scope, Resource]], world: World) -> list[tuple[Resource, SendreadyError]]:
    """Removes each resource; returns those that could not be removed, with the reason.

    A resource that is gone already counts as removed; one that is not removed stays in the journal.
    """
    kept = []
    for scope, resource in left:
        try:
            await world.events.delete(resource)
            world.store.end(scope, resource)
        except SendreadyError as error:
            kept.append((resource, error))
    return kept


@dataclass(frozen=True, slots=True)
class Standing:
    """A record that was added from here, and what is at its name now."""

    scope: Scope
    written: Written
    now: tuple[str, ...]
    trouble: SendreadyError | None = None
    """Why its zone could not be read."""

    @property
    def ours(self) -> bool:
        """Whether it still stands there as it was written."""
        return self.written.record.value in self.now


async def standing(world: World, account: str, identity: str | None = None) -> list[Standing]:
    """The records that were added in this account and region, each compared with what its zone holds now."""
    at = (account, world.ses.region)
    found = []
    for scope, written in world.store.written():
        if (scope.account, scope.region) == at and identity in (None, scope.identity):
            values = await attempt(_now(world, written))
            found.append(
                Standing(scope, written, (), values.reason)
                if isinstance(values, Unseen)
                else Standing(scope, written, values.value)
            )
    return found


async def take_back(records: Sequence[Standing], world: World) -> list[tuple[Standing, SendreadyError | None]]:
    """Removes each record that still is ours; returns those that stay, with the reason if there is one but a change."""
    kept: list[tuple[Standing, SendreadyError | None]] = []
    for record in records:
        publisher, zone = _place(world, record.written)
        try:
            removed = await publisher.remove(zone, record.written.record)
        except SendreadyError as error:
            kept.append((record, error))
            continue
        if not removed:
            kept.append((record, None))
            continue
        with suppress(StateError):  # it is gone whether that can be written down or not; the zone says so next time
            world.store.taken_back(record.scope, record.written, world.clock.now())
    return kept


async def _now(world: World, written: Written) -> tuple[str, ...]:
    publisher, zone = _place(world, written)
    existing = await publisher.existing(zone, (written.record.name,))
    return existing.get(written.record.question, ())


def _place(world: World, written: Written) -> tuple[Publisher, Zone]:
    """Who wrote it, and where."""
    return world.publisher(written.publish), written.zone
