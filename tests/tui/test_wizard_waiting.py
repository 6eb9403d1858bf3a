"""Waiting made bearable: what for, until when, and what the terminal around the wizard is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from textual import events
from textual.widgets import Static
from walking import Open, Walker

from sendready.model.answers import Publish
from sendready.model.finding import Diagnosis, Finding, FindingState, Severity, Verdict
from sendready.model.identity import Identity
from sendready.model.observation import Observation
from sendready.model.step import Step
from sendready.practice.servers import Practice
from sendready.report.lines import paint
from sendready.tui.app import KEEP_TITLE
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage
from sendready.tui.status import status_of
from sendready.tui.terminal import BELL, sign
from sendready.tui.waiting import span, waiting_lines

DOMAIN = "shop.example"
NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


async def _created(walker: Walker) -> None:
    """The identity is there, its records are not."""
    await walker.can_press("Continue")
    await walker.press("2")
    await walker.can_press("Go")
    await walker.press("enter")
    await walker.at(Stage.RECORDS)
    await walker.can_press("Publish 6 records")


def _waiting(**changes: object) -> Snapshot:
    """Six records are waited for since two minutes; eight seconds to go."""
    base = Snapshot(
        Identity(DOMAIN),
        observation=Observation(Identity(DOMAIN), "eu-west-1", NOW, Snapshot(Identity(DOMAIN)).answered),
        awaited=("6 records to be live",),
        since=NOW - timedelta(seconds=130),
        next_look=NOW + timedelta(seconds=8),
        connection={"region": "eu-west-1"},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def _told(snapshot: Snapshot, now: datetime = NOW) -> str:
    return paint(waiting_lines(snapshot, now, width=76), colour=False)


@pytest.mark.parametrize(
    ("seconds", "said"), [(-3, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_times_are_said_as_people_do(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_a_wait_says_since_when_until_when_and_how_to_come_back() -> None:
    told = _told(_waiting())

    assert "6 records to be live, 2 min 10 s so far" in told
    assert "next look in 8 s" in told
    assert f"safe to close; to come back: sendready {DOMAIN} --region eu-west-1" in told
    assert "next look in 7 s" in _told(_waiting(), NOW + timedelta(seconds=1))
    assert "looking…" in _told(_waiting(), NOW + timedelta(seconds=9))


def test_a_practice_world_ends_with_the_wizard_so_nothing_is_safe_to_close() -> None:
    assert "safe" not in _told(_waiting(practice=True))
    assert not any("safe" in part for part in status_of(_waiting(practice=True), NOW))
    assert "safe to close" in status_of(_waiting(), NOW)


def test_without_anything_awaited_nothing_is_said() -> None:
    assert _told(_waiting(awaited=())) == ""
    assert _told(_waiting(next_look=None)) == ""


def test_a_resolver_that_forgets_by_itself_is_counted_down() -> None:
    stale = Finding(
        "DEL024",
        "stale",
        Step.DKIM,
        Severity.NOTICE,
        FindingState.PENDING,
        "A resolver remembers an old answer",
        "1.1.1.1",
        awaits="resolvers to forget old answers",
        recheck_at=NOW + timedelta(seconds=200),
    )
    told = _told(_waiting(diagnosis=Diagnosis(Verdict.WAITING, (stale,), ())))

    assert "resolvers to forget old answers in 3 min 20 s" in told.replace("\n ", "")


@pytest.mark.parametrize(
    ("environment", "away", "written"),
    [
        ({}, False, ""),
        ({}, True, BELL),
        ({"SENDREADY_NOTIFY": "off"}, True, ""),
        ({"SENDREADY_NOTIFY": "bell"}, False, BELL),
        ({"TERM_PROGRAM": "WezTerm"}, True, "\x1b]9;shop.example: ✓ ready\x1b\\"),
        ({"TERM_PROGRAM": "WezTerm", "SENDREADY_NOTIFY": "bell"}, True, BELL),
        ({"TERM_PROGRAM": "WezTerm", "TMUX": "socket"}, True, BELL),
        ({"SENDREADY_NOTIFY": "desktop"}, False, "\x1b]9;shop.example: ✓ ready\x1b\\"),
    ],
)
def test_a_sign_is_given_to_who_looks_elsewhere_or_asked_for_it(
    environment: dict[str, str], away: bool, written: str
) -> None:
    assert sign(f"{DOMAIN}: ✓ ready", environment, away=away) == written
    assert sign("", environment, away=away) == ""


def test_a_sign_holds_nothing_that_steers_the_terminal() -> None:
    assert sign("\x1b]0;x\a", {"SENDREADY_NOTIFY": "desktop"}, away=True).count("\x1b") == 2


async def test_the_title_shows_the_verdict_and_a_bell_tells_who_looks_elsewhere(
    practice: Practice, wizard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERM_PROGRAM", raising=False)
    practice.throttling = False
    practice.finish(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.verdict(Verdict.READY)
        told = walker.app.told_terminal
        assert told[0] == KEEP_TITLE
        await walker.until(lambda: f"✓ ready {DOMAIN}" in told[-1], "the title")
        assert not any(BELL in text for text in told)

        walker.app.post_message(events.AppBlur())
        await walker.until(lambda: not walker.app.app_focus)
        practice.inflict("records-missing", DOMAIN)
        walker.setup.action_look()
        await walker.until(lambda: any(f"✗ broken {DOMAIN}" in text and text.endswith(BELL) for text in told), "a bell")


async def test_the_records_screen_tells_of_the_wait_once_it_is_not_the_user_who_is_waited_for(
    practice: Practice, wizard: Open
) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await _created(walker)
        card = walker.panel.query_one(".wait", Static)
        assert not card.display
        assert "○○ 0/2 servers" in walker.screen_text()

        walker.setup.conductor.answer("publish", Publish.NONE)
        walker.setup.conductor.look_now()
        await walker.until(lambda: card.display and "6 records to be live" in str(card.content), "the wait")
        assert "so far" in str(card.content)


@pytest.mark.parametrize("stage", [Stage.HEALTH, Stage.ACCESS])
async def test_health_and_access_have_a_card_while_they_wait(practice: Practice, wizard: Open, stage: Stage) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None)
        walker.setup.open_stage(stage)
        await walker.at(stage)
        known, now = walker.setup.conductor.snapshot, walker.setup.conductor.now
        assert now is not None
        waits = replace(
            known,
            awaited=("AWS to review the access request",),
            since=now - timedelta(minutes=2),
            next_look=now + timedelta(seconds=8),
            diagnosis=Diagnosis(Verdict.WAITING, (), known.diagnosis.steps if known.diagnosis is not None else ()),
            practice=False,
        )
        walker.panel.show(waits)
        walker.panel.tick(now)
        card = str(walker.panel.query_one(".wait", Static).content)
        assert "waiting for AWS to review the access request, 2 min 0 s so far" in card
        assert "next look in 8 s" in card
        assert f"safe to close; to come back: sendready {DOMAIN}" in card
