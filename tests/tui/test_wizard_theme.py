"""The wizard's own themes: every text is easy to read on its ground, with sixteen colours as well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.color import Color as TerminalColour
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import Theme

from sendready import tui
from sendready.report.lines import Style
from sendready.tui.app import SendreadyApp
from sendready.tui.content import STYLES
from sendready.tui.theme import DAY, NIGHT, PAIRS, theme_for
from sendready.wiring import Connection, Wizard, open_preferences

ENOUGH = 4.5
"""Contrast of text that everybody can read (WCAG 2.2, 1.4.3)."""

IN_SIXTEEN = 3.0
"""The same for large text; which sixteen colours they are is the terminal's choice, these are xterm's."""

KNOWN = {theme.name: theme for theme in (NIGHT, DAY)} | {"ansi-dark": NIGHT, "nord": NIGHT}

both = pytest.mark.parametrize("theme", [NIGHT, DAY], ids=lambda theme: theme.name)


def _variables(theme: Theme) -> dict[str, str]:
    return {**theme.to_color_system().generate(), **theme.variables}


def _luminance(rgb: tuple[int, int, int]) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(text: tuple[int, int, int], ground: tuple[int, int, int]) -> float:
    lighter, darker = sorted((_luminance(text), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _opaque(text: str) -> tuple[int, int, int]:
    colour = Color.parse(text)
    assert colour.a == 1, f"{text} is mixed with whatever is below it"
    return colour.rgb


def _in_sixteen(rgb: tuple[int, int, int]) -> tuple[int, int, int]:
    return tuple(TerminalColour.from_rgb(*rgb).downgrade(ColorSystem.STANDARD).get_truecolor())  # type: ignore[return-value]


@both
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_stands_out_from_its_ground(theme: Theme, text: str, ground: str) -> None:
    variables = _variables(theme)
    rgb = _opaque(variables[text]), _opaque(variables[ground])
    assert _contrast(*rgb) >= ENOUGH
    assert _contrast(*map(_in_sixteen, rgb)) >= IN_SIXTEEN


def test_every_state_is_painted_in_a_colour_that_is_measured() -> None:
    named = {word.removeprefix("$") for style in Style for word in STYLES[style].split() if word.startswith("$")}
    for ground in ("background", "surface"):
        assert named <= {text for text, on in PAIRS if on == ground}


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, NIGHT.name),
        ({"SENDREADY_THEME": "light"}, DAY.name),
        ({"SENDREADY_THEME": "dark", "COLORFGBG": "0;15"}, NIGHT.name),
        ({"SENDREADY_THEME": "ansi"}, "ansi-dark"),
        ({"TEXTUAL_THEME": "nord"}, "nord"),
        ({"SENDREADY_THEME": "no-such-theme"}, NIGHT.name),
        ({"COLORFGBG": "0;15"}, DAY.name),
        ({"COLORFGBG": "15;default;0"}, NIGHT.name),
        ({"COLORFGBG": "0;default"}, NIGHT.name),
    ],
)
def test_the_theme_is_the_one_asked_for_or_the_one_that_suits_the_terminal(
    environment: dict[str, str], name: str
) -> None:
    assert theme_for(environment, KNOWN) == name


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, DAY.name),
        ({"COLORFGBG": "15;0"}, DAY.name),
        ({"SENDREADY_THEME": "dark"}, NIGHT.name),
        ({"NO_COLOR": "1"}, NIGHT.name),
    ],
)
def test_the_theme_that_was_chosen_last_counts_unless_the_environment_says_otherwise(
    environment: dict[str, str], name: str
) -> None:
    assert theme_for(environment, KNOWN, DAY.name) == name
    assert theme_for({}, KNOWN, "no-such-theme") == NIGHT.name


async def test_a_theme_is_remembered_from_one_run_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("NO_COLOR", "SENDREADY_THEME", "TEXTUAL_THEME", "COLORFGBG"):
        monkeypatch.delenv(variable, raising=False)
    environment = {"SENDREADY_STATE_DIR": str(tmp_path / "state")}

    def opened() -> SendreadyApp:
        connection = Connection(environment=environment)
        return SendreadyApp(Wizard(), connection, preferences=open_preferences(connection))

    app = opened()
    assert app.theme == NIGHT.name
    async with app.run_test():
        app.theme = DAY.name
    kept = tmp_path / "state" / "preferences.json"
    assert opened().theme == DAY.name
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    for junk in (b"", b"\xff\x00{", b"[]", b'{"theme": 7}', b'{"theme": "no-such"}', b"[" * 100_000):
        kept.write_bytes(junk)
        assert opened().theme == NIGHT.name


def test_the_stylesheets_name_no_colour_that_is_not_measured() -> None:
    measured = {name for pair in PAIRS for name in pair}
    for sheet in Path(tui.__file__).parent.rglob("*.tcss"):
        assert set(re.findall(r"\$([a-z-]+)", sheet.read_text(encoding="utf-8"))) <= measured, sheet
