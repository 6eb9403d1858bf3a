"""What stands in front of a screen for a moment: consent, reading, a one-time code. Escape always leaves."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from sendready.model.change import Plan
from sendready.report.lines import escape
from sendready.report.plan import plan_lines
from sendready.tui.content import of_lines

_LEAVE: list[BindingType] = [Binding("escape", "leave", "Close")]


def dialog_width(columns: int) -> int:
    """Columns that prose may take in a dialog, less its border, padding and scroll bar."""
    return min(columns, WIDEST) - 7


WIDEST = 92
"""Columns of a dialog at most, as its stylesheet has it."""


class Consent(ModalScreen[bool]):
    """Shows a plan; true where the user agreed."""

    AUTO_FOCUS = "#yes"
    BINDINGS: ClassVar[list[BindingType]] = _LEAVE

    def __init__(self, plan: Plan, title: str, beside: Content | None = None) -> None:
        super().__init__()
        self._plan = plan
        self._title = title
        self._beside = beside

    def compose(self) -> ComposeResult:
        """The plan and two buttons."""
        with Vertical(classes="dialog -long"):
            yield Label(self._title, classes="panel-title", markup=False)
            with VerticalScroll(classes="scroll"):
                width = dialog_width(self.app.size.width)
                yield Static(of_lines(plan_lines(self._plan, width=width)), markup=False)
                if self._beside is not None:
                    yield Static(self._beside, classes="body", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Go", id="yes", variant="primary", compact=True)
                yield Button("Leave it", id="no", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Yes or no."""
        self.dismiss(event.button.id == "yes")

    def action_leave(self) -> None:
        """No."""
        self.dismiss(False)


class Reading(ModalScreen[None]):
    """A longer text, scrolled."""

    BINDINGS: ClassVar[list[BindingType]] = [*_LEAVE, Binding("q,enter", "leave", "Close", show=False)]

    def __init__(self, title: str, text: str | Content) -> None:
        super().__init__()
        self._title = title
        # Text may come from DNS or AWS: what could steer a terminal is shown instead of obeyed.
        self._text = "\n".join(map(escape, text.split("\n"))) if isinstance(text, str) else text

    def compose(self) -> ComposeResult:
        """Title and text; the text scrolls by keys and wheel."""
        with Vertical(classes="dialog -long"):
            yield Label(self._title, classes="panel-title", markup=False)
            with VerticalScroll(can_focus=True, classes="scroll"):
                yield Static(self._text, markup=False)
            yield Label("Esc closes; there, Ctrl+P lists everything that can be done", classes="about")

    def action_leave(self) -> None:
        """Closes."""
        self.dismiss(None)


class MfaCode(ModalScreen[str]):
    """Asks for a one-time code; empty where the user left."""

    BINDINGS: ClassVar[list[BindingType]] = _LEAVE

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        """Boto's own prompt and a field."""
        with Vertical(classes="dialog -small"):
            yield Label(self._prompt, markup=False)
            yield Input(placeholder="123456", max_length=12, compact=True)
            yield Label("Enter sends it, Esc leaves", classes="about")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The code."""
        self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """No code."""
        self.dismiss("")
