"""Producers feed a queue and a generator drains it, so that no `yield` ever stands inside a task group."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

E = TypeVar("E")


class _Ended:
    """Marks the end of a stream."""


async def stream(produce: Callable[[Callable[[E], None]], Awaitable[None]]) -> AsyncGenerator[E, None]:
    """Runs `produce(emit)` as a task and yields what it emits; closing the generator cancels the producer.

    A `yield` inside a TaskGroup or a timeout block would cancel the consumer's own await when the block ends.
    Raises what the producer raised, after everything it had emitted.
    """
    queue: asyncio.Queue[E | _Ended] = asyncio.Queue()

    async def run() -> None:
        try:
            await produce(queue.put_nowait)
        finally:
            queue.put_nowait(_Ended())

    task = asyncio.ensure_future(run())
    try:
        while not isinstance(item := await queue.get(), _Ended):
            yield item
        await task
    finally:
        task.cancel()
        # Also where it is done: an error that nobody waits for any more would be complained about on stderr.
        await asyncio.gather(task, return_exceptions=True)
