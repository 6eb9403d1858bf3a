"""Looks again and again, DNS often and SES seldom, and says what turned; never what stayed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from datetime import datetime, timedelta

from sendready.engine.observe import Part, Request, observe
from sendready.model.events import Event, Observed, RecordTurned, Waiting
from sendready.model.finding import Diagnosis, FindingState
from sendready.model.observation import Observation
from sendready.model.ports import World
from sendready.model.records import RecordState

DNS_LADDER = ((30, 2), (300, 5), (1800, 15))
"""Authoritative servers are asked every 2 s for 30 s, every 5 s to 5 min, every 15 s to 30 min, then every minute."""

SES_LADDER = ((120, 10), (600, 30))
"""SES allows one request a second and looks at DNS when it likes: 10 s for 2 min, 30 s to 10 min, then a minute."""

ACCOUNT_LADDER = ((120, 15), (1800, 60))
"""A review takes people hours: after half an hour the account is asked every five minutes."""

JITTER = 0.1
"""How much of a pause may be left out, by chance: many that wait for one server do not ask it in step."""

_LAST_PAUSE = {Part.DNS: 60, Part.SES: 60, Part.ACCOUNT: 300}
_LADDERS = {Part.DNS: DNS_LADDER, Part.SES: SES_LADDER, Part.ACCOUNT: ACCOUNT_LADDER}


def pause_after(part: Part, elapsed: float) -> float:
    """Seconds until a part is looked at again, at most, `elapsed` seconds into the wait."""
    for until, pause in _LADDERS[part]:
        if elapsed < until:
            return pause
    return _LAST_PAUSE[part]


class Watch:
    """One wait for one identity; iterate `events`, and `nudge` it when something was changed or the user asks."""

    def __init__(self, request: Request, world: World, *, until: datetime | None = None) -> None:
        self._request = request
        self._world = world
        self._until = until
        self._nudged = asyncio.Event()
        self._since = world.clock.now()
        self._awaited: frozenset[object] = frozenset()
        """What is waited for since then."""
        self._eager_from = self._since
        """Pauses grow from here."""
        self.confirming = False
        """Whether the last look saw something live that the one before did not: it is looked at again at once."""

    def nudge(self, request: Request | None = None) -> None:
        """Looks at everything at once, and from now on at short pauses again."""
        if request is not None:
            self._request = request
        self._eager_from = self._world.clock.now()
        self._nudged.set()

    async def events(self, first: Observation | None = None) -> AsyncGenerator[Event, None]:
        """Observed for each look, RecordTurned for each record that turned, Waiting before each pause.

        It ends at the deadline only; whoever iterates decides what is good enough. A record that turns live is
        looked at a second time at once, and said to be live when both looks agree (anycast servers flap).
        """
        clock = self._world.clock
        seen, last = first, dict.fromkeys(Part, self._since)
        told = dict(_states(first)) if first is not None else {}
        parts = frozenset(Part)
        while True:
            async with aclosing(observe(self._request, self._world, before=seen, parts=parts)) as events:
                async for event in events:
                    if isinstance(event, Observed):
                        turned = list(_turned(told, seen, event.observation))
                        seen = event.observation
                        self.confirming = _unconfirmed(told, seen)
                        for record in turned:
                            yield record
                    yield event
            if seen is None:
                return
            now = clock.now()
            last.update(dict.fromkeys(parts, now))
            if self.confirming:
                parts = frozenset({Part.DNS})
                continue
            due = {part: last[part] + self._pause(part, now) for part in Part}
            wake = min(due.values())
            if self._until is not None:
                if now >= self._until and min(last.values()) >= self._until:
                    return
                if now >= self._until:  # a look at a part of it went on beyond the deadline
                    parts = frozenset(Part)
                    continue
                wake = min(wake, self._until)
            if not self._nudged.is_set():
                lacking = tuple(record.wanted for record in seen.records if not record.live)
                others = _others(self._request.judge(seen))
                self._await(frozenset((*(wanted.key for wanted in lacking), *others)), now)
                yield Waiting(lacking, others, self._since, wake)
            if await self._sleep((wake - clock.now()).total_seconds()):
                parts = frozenset(Part)
            else:
                now = clock.now()
                parts = frozenset(part for part in Part if due[part] <= now) or frozenset({Part.DNS})
                if self._until is not None and now >= self._until:
                    parts = frozenset(Part)  # the last word is a whole look

    def _await(self, awaited: frozenset[object], now: datetime) -> None:
        """A wait begins when something joins it; what comes true shortens it and begins no other."""
        if not awaited <= self._awaited:
            self._since = now
        self._awaited = awaited

    def _pause(self, part: Part, now: datetime) -> timedelta:
        chance = int(self._world.random_hex(), 16) % 1024 / 1024
        return timedelta(seconds=pause_after(part, (now - self._eager_from).total_seconds()) * (1 - JITTER * chance))

    async def _sleep(self, seconds: float) -> bool:
        """Waits; true where it was nudged awake."""
        sleeping = asyncio.ensure_future(self._world.clock.sleep(max(0.0, seconds)))
        nudge = asyncio.ensure_future(self._nudged.wait())
        try:
            await asyncio.wait({sleeping, nudge}, return_when=asyncio.FIRST_COMPLETED)
            return self._nudged.is_set()
        finally:
            self._nudged.clear()
            for task in (sleeping, nudge):
                task.cancel()
            await asyncio.gather(sleeping, nudge, return_exceptions=True)


def _others(diagnosis: Diagnosis) -> tuple[str, ...]:
    """What is on its way besides records, in a few words each."""
    return tuple(f.awaits for f in diagnosis.findings if f.state is FindingState.PENDING and f.awaits)


def _states(seen: Observation) -> Iterator[tuple[tuple[str, str], RecordState]]:
    for record in seen.records:
        yield record.wanted.key, record.state


def _turned(
    told: dict[tuple[str, str], RecordState], before: Observation | None, now: Observation
) -> Iterator[RecordTurned]:
    """Records whose state is another than the one last told; live needs two looks that agree."""
    earlier = dict(_states(before)) if before is not None else {}
    for record in now.records:
        key = record.wanted.key
        state = record.state
        confirmed = state is not RecordState.LIVE or earlier.get(key) is RecordState.LIVE
        if told.get(key) is state or not confirmed:
            continue
        first_look = key not in told and state is not RecordState.LIVE
        told[key] = state
        if not first_look:
            yield RecordTurned(record)


def _unconfirmed(told: dict[tuple[str, str], RecordState], seen: Observation) -> bool:
    """Whether a record was seen live once and not twice yet."""
    return any(state is RecordState.LIVE and told.get(key) is not state for key, state in _states(seen))
