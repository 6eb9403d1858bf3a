"""One request a second: SES throttles every management call at that rate (SES developer guide, quotas)."""

from __future__ import annotations

from sendready.model.ports import Clock

SPACING = {"sesv2": 1.05, "ses": 1.05, "route53": 0.21}
"""The least seconds between two calls of one operation; Route 53 allows five requests a second in all."""

UNPACED = frozenset({"SendEmail"})
"""Sending has a rate of its own, the account's."""


class Pacer:
    """Gives out turns, one bucket per service and operation; after the first throttle one bucket per service.

    AWS documents the rate without saying what shares it; the first refusal says that more does than we thought.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next: dict[str, float] = {}
        self._shared: set[str] = set()

    async def turn(self, service: str, operation: str) -> None:
        """Waits until it may be called."""
        spacing = SPACING.get(service)
        if spacing is None or operation in UNPACED:
            return
        one_bucket = service in self._shared or service == "route53"
        bucket = service if one_bucket else f"{service}:{operation}"
        now = self._clock.monotonic()
        slot = max(now, self._next.get(bucket, now))
        self._next[bucket] = slot + spacing
        if slot > now:
            await self._clock.sleep(slot - now)

    def throttled(self, service: str) -> None:
        """A call was throttled: from now on every operation of the service shares one bucket."""
        if service not in self._shared:
            self._shared.add(service)
            self._next[service] = self._clock.monotonic() + SPACING.get(service, 0.0)
