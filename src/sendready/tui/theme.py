"""The wizard's own two themes, one for dark and one for light terminals: one accent, and every text easy to read."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

NIGHT_NAME, DAY_NAME = "sendready-night", "sendready-day"

THEME_VARIABLE = "SENDREADY_THEME"
"""Environment variable with the theme: `light`, `dark`, `ansi`, or the name of one of Textual's."""


def _theme(name: str, *, dark: bool, colours: tuple[str, ...]) -> Theme:
    """A theme of eight colours; none is mixed out of others, so that what is read is what was chosen."""
    accent, good, bad, warn, text, quiet, ground, raised = colours
    return Theme(
        name=name,
        dark=dark,
        primary=accent,
        secondary=accent,
        accent=accent,
        success=good,
        error=bad,
        warning=warn,
        foreground=text,
        background=ground,
        surface=raised,
        panel=raised,
        variables={
            "text": text,
            "text-muted": quiet,
            "text-disabled": quiet,
            "foreground-muted": quiet,
            "foreground-disabled": quiet,
            "text-accent": accent,
            "text-primary": accent,
            "text-success": good,
            "text-error": bad,
            "text-warning": warn,
            "block-cursor-foreground": ground,
            "block-cursor-background": accent,
            "block-cursor-blurred-foreground": text,
            "block-cursor-blurred-background": raised,
            "block-cursor-blurred-text-style": "bold",
            "block-hover-background": raised,
            "border": accent,
            "border-blurred": raised,
            "footer-background": ground,
            "footer-foreground": quiet,
            "footer-description-foreground": quiet,
            "footer-key-foreground": accent,
            "input-selection-background": accent,
            "input-selection-foreground": ground,
            "screen-selection-background": accent,
            "screen-selection-foreground": ground,
            "scrollbar": "#46505a" if dark else "#a8b0b7",
            "scrollbar-hover": accent,
            "scrollbar-active": accent,
            "scrollbar-background": ground,
            "link-color": accent,
            "link-color-hover": ground,
            "link-background-hover": accent,
        },
    )


NIGHT = _theme(
    NIGHT_NAME,
    dark=True,
    colours=("#7cb7ff", "#6fd08c", "#ff8585", "#e8b95c", "#e4e9ee", "#9ba7b3", "#0f1317", "#1b2127"),
)
DAY = _theme(
    DAY_NAME,
    dark=False,
    colours=("#0a5bb0", "#176b31", "#b3211a", "#7d5000", "#1b2026", "#56606b", "#fbfbf9", "#eceeea"),
)

PAIRS = (
    *((text, "background") for text in ("foreground", "text", "text-muted", "text-disabled", "foreground-muted")),
    *((text, "background") for text in ("text-accent", "text-success", "text-error", "text-warning")),
    *((text, "surface") for text in ("foreground", "text", "text-muted", "text-disabled", "foreground-muted")),
    *((text, "surface") for text in ("text-accent", "text-success", "text-error", "text-warning")),
    ("block-cursor-foreground", "block-cursor-background"),
    ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
    ("foreground", "block-hover-background"),
    ("footer-key-foreground", "footer-background"),
    ("footer-description-foreground", "footer-background"),
    ("footer-foreground", "footer-background"),
    ("input-cursor-foreground", "input-cursor-background"),
    ("input-selection-foreground", "input-selection-background"),
    ("screen-selection-foreground", "screen-selection-background"),
    ("link-color", "background"),
    ("link-color", "surface"),
    ("link-color-hover", "link-background-hover"),
    ("background", "accent"),
)
"""Every text with the ground it may stand on: grounds are the page and dialogs; the last one is a focused button."""

_SHORT = {"dark": NIGHT_NAME, "light": DAY_NAME, "ansi": "ansi-dark"}


def theme_for(environment: Mapping[str, str], known: Mapping[str, Theme], remembered: str = "") -> str:
    """The name of the theme to open with; a name nobody knows counts as none.

    What the environment asks for outranks the one that was chosen last, and without colours (NO_COLOR) none is chosen.

    Textual does not ask a terminal for its background. Some say it themselves: `COLORFGBG` ends in the number of the
    background's colour (rxvt, Konsole, iTerm2); 7 and 9 to 15 are light.
    """
    for variable in (THEME_VARIABLE, "TEXTUAL_THEME"):
        wanted = environment.get(variable, "").strip().lower()
        name = _SHORT.get(wanted, wanted)
        if name in known:
            return name
    if remembered in known and not environment.get("NO_COLOR"):
        return remembered
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    return DAY_NAME if ground.isdecimal() and int(ground) in (7, *range(9, 16)) else NIGHT_NAME
