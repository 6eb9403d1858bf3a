"""Ready: the verdict, what the application needs, and what to watch next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Static

from sendready.report import marks
from sendready.report.commands import reaching
from sendready.report.lines import Line, Span, Style, hanging, line, wrapped
from sendready.report.sentence import in_one_sentence
from sendready.report.snippets import Language, Settings, settings_of, snippet
from sendready.report.text import step_lines
from sendready.steps.configuration import configuration
from sendready.steps.scripted import scripted
from sendready.tui.panels.panel import Panel
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage
from sendready.tui.widgets.field import Field
from sendready.tui.widgets.record_list import RecordList


class ReadyPanel(Panel):
    """The end of the road, reached or not, and code that sends from here on."""

    STAGE = Stage.READY
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "language", "Language"),
        # These have buttons.
        Binding("c", "copy_code", show=False),
        Binding("z", "save_code", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._language = Language.PYTHON

    def compose_body(self) -> ComposeResult:
        """What is to be known, then the code."""
        yield Static(classes="body")
        choices = [(language.label, language.value) for language in Language]
        field = Field("language", "Code", self._language.value, choices=choices)
        field.add_class("-first")
        yield field
        yield Static(classes="code", markup=False)

    def compose_buttons(self) -> ComposeResult:
        """What can be done with the code."""
        yield Button("Copy the code", id="copy", compact=True)
        yield Button("Save it", id="save", compact=True)
        yield Button("Save sendready.toml", id="answers", compact=True)
        yield Button("About bulk mail", id="bulk", compact=True)

    def draw(self, snapshot: Snapshot) -> None:
        """The body, and beneath it the code in the language that was chosen."""
        super().draw(snapshot)
        known = snapshot.observation is not None
        self.query_one(Field).display = known
        for button in ("#copy", "#save"):
            self.query_one(button, Button).display = bool(self._code)
        self.query_one("#answers", Button).display = not snapshot.practice  # a practice world's answers are nobody's
        self.fill(".code", self._code_lines(snapshot))

    def body_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """Verdict, road, settings for the application, the same in a script."""
        seen, diagnosis = snapshot.observation, snapshot.diagnosis
        if seen is None or diagnosis is None:
            return
        yield line(marks.OF_VERDICT[diagnosis.verdict], "  ", in_one_sentence(diagnosis, seen))
        yield line()
        yield from step_lines(diagnosis, width=self.text_width)
        yield line()
        yield line(Span("From now on", Style.STRONG))
        name = seen.identity.quoted
        if snapshot.practice:
            told = "nothing of a practice world stays; for a domain of your own: sendready example.com"
            yield from wrapped(told, "  ", width=self.text_width)
        else:
            yield line(Span("  look     ", Style.QUIET), reaching(f"sendready check {name}", snapshot.connection))
            yield from wrapped(
                scripted(seen.identity.name, snapshot.answered, snapshot.connection),
                "           ",
                "  script   ",
                width=self.text_width,
            )
        yield line()
        yield line(Span("For your application", Style.STRONG))
        yield from self._settings_lines(settings_of(seen))
        may = f"sendready policy {name} --for send" + (f" --region {seen.region}" if "gov" in seen.region else "")
        yield from hanging(line(Span("  may      ", Style.QUIET)), f"what `{may}` prints", width=self.text_width)

    def _settings_lines(self, settings: Settings) -> Iterator[Line]:
        yield line(Span("  region   ", Style.QUIET), settings.region)
        yield line(Span("  from     ", Style.QUIET), settings.sender)
        if settings.configuration_set:
            yield line(Span("  set      ", Style.QUIET), settings.configuration_set)
        smtp = f"{settings.smtp_host}:587" if settings.smtp_host else "none in this region: use the API"
        yield line(Span("  smtp     ", Style.QUIET), smtp)

    @property
    def _code(self) -> str:
        """The program; empty while nothing is known, or where the region has no host for it."""
        seen = self.snapshot.observation if self.snapshot is not None else None
        if seen is None:
            return ""
        settings = settings_of(seen)
        if self._language is Language.SMTP and settings.smtp_host is None:
            return ""
        return snippet(self._language, settings)

    def _code_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        if snapshot.observation is None:
            return
        yield from (line(row) for row in self._code.splitlines())
        if not self._code:
            yield from wrapped("SES has no SMTP host in this region; another language uses its API.", "")

    def answered(self, name: str, value: str | bool) -> None:
        """The language is no answer that is kept: it changes what is shown here."""
        self._language = Language(str(value))
        if self.snapshot is not None:
            self.show(self.snapshot)

    def pressed(self, button: str) -> None:
        """Copying and saving."""
        match button:
            case "copy":
                self.action_copy_code()
            case "save":
                self.action_save_code()
            case "answers" if self.snapshot is not None:
                snapshot = self.snapshot
                text = configuration(snapshot.answered, snapshot.connection, snapshot.identity.name)
                self.post_message(self.SaveAsked("sendready.toml", text))
            case "bulk":
                self.read_about_bulk()
            case _:
                super().pressed(button)

    def action_language(self) -> None:
        """To the list of languages."""
        self.query_one(Field).focus_input()

    def action_copy_code(self) -> None:
        """The program, on the clipboard."""
        if self._code:
            self.post_message(RecordList.CopyAsked(self._code, "the code", "`z` saves it to a file"))

    def action_save_code(self) -> None:
        """The program, in the working directory."""
        if self._code:
            self.post_message(self.SaveAsked(FILES[self._language], self._code))

    def go_label(self, snapshot: Snapshot) -> tuple[Content | str, bool]:
        """The way out."""
        return "Leave", True

    def go(self) -> None:
        """Leaves; there is nothing to go on to."""
        self.app.exit(0)


FILES = {
    Language.PYTHON: "send.py",
    Language.JAVA: "Send.java",
    Language.DOTNET: "Send.cs",
    Language.PHP: "send.php",
    Language.RUBY: "send.rb",
    Language.CLI: "send.sh",
    Language.SMTP: "send_smtp.py",
}
"""What the code is called as a file."""
