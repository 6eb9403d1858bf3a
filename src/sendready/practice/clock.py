"""The one clock of a practice world: it can run faster than the wall, so that 72 hours pass in a second."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta


class PracticeClock:
    """Practice time, running `speed` times as fast as real time; thread-safe.

    Other processes follow it through `environment`, the value of `SENDREADY_CLOCK`: three numbers, comma-separated,
    the real and the practice time it was set at (seconds since the epoch) and the speed. A `jump` is seen only by
    processes that read the variable afterwards.
    """

    def __init__(self, speed: float = 1.0, start: datetime | None = None) -> None:
        if not speed > 0:
            raise ValueError(f"a clock's speed must be above 0, not {speed}")
        self.speed = speed
        self._lock = threading.Lock()
        self._real = time.time()
        self._practice = start.timestamp() if start else self._real

    def now(self) -> datetime:
        """The practice time, in UTC."""
        with self._lock:
            return datetime.fromtimestamp(self._practice + (time.time() - self._real) * self.speed, UTC)

    def jump(self, by: timedelta) -> None:
        """Moves practice time forward at once."""
        with self._lock:
            self._practice += by.total_seconds()

    def real_seconds(self, practice_seconds: float) -> float:
        """How long a wait of `practice_seconds` takes in real time, seconds."""
        return practice_seconds / self.speed

    @property
    def environment(self) -> str:
        """What `SENDREADY_CLOCK` must hold for another process to read the same time."""
        with self._lock:
            return f"{self._real:.6f},{self._practice:.6f},{self.speed:g}"
