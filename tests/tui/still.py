"""What makes a picture of the wizard stand still: time that moves when a scene says so, and no figure of chance."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.widgets import Input
from walking import Walker

from sendready.model.observation import Delegation
from sendready.model.ports import Clock, Dns, World
from sendready.model.records import Question, Sighting
from sendready.model.soundness import Soundness
from sendready.practice.servers import Practice
from sendready.steps.naming import read_identity
from sendready.tui.app import SendreadyApp
from sendready.wiring import Connection, Wizard, open_world

BEGINNING = datetime(2026, 3, 14, 9, 30, 0, 250_000, tzinfo=UTC)
"""What the clock of a still world shows at first; the odd hundredths keep it away from the next tenth of a second."""

STANDSTILL = 0.0001
"""Speed of a clock that cannot stop: minutes of testing do not show."""

WAIT = 1.8
"""Seconds from which on a pause of the engine is a wait, which ends when time moves; shorter ones pass at once.

The shortest wait is that of a watch in its first seconds, two seconds less what is left out by chance."""

LOOK = 0.02
"""How often a wait looks at the clock, real seconds."""

TOOK = 7.0
"""Milliseconds that every answer is said to have taken."""

RUN = "5e4d0a1d"
"""What every test send is called."""


@contextmanager
def still_world() -> Iterator[Practice]:
    """A practice world in which time moves by jumps only; times are shown in UTC."""
    time.tzset()  # TZ may have been set a moment ago
    with Practice(speed=STANDSTILL, start=BEGINNING) as practice:
        practice.throttling = False
        yield practice


def still_wizard(practice: Practice, opens: str | None, state: Path) -> SendreadyApp:
    """The wizard in such a world; `opens` is an identity, or None for the list of them."""
    environment = {**practice.environment, "SENDREADY_STATE_DIR": str(state)}
    asked = Wizard(identity=read_identity(opens) if opens is not None else None)
    return StillApp(asked, Connection(region=practice.region, environment=environment, practice=True), practice)


async def stand_still(walker: Walker) -> None:
    """Waits until nothing is under way, and stops what blinks."""
    for field in walker.app.screen.query(Input):
        field.cursor_blink = False
    await walker.pilot.pause()


class StillClock(Clock):
    """The practice world's own clock, in tenths of a second; a pause passes at once unless it is a wait."""

    def __init__(self, practice: Practice, *, waits: bool) -> None:
        self._practice = practice
        self._waits = waits

    def now(self) -> datetime:
        now = self._practice.clock.now()
        return now.replace(microsecond=now.microsecond // 100_000 * 100_000)

    def monotonic(self) -> float:
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        while self._waits and seconds >= WAIT and self.now() < until:  # noqa: ASYNC110  a jump tells nobody
            await asyncio.sleep(LOOK)


class StillDns(Dns):
    """Real look-ups, all of which took equally long."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns

    async def delegation(self, name: str) -> Delegation:
        return await self._dns.delegation(name)

    async def look(self, question: Question) -> tuple[Sighting, ...]:
        return _still(await self._dns.look(question))

    async def soundness(self, cut: Delegation) -> Soundness:
        return await self._dns.soundness(cut)

    async def resolved(self, questions: Sequence[Question]) -> tuple[Sighting, ...]:
        return _still(await self._dns.resolved(questions))

    async def resolve(self, question: Question) -> Sighting | None:
        found = await self._dns.resolve(question)
        return replace(found, ms=TOOK) if found is not None else None

    def forget(self) -> None:
        self._dns.forget()


def _still(sightings: Sequence[Sighting]) -> tuple[Sighting, ...]:
    return tuple(replace(sighting, ms=TOOK) for sighting in sightings)


class StillApp(SendreadyApp):
    """The wizard with that clock."""

    async def make_world(self) -> World:
        assert isinstance(self.practice, Practice)
        world = await open_world(self.connection, self._ask_code, clock=StillClock(self.practice, waits=False))
        engine = StillClock(self.practice, waits=True)
        return replace(world, dns=StillDns(world.dns), clock=engine, random_hex=lambda: RUN)
