"""Every answer has its place in the wizard."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Button, Input
from walking import Open, Walker

from sendready.model.answers import ANSWER_NAMES, EventRoute
from sendready.practice.servers import Practice
from sendready.tui.app import SendreadyApp
from sendready.tui.screens.more import BY_BUTTON, MoreAnswers
from sendready.tui.stage import Stage
from sendready.tui.widgets.field import Field
from sendready.wiring import Connection, Wizard

DOMAIN = "shop.example"


async def asked_at(walker: Walker, stage: Stage, least: int) -> set[str]:
    walker.setup.open_stage(stage)
    await walker.at(stage)
    await walker.until(lambda: len(walker.panel.query(Field)) >= least, f"the form of {stage}")
    return {field.answer_name for field in walker.panel.query(Field)}


async def test_every_answer_is_asked_somewhere_or_given_by_a_button(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    practice.throttling = False
    async with wizard(DOMAIN) as walker:
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        asked = await asked_at(walker, Stage.IDENTITY, 7)
        walker.panel.query_one("#more", Button).press()
        await walker.until(lambda: isinstance(walker.app.screen, MoreAnswers))
        asked |= {field.answer_name for field in walker.app.screen.query(Field)}
        await walker.press("escape")
        asked |= await asked_at(walker, Stage.ACCESS, 5)
        for route in (EventRoute.KEEP, EventRoute.OWN):
            walker.setup.conductor.answer("events", route)
            asked |= await asked_at(walker, Stage.TEST, 2)

    assert {*asked, *BY_BUTTON} == set(ANSWER_NAMES)
    assert not asked & set(BY_BUTTON)


async def test_what_is_typed_there_is_kept_and_what_cannot_be_used_is_told(
    practice: Practice, wizard: Open, tmp_path: Path
) -> None:
    practice.register(DOMAIN)
    practice.throttling = False
    async with wizard(DOMAIN) as walker:
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        await asked_at(walker, Stage.IDENTITY, 7)
        walker.panel.query_one("#more", Button).press()
        await walker.until(lambda: isinstance(walker.app.screen, MoreAnswers))
        screen = walker.app.screen
        screen.query_one("#field-smtp-host", Field).query_one(Input).value = "https://"
        screen.query_one("#field-tag", Field).query_one(Input).value = "team=mail, cost=7"
        screen.query_one("#keep", Button).press()
        await walker.until(lambda: "is not a host's name" in walker.screen_text(), "the problem")
        screen.query_one("#field-smtp-host", Field).query_one(Input).value = "email-smtp.eu-west-1.amazonaws.com"
        screen.query_one("#keep", Button).press()
        await walker.until(lambda: not isinstance(walker.app.screen, MoreAnswers))
        await walker.until(lambda: walker.setup.conductor.snapshot.answered.answers.tag == ("team=mail", "cost=7"))
        assert walker.setup.conductor.snapshot.answered.answers.smtp_host == "email-smtp.eu-west-1.amazonaws.com"


async def test_the_answers_are_saved_as_a_file_that_is_read_again(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    practice.finish(DOMAIN)
    practice.throttling = False
    for name, value in {**practice.environment, "SENDREADY_STATE_DIR": str(tmp_path / "state")}.items():
        monkeypatch.setenv(name, value)
    from sendready.steps.naming import read_identity
    from sendready.wiring import read_config

    asked = Wizard(identity=read_identity(DOMAIN), flags={"volume": "50 a day"})
    app = SendreadyApp(asked, Connection(region=practice.region), None)
    async with app.run_test(size=(80, 24)) as pilot:
        walker = Walker(pilot, practice)
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        walker.setup.open_stage(Stage.READY)
        await walker.at(Stage.READY)
        walker.panel.query_one("#answers", Button).press()
        await walker.until(lambda: (tmp_path / "sendready.toml").exists(), "the file")
        await walker.until(lambda: "saved" in walker.status())
    assert read_config() == {"region": practice.region, "volume": "50 a day"}
