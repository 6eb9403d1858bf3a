"""The whole road by keyboard, from nothing to ready."""

from __future__ import annotations

import json
from pathlib import Path

from textual.widgets import Input, Static
from walking import Open, Walker

from sendready.model.answers import Publish
from sendready.model.finding import Verdict
from sendready.practice.servers import Practice
from sendready.tui.screens.dialogs import Consent
from sendready.tui.stage import Stage

DOMAIN = "shop.example"
MOST_PRESSES = 15


def saved(state: Path) -> dict[str, object]:
    """The answers that are kept for later runs."""
    answers: dict[str, object] = json.loads(next(state.rglob("answers.json")).read_text())["answers"]
    return answers


async def test_from_start_to_ready_with_the_defaults_takes_at_most_fifteen_presses(
    practice: Practice, wizard: Open, tmp_path: Path
) -> None:
    practice.register(DOMAIN)
    practice.throttling = False
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.ACCOUNT)
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.at(Stage.IDENTITY)
        await walker.can_press("Go: make 2 changes")
        await walker.press("enter")
        await walker.at(Stage.RECORDS)
        await walker.can_press("Publish 6 records")
        await walker.press("enter")
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.at(Stage.ACCESS)
        await walker.until(lambda: isinstance(walker.setup.focused, Input))
        await walker.type("https://shop.example")
        await walker.press("enter", "space")
        await walker.can_press("Ask AWS")
        await walker.press("enter")
        await walker.until(lambda: isinstance(walker.app.screen, Consent))
        await walker.press("enter")
        await walker.at(Stage.TEST)
        await walker.can_press("Send the test")
        await walker.press("enter")
        await walker.verdict(Verdict.READY)
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.at(Stage.READY)
        assert "✓ ready" in walker.screen_text()
        await walker.press("enter")
    assert walker.app.return_value == 0
    assert walker.presses <= MOST_PRESSES
    # What was confirmed to AWS was for this request: no later run is to take it for another one's.
    kept = saved(tmp_path)
    assert kept["website"] == "https://shop.example"
    assert not {"accept_terms", "request_access"} & set(kept)
    assert practice.ses.identities[DOMAIN].dkim.status == "SUCCESS"
    assert [call for call in practice.aws.calls if call.operation == "PutAccountDetails"]


def _plan(walker: Walker) -> str:
    return str(walker.panel.query_one(".plan", Static).content)


async def test_by_hand_the_records_are_shown_and_looked_at_when_the_user_says_so(
    practice: Practice, wizard: Open
) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("enter")
        await walker.can_press("Go: make 2 changes")
        walker.setup.conductor.answer("publish", Publish.NONE)
        walker.setup.conductor.look_now()
        await walker.until(lambda: "by hand: Add 3 CNAME" in _plan(walker), "the plan follows the answer")
        walker.panel.focus_first()
        await walker.can_press("Go: make 2 changes")
        await walker.press("enter")
        await walker.at(Stage.RECORDS)
        await walker.can_press("I have added them")
        seen = walker.setup.conductor.snapshot.observation
        assert seen is not None
        assert len(seen.records) == 6
        for record in seen.records:
            wanted = record.wanted
            value = f'"{wanted.value}"' if wanted.type.value == "TXT" else f"{wanted.value}."
            practice.put(DOMAIN, wanted.name, wanted.type.value, [value])
        await walker.press("enter")
        await walker.can_press("Continue")
        assert "✓ live" in walker.screen_text()
    assert not [call for call in practice.aws.calls if call.operation == "ChangeResourceRecordSets"]
