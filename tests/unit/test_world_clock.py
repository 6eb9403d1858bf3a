"""The clock: the wall's, or a practice world's that runs faster."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from sendready.model.errors import BadInput
from sendready.world.clock import WorldClock

A_MOMENT = timedelta(milliseconds=1)


def test_without_a_description_it_is_the_wall_s() -> None:
    for clock in (WorldClock(), WorldClock.read(None), WorldClock.read("")):
        before = datetime.now(UTC)
        now = clock.now()
        # A microsecond may be lost or won where seconds since the epoch become a date.
        assert before - A_MOMENT <= now <= datetime.now(UTC) + A_MOMENT
        assert clock.now().tzinfo is UTC


def test_a_practice_clock_runs_from_its_own_time_at_its_own_speed() -> None:
    real = time.time() - 10
    clock = WorldClock.read(f"{real},1000000000,100")

    elapsed = clock.now().timestamp() - 1_000_000_000
    assert 1000 <= elapsed < 1000 + 100 * 30


async def test_a_wait_is_as_much_shorter_as_the_clock_is_faster() -> None:
    clock = WorldClock.read("0,0,100000")
    started = time.monotonic()

    await clock.sleep(1000)

    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "text",
    ["soon", "1,2", "1,2,3,4", "1,2,x", "1,2,0", "1,2,-1", "1,2,nan", "1,2,inf", "nan,2,1", "1,inf,1", "1e400,2,1"],
)
def test_anything_that_is_no_clock_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="SENDREADY_CLOCK is ") as caught:
        WorldClock.read(text)
    assert "unset it" in (caught.value.hint or "")
