"""SES's limits: one management request a second per operation, account and region; the sending rate."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.clock import PracticeClock

SLACK = 0.1
"""Seconds of jitter forgiven, so that a client that paces itself at exactly the limit is not refused."""


class Bucket:
    """A token bucket in practice time: `rate` tokens a second, never more than `burst`."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = burst
        self._at = now

    def take(self, now: float) -> bool:
        """Takes a token if there is one."""
        self._tokens = min(self.burst, self._tokens + max(0.0, now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1 - SLACK:
            return False
        self._tokens = max(0.0, self._tokens - 1)
        return True


class Throttle:
    """One bucket per key.

    "All actions except SendEmail … are throttled at one request per second" (guide, "Service quotas").
    """

    def __init__(self, clock: PracticeClock) -> None:
        self.enabled = True
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def allows(self, *key: str, rate: float = 1.0) -> bool:
        """Whether one more request under `key` fits; a burst is one second's worth."""
        if not self.enabled:
            return True
        now = self._clock.now().timestamp()
        with self._lock:
            bucket = self._buckets.setdefault(key, Bucket(rate, max(1.0, rate), now))
            bucket.rate, bucket.burst = rate, max(1.0, rate)
            return bucket.take(now)
