"""What the wizard tells the terminal around it: a title that shows the state, and a sign when something turned."""

from __future__ import annotations

from collections.abc import Mapping

from sendready.model.step import StepState
from sendready.report.lines import escape
from sendready.report.marks import OF_STEP, OF_VERDICT
from sendready.tui.snapshot import Snapshot

NOTIFY_VARIABLE = "SENDREADY_NOTIFY"
"""Environment variable: `off`, `bell`, or `desktop` for a notification (OSC 9); else what the terminal can do."""

SHOWS_NOTIFICATIONS = frozenset({"iTerm.app", "WezTerm", "ghostty", "kitty"})
"""Terminals, by `TERM_PROGRAM`, that are known to show OSC 9 to the user."""

BELL = "\a"


def title(snapshot: Snapshot) -> str:
    """The state in a glyph and a word, and whose it is: as much as a tab shows."""
    diagnosis = snapshot.diagnosis
    state = OF_VERDICT[diagnosis.verdict].text if diagnosis is not None else "…"
    return f"\x1b]2;{escape(f'{state} {snapshot.identity.name}')} - sendready\x1b\\"


def turned(before: Snapshot, now: Snapshot) -> str:
    """What a user who looks elsewhere wants to hear of: a step that got done or broke, or the verdict; else nothing."""
    if before.diagnosis is None or now.diagnosis is None:
        return ""
    if before.diagnosis.verdict is not now.diagnosis.verdict:
        return f"{now.identity.name}: {OF_VERDICT[now.diagnosis.verdict].text}"
    earlier = {status.step: status.state for status in before.diagnosis.steps}
    told = [
        f"{status.step.label} {OF_STEP[status.state].text}"
        for status in now.diagnosis.steps
        if status.state in (StepState.DONE, StepState.BROKEN) and earlier.get(status.step) is not status.state
    ]
    return f"{now.identity.name}: {', '.join(told)}" if told else ""


def sign(text: str, environment: Mapping[str, str], *, away: bool) -> str:
    """What to write so that the user hears of it; nothing while they look, unless they asked to be told always.

    Whether they look is what the terminal says of its focus; one that says nothing is taken to be looked at.
    """
    wish = environment.get(NOTIFY_VARIABLE, "").strip().lower()
    shows = environment.get("TERM_PROGRAM") in SHOWS_NOTIFICATIONS and not environment.get("TMUX")
    if not text or wish == "off" or (not away and wish not in ("bell", "desktop")):
        return ""
    if wish == "desktop" or (shows and wish != "bell"):
        return f"\x1b]9;{escape(text)}\x1b\\"
    return BELL
