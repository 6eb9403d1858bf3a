"""A wait: how long the pauses are, what wakes it, what it tells and when it ends."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from practising import (
    DOMAIN,
    NS1,
    NS2,
    Asking,
    HandClock,
    Intercepted,
    all_of,
    look,
    of_type,
    request,
    ses_looks_no_more,
    until,
)

from sendready.engine.observe import Part
from sendready.engine.watch import Watch, pause_after
from sendready.model.events import Event, Looking, Observed, RecordTurned, Waiting
from sendready.model.ports import World
from sendready.model.records import RecordState
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.servers import Practice

DNS, SES, ACCOUNT = Part.DNS, Part.SES, Part.ACCOUNT

CNAME = "CNAME"


@pytest.fixture
def clock() -> HandClock:
    """Passes only while the watch sleeps."""
    return HandClock()


@pytest.fixture
def world(world: World, clock: HandClock, practice: Practice) -> World:
    """A finished domain, watched by the clock of the test."""
    practice.finish(DOMAIN)
    ses_looks_no_more(practice)
    return replace(world, clock=clock, random_hex=lambda: "00000000")


def dkim_names(practice: Practice) -> list[str]:
    return [f"{token}._domainkey.{DOMAIN}" for token in practice.finished(DOMAIN).tokens]


def after(clock: HandClock, seconds: float) -> datetime:
    return clock.now() + timedelta(seconds=seconds)


async def watched(watch: Watch) -> list[Event]:
    return await all_of(watch.events())


@pytest.mark.parametrize(
    ("part", "elapsed", "pause"),
    [
        (DNS, 0, 2), (DNS, 29.9, 2), (DNS, 30, 5), (DNS, 299, 5), (DNS, 300, 15), (DNS, 1799, 15), (DNS, 1800, 60),
        (DNS, 259_200, 60),
        (SES, 0, 10), (SES, 119, 10), (SES, 120, 30), (SES, 599, 30), (SES, 600, 60), (SES, 259_200, 60),
        (ACCOUNT, 0, 15), (ACCOUNT, 119, 15), (ACCOUNT, 120, 60), (ACCOUNT, 1799, 60), (ACCOUNT, 1800, 300),
        (ACCOUNT, 259_200, 300),
    ],
)  # fmt: skip
def test_pauses_grow_with_the_wait(part: Part, elapsed: float, pause: float) -> None:
    assert pause_after(part, elapsed) == pause


async def test_dns_is_asked_often_and_aws_seldom(world: World, clock: HandClock, asking: Asking) -> None:
    asking.forget()

    await watched(Watch(request(), world, until=after(clock, 50)))

    assert clock.slept == pytest.approx([2] * 7 + [1, 1] + [2] * 7 + [5] * 4)  # the account's turn is in between
    # first, every 10 s, and the whole look at the end; the account every 15 s
    assert asking.aws.count("GetEmailIdentity") == 6
    assert asking.aws.count("GetAccount") == asking.aws.count("GetCallerIdentity") == 5


async def test_many_that_wait_do_not_ask_in_step(world: World, clock: HandClock) -> None:
    chances = iter(f"{number:08x}" for number in itertools.count(1, 97))
    world = replace(world, random_hex=lambda: next(chances))

    await watched(Watch(request(), world, until=after(clock, 8)))

    pauses = clock.slept[:-1]  # the last one ends with the wait
    assert len(set(pauses)) == len(pauses) >= 3
    assert all(1.8 < pause < 2 for pause in pauses)


async def test_the_deadline_ends_it_with_a_whole_look(world: World, clock: HandClock, asking: Asking) -> None:
    watch = Watch(request(), world, until=after(clock, 3))
    events: list[Event] = []
    async with aclosing(watch.events()) as stream:
        async for event in stream:
            events.append(event)
            if isinstance(event, Waiting) and event.next_look == after(clock, 1):
                asking.forget()  # what follows is the last look

    assert clock.elapsed == 3
    assert isinstance(events[-1], Observed)
    assert sorted(asking.aws) == ["GetAccount", "GetCallerIdentity", "GetEmailIdentity", "ListEmailIdentities"]
    assert events[-1].observation.at == clock.now()


async def test_a_look_that_lasts_beyond_the_deadline_is_followed_by_a_whole_one(
    world: World, clock: HandClock, asking: Asking
) -> None:
    events: list[Event] = []
    async with aclosing(Watch(request(), world, until=after(clock, 9)).events()) as stream:
        async for event in stream:
            events.append(event)
            if isinstance(event, Looking) and clock.elapsed == 8:
                clock.elapsed = 10  # DNS alone is asked, by slow servers
                asking.forget()

    assert sorted(asking.aws) == ["GetAccount", "GetCallerIdentity", "GetEmailIdentity", "ListEmailIdentities"]
    assert isinstance(events[-1], Observed)


async def test_a_deadline_that_has_passed_allows_one_look(world: World, clock: HandClock) -> None:
    events = await watched(Watch(request(), world, until=clock.now()))

    assert clock.slept == []
    assert of_type(events, Waiting) == []
    # a record is live when two looks agree, so the look that confirms the first belongs to it
    assert len(of_type(events, Observed)) == 2
    assert len(of_type(events, RecordTurned)) == 6


async def test_a_wait_says_what_for_since_when_and_until_when(
    practice: Practice, world: World, clock: HandClock
) -> None:
    practice.inflict("records-missing", DOMAIN)
    practice.ses.identities[DOMAIN].mail_from.watch.status = "PENDING"  # type: ignore[union-attr]
    began = clock.now()

    waits = of_type(await watched(Watch(request(), world, until=after(clock, 5))), Waiting)

    assert [wait.since for wait in waits] == [began] * 3
    assert [(wait.next_look - began).total_seconds() for wait in waits] == [2, 4, 5]
    assert [record.name for record in waits[0].records] == dkim_names(practice)
    assert len(waits[0].others) == 1
    assert "MAIL FROM" in waits[0].others[0]
    assert waits[0].what == (*(f"CNAME {name}" for name in dkim_names(practice)), *waits[0].others)


async def test_a_record_is_live_only_when_two_looks_agree_and_is_told_once(
    practice: Practice, world: World, clock: HandClock, asking: Asking
) -> None:
    name = dkim_names(practice)[0]
    values = practice.take(DOMAIN, name, CNAME)
    turned: list[tuple[float, RecordState]] = []
    looks = 0
    async with aclosing(Watch(request(), world, until=after(clock, 20)).events()) as events:
        async for event in events:
            if isinstance(event, Waiting) and clock.elapsed == 4:
                practice.put(DOMAIN, name, CNAME, values)
                looks = 0
                asking.forget()
            looks += isinstance(event, Observed)
            if isinstance(event, RecordTurned) and event.record.wanted.name == name:
                turned.append((clock.elapsed, event.record.state))
                told_at_look = looks + 1

    assert turned == [(6, RecordState.LIVE)]
    assert told_at_look == 2


async def test_a_record_that_shows_once_is_not_live(practice: Practice, world: World, clock: HandClock) -> None:
    name = dkim_names(practice)[0]
    values = practice.take(DOMAIN, name, CNAME)
    states = []
    turned = []
    async with aclosing(Watch(request(), world, until=after(clock, 12)).events()) as events:
        async for event in events:
            if isinstance(event, Waiting) and clock.elapsed == 4:
                practice.put(DOMAIN, name, CNAME, values)
            if isinstance(event, Observed):
                (record,) = (r for r in event.observation.records if r.wanted.name == name)
                states.append(record.state)
                if record.live:
                    practice.take(DOMAIN, name, CNAME)
            if isinstance(event, RecordTurned) and event.record.wanted.name == name:
                turned.append(event)

    assert states.count(RecordState.LIVE) == 1
    assert turned == []


async def test_a_record_on_its_way_and_one_that_is_lost_are_told_at_once_and_once(
    practice: Practice, world: World, clock: HandClock
) -> None:
    name = dkim_names(practice)[0]
    told = []
    async with aclosing(Watch(request(), world, until=after(clock, 20)).events()) as events:
        async for event in events:
            if isinstance(event, Waiting) and clock.elapsed == 2:
                values = practice.take(DOMAIN, name, CNAME)
            if isinstance(event, Waiting) and clock.elapsed == 6:
                practice.dns.behave(NS2, Behaviour(lagging=True))
                practice.put(DOMAIN, name, CNAME, values)
            if isinstance(event, Waiting) and clock.elapsed == 10:
                practice.dns.behave(NS2)
            if isinstance(event, RecordTurned) and event.record.wanted.name == name:
                told.append((clock.elapsed, event.record.state))

    assert told == [
        (0, RecordState.LIVE),
        (4, RecordState.MISSING),
        (8, RecordState.SPREADING),
        (12, RecordState.LIVE),
    ]


async def test_what_is_missing_at_the_first_look_is_no_turn(practice: Practice, world: World, clock: HandClock) -> None:
    practice.inflict("records-missing", DOMAIN)

    events = await watched(Watch(request(), world, until=after(clock, 10)))

    turned = {event.record.wanted.name for event in of_type(events, RecordTurned)}
    assert turned.isdisjoint(dkim_names(practice))


async def test_what_an_earlier_look_saw_is_not_told_again(practice: Practice, world: World, clock: HandClock) -> None:
    first = (await look(request(), world)).observation
    practice.take(DOMAIN, dkim_names(practice)[0], CNAME)

    events = await all_of(Watch(request(), world, until=after(clock, 5)).events(first))

    assert [(event.record.wanted.name, event.record.state) for event in of_type(events, RecordTurned)] == [
        (dkim_names(practice)[0], RecordState.MISSING)
    ]


async def test_a_nudge_wakes_it_looks_at_everything_and_makes_it_eager_again(
    practice: Practice, world: World, asking: Asking
) -> None:
    clock = HandClock(runs=False)
    watch = Watch(request(), replace(world, clock=clock), until=after(clock, 3600))
    async with aclosing(watch.events()) as events:
        await until(events, Waiting)
        waiting = asyncio.ensure_future(until(events, Waiting))
        await clock.somebody_sleeps()
        clock.turn(400)
        late = await waiting
        assert (late.next_look - clock.now()).total_seconds() == 15

        asking.forget()
        waiting = asyncio.ensure_future(until(events, Waiting))
        await clock.somebody_sleeps()
        watch.nudge()
        eager = await waiting

    assert sorted(asking.aws) == ["GetAccount", "GetCallerIdentity", "GetEmailIdentity", "ListEmailIdentities"]
    assert (eager.next_look - clock.now()).total_seconds() == 2
    assert eager.since == late.since


async def test_a_nudge_during_a_look_is_followed_by_another_one_at_once(world: World, asking: Asking) -> None:
    clock = HandClock(runs=False)
    first = (await look(request(), world)).observation
    watch = Watch(request(), replace(world, clock=clock))
    async with aclosing(watch.events(first)) as events:
        await until(events, Looking)
        watch.nudge()
        await until(events, Observed)
        asking.forget()

        after_it = [await anext(events) for _ in range(6)]

    assert len(of_type(after_it, Looking)) == 5
    assert isinstance(after_it[-1], Observed)
    assert clock.slept in ([], [2])  # a pause that was begun and ended at once
    assert sorted(asking.aws) == ["GetAccount", "GetCallerIdentity", "GetEmailIdentity", "ListEmailIdentities"]


async def test_a_nudge_may_bring_a_new_request(practice: Practice, world: World, clock: HandClock) -> None:
    watch = Watch(request(), world, until=after(clock, 3600))
    practice.finish("other.example")
    async with aclosing(watch.events()) as events:
        await until(events, Waiting)
        watch.nudge(request("other.example"))

        observed = await until(events, Observed)

    assert observed.observation.identity.name == "other.example"


async def test_what_cannot_be_asked_for_a_while_does_not_end_the_wait(
    practice: Practice, world: World, clock: HandClock
) -> None:
    for server in (NS1, NS2):
        practice.dns.behave(server, Behaviour(rcode="REFUSED"))
    practice.aws.deny("ses:*")
    told = []
    async with aclosing(Watch(request(), world, until=after(clock, 14)).events()) as events:
        async for event in events:
            if isinstance(event, Waiting) and clock.elapsed == 4:
                practice.dns.behave(NS1)
                practice.dns.behave(NS2)
                practice.aws.lift()
            if isinstance(event, RecordTurned):
                told.append(event.record.state)

    assert isinstance(event, Observed)
    assert event.observation.ses_identity is not None
    assert told == [RecordState.LIVE] * 6


async def test_leaving_in_a_pause_leaves_nothing_behind(world: World) -> None:
    clock = HandClock(runs=False)
    events: AsyncGenerator[Event, None] = Watch(request(), replace(world, clock=clock)).events()

    async def watch_for_ever() -> None:
        async with aclosing(events):
            async for _ in events:
                pass

    watching = asyncio.ensure_future(watch_for_ever())
    await clock.somebody_sleeps()
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_leaving_in_a_look_leaves_nothing_behind(
    world: World, clock: HandClock, intercepted: Intercepted
) -> None:
    loop = asyncio.get_running_loop()
    watching = asyncio.ensure_future(watched(Watch(request(), world)))
    intercepted.after("GetEmailIdentity", lambda: loop.call_soon_threadsafe(watching.cancel))

    with pytest.raises(asyncio.CancelledError):
        await watching

    others = asyncio.all_tasks() - {asyncio.current_task()}
    walks = {task for task in others if task.get_coro().__qualname__ == "AuthoritativeDns._walk"}  # type: ignore[union-attr]
    await asyncio.gather(*walks)  # looks share it, and it ends by itself
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert clock.slept == []
