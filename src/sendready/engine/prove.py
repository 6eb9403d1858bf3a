"""The test send: five simulator messages, each proven by the events SES must publish for it; nothing is left behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sendready.engine.cleanup import clean_up
from sendready.engine.event_route import EventRoute, by_event_bus, route_of, stopped_at, untested
from sendready.engine.journal import written_down
from sendready.model.change import Change, SendTest
from sendready.model.errors import AccessDenied, EventsLost, NotFound, Rejected, SendreadyError
from sendready.model.events import Changed, Event, Failed, Note, Sent, SimulatorEvent
from sendready.model.finding import Finding
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
    made: list[Resource] = []
    outcome: Event
    with world.store.running(scope, run):
        try:
            route = await route_of(action, run, world)
            try:
                await _open(route, action, scope, world, made)
            except AccessDenied as denied:
                if not (route.announced and denied.action.startswith("sns:")):
                    raise
                yield Note(f"{denied.action} is not allowed: the events come through EventBridge instead")
                route = by_event_bus(run)
                await _open(route, action, scope, world, made)
            for note in filter(None, (*route.notes, untested(action, seen))):
                yield Note(note)
            attempt = _Attempt(action, world, run, route)
            dumb = route.announced and not await attempt.path_is_open()
            if dumb:
                yield Note("the event path's own validation message did not arrive; events may not either")
            async for event in attempt.send(_rate(seen)):
                yield event
            async for event in attempt.listen():
                yield event
            missing, stopped = attempt.missing(), stopped_at(action.configuration_set, seen)
            if missing:
                raise _lost(missing, route, stopped, dumb=dumb)
            if stopped is not None:
                raise _unheard(attempt.proven(), stopped)
            now = world.clock.now()

            def remember() -> None:
                world.store.learn(scope, lambda past: replace(past, account=scope.account, test_proven=now))

            outcome = Changed(change, written_down(attempt.proven(), remember))
        except SendreadyError as error:
            outcome = Failed(change, error)
        finally:
            kept = [] if action.keep else await clean_up([(scope, one) for one in reversed(made)], world)
    if kept:
        left = ", ".join(f"{resource.kind.value} {resource.name} ({error.message})" for resource, error in kept)
        yield Note(f"left behind: {left}; `sendready cleanup` removes it")
    if action.keep and made:
        yield Note(
            f"kept, all called {run}: {', '.join(one.kind.value for one in made)}. AWS bills SNS and SQS by request, so"
            " idle they cost nothing; `sendready cleanup` removes them"
        )
    yield outcome


ONE_CALL = (ResourceKind.QUEUE, ResourceKind.TOPIC, ResourceKind.SUBSCRIPTION)
"""Kinds that one call makes: refused, there is nothing of them."""


async def _open(route: EventRoute, action: SendTest, scope: Scope, world: World, made: list[Resource]) -> None:
    """Creates what the route needs and is not there yet, each part journalled first and noted in `made`."""
    for resource in route.parts:
        if resource not in made:
            world.store.begin(scope, resource)
            made.append(resource)
            try:
                await _finished(world.events.create(resource, action.tags))
            except AccessDenied:
                if resource.kind in ONE_CALL:  # it was surely not made, and who may not make it may not remove it
                    made.remove(resource)
                    world.store.end(scope, resource)
                raise
            except NotFound:
                if not resource.of:
                    raise
                raise EventsLost(
                    f"{route.configuration_set} sends its events to {resource.of}, and there is no such topic",
                    "Create the topic again, or point the set's event destination to another one",
                    check_id="SES017",
                ) from None


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


def _unheard(proven: str, stopped: Finding) -> EventsLost:
    """Everything came to the queue of this test, and cannot come to whoever listens from day to day."""
    return EventsLost(
        f"{proven} at this test's own queue, but nobody else hears them: {stopped.detail}",
        stopped.fix.text or None,
        check_id=stopped.id,
    )


def _lost(
    missing: Sequence[tuple[Scenario, str]], route: EventRoute, stopped: Finding | None, *, dumb: bool
) -> SendreadyError:
    """Which hop lost it, as far as that can be told from here."""
    names = "all of them"
    if len(missing) < sum(route.brings(event) for scenario in SCENARIOS for event in scenario.events):
        names = ", ".join(f"{event} for {scenario.box}" for scenario, event in missing)
    where = " The way from the topic to the queue was silent from the start." if dumb else ""
    told = f"SES accepted the messages, but these events did not arrive within {EVENTS_WITHIN.seconds} s: {names}"
    if stopped is not None:
        why = f"{told}: {stopped.detail}"
        return EventsLost(why, stopped.fix.text or None, check_id=stopped.id)
    if route.announced or not any(part.of for part in route.parts):
        hint = (
            "Set, topic and queue were this test's own, so nothing of it is yours to mend: AWS does not say how fast"
            " events are. Run the test again later; if none comes then, either, open a case with AWS"
        )
    else:
        hint = f"Look at the topic's policy: it must let ses.amazonaws.com publish for {route.configuration_set}"
    return EventsLost(
        f"{told}.{where}",
        hint,
        check_id="SES017" if any(part.kind is ResourceKind.SUBSCRIPTION for part in route.parts) else "SES018",
    )


class _Attempt:
    """One run's messages and the events that came for them."""

    def __init__(self, action: SendTest, world: World, run: str, route: EventRoute) -> None:
        self._action = action
        self._route = route
        self._scenarios = tuple(one for one in SCENARIOS if any(map(route.brings, one.events)))
        """Those of which something will be heard this way."""
        self._overridden: str | None = None
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
        for number, scenario in enumerate(self._scenarios):
            if number:
                await self._world.clock.sleep(1 / rate)
            address = scenario.address(self._label)
            message_id = await self._world.ses.send(self._message(scenario, address))
            self._accepted[message_id] = (scenario, self._world.clock.now())
            yield Sent(address, message_id, tuple(event for event in scenario.events if self._route.brings(event)))

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
            if self._route.brings(event) and (message_id, event) not in self._arrived
        ]

    def proven(self) -> str:
        """What was proven, in a few words."""
        events = sum(self._route.brings(event) for scenario in self._scenarios for event in scenario.events)
        through = f" through {self._action.configuration_set}" if self._action.configuration_set else ""
        return f"all {events} events of {len(self._scenarios)} messages arrived{through}"

    def _read(self, body: str) -> list[Event]:
        """One message off the queue; foreign, repeated and unreadable ones bring nothing."""
        event = _event(body)
        if event is None:
            return []
        told = event.get("mail")
        mail: dict[str, Any] = told if isinstance(told, dict) else {}
        kind = event.get("eventType") or event.get("notificationType")
        message_id = mail.get("messageId")
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
        return [*self._override(mail), SimulatorEvent(scenario.address(self._label), kind, ms)]

    def _override(self, mail: dict[str, Any]) -> list[Event]:
        """The most specific identity sends: an address's own settings take the place of its domain's."""
        used = str(mail.get("sourceArn", "")).partition(":identity/")[2]
        if not used or used == self._action.identity or self._overridden is not None:
            return []
        self._overridden = used
        return [
            Note(
                f"SES sent it from the identity {used}, not from {self._action.identity}: that one's configuration set,"
                " MAIL FROM and notifications are used for this address"
            )
        ]

    def _message(self, scenario: Scenario, address: str) -> TestMessage:
        text = (
            f"A test by sendready: this message to the mailbox simulator is to be {scenario.meaning}.\n"
            "Nobody reads it.\n"
        )
        return TestMessage(
            sender=self._action.sender,
            recipient=address,
            subject=self._action.subject or f"sendready test: {scenario.box}",
            text=text,
            html=f"<p>{text.replace(chr(10), ' ').strip()}</p>",
            configuration_set=self._route.configuration_set,
            tags=((RUN_TAG, self._label),),
            headers=unsubscribe_headers(self._action.unsubscribe),
        )


def unsubscribe_headers(page: str) -> tuple[tuple[str, str], ...]:
    """One-click unsubscribe, which Gmail and Yahoo ask of bulk senders (RFC 8058, section 3.1)."""
    if not page:
        return ()
    return (("List-Unsubscribe", f"<{page}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))


def _event(body: str) -> dict[str, Any] | None:
    """The event in a message body, taken out of SNS's or EventBridge's envelope; plain-text messages are none."""
    value = _object(body)
    if value is not None and isinstance(value.get("detail"), dict) and value.get("source") == "aws.ses":
        return dict(value["detail"])
    if value is not None and value.get("Type") == "Notification" and isinstance(value.get("Message"), str):
        return _object(value["Message"])
    return value


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # the latter for brackets in brackets without end
        return None
    return value if isinstance(value, dict) else None
