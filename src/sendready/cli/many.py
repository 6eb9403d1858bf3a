"""Many domains in many accounts and regions: who is looked at where, a few at a time, memory staying as it is."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from sendready.cli.session import Session
from sendready.cli.targets import Shard, Told
from sendready.model.errors import AwsError, BadInput, StateError
from sendready.model.finding import Verdict
from sendready.model.identity import Identity
from sendready.model.looks import Observed
from sendready.model.ports import World
from sendready.steps.naming import read_identity

AT_ONCE = 16
"""Domains looked at in parallel, wherever they are; SES is paced in each account and region whatever this says."""

AHEAD = 4 * AT_ONCE
"""Domains begun, or waiting for their turn, beyond the one that is shown next, where results keep their order."""


@dataclass(frozen=True, slots=True)
class Place:
    """One account and region."""

    here: Session
    world: World | None
    """None: it could not be entered."""
    refusal: AwsError | None = None
    account: str | None = None
    """Asked for only where several profiles make it matter."""

    @property
    def region(self) -> str:
        """The region's name; empty where it is not known."""
        return self.world.ses.region if self.world is not None else self.here.connection.region or ""


async def enter(here: Session, *, aws: bool) -> list[Place]:
    """Every account and region that `--profile` and `--region` name, each once.

    Two profiles of one account would look at the same twice and ask SES at twice the rate: the second is left out, and
    that is said.
    """
    profiles, regions = here.common.given("profile"), here.common.given("region")
    found: list[Place] = []
    for profile in profiles or (here.connection.profile,):
        for region in regions or (here.connection.region,):
            there = replace(here, connection=replace(here.connection, profile=profile, region=region))
            try:
                world = await there.world(aws=aws)
                account = (await world.ses.caller()).account if aws and len(profiles) > 1 else None
            except AwsError as error:
                found.append(Place(there, None, error))
                continue
            place = Place(there, world, account=account)
            if account is not None and (account, place.region) in {(p.account, p.region) for p in found}:
                here.console.note(f"profile {profile} is of account {account}, too; not looked into once more")
                continue
            found.append(place)
    return found


Target = tuple[Place, Identity]


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be looked at, and what an earlier run has seen already."""

    named: Sequence[tuple[Place, Sequence[Identity]]]
    shard: Shard | None
    told: Told

    def __iter__(self) -> Iterator[Target]:
        """In turns, so that no account's pace holds up another's."""
        return (target for target, verdict in self._with_verdicts() if verdict is None)

    def held(self) -> Iterator[Verdict]:
        """The verdicts that the earlier run came to."""
        return (verdict for _, verdict in self._with_verdicts() if verdict is not None)

    def _with_verdicts(self) -> Iterator[tuple[Target, Verdict | None]]:
        columns = ([(place, identity) for identity in identities] for place, identities in self.named)
        for row in zip_longest(*columns):
            for target in row:
                if target is not None and (self.shard is None or self.shard.holds(target[1].name)):
                    place, identity = target
                    yield target, self.told.about(identity.name, place.region, place.account)


async def listed(place: Place) -> tuple[Identity, ...]:
    """All identities that SES has here; one whose name we could not ask for is told and left out. Raises AwsErrors."""
    if place.world is None:
        raise place.refusal or AwsError("the account could not be entered")
    found = []
    for one in await place.world.ses.identities():
        try:
            found.append(read_identity(one.name))
        except BadInput as error:
            place.here.console.note(f"left out: {error.message}")
    return tuple(found)


Outcome = tuple[Target, Observed | StateError]


async def looked_at(
    targets: Iterator[Target], look: Callable[[Target], Awaitable[Observed]], *, in_order: bool
) -> AsyncGenerator[Outcome, None]:
    """The results, in the order of the targets or as each is there; a look is begun only when there is room for it."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(target: Target) -> Outcome:
        async with turns:
            try:
                return target, await look(target)
            except StateError as error:
                return target, error

    begun: deque[asyncio.Task[Outcome]] = deque()
    try:
        while True:
            room = (AHEAD if in_order else AT_ONCE) - len(begun)
            begun.extend(asyncio.ensure_future(one(target)) for target in islice(targets, room))
            if not begun:
                return
            if in_order:
                yield await begun.popleft()
                continue
            done, _ = await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
            ready = [task for task in begun if task in done]  # two at once: in the order given
            for task in ready:
                begun.remove(task)
            for task in ready:
                yield task.result()
    finally:
        for task in begun:
            task.cancel()
