"""Time: the wall's, or a practice world's, which may run faster."""

from __future__ import annotations

import asyncio
import math
import time
from datetime import UTC, datetime

from sendready.model.errors import BadInput


class WorldClock:
    """Implements `model.ports.Clock`."""

    def __init__(self, real: float = 0.0, practice: float = 0.0, speed: float = 1.0) -> None:
        self._real = real
        self._practice = practice
        self._speed = speed

    @classmethod
    def read(cls, text: str | None) -> WorldClock:
        """The clock described by `SENDREADY_CLOCK`: real time, practice time (seconds since the epoch), speed.

        Raises:
            BadInput: the variable holds something else.
        """
        if not text:
            return cls()
        try:
            real, practice, speed = (float(part) for part in text.split(","))
        except ValueError:
            real = practice = speed = 0.0
        if not speed > 0 or not all(map(math.isfinite, (real, practice, speed))):
            raise BadInput(
                f"SENDREADY_CLOCK is `{text}`, not a clock",
                "It comes from `sendready practice --serve`; unset it to use real time",
            )
        return cls(real, practice, speed)

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self._practice + (time.time() - self._real) * self._speed, UTC)

    def monotonic(self) -> float:
        """Seconds since some moment; unlike the time, it is never set back."""
        return time.monotonic() * self._speed

    async def sleep(self, seconds: float) -> None:
        """Waits that long on this clock."""
        await asyncio.sleep(seconds / self._speed)
