"""Pacing: one request a second for each operation, and for all of them after the first throttle."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from sendready.world.aws.pacing import SPACING, Pacer


class HandClock:
    """A clock that moves only when somebody sleeps on it or turns it."""

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> datetime:
        raise AssertionError("the wall's time may be set back; turns do not go by it")

    def monotonic(self) -> float:
        return 1000.0 + self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.elapsed += seconds


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def pacer(clock: HandClock) -> Pacer:
    return Pacer(clock)


async def test_the_first_call_is_made_at_once(pacer: Pacer, clock: HandClock) -> None:
    await pacer.turn("sesv2", "GetAccount")

    assert clock.elapsed == 0


@pytest.mark.parametrize("service", ["sesv2", "ses"])
async def test_the_same_operation_waits_a_second(pacer: Pacer, clock: HandClock, service: str) -> None:
    for _ in range(4):
        await pacer.turn(service, "GetEmailIdentity")

    assert clock.elapsed == pytest.approx(3 * SPACING[service])
    assert SPACING[service] > 1


async def test_other_operations_do_not_wait_for_it(pacer: Pacer, clock: HandClock) -> None:
    for operation in ("GetAccount", "GetEmailIdentity", "CreateEmailIdentity"):
        await pacer.turn("sesv2", operation)

    assert clock.elapsed == 0


async def test_time_that_passes_by_itself_counts(pacer: Pacer, clock: HandClock) -> None:
    await pacer.turn("sesv2", "GetAccount")
    clock.elapsed += 5
    await pacer.turn("sesv2", "GetAccount")

    assert clock.elapsed == 5


async def test_after_the_first_throttle_all_operations_of_the_service_share_one_bucket(
    pacer: Pacer, clock: HandClock
) -> None:
    await pacer.turn("sesv2", "GetAccount")
    pacer.throttled("sesv2")

    await pacer.turn("sesv2", "GetEmailIdentity")
    assert clock.elapsed == pytest.approx(1.05)
    await pacer.turn("sesv2", "GetAccount")
    assert clock.elapsed == pytest.approx(2.1)

    await pacer.turn("route53", "GetHostedZone")
    await pacer.turn("ses", "GetIdentityPolicies")
    assert clock.elapsed == pytest.approx(2.1)


async def test_a_second_throttle_takes_no_turn_away(pacer: Pacer, clock: HandClock) -> None:
    pacer.throttled("sesv2")
    await pacer.turn("sesv2", "GetAccount")
    pacer.throttled("sesv2")
    await pacer.turn("sesv2", "GetEmailIdentity")

    assert clock.elapsed == pytest.approx(2.1)


async def test_route53_has_one_bucket_from_the_start(pacer: Pacer, clock: HandClock) -> None:
    for operation in ("ListHostedZonesByName", "GetHostedZone", "ListResourceRecordSets"):
        await pacer.turn("route53", operation)

    assert clock.elapsed == pytest.approx(0.42)


async def test_sending_and_services_without_a_limit_are_not_paced(pacer: Pacer, clock: HandClock) -> None:
    pacer.throttled("sesv2")
    for _ in range(5):
        await pacer.turn("sesv2", "SendEmail")
        await pacer.turn("sts", "GetCallerIdentity")
        await pacer.turn("sqs", "ReceiveMessage")

    assert clock.elapsed == 0


async def test_a_service_without_a_limit_may_be_throttled_all_the_same(pacer: Pacer, clock: HandClock) -> None:
    pacer.throttled("sqs")
    await pacer.turn("sqs", "ReceiveMessage")

    assert clock.elapsed == 0


async def test_calls_made_at_the_same_time_get_turns_one_after_the_other() -> None:
    class Parallel(HandClock):
        """Remembers how long each was told to sleep; time stands still."""

        def __init__(self) -> None:
            super().__init__()
            self.waits: list[float] = []

        async def sleep(self, seconds: float) -> None:
            self.waits.append(seconds)

    clock = Parallel()
    pacer = Pacer(clock)

    await asyncio.gather(*(pacer.turn("sesv2", "GetEmailIdentity") for _ in range(4)))

    assert clock.waits == pytest.approx([1.05, 2.1, 3.15])
