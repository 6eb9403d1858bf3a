"""Things that will happen later in practice time: one daemon thread does them when they are due."""

from __future__ import annotations

import heapq
import itertools
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendready.practice.clock import PracticeClock

LOOK = 0.02
"""How often the clock is looked at while something waits, real seconds: a jump announces itself to nobody."""


class Agenda:
    """Runs actions at their practice time, one after another; an action must not wait."""

    def __init__(self, clock: PracticeClock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._running = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to do what is due."""
        self._running = True
        self._thread = threading.Thread(target=self._run, name="practice-agenda", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread; what was still waiting never happens."""
        with self._changed:
            self._running = False
            self._waiting.clear()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout=1)
            self._thread = None

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Does `action` in `seconds` of practice time."""
        with self._changed:
            due = self._clock.now() + timedelta(seconds=seconds)
            heapq.heappush(self._waiting, (due, next(self._order), action))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._running:
                    pause = self._pause()
                    if pause is not None and pause <= 0:
                        break
                    self._changed.wait(None if pause is None else min(pause, LOOK))
                if not self._running:
                    return
                _, _, action = heapq.heappop(self._waiting)
            action()

    def _pause(self) -> float | None:
        """Real seconds until the next action is due; None when there is none."""
        if not self._waiting:
            return None
        return self._clock.real_seconds((self._waiting[0][0] - self._clock.now()).total_seconds())
