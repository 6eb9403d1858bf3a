"""Removes what interrupted runs left behind: what the journal says was begun and not ended, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sendready.model.errors import SendreadyError
from sendready.model.ports import Resource, Scope, World


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
        except SendreadyError as error:
            kept.append((resource, error))
        else:
            world.store.end(scope, resource)
    return kept
