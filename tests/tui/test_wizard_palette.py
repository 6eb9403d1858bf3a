"""The command palette holds every action; everything can be clicked, and every dialog is left by Escape."""

from __future__ import annotations

import inspect

import pytest
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Static
from walking import Open, Walker

from sendready.practice.servers import Practice
from sendready.report.lines import line
from sendready.tui.app import SendreadyApp
from sendready.tui.content import of_line
from sendready.tui.palette import MOVES, TWINS, WORDS, named
from sendready.tui.screens import dialogs
from sendready.tui.screens.identities import IdentitiesScreen
from sendready.tui.screens.setup import PANELS, SetupScreen
from sendready.tui.stage import Stage

DOMAIN = "shop.example"
WITH_KEYS = (SendreadyApp, SetupScreen, IdentitiesScreen, *PANELS.values())


def _bindings(owner: type) -> list[Binding]:
    declared = [
        binding for one in owner.__mro__ for binding in vars(one).get("BINDINGS", ()) if "sendready" in one.__module__
    ]
    return [binding for binding in declared if isinstance(binding, Binding)]


@pytest.mark.parametrize("owner", WITH_KEYS, ids=lambda owner: owner.__name__)
def test_every_key_has_a_name_in_the_palette(owner: type) -> None:
    bindings = _bindings(owner)
    assert bindings
    for binding in bindings:
        words = named(binding)
        assert (words is not None and words[0]) or binding.action.partition("(")[0] in TWINS | MOVES, binding.action


def test_the_palette_names_nothing_that_no_key_does() -> None:
    assert set(WORDS) <= {binding.action for owner in WITH_KEYS for binding in _bindings(owner)}


def _offered(walker: Walker) -> dict[str, object]:
    return {command.title: command.callback for command in walker.app.get_system_commands(walker.app.screen)}


async def test_the_palette_offers_stages_keys_and_buttons_and_does_them(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    practice.inflict("records-missing", DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.HEALTH)
        await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None)
        assert {"Quit", "Look now", "Explain the finding", "Go to Records", "Continue", "Theme"} <= set(
            _offered(walker)
        )
        assert "Copy all records" not in _offered(walker)

        await walker.press("ctrl+p")
        await walker.type("go to records")
        await walker.press("down", "enter")
        await walker.at(Stage.RECORDS)
        assert "Copy all records" in _offered(walker)


async def test_help_is_in_the_palette_while_somebody_types(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("2")
        await walker.can_press("Go")
        walker.panel.query_one("#field-mail-from Input").focus()
        await walker.pilot.pause()
        assert {"Quit", "Help about this page", "Look now"} <= set(_offered(walker))


async def test_a_glyph_in_the_folded_rail_opens_its_stage(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        folded = walker.setup.query_one("#folded", Static)
        row = next(text for text in walker.screen_text().splitlines() if "1 of 9" in text)
        assert row.split()[0] == "Account"
        await walker.pilot.click(folded, offset=(row.index("]") + 2, 0))
        await walker.at(Stage.IDENTITY)


def test_a_web_address_in_a_text_can_be_clicked_and_nothing_else() -> None:
    content = of_line(
        line("see https://docs.aws.amazon.com/ses/x.html, and javascript:alert(1) or http://elsewhere.example")
    )
    clicks = [span.style.meta["@click"] for span in content.spans if not isinstance(span.style, str)]  # type: ignore[union-attr]
    assert clicks == ["app.open_link('https://docs.aws.amazon.com/ses/x.html')"]


async def test_a_link_is_copied_where_there_is_no_browser(
    practice: Practice, wizard: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_TTY", "there")
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        walker.app.action_open_link("https://docs.aws.amazon.com/ses/x.html")
        await walker.until(lambda: walker.status() == "copied https://docs.aws.amazon.com/ses/x.html")
        assert walker.app.clipboard == "https://docs.aws.amazon.com/ses/x.html"


def test_every_dialog_is_left_by_escape() -> None:
    found = [one for _, one in inspect.getmembers(dialogs, inspect.isclass) if issubclass(one, ModalScreen)]
    shown = [one for one in found if one is not ModalScreen]
    assert len(shown) >= 3
    for one in shown:
        assert "escape" in {key for binding in _bindings(one) for key in binding.key.split(",")}, one
