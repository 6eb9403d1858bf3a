"""The answers that most people never give, in a form of their own: no answer is a flag and nowhere to be typed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Label, Static

from sendready.model.answers import Answers, described
from sendready.model.identity import Identity
from sendready.steps.answering import LISTS, SWITCHES, read_answer
from sendready.steps.validation import problem_with
from sendready.tui.widgets.field import Field

SELDOM = {
    "tag": "Tags",
    "sender_arn": "App sends as",
    "smtp_host": "App's SMTP host",
    "any_zone": "Write the records even to a zone that the world is not sent to, or not yet",
}
"""The answers asked here and what each is called."""

BY_BUTTON = {
    "request_access": "pressing Ask AWS for production access is the yes, after everything that is sent was shown",
    "test": "pressing Send the test is the yes",
}
"""The answers that no form asks, and why: a yes in a form would be given long before its consequence."""


class MoreAnswers(ModalScreen[dict[str, object]]):
    """What was typed, each in its own type; empty where the user left."""

    CSS_PATH = str(Path(__file__).with_name("more.tcss"))
    AUTO_FOCUS = "Field Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close")]

    def __init__(self, identity: Identity, answers: Answers) -> None:
        super().__init__()
        self._identity = identity
        self._answers = answers

    def compose(self) -> ComposeResult:
        """One field each with the sentence that explains it, and two buttons."""
        with Vertical(classes="dialog -long"):
            yield Label("More answers", classes="panel-title", markup=False)
            with VerticalScroll(classes="scroll", can_focus=False):
                for name, label in SELDOM.items():
                    if name == "any_zone" and not self._identity.is_domain:
                        continue
                    value = getattr(self._answers, name)
                    if name in SWITCHES:
                        yield Field(name, label, value)
                        continue
                    yield Static(described(name), classes="about", markup=False)
                    text = ", ".join(value) if name in LISTS else value
                    yield Field(name, label, text, problem=partial(self._problem, name))
            with Horizontal(classes="buttons"):
                yield Button("Keep them", id="keep", variant="primary", compact=True)
                yield Button("Leave", id="leave", compact=True)

    def _problem(self, name: str, typed: str) -> str | None:
        return problem_with(name, read_answer(name, typed, name), self._identity)

    def on_field_answered(self, event: Field.Answered) -> None:
        """Nothing counts before it is kept."""
        event.stop()

    def on_field_settled(self, event: Field.Settled) -> None:
        """On to the next question, and from the last one to the button."""
        event.stop()
        fields = list(self.query(Field))
        rest = fields[[field.answer_name for field in fields].index(event.name) + 1 :]
        if rest:
            rest[0].focus_input()
        else:
            self.query_one("#keep", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Keeps them once all can be used, or leaves."""
        event.stop()
        if event.button.id == "leave":
            self.action_leave()
            return
        fields = list(self.query(Field))
        if all(list(map(Field.settle, fields))):  # each is judged, so that every problem is told at once
            typed = {f.answer_name: read_answer(f.answer_name, f.value, f.answer_name) for f in fields}
            self.dismiss({name: value for name, value in typed.items() if value != getattr(self._answers, name)})

    def action_leave(self) -> None:
        """Nothing is kept."""
        self.dismiss({})
