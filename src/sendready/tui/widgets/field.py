"""One question of a form: its label, its input and, beneath, what it is for or what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.css.styles import RulesMap
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Checkbox, Input, Label, Select, Static

SPEAKS_AFTER = 0.4
"""Seconds without a key press after which a problem is told."""


class Box(Checkbox):
    """A box that only Space or a click ticks, for Enter goes on everywhere; it is seen to be ticked without colours."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_button", "Yes", key_display="Space"),
        Binding("enter", "settle", "Next", key_display="Enter"),
    ]

    @dataclass
    class Settled(Message):
        """Enter: the user goes on without it."""

    def action_settle(self) -> None:
        """Leaves it as it is."""
        self.post_message(self.Settled())

    @property
    def _button(self) -> Content:
        """The box with what is in it now, in brackets that are seen without colours."""
        return Content("[X]" if self.value else "[ ]")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as its words need."""
        return self.render().get_height(RulesMap(), width)


class Typed(Input):
    """A text; the footer says where Enter leads."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Next", key_display="Enter")]


class Field(Vertical):
    """An answer by its name. Posts `Answered` once what was typed can be used; what cannot stays as it was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    @dataclass
    class Answered(Message):
        """A usable value was given."""

        name: str
        value: str | bool

    @dataclass
    class Built(Message):
        """It is there, and can be explained."""

        field: Field

    @dataclass
    class Settled(Message):
        """The user is done with this question: Enter in a text, or a box that was ticked."""

        name: str

    def __init__(
        self,
        name: str,
        label: str,
        value: str | bool,
        *,
        problem: Callable[[str], str | None] = lambda _: None,
        choices: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(id=f"field-{name.replace('_', '-')}", classes="field")
        self._answer = name
        self._label = label
        self._value = value
        self._problem = problem
        self._choices = choices
        self._timer: Timer | None = None
        self._explained = ("", "")

    @property
    def answer_name(self) -> str:
        """The answer's name."""
        return self._answer

    @property
    def value(self) -> str | bool:
        """The last value that could be used."""
        return self._value

    def compose(self) -> ComposeResult:
        """A caret while it has the focus, label and input on one line; below one sentence, or the problem if any."""
        with Horizontal():
            yield Static("❯", classes="caret")
            if isinstance(self._value, bool):
                yield Box(self._label, self._value, compact=True)
            else:
                yield Label(self._label)
                if self._choices:
                    yield Select(self._choices, value=self._value, allow_blank=False, compact=True)
                else:
                    yield Typed(self._value, compact=True)
        yield Static(classes="hint", markup=False)
        yield Static(classes="problem", markup=False)

    def on_mount(self) -> None:
        """Asks to be explained."""
        self.post_message(self.Built(self))

    def on_descendant_focus(self) -> None:
        """The question in hand is marked and explained; `:focus-within` would come one change late."""
        self.add_class("-current")

    def on_descendant_blur(self) -> None:
        """Another one is."""
        self.remove_class("-current")

    def explain(self, hint: str, example: str = "") -> None:
        """What the question is for, and what an empty input shows; both may follow from what was seen since."""
        if (hint, example) == self._explained or not self.query(".hint"):
            return  # each update lays the whole panel out anew
        self._explained = hint, example
        self.query_one(".hint", Static).update(hint)
        for typed in self.query(Input):
            typed.placeholder = f"such as {example}" if example else ""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judges once the user paused."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SPEAKS_AFTER, self.settle)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Judges at once; what can be used is settled."""
        event.stop()
        if self.settle():
            self.post_message(self.Settled(self._answer))

    def on_select_changed(self, event: Select.Changed) -> None:
        """Takes a choice."""
        event.stop()
        if event.value != self._value and event.value is not Select.NULL:
            self._value = str(event.value)
            self.post_message(self.Answered(self._answer, self._value))

    def on_checkbox_changed(self, event: Checkbox.Changed) -> None:
        """Takes a yes or no."""
        event.stop()
        if event.value != self._value:
            self._value = event.value
            self.remove_class("-bad")
            self.post_message(self.Answered(self._answer, event.value))
            if event.value:
                self.post_message(self.Settled(self._answer))

    def on_box_settled(self, event: Box.Settled) -> None:
        """On to what comes next; an empty box says first how it is ticked, and is left empty by a second Enter."""
        event.stop()
        if not self._value and not self.has_class("-bad"):
            self.query_one(".problem", Static).update("Space ticks it; without it nothing is asked of AWS")
            self.add_class("-bad")
            return
        self.post_message(self.Settled(self._answer))

    @property
    def unsettled(self) -> bool:
        """Whether something stands there that nobody has been told yet."""
        inputs = self.query(Input)
        return bool(inputs) and inputs.first().value.strip() != self._value

    def focus_input(self) -> None:
        """Puts the cursor where the answer is typed or ticked."""
        for kind in (Input, Select, Checkbox):
            if found := self.query(kind):
                found.first().focus()

    def settle(self) -> bool:
        """Judges what stands there now; true where it can be used."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        inputs = self.query(Input)
        if not inputs:
            return True
        text = inputs.first().value.strip()
        problem = self._problem(text)
        self.query_one(".problem", Static).update(f"! {problem}" if problem else "")
        self.set_class(problem is not None, "-bad")
        if problem is None and text != self._value:
            self._value = text
            self.post_message(self.Answered(self._answer, text))
        return problem is None
