"""The test send: five simulator messages, each proven by the events SES must publish for it; nothing is left behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sendready.engine.cleanup import clean_up
from sendready.model.change import Change, SendTest
from sendready.model.errors import Rejected, SendreadyError
from sendready.model.events import Changed, Event, Failed, Note, Sent, SimulatorEvent
from sendready.model.observation import Observation
from sendready.model.ports import Resource, ResourceKind, Scope, TestMessage, World
from sendready.steps.test_send import SCENARIOS, Scenario

VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."
"""What SES publishes, as plain text, when a topic becomes an event destination: it proves the path before any mail."""

PATH_WITHIN = timedelta(seconds=30)
"""How long the validation message may take."""

EVENTS_WITHIN = timedelta(seconds=120)
"""How long events may take; AWS documents no figure, people report seconds to a minute."""

CALL_WITHIN = 15
"""Seconds that a call which was under way when the user left is waited for."""

RUN_TAG = "sendready-run"
"""The message tag that tells our messages from others, besides the message id."""


async def prove(change: Change, action: SendTest, seen: Observation, world: World) -> AsyncGenerator[Event, None]:
    """Sends, waits, cleans up; yields Sent and SimulatorEvents, then Changed or Failed.

    Temporary resources are journalled before they are created and removed whatever happens.
    """
    if seen.account_id is None:
        error = Rejected("the account is not known, so nothing can be created in it", action="sts:GetCallerIdentity")
        yield Failed(change, error)
        return
    scope = Scope(seen.account_id, seen.region, seen.identity.name)
    run = f"sendready-{world.random_hex()}"
    resources = [Resource(kind, run) for kind in ResourceKind]
    attempt = _Attempt(action, world, run)
    outcome: Event
    with world.store.running(scope, run):
        try:
            for resource in resources:
                world.store.begin(scope, resource)
                await _finished(world.events.create(resource, action.tags))
            if not await attempt.path_is_open():
                yield Note("the event path's own validation message did not arrive; events may not either")
            async for event in attempt.send(_rate(seen)):
                yield event
            async for event in attempt.listen():
                yield event
            missing = attempt.missing()
            if missing:
                raise _lost(missing)
            proven = f"all {sum(len(s.events) for s in SCENARIOS)} events of {len(SCENARIOS)} messages arrived"
            outcome = Changed(change, proven)
            now = world.clock.now()
            world.store.learn(scope, lambda past: replace(past, account=scope.account, test_proven=now))
        except SendreadyError as error:
            outcome = Failed(change, error)
        finally:
            kept = await clean_up([(scope, resource) for resource in reversed(resources)], world)
    if kept:
        left = ", ".join(f"{resource.kind.value} {resource.name} ({error.message})" for resource, error in kept)
        yield Note(f"left behind: {left}; `sendready cleanup` removes it")
    yield outcome


async def _finished(creating: Coroutine[Any, Any, None]) -> None:
    """Creates something even when cancelled meanwhile: a call under way cannot be taken back, only cleaned up after."""
    task = asyncio.ensure_future(creating)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=CALL_WITHIN)
        raise


def _rate(seen: Observation) -> float:
    """Messages a second that the account may send."""
    return seen.account_seen.rate if seen.account_seen is not None and seen.account_seen.rate > 0 else 1.0


def _lost(missing: Sequence[tuple[Scenario, str]]) -> SendreadyError:
    names = ", ".join(f"{event} for {scenario.box}" for scenario, event in missing)
    return Rejected(
        f"SES accepted the messages, but these events did not arrive within {EVENTS_WITHIN.seconds} s: {names}",
        "Run `sendready check` for the identity, then `apply --test` again; AWS does not say how fast events are",
    )


class _Attempt:
    """One run's messages and the events that came for them."""

    def __init__(self, action: SendTest, world: World, run: str) -> None:
        self._action = action
        self._world = world
        self._run = run
        self._label = run.rpartition("-")[2]
        self._accepted: dict[str, tuple[Scenario, datetime]] = {}
        self._arrived: set[tuple[str, str]] = set()

    async def path_is_open(self) -> bool:
        """Whether SES's validation message came through topic and queue."""
        clock = self._world.clock
        until = clock.now() + PATH_WITHIN
        while (left := (until - clock.now()).total_seconds()) > 0:
            for body in await self._world.events.receive(self._run, left):
                if body.strip() == VALIDATED:
                    return True
        return False

    async def send(self, rate: float) -> AsyncGenerator[Event, None]:
        """One message to each address, at the account's rate; a refusal ends the run."""
        for number, scenario in enumerate(SCENARIOS):
            if number:
                await self._world.clock.sleep(1 / rate)
            address = scenario.address(self._label)
            message_id = await self._world.ses.send(self._message(scenario, address))
            self._accepted[message_id] = (scenario, self._world.clock.now())
            yield Sent(address, message_id)

    async def listen(self) -> AsyncGenerator[Event, None]:
        """Events as they arrive, until all are there or the time is up."""
        clock = self._world.clock
        until = clock.now() + EVENTS_WITHIN
        while self.missing() and (left := (until - clock.now()).total_seconds()) > 0:
            for body in await self._world.events.receive(self._run, left):
                for event in self._read(body):
                    yield event

    def missing(self) -> list[tuple[Scenario, str]]:
        """What must still come."""
        return [
            (scenario, event)
            for message_id, (scenario, _) in self._accepted.items()
            for event in scenario.events
            if (message_id, event) not in self._arrived
        ]

    def _read(self, body: str) -> list[Event]:
        """One message off the queue; foreign, repeated and unreadable ones bring nothing."""
        event = _event(body)
        if event is None:
            return []
        mail = event.get("mail") if isinstance(event.get("mail"), dict) else {}
        kind = event.get("eventType") or event.get("notificationType")
        message_id = mail.get("messageId") if isinstance(mail, dict) else None
        if (
            not isinstance(kind, str)
            or not isinstance(message_id, str)
            or message_id not in self._accepted
            or (message_id, kind) in self._arrived
        ):
            return []
        self._arrived.add((message_id, kind))
        scenario, accepted = self._accepted[message_id]
        ms = (self._world.clock.now() - accepted).total_seconds() * 1000
        return [SimulatorEvent(scenario.address(self._label), kind, ms)]

    def _message(self, scenario: Scenario, address: str) -> TestMessage:
        text = (
            f"A test by sendready: this message to the mailbox simulator is to be {scenario.meaning}.\n"
            "Nobody reads it.\n"
        )
        return TestMessage(
            sender=self._action.sender,
            recipient=address,
            subject=f"sendready test: {scenario.box}",
            text=text,
            html=f"<p>{text.replace(chr(10), ' ').strip()}</p>",
            configuration_set=self._run,
            tags=((RUN_TAG, self._label),),
        )


def _event(body: str) -> dict[str, Any] | None:
    """The event in a message body; SNS's own plain-text messages are none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):  # the latter for brackets in brackets without end
        return None
    return value if isinstance(value, dict) else None
