"""The whole road by keyboard, from nothing to ready."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Button, Input, Select, Static
from walking import Open, Walker

from sendready.model.answers import EventRoute, Publish
from sendready.model.finding import Verdict
from sendready.practice.aws.sns import Sns
from sendready.practice.listening import SET, listening
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
        await walker.until(lambda: "6 records still to be published" in walker.status(), "whose turn it is")
        assert "by you" not in walker.status()
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


async def _to_the_records_by_hand(walker: Walker) -> None:
    """From the account to the records, which nobody but the user can publish."""
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
    await walker.can_press("Copy all records")


async def test_by_hand_the_records_are_shown_and_looked_at_when_the_user_says_so(
    practice: Practice, wizard: Open
) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await _to_the_records_by_hand(walker)
        await walker.until(lambda: _buttons_on_screen(walker) >= {"#go", "#practise", "#on", "#added", "#save"})
        await walker.until(lambda: "6 records to be published by you" in walker.status(), "whose turn it is")
        await walker.press("enter")
        await walker.until(lambda: "dkim.amazonses.com" in walker.app.clipboard, "copied")
        await walker.can_press("I have added them: look now")
        await walker.until(lambda: _buttons_on_screen(walker) >= {"#go", "#practise", "#on", "#copy-all", "#save"})
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


async def test_records_are_taken_along_once_every_value_was_copied(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await _to_the_records_by_hand(walker)
        copied = set()
        for _ in range(6):
            await walker.press("n")
            assert walker.app.clipboard.endswith(DOMAIN)
            await walker.can_press("Copy all records")  # a name is no record, and neither are some of them all
            await walker.press("v")
            copied.add(walker.app.clipboard)
            await walker.press("down")
        assert len(copied) == 6
        await walker.can_press("I have added them: look now")


async def test_at_the_end_there_is_code_for_the_application_to_copy_and_save(
    practice: Practice, wizard: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening(practice, DOMAIN)
    monkeypatch.chdir(tmp_path)
    async with wizard(DOMAIN, size=(100, 60)) as walker:
        await walker.at(Stage.HEALTH)
        await walker.verdict(Verdict.READY)
        walker.setup.open_stage(Stage.READY)
        await walker.at(Stage.READY)
        await walker.can_press("Leave")
        text = walker.screen_text()
        assert 'region_name="eu-west-1"' in text
        assert f'ConfigurationSetName="{SET}"' in text
        assert f"sendready policy {DOMAIN} --for send" in text
        await walker.press("l")
        walker.panel.query_one(Select).value = "ruby"
        await walker.until(lambda: "aws-sdk-sesv2" in walker.screen_text(), "the code is Ruby's")
        await walker.press("c")
        assert walker.app.clipboard.startswith("# gem install aws-sdk-sesv2")
        await walker.press("z")
        assert (tmp_path / "send.rb").read_text("utf-8") == walker.app.clipboard


async def test_who_sends_marketing_can_read_what_receivers_ask_of_them(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.ACCOUNT)
        walker.setup.open_stage(Stage.IDENTITY)
        await walker.at(Stage.IDENTITY)
        await walker.until(lambda: walker.panel.query("#field-mail-type Select"))
        assert not walker.panel.query_one("#bulk", Button).display
        walker.panel.query_one("#field-mail-type Select", Select).value = "marketing"
        await walker.until(lambda: walker.panel.query_one("#bulk", Button).display)
        walker.panel.query_one("#bulk", Button).press()
        await walker.until(lambda: "Gmail counts close to 5,000" in walker.screen_text())


async def test_the_link_to_events_that_are_kept_is_opened_in_practice(practice: Practice, wizard: Open) -> None:
    practice.finish(DOMAIN)
    practice.throttling = False
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.verdict(Verdict.READY)
        walker.setup.conductor.answer("events", EventRoute.KEEP)
        walker.setup.conductor.answer("events_to", "bounces@shop.example")
        walker.setup.conductor.look_now()
        walker.setup.open_stage(Stage.TEST)
        await walker.at(Stage.TEST)
        assert not walker.panel.query_one("#link", Button).display
        await walker.can_press("Keep the events and send the test")
        await walker.press("enter")
        await walker.until(lambda: isinstance(walker.app.screen, Consent))
        await walker.press("enter")
        await walker.until(lambda: walker.panel.query_one("#link", Button).display, "the link is offered")
        assert "bounces@shop.example has still to open the link" in walker.screen_text()
        walker.panel.query_one("#link", Button).press()
        await walker.until(lambda: not walker.panel.query_one("#link", Button).display, "it was opened")
        assert "has still to open" not in walker.screen_text()
    (topic,) = practice.cloud.state(Sns, practice.account_id, practice.region).topics.values()
    assert [one.confirmed for one in topic.subscriptions.values() if one.protocol == "email"] == [True]


def _buttons_on_screen(walker: Walker) -> set[str]:
    """The buttons of the open panel that are whole on the screen."""
    shown = [button for button in walker.panel.query(Button) if button.display]
    assert all(button.size.width >= len(str(button.label)) for button in shown)
    assert all(button.region.right <= walker.app.size.width for button in shown), "one falls off the edge"
    return {f"#{button.id}" for button in shown}
