"""Blocking calls off the event loop, on threads that never hold the process when it wants to leave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


async def in_daemon_thread(call: Callable[[], T]) -> T:
    """Runs a blocking call on a daemon thread of its own.

    `asyncio.to_thread` would use an executor whose threads are joined at exit, so that a hanging connection keeps a
    finished program alive. A cancelled wait leaves its thread to end by itself; what it brings is dropped.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(setter: Callable[[Any], None], value: object) -> None:
        if not future.done():
            setter(value)

    def run() -> None:
        try:
            result = call()
        except BaseException as error:
            _post(loop, settle, future.set_exception, error)
        else:
            _post(loop, settle, future.set_result, result)

    threading.Thread(target=run, daemon=True, name="sendready").start()
    return await future


class InTurn:
    """Blocking calls on daemon threads, those about the same thing one after another in the order they were asked for.

    One whose wait is cancelled is not made any more. If it has begun it goes on, and the next waits for its end:
    what an older one writes is never the last word.
    """

    def __init__(self) -> None:
        self._last: dict[Hashable, threading.Event] = {}
        """The end of the call that was asked for last about a thing."""

    async def run(self, about: Hashable, call: Callable[[], None]) -> None:
        """Waits for its turn and for its end; raises what it raises."""
        before, ended, left = self._last.get(about), threading.Event(), threading.Event()
        self._last[about] = ended

        def turn() -> None:
            try:
                if before is not None:
                    before.wait()
                if not left.is_set():
                    call()
            finally:
                ended.set()

        try:
            await in_daemon_thread(turn)
        finally:
            left.set()
            if ended.is_set() and self._last.get(about) is ended:
                del self._last[about]


def _post(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *args: object) -> None:
    try:
        loop.call_soon_threadsafe(callback, *args)
    except RuntimeError:
        return  # the loop is closed: the program is leaving and nobody waits any more
