"""A producer's events reach whoever iterates, in order; neither side can harm the other."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import pytest

from sendready.engine.streams import stream

Emit = Callable[[int], None]


class Producer:
    """Emits numbers, then waits for ever; tells what became of it."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers
        self.waiting = asyncio.Event()
        self.cancelled = False
        self.cleaned_up = False

    async def produce(self, emit: Emit) -> None:
        try:
            for number in self.numbers:
                emit(number)
            self.waiting.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            await asyncio.sleep(0)
            self.cleaned_up = True
            raise


async def consume(events: AsyncGenerator[int, None], seen: list[int], *, mistake: bool = False) -> None:
    """Takes what comes and remembers it; with a `mistake`, fails at the first one."""
    async with aclosing(events):
        async for event in events:
            seen.append(event)
            if mistake:
                raise ZeroDivisionError


@pytest.fixture
async def producer() -> Producer:
    return Producer(1, 2, 3)


async def test_events_come_in_the_order_they_were_emitted_in() -> None:
    async def produce(emit: Emit) -> None:
        emit(1)
        await asyncio.sleep(0)
        emit(2)
        emit(3)

    assert [event async for event in stream(produce)] == [1, 2, 3]


async def test_a_producer_that_says_nothing_is_an_empty_stream() -> None:
    async def produce(_: Emit) -> None:
        return

    assert [event async for event in stream(produce)] == []


async def test_tasks_of_a_producer_may_emit_and_a_slow_consumer_misses_nothing() -> None:
    async def produce(emit: Emit) -> None:
        async def one(number: int) -> None:
            emit(number)

        async with asyncio.TaskGroup() as group:
            for number in range(50):
                group.create_task(one(number))

    seen = []
    async for event in stream(produce):
        await asyncio.sleep(0)
        seen.append(event)

    assert seen == list(range(50))


async def test_what_the_producer_raises_comes_after_everything_it_had_emitted() -> None:
    async def produce(emit: Emit) -> None:
        emit(1)
        emit(2)
        raise LookupError("no more")

    seen: list[int] = []
    with pytest.raises(LookupError, match="no more"):
        await consume(stream(produce), seen)

    assert seen == [1, 2]


async def test_closing_cancels_the_producer_and_waits_until_it_has_cleaned_up(producer: Producer) -> None:
    async with aclosing(stream(producer.produce)) as events:
        assert await anext(events) == 1
        await producer.waiting.wait()

    assert producer.cancelled
    assert producer.cleaned_up
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_error_in_the_consumer_is_its_own_and_cancels_the_producer(producer: Producer) -> None:
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError):
        await consume(stream(producer.produce), seen, mistake=True)

    assert seen == [1]
    assert producer.cancelled
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_consumer_that_is_cancelled_while_it_waits_takes_the_producer_with_it(producer: Producer) -> None:
    seen: list[int] = []
    consumer = asyncio.ensure_future(consume(stream(producer.produce), seen))
    await producer.waiting.wait()
    await asyncio.sleep(0)
    consumer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consumer

    assert seen == [1, 2, 3]
    assert producer.cleaned_up


async def test_a_time_limit_of_the_consumer_is_the_consumers(producer: Producer) -> None:
    seen: list[int] = []
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(consume(stream(producer.produce), seen), 0.01)

    assert seen == [1, 2, 3]
    assert producer.cleaned_up


async def test_a_task_group_in_the_producer_does_not_cancel_the_consumers_own_wait() -> None:
    consumer_waits = asyncio.Event()

    async def fail() -> None:
        await consumer_waits.wait()
        raise LookupError("inside")

    async def produce(emit: Emit) -> None:
        async with asyncio.TaskGroup() as group:
            emit(1)
            group.create_task(fail())
            await asyncio.Event().wait()

    events = stream(produce)
    assert await anext(events) == 1
    consumer_waits.set()
    for _ in range(5):
        await asyncio.sleep(0)  # the group falls apart meanwhile; this must not feel it
    with pytest.raises(ExceptionGroup) as caught:
        await anext(events)

    assert caught.group_contains(LookupError, match="inside")


async def test_a_producer_that_had_failed_when_nobody_listened_any_more_is_not_complained_about() -> None:
    async def produce(emit: Emit) -> None:
        emit(1)
        raise LookupError("too late to tell")

    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    async with aclosing(stream(produce)) as events:
        assert await anext(events) == 1
        await asyncio.sleep(0)
    del events
    gc.collect()
    await asyncio.sleep(0)

    assert complaints == []


async def test_a_stream_that_nobody_begins_starts_nothing(producer: Producer) -> None:
    events = stream(producer.produce)
    await events.aclose()

    assert not producer.waiting.is_set()
