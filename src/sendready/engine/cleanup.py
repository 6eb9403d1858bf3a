"""Removes what interrupted runs left behind: what the journal says was begun and not ended, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from sendready.model.errors import SendreadyError
from sendready.model.ports import Resource, Scope, World


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
