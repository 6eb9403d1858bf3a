"""While name servers are silent and AWS hangs, every key press is answered: seen in the order of events."""

from __future__ import annotations

from collections.abc import Callable

from textual.widgets import OptionList, Select
from walking import Open, Walker

from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.servers import Practice
from sendready.tui.panels.health import HealthPanel
from sendready.tui.screens.dialogs import Reading
from sendready.tui.stage import Stage

DOMAIN = "shop.example"

HANGS = 600.0
"""Seconds an answer takes: longer than anybody waits, so what is seen was seen before it came."""


def _hang(practice: Practice) -> None:
    """From now on no name server of the domain answers, nor does AWS."""
    zone = practice.zone_of(DOMAIN)
    assert zone is not None
    for server in zone.servers:
        practice.dns.behave(server, Behaviour(silent=True), zone=zone.apex)
    practice.aws.latency = HANGS


async def _keys_are_answered(walker: Walker, presses: list[tuple[str, Callable[[], object]]]) -> None:
    """Each key press has done what it does while the look is still under way."""
    for key, done in presses:
        await walker.press(key)
        await walker.until(done, key)
        assert walker.setup.conductor.snapshot.busy == "looking", f"{key} waited for the look"


async def test_keys_are_answered_while_ten_look_ups_and_calls_to_aws_hang(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    practice.inflict("bounce-rate", DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None)
        await walker.until(lambda: not walker.setup.conductor.snapshot.busy)
        before = walker.setup.conductor.snapshot.observation
        _hang(practice)
        try:
            asked = len(practice.dns.log)
            await walker.press("r")
            await walker.until(lambda: walker.setup.conductor.snapshot.busy == "looking", "the look has begun")
            await walker.until(lambda: len(practice.dns.log) >= asked + 10, "ten look-ups were sent")

            panel = walker.panel
            assert isinstance(panel, HealthPanel)
            listed = panel.query_one("#findings", OptionList)
            await _keys_are_answered(
                walker,
                [
                    ("down", lambda: listed.highlighted == 1),
                    ("up", lambda: listed.highlighted == 0),
                    ("3", lambda: walker.setup.stage is Stage.IDENTITY and walker.panel.query(Select)),
                    ("escape", lambda: walker.setup.stage is Stage.ACCOUNT),
                    ("1", lambda: walker.setup.stage is Stage.HEALTH),
                ],
            )
            await walker.press("question_mark")
            await walker.until(lambda: isinstance(walker.app.screen, Reading), "the page")
            await walker.press("escape")
            await walker.at(Stage.HEALTH)
            # Nothing that hangs has ended, so every key was answered before it.
            assert walker.setup.conductor.snapshot.busy == "looking"
            assert walker.setup.conductor.snapshot.observation is before
        finally:
            practice.aws.latency = 0.0
