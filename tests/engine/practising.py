"""What tests of the engine and the adapters share: worlds over practice servers, a clock, and who was asked what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from sendready.engine.apply import apply
from sendready.engine.observe import EVERYTHING, Part, Request, observe
from sendready.engine.planning import make_plan
from sendready.model.answers import Answered, Answers
from sendready.model.change import Plan
from sendready.model.events import Event, Observed
from sendready.model.identity import Identity
from sendready.model.observation import Observation
from sendready.model.ports import World
from sendready.practice.aws.errors import Protocol
from sendready.practice.aws.wire import Request as HttpRequest
from sendready.practice.aws.wire import Response
from sendready.practice.dns.log import Asked
from sendready.practice.servers import Practice
from sendready.wiring import Connection, open_world

DOMAIN = "shop.example"
NS1, NS2 = "ns1.practice-dns.net", "ns2.practice-dns.org"
"""Who serves every domain that practice registers."""
AMAZON = "ns-aws.practice-dns.net"
TLD = "a.tld-servers.net"

PATIENCE = 20.0
"""Real seconds until something that must come is given up."""
ANOTHER_ACCOUNT = "210987654321"

E = TypeVar("E")


@dataclass
class Worlds:
    """Opens worlds over one practice world; they share its state directory, as runs of one user do."""

    practice: Practice
    state: Path

    def connection(self, *, account: str | None = None, **changes: object) -> Connection:
        """How to get there, in the practice world's own account unless another one is named."""
        environment = {
            **self.practice.environment,
            **self.practice.credentials(account or self.practice.account_id),
            "SENDREADY_STATE_DIR": str(self.state),
        }
        plain = Connection(region=self.practice.region, environment=environment, practice=True)
        return replace(plain, **changes)  # type: ignore[arg-type]  # whatever a test varies

    async def open(self, **changes: object) -> World:
        """The world, as the faces open it."""
        return await open_world(self.connection(**changes))  # type: ignore[arg-type]


class HandClock:
    """A clock that stands still until somebody sleeps on it, or, where it does not `run`, until it is turned."""

    def __init__(self, *, runs: bool = True) -> None:
        self.elapsed = 0.0
        self.slept: list[float] = []
        """How long each sleeper wanted to, seconds."""
        self._runs = runs
        self._asleep: list[tuple[float, asyncio.Future[None]]] = []
        self._somebody = asyncio.Event()

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 10, 0, tzinfo=UTC) + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return 1000.0 + self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self._runs:
            await asyncio.sleep(0)
            self.elapsed += seconds
            return
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._asleep.append((self.elapsed + seconds, waking))
        self._somebody.set()
        await waking

    async def somebody_sleeps(self) -> None:
        """Returns as soon as there is a sleeper."""
        async with asyncio.timeout(PATIENCE):
            await self._somebody.wait()

    def turn(self, seconds: float) -> None:
        """Lets time pass and wakes whose time has come."""
        self.elapsed += seconds
        for at, waking in self._asleep:
            if at <= self.elapsed and not waking.done():
                waking.set_result(None)
        self._asleep = [(at, waking) for at, waking in self._asleep if not waking.done()]
        if not self._asleep:
            self._somebody.clear()


def request(domain: str = DOMAIN, *, dns_only: bool = False, **answers: Any) -> Request:  # noqa: ANN401
    """What to look at, with these answers."""
    return Request(Identity(domain), Answered(Answers(**answers)), dns_only=dns_only)


async def look(
    asked: Request, world: World, *, before: Observation | None = None, parts: frozenset[Part] = EVERYTHING
) -> Observed:
    """One whole look, only its end."""
    events = [event async for event in observe(asked, world, before=before, parts=parts)]
    assert isinstance(events[-1], Observed)
    return events[-1]


async def planned(asked: Request, world: World) -> tuple[Observation, Plan]:
    """What is there and what would be done about it: what a user accepts."""
    seen = (await look(asked, world)).observation
    return seen, await make_plan(seen, world)


async def carried_out(asked: Request, world: World, *, wait: timedelta | None = None) -> list[Event]:
    """Everything `apply` says when the plan is accepted as it is."""
    seen, plan = await planned(asked, world)
    return [event async for event in apply(asked, seen, plan, world, wait=wait)]


def ses_looks_no_more(practice: Practice) -> None:
    """For a year SES looks at no record of the identities there are, so that what DNS is asked is asked by us."""
    for identity in practice.ses.identities.values():
        for watch in (identity.dkim, identity.mail_from.watch if identity.mail_from else None):
            if watch is not None:
                watch.due += timedelta(days=365)


def of_type(events: list[Any], kind: type[E]) -> list[E]:
    """The events of one kind, in their order."""
    return [event for event in events if isinstance(event, kind)]


async def until(events: AsyncIterator[Any], kind: type[E], accepts: Callable[[E], bool] = lambda _: True) -> E:
    """Reads on to the first event of a kind that is accepted."""
    async with asyncio.timeout(PATIENCE):
        async for event in events:
            if isinstance(event, kind) and accepts(event):
                return event
    raise AssertionError(f"there was no such {kind.__name__}")


async def all_of(events: AsyncIterator[E]) -> list[E]:
    """Everything up to the end, which must come."""
    async with asyncio.timeout(PATIENCE):
        async with aclosing(events) as stream:  # type: ignore[type-var]  # always a generator here
            return [event async for event in stream]


@dataclass
class Asking:
    """Who was asked what since the last `forget`."""

    practice: Practice
    _calls: int = field(default=0)

    def forget(self) -> None:
        self.practice.dns.log.clear()
        self._calls = len(self.practice.aws.calls)

    @property
    def aws(self) -> list[str]:
        """The operations AWS was asked for, in their order."""
        return [call.operation for call in self.practice.aws.calls[self._calls :]]

    @property
    def dns(self) -> list[Asked]:
        """What the authoritative servers were asked, by SES too where it looks."""
        return [asked for asked in self.practice.dns.log if asked.server != "resolver"]

    @property
    def resolver(self) -> set[tuple[str, str]]:
        """Names and types that the resolver was asked for."""
        return {(asked.qname.rstrip("."), asked.qtype) for asked in self.practice.dns.log.of("resolver")}


class Intercepted:
    """Does something while AWS is being asked, on the server's thread."""

    def __init__(self, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
        self._practice = practice
        self._handle = practice.aws.handle
        self._outages = practice.aws.outages.strike
        self._first: dict[str, Callable[[], None]] = {}
        self._then: dict[str, Callable[[], None]] = {}
        monkeypatch.setattr(practice.aws, "handle", self._answer)
        monkeypatch.setattr(practice.aws.outages, "strike", self._strike)

    def after(self, operation: str, then: Callable[[], None]) -> None:
        """Once, as soon as `operation` has been carried out and before its answer is on its way."""
        self._then[operation] = then

    def before(self, operation: str, first: Callable[[], None]) -> None:
        """Once, as soon as `operation` is asked for and before it is carried out."""
        self._first[operation] = first

    def _answer(self, asked: HttpRequest) -> Response:
        response = self._handle(asked)
        operation = self._practice.aws.calls[-1].operation
        if then := self._then.pop(operation, None):
            then()
        return response

    def _strike(self, service: str, operation: str, protocol: Protocol) -> None:
        if first := self._first.pop(operation, None):
            first()
        self._outages(service, operation, protocol)
