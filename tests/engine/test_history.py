"""The history of looks: a rerun knows what changed since the domain was ready, and between which two looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from practising import DOMAIN, HandClock, Worlds, look, request, ses_looks_no_more

from sendready.checks.since import since_good
from sendready.engine.learning import GRAIN
from sendready.model.finding import Verdict
from sendready.model.history import Subject
from sendready.model.ports import World
from sendready.practice.servers import Practice

BEGAN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR = 3600
MX = f"MX bounce.{DOMAIN}"


@pytest.fixture
def clock() -> HandClock:
    return HandClock(runs=False)


@pytest.fixture
async def timed(world: World, practice: Practice, clock: HandClock) -> World:
    """A finished domain, looked at by a clock that the test turns."""
    practice.finish(DOMAIN)
    ses_looks_no_more(practice)
    return replace(world, clock=clock)


def looks(world: World) -> list[tuple[Verdict, datetime, datetime]]:
    return [(kept.verdict, kept.first, kept.last) for kept in world.store.past(DOMAIN, world.ses.region).looks]


def at(hours: int) -> datetime:
    return BEGAN + timedelta(hours=hours)


async def test_what_broke_is_told_with_the_two_looks_between_which_it_did(
    timed: World, practice: Practice, clock: HandClock
) -> None:
    await look(request(), timed)
    clock.turn(HOUR)
    await look(request(), timed)
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    clock.turn(HOUR)
    await look(request(), timed)
    clock.turn(HOUR)
    again = await look(request(), timed)

    (changed,) = [one for one in since_good(again.observation) if one.subject is Subject.RECORD]
    assert (changed.name, changed.now) == (MX, ())
    assert changed.before == (f"10 feedback-smtp.{practice.region}.amazonses.com",)
    assert (changed.last_as_before, changed.first_different) == (at(1), at(2))
    assert looks(timed) == [(Verdict.READY, at(0), at(1)), (Verdict.BROKEN, at(2), at(3))]
    (finding,) = [one for one in again.diagnosis.findings if one.id == "RUN001"]
    (told,) = [text for text in finding.observed if text.startswith(MX)]
    assert "→ nothing" in told
    assert f"between {at(1).astimezone():%Y-%m-%d %H:%M} and {at(2).astimezone():%Y-%m-%d %H:%M %Z}" in told


async def test_each_change_has_a_window_of_its_own(timed: World, practice: Practice, clock: HandClock) -> None:
    await look(request(), timed)
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    clock.turn(HOUR)
    await look(request(), timed)
    practice.ses.identities[DOMAIN].signing = False
    clock.turn(HOUR)

    seen = (await look(request(), timed)).observation

    windows = {one.name: (one.last_as_before, one.first_different) for one in since_good(seen)}
    assert windows[MX] == (at(0), at(1))
    assert windows["DKIM signing"] == (at(1), at(2))


async def test_what_came_back_and_broke_again_is_dated_by_the_last_time(
    timed: World, practice: Practice, clock: HandClock
) -> None:
    await look(request(), timed)
    practice.take(DOMAIN, f"_dmarc.{DOMAIN}", "TXT")
    values = practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    clock.turn(HOUR)
    await look(request(), timed)
    practice.put(DOMAIN, f"bounce.{DOMAIN}", "MX", values)
    clock.turn(HOUR)
    await look(request(), timed)
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    clock.turn(HOUR)

    seen = (await look(request(), timed)).observation

    (changed,) = [one for one in since_good(seen) if one.name == MX]
    assert (changed.last_as_before, changed.first_different) == (at(2), at(3))


async def test_a_look_that_saw_the_same_moves_a_time_and_costs_no_entry(timed: World, clock: HandClock) -> None:
    for _ in range(5):
        await look(request(), timed)
        clock.turn(GRAIN.total_seconds())

    assert looks(timed) == [(Verdict.READY, BEGAN, BEGAN + 4 * GRAIN)]


async def test_what_could_not_be_seen_is_not_said_to_have_been_seen(
    timed: World, practice: Practice, clock: HandClock
) -> None:
    await look(request(), timed)
    practice.inflict("access-denied", DOMAIN)
    clock.turn(HOUR)

    blind = await look(request(), timed)

    assert blind.diagnosis.verdict is Verdict.UNKNOWN
    assert since_good(blind.observation) == ()
    assert looks(timed) == [(Verdict.READY, BEGAN, BEGAN)]


async def test_an_identity_that_is_gone_is_a_change(timed: World, practice: Practice, clock: HandClock) -> None:
    await look(request(), timed)
    del practice.ses.identities[DOMAIN]
    clock.turn(HOUR)

    seen = (await look(request(), timed)).observation

    changed = {(one.subject, one.name): one.now for one in since_good(seen)}
    assert changed[Subject.SES, "identity"] == ("not in SES",)


async def test_a_look_at_dns_alone_reads_the_history_and_adds_nothing_to_it(
    timed: World, practice: Practice, clock: HandClock
) -> None:
    await look(request(), timed)
    before = looks(timed)
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "MX")
    clock.turn(HOUR)

    seen = (await look(request(dns_only=True), timed)).observation

    assert [one.name for one in since_good(seen)] == [MX]
    assert looks(timed) == before


async def test_another_account_has_a_history_of_its_own(timed: World, worlds: Worlds, practice: Practice) -> None:
    await look(request(), timed)
    before = looks(timed)

    await look(request(), await worlds.open(account="210987654321"))

    assert looks(timed) == before
    assert timed.store.past(DOMAIN, practice.region, "210987654321").good is None
