"""Texts that stand in front of a screen."""

from __future__ import annotations

from textual.app import App

from sendready.tui.screens.dialogs import Reading


async def test_what_could_steer_a_terminal_is_shown_and_not_obeyed() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        await app.push_screen(Reading("Evidence", "first\n  = \x1b]0;owned\x07 \u202eabc"))
        await pilot.pause()
        text = "\n".join("".join(s.text for s in strip) for strip in app.screen._compositor.render_strips())

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b]0;owned\\x07" in text
    assert "first" in text
