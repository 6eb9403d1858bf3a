"""Questions in the wizard: what each is for stands below it, and what the answers lead to is drawn as they change."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Select, Static
from walking import Open, Walker

from sendready.practice.servers import Practice
from sendready.steps.pages import page_of
from sendready.tui.content import of_page
from sendready.tui.stage import Stage
from sendready.tui.widgets.field import Field

DOMAIN = "shop.example"


async def _at_identity(walker: Walker) -> None:
    await walker.can_press("Continue")
    await walker.press("2")
    await walker.can_press("Go")


def _figure(walker: Walker) -> str:
    return str(walker.panel.query_one(".figure", Static).content)


async def test_the_figure_follows_the_answers(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await _at_identity(walker)
        assert "❯ domain, MAIL FROM" in walker.screen_text()
        assert f"✓ bounce.{DOMAIN}" in walker.screen_text()

        walker.panel.query_one("#field-mail-from", Field).focus_input()
        await walker.press("end", "ctrl+u")
        await walker.type("post")
        await walker.until(lambda: f"✓ post.{DOMAIN}" in _figure(walker), "another label")

        await walker.press("end", "ctrl+u")
        await walker.type("none")
        await walker.until(lambda: "❯ the domain" in _figure(walker), "no MAIL FROM")
        assert "only DKIM counts" in walker.screen_text()


async def test_on_a_small_terminal_only_the_question_in_hand_is_explained(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await _at_identity(walker)
        assert "receivers recommend 2048" not in walker.screen_text()
        assert "❯ DKIM keys" not in walker.screen_text()

        walker.panel.query_one("#field-key-length", Field).focus_input()
        await walker.until(lambda: "receivers recommend 2048" in walker.screen_text(), "its sentence")
        assert "❯ DKIM keys" in walker.screen_text()


@pytest.mark.parametrize("stage", [Stage.ACCOUNT, Stage.IDENTITY, Stage.ACCESS, Stage.TEST])
async def test_on_a_large_terminal_every_question_is_explained(practice: Practice, wizard: Open, stage: Stage) -> None:
    practice.throttling = False
    practice.finish(DOMAIN, production=False)
    async with wizard(DOMAIN, (120, 60)) as walker:
        await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None)
        walker.setup.open_stage(stage)
        await walker.at(stage)
        await walker.until(lambda: bool(walker.panel.query(Field)), "a form")
        for field in walker.panel.query(Field):
            told = field.query_one(".hint", Static)
            await walker.until(lambda told=told: bool(str(told.content)) and told.size.height > 0, field.answer_name)


@pytest.mark.parametrize("stage", [Stage.IDENTITY, Stage.RECORDS, Stage.DKIM, Stage.MAIL_FROM, Stage.DMARC])
def test_pages_with_figures_fit_into_a_dialog_on_a_small_terminal(stage: Stage) -> None:
    page = page_of(stage.value)
    figures = [row for row in page.splitlines() if row.startswith("  ") and "  " in row.strip()]
    assert figures
    assert max(map(len, page.splitlines())) <= 78
    assert max(map(len, figures)) <= 73  # 80, less the dialog's border, padding and scroll bar
    assert all(row in str(of_page(page)) for row in figures)


async def test_a_list_to_choose_from_leaves_the_status_line_and_the_keys_in_sight(
    practice: Practice, wizard: Open
) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await _at_identity(walker)
        walker.panel.query_one("#field-publish", Field).focus_input()
        await walker.press("enter")
        await walker.until(lambda: walker.panel.query_one("#field-publish Select", Select).expanded, "the list")
        await walker.pilot.pause()
        overlay = walker.panel.query_one("#field-publish SelectOverlay")
        assert overlay.region.height >= 5
        assert overlay.region.bottom <= walker.setup.query_one("#status").region.y


@pytest.mark.parametrize("stage", [Stage.IDENTITY, Stage.DKIM, Stage.MAIL_FROM, Stage.ACCESS, Stage.TEST])
def test_pages_about_ses_say_that_no_real_account_was_asked(stage: Stage) -> None:
    assert "check it against a real account" in " ".join(page_of(stage.value).split())


async def test_enter_in_a_text_says_where_it_leads(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.finish(DOMAIN, production=False)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None)
        walker.setup.open_stage(Stage.ACCESS)
        await walker.until(lambda: isinstance(walker.setup.focused, Input), "the form")
        await walker.until(lambda: "Enter Next" in walker.screen_text(), "Enter")
        await walker.type("https://shop.example/")
        await walker.press("enter")
        await walker.until(lambda: "Space Yes" in walker.screen_text(), "Space")
