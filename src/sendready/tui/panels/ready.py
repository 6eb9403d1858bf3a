"""Ready: the verdict, what the application needs, and what to watch next."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button

from sendready.report import marks
from sendready.report.commands import reaching
from sendready.report.lines import Line, Span, Style, line, wrapped
from sendready.report.text import step_lines
from sendready.steps.configuration import configuration
from sendready.steps.scripted import scripted
from sendready.tui.panels.panel import Panel
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage


class ReadyPanel(Panel):
    """The end of the road, reached or not."""

    STAGE = Stage.READY

    def body_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """Verdict, road, settings for the application, the same in a script."""
        seen, diagnosis = snapshot.observation, snapshot.diagnosis
        if seen is None or diagnosis is None:
            return
        yield line(marks.OF_VERDICT[diagnosis.verdict], "  ", marks.VERDICT_MEANS[diagnosis.verdict])
        yield line()
        yield from step_lines(diagnosis, width=self.text_width)
        yield line()
        yield line(Span("For your application", Style.STRONG))
        name = seen.identity.name
        sender = name if not seen.identity.is_domain else f"{snapshot.answered.answers.from_local}@{name}"
        yield line(Span("  region   ", Style.QUIET), seen.region)
        yield line(Span("  from     ", Style.QUIET), sender)
        yield line()
        yield line(Span("From now on", Style.STRONG))
        if snapshot.practice:
            told = "nothing of a practice world stays; for a domain of your own: sendready example.com"
            yield from wrapped(told, "  ", width=self.text_width)
            return
        yield line(Span("  look     ", Style.QUIET), reaching(f"sendready check {name}", snapshot.connection))
        yield from wrapped(
            scripted(name, snapshot.answered, snapshot.connection), "           ", "  script   ", width=self.text_width
        )

    def compose_buttons(self) -> ComposeResult:
        """The answers as a file, for a script or a colleague."""
        yield Button("Save sendready.toml", id="save", compact=True)

    def draw(self, snapshot: Snapshot) -> None:
        """A practice world's answers are nobody's."""
        self.query_one("#save", Button).display = not snapshot.practice
        super().draw(snapshot)

    def pressed(self, button: str) -> None:
        """Saves, or leaves."""
        if button == "save" and self.snapshot is not None:
            snapshot = self.snapshot
            text = configuration(snapshot.answered, snapshot.connection, snapshot.identity.name)
            self.post_message(self.SaveAsked("sendready.toml", text))
        else:
            super().pressed(button)

    def go_label(self, snapshot: Snapshot) -> tuple[Content | str, bool]:
        """The way out."""
        return "Leave", True

    def go(self) -> None:
        """Leaves; there is nothing to go on to."""
        self.app.exit(0)
