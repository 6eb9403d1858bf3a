"""What every panel is: a title, a body drawn from snapshots, and one button that goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static

from sendready.model.change import Change, Plan
from sendready.model.finding import Finding
from sendready.model.observation import Unseen
from sendready.model.records import WantedRecord
from sendready.model.step import Step
from sendready.report.lines import WIDTH, Line, Span, Style, line, wrapped
from sendready.report.text import finding_lines
from sendready.steps.hints import hint
from sendready.steps.suggesting import suggestion
from sendready.tui.content import of_lines, of_page
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage
from sendready.tui.waiting import waiting_lines
from sendready.tui.widgets.field import Field


class Panel(Vertical):
    """One stage; the rail names it. Subclasses say what it is about, draw their body and name their button."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,ctrl+down", "scroll_body(1)", "More", key_display="PgDn"),
        Binding("pageup,ctrl+up", "scroll_body(-1)", show=False),
        # From a button back into the form above it; panels with a list give these keys to the list.
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]
    STAGE: ClassVar[Stage]
    ABOUT: ClassVar[str] = ""
    """One or two sentences for somebody who does this once a year."""
    SHOWS_WAIT: ClassVar[bool] = False
    """Whether what is waited for is told here whole, and not only in the status line."""
    NEEDS_PLAN: ClassVar[bool] = False
    """Whether the button does what the plan says, so that it can do nothing without one."""
    SOMETIMES: ClassVar[tuple[str, ...]] = ("scroll_body",)
    """Actions that `check_action` offers at some times only."""

    @dataclass
    class GoAsked(Message):
        """The user agreed to these changes, which the panel has shown."""

        changes: tuple[Change, ...]
        what: str

    @dataclass
    class OnAsked(Message):
        """The user wants to go on to the next stage that needs something."""

        stage: Stage

    @dataclass
    class ReadAsked(Message):
        """A longer text is to be read."""

        text: str | Content
        title: str

    @dataclass
    class ConsentAsked(Message):
        """These changes are to be shown and made once the user has agreed."""

        plan: Plan
        what: str = "mending it"
        title: str = "This is what will be done"
        beside: Content | None = None
        """What else to know before agreeing."""
        goes_on: bool = False
        """Whether there is nothing to stay for once it is done."""

    @dataclass
    class LookAsked(Message):
        """Everything is to be looked at now."""

    @dataclass
    class LinkAsked(Message):
        """In practice: the link mailed to an address is to be opened."""

        address: str

    @dataclass
    class AddAsked(Message):
        """In practice: these records are to be added as a person would at a DNS host."""

        records: tuple[WantedRecord, ...]

    @dataclass
    class RegionAsked(Message):
        """Another region is wanted."""

        region: str

    @dataclass
    class SaveAsked(Message):
        """A text is to be saved as a file in the working directory."""

        name: str
        text: str

    @dataclass
    class MoreAsked(Message):
        """The answers that are seldom given are to be shown."""

    @dataclass
    class Answered(Message):
        """An answer was given in a form."""

        name: str
        value: object

    def __init__(self) -> None:
        super().__init__(id=f"panel-{self.STAGE.value}", classes="panel")
        self.snapshot: Snapshot | None = None
        self._offered: dict[str, bool] = {}
        self._now: datetime | None = None
        """What the clock showed last."""

    def compose(self) -> ComposeResult:
        """Explanation, body and findings, which scroll, and the buttons, which are always in sight."""
        with VerticalScroll(classes="scroll", can_focus=False):
            if self.ABOUT:
                yield Static(self.ABOUT, classes="about")
            yield from self.compose_body()
            yield Static(classes="findings", markup=False)
            yield from self.compose_wait()
        with Horizontal(classes="buttons"):
            yield Button("Continue", id="go", variant="primary", compact=True)
            yield from self.compose_buttons()

    def compose_body(self) -> ComposeResult:
        """What is between the explanation and the findings."""
        yield Static(classes="body")

    def compose_wait(self) -> ComposeResult:
        """What is waited for, beneath everything else."""
        if self.SHOWS_WAIT:
            yield Static(classes="wait", markup=False)

    def compose_buttons(self) -> ComposeResult:
        """Further buttons beside the one that goes on."""
        yield from ()

    def show(self, snapshot: Snapshot) -> None:
        """Draws everything anew."""
        self.snapshot = snapshot
        if not self.is_mounted:
            return
        self.fill(".findings", self.finding_lines(snapshot))
        label, enabled = ("Look again", True) if self._stuck else self.go_label(snapshot)
        self._name_go(f"{snapshot.working}…" if snapshot.working else label, enabled and not snapshot.working)
        self.draw(snapshot)
        for field in self.query(Field):
            self.explain(field, snapshot)
        if self._now is not None:  # what is waited for is wrapped anew, too
            self.tick(self._now)
        self.call_after_refresh(self._offer)

    def explain(self, field: Field, snapshot: Snapshot) -> None:
        """One sentence under a question, by what has been seen."""
        seen = snapshot.observation
        field.explain(hint(field.answer_name, seen), suggestion(field.answer_name, seen) if seen is not None else "")

    def _name_go(self, label: Content | str, enabled: bool) -> None:
        """The button's words; it gets the focus once it can be pressed, where nothing else took it meanwhile."""
        button = self.name_button("#go", label)
        if not enabled and button.has_focus:
            self.screen.set_focus(None)  # else the button beside it would get it, and keep it
        woken, button.disabled = enabled and button.disabled, not enabled
        if woken and self.screen.focused is None:
            self.focus_first()

    def name_button(self, which: str, label: Content | str) -> Button:
        """A button's words, where they are others than before."""
        button = self.query_one(which, Button)
        if button.label != Content.from_text(label):
            button.label = label
            button.refresh(layout=True)  # a label alone is drawn into the room of the one before
        return button

    def tick(self, now: datetime) -> None:
        """A second has passed: clocks go on, nothing else is drawn."""
        self._now = now
        if self.SHOWS_WAIT and self.snapshot is not None and self.query(".wait"):  # it may not be composed yet
            self.fill(".wait", self.wait_lines(self.snapshot, now))

    def wait_lines(self, snapshot: Snapshot, now: datetime) -> Iterable[Line]:
        """What is waited for."""
        return waiting_lines(snapshot, now, width=self.text_width)

    def fill(self, where: str, lines: Iterable[Line]) -> None:
        """Writes lines into a part of the panel; a part without any takes no room."""
        self.put(where, of_lines(lines))

    def put(self, where: str, content: Content) -> None:
        """Writes into a part of the panel, where it is not there already."""
        part = self.query_one(where, Static)
        before = part.content
        if not isinstance(before, Content) or not before.is_same(content):
            part.update(content)  # which lays the whole panel out anew
            # Textual takes two updates between two layouts for one, and keeps the height of the first.
            self.call_after_refresh(part.refresh, layout=True)
        part.display = bool(content)

    def draw(self, snapshot: Snapshot) -> None:
        """Draws the body; the base draws the lines that `body_lines` gives."""
        self.fill(".body", self.body_lines(snapshot))

    def body_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """The body as lines."""
        return ()

    def steps(self) -> tuple[Step, ...]:
        """The steps whose findings are shown here."""
        return ()

    def finding_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """The findings of this panel's steps, and the problem where the last thing tried did not work."""
        found = self.findings(snapshot)
        for number, finding in enumerate(found):
            if number:
                yield line()
            yield from self.lines_of(finding)
        if snapshot.problem is not None:
            if found:
                yield line()
            yield from wrapped(snapshot.problem.message, "  ", "✗ ", Style.BAD, width=self.text_width)
            if snapshot.problem.hint:
                yield from wrapped(snapshot.problem.hint, "  ", width=self.text_width)

    def lines_of(self, finding: Finding) -> Iterator[Line]:
        """One finding whole, its commands with the options that lead them to what is looked at here."""
        connection = self.snapshot.connection if self.snapshot is not None else {}
        return finding_lines(finding, width=self.text_width, connection=connection, fold=True)

    @property
    def text_width(self) -> int:
        """Columns that prose may take: the panel's, less its padding and scroll bar."""
        return max(40, min(WIDTH, self.size.width - 4))

    @property
    def locked_out(self) -> bool:
        """Whether AWS could not be asked about the identity: then there is nothing to go on to, only to look again."""
        snapshot = self.snapshot
        if snapshot is None or snapshot.busy or snapshot.working:
            return False
        seen = snapshot.observation
        return snapshot.problem is not None if seen is None else isinstance(seen.ses, Unseen)

    @property
    def _stuck(self) -> bool:
        """Whether nothing goes on before something has been mended that the panel tells of."""
        return self.locked_out or (self.NEEDS_PLAN and self._without_plan)

    @property
    def _without_plan(self) -> bool:
        """Whether no plan can be made: the publisher that was chosen cannot be used, for example."""
        snapshot = self.snapshot
        if snapshot is None or snapshot.busy or snapshot.working or snapshot.observation is None:
            return False
        return snapshot.plan is None and snapshot.problem is not None

    def read_about_bulk(self) -> None:
        """What receivers ask of those who send much."""
        from sendready.checks.pages import topics

        text = topics()["bulk"].text.partition("\n")[2]
        self.post_message(self.ReadAsked(of_page(text), "Bulk mail"))

    def findings(self, snapshot: Snapshot) -> list[Finding]:
        """What the diagnosis says about this panel's steps."""
        found = snapshot.diagnosis.findings if snapshot.diagnosis is not None else ()
        return [finding for finding in found if finding.step in self.steps()]

    def go_label(self, snapshot: Snapshot) -> tuple[Content | str, bool]:
        """The button's words, and whether it can be pressed."""
        return "Continue", True

    def go(self) -> None:
        """The button: goes on to the next stage that needs something."""
        self.post_message(self.OnAsked(self.STAGE))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Textual calls a handler of every class in the hierarchy, so subclasses override `pressed`, never this."""
        event.stop()
        if event.button.id is not None:
            self.pressed(event.button.id)

    def pressed(self, button: str) -> None:
        """The one button every panel has; a panel with others overrides this."""
        if button == "go" and self._stuck:
            self.post_message(self.LookAsked())
        elif button == "go":
            self.go()

    def on_field_built(self, event: Field.Built) -> None:
        """A question that came after the last drawing is explained as well."""
        event.stop()
        if self.snapshot is not None:
            self.explain(event.field, self.snapshot)

    def on_field_settled(self, event: Field.Settled) -> None:
        """On to the next question, and from the last one to the button."""
        event.stop()
        fields = list(self.query(Field))
        place = next(i for i, field in enumerate(fields) if field.answer_name == event.name)
        for field in fields[place + 1 :]:
            if self.still_asks(field.answer_name):
                field.focus_input()
                return
        self.query_one("#go", Button).focus(scroll_visible=False)

    def still_asks(self, name: str) -> bool:
        """Whether Enter should stop at a question on its way to the button."""
        return True

    def on_field_answered(self, event: Field.Answered) -> None:
        """As with buttons: subclasses override `answered`."""
        event.stop()
        self.answered(event.name, event.value)

    def answered(self, name: str, value: str | bool) -> None:
        """Hands an answer on."""
        self.post_message(self.Answered(name, value))

    def focus_first(self) -> None:
        """Puts the focus where the user most likely wants it: the button that goes on.

        While it cannot be pressed nothing has the focus, for the button beside it would do something else; it gets the
        focus once it can be pressed.
        """
        if self.query("#go"):  # there is none before the panel is composed
            button = self.query_one("#go", Button)
            self.screen.set_focus(None if button.disabled else button, scroll_visible=False)

    def on_mount(self) -> None:
        """Draws what was shown before there were widgets to draw it on."""
        if self.snapshot is not None:
            self.show(self.snapshot)

    def on_resize(self) -> None:
        """Prose is wrapped at the panel's width, which is known only now."""
        if self.snapshot is not None:
            self.show(self.snapshot)

    def _offer(self) -> None:
        """Tells the footer, which is made anew by that, only where other keys are offered than before."""
        offered = {action: bool(self.check_action(action, ())) for action in self.SOMETIMES}
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Scrolling is offered where there is something below."""
        if action == "scroll_body":
            return bool(self.query(".scroll")) and self.query_one(".scroll").max_scroll_y > 0
        return super().check_action(action, parameters)

    def action_scroll_body(self, pages: int) -> None:
        """Moves what is above the buttons, which keep the focus."""
        scroll = self.query_one(".scroll", VerticalScroll)
        scroll.scroll_relative(y=pages * max(1, scroll.size.height - 2), animate=False)


def row(label: str, text: str) -> Line:
    """A quiet label and its value."""
    return line(Span(f"{label:12}", Style.QUIET), text)
