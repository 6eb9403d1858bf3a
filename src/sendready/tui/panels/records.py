"""Records: the whole batch at once, to be published in one go or copied in one trip to the DNS host."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, Static

from sendready.checks.written import written_lately
from sendready.model.change import Change, Mode
from sendready.model.records import WantedRecord
from sendready.report.lines import Line, Style, line, wrapped
from sendready.report.records import zone_file
from sendready.tui.panels.panel import Panel
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage
from sendready.tui.widgets.record_list import RecordList

WIDE = 90
"""Columns from which all buttons stand beside one another."""


class RecordsPanel(Panel):
    """All wanted records with their state; those that are missing can be published where the zone is in reach."""

    STAGE = Stage.RECORDS
    SHOWS_WAIT = True
    NEEDS_PLAN = True
    ABOUT = "All that SES and receivers look for in your DNS, so that one trip there is enough."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("n", "copy('name')", "Copy name"),
        Binding("v", "copy('value')", show=False),  # told above the list
        # These have buttons.
        Binding("a", "copy_all", show=False),
        Binding("z", "save", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._taken = False
        """Whether the records were copied or saved, or the user says that they are added."""
        self._copied: set[WantedRecord] = set()
        """Those whose value was copied by itself."""

    def compose_body(self) -> ComposeResult:
        """The list, and where the records go."""
        yield RecordList()
        yield Static(classes="body")

    def compose_buttons(self) -> ComposeResult:
        """For those who enter them by hand."""
        yield Button("Practice: add them", id="practise", compact=True)
        yield Button("Go on", id="on", compact=True)
        yield Button("I have added them", id="added", compact=True)
        yield Button("Copy all", id="copy-all", compact=True)
        yield Button("Save zone file", id="save", compact=True)

    def draw(self, snapshot: Snapshot) -> None:
        """The list, and under it what stands in the way."""
        seen, plan = snapshot.observation, snapshot.plan
        if seen is None:
            return
        self.query_one(RecordList).show(seen.records.observed, seen.zone)
        self.query_one("#on", Button).display = bool(self.changes(snapshot)) or self._by_hand(snapshot)
        practise = snapshot.practice and self._by_hand(snapshot)
        self.query_one("#practise", Button).display = practise
        copies = self._copies(snapshot)
        self.query_one("#added", Button).display = copies
        self.query_one("#copy-all", Button).display = not copies
        # All of them would not stand in one line of a small terminal: two are said shorter there.
        short = self._by_hand(snapshot) and self.size.width < WIDE
        self.name_button("#copy-all", "Copy" if short else "Copy all")
        self.name_button("#save", "Save" if short else "Save zone file")
        lines = []
        absent = [record.wanted for record in seen.records if record.absent]
        if (written := written_lately(absent, seen)) is not None:
            told = (
                f"Written at {written.astimezone():%H:%M:%S %Z}. The name servers show new records within a minute"
                " or two; the wizard goes on looking, and so can you."
            )
            lines += [line(), *wrapped(told, "", style=Style.QUIET, width=self.text_width)]
        if seen.identity_missing:
            later = "The three DKIM records get their names when the identity is created."
            lines += wrapped(later, "", style=Style.QUIET, width=self.text_width)
        for change in plan.conflicts if plan is not None else ():
            lines += [line(), *wrapped(f"{change.title}: {change.note}", "  ", "✗ ", Style.WARN, width=self.text_width)]
            lines += [line("    is there: ", value) for value in change.existing]
        if plan is not None and plan.zone_note:
            lines += wrapped(plan.zone_note, "", style=Style.QUIET, width=self.text_width)
        self.fill(".body", lines)

    def wait_lines(self, snapshot: Snapshot, now: datetime) -> Iterable[Line]:
        """While the button would publish something it is the user who is waited for."""
        return () if self.changes(snapshot) else super().wait_lines(snapshot, now)

    def changes(self, snapshot: Snapshot) -> tuple[Change, ...]:
        """The records that can be written from here."""
        plan = snapshot.plan
        return tuple(c for c in plan.changes if c.record is not None and c.mode is Mode.AUTOMATIC) if plan else ()

    def go_label(self, snapshot: Snapshot) -> tuple[Content | str, bool]:
        """Publishing, while there is something to publish and a way to do it."""
        count = len(self.changes(snapshot))
        if snapshot.plan is None and snapshot.busy:
            return f"{snapshot.busy}…", False
        if count:
            host = snapshot.answered.answers.publish.host
            return f"Publish {count} record{'s' if count > 1 else ''} to {host}", True
        if self._copies(snapshot):
            return "Copy all records", True
        return ("I have added them: look now" if self._by_hand(snapshot) else "Continue"), True

    def _copies(self, snapshot: Snapshot) -> bool:
        """Whether the user has yet to take the records along before they can add them."""
        return self._by_hand(snapshot) and not self._taken

    @staticmethod
    def _by_hand(snapshot: Snapshot) -> bool:
        """Whether the user is the one to add what is missing."""
        return snapshot.plan is not None and bool(snapshot.plan.by_hand)

    def go(self) -> None:
        """Publishes, or looks at what the user has added; where there is nothing to do, goes on."""
        changes = self.changes(self.snapshot) if self.snapshot is not None else ()
        if changes:
            self.post_message(self.GoAsked(changes, "publishing the records"))
        elif self.snapshot is not None and self._copies(self.snapshot):
            self.action_copy_all()
        elif self.snapshot is not None and self._by_hand(self.snapshot):
            self.post_message(self.LookAsked())
        else:
            super().go()

    def pressed(self, button: str) -> None:
        """Going on, copying and saving."""
        match button:
            case "on":
                super().go()
            case "added":
                self._take_along()
                self.post_message(self.LookAsked())
            case "copy-all":
                self.action_copy_all()
            case "practise" if self.snapshot is not None and self.snapshot.plan is not None:
                records = tuple(c.record for c in self.snapshot.plan.by_hand if c.record is not None)
                self.post_message(self.AddAsked(records))
            case "save":
                self.action_save()
            case _:
                super().pressed(button)

    def _take_along(self) -> None:
        """The user has them, by whatever way: from now on the button looks for them."""
        self._taken = True
        if self.snapshot is not None:
            self.show(self.snapshot)

    def action_move(self, by: int) -> None:
        """Moves the cursor while the focus stays on the button."""
        self.query_one(RecordList).move(by)

    def action_copy(self, part: Literal["name", "value"]) -> None:
        """A part of the record under the cursor, on the clipboard."""
        records = self.query_one(RecordList)
        records.copy(part)
        if part == "name" or records.chosen is None or self.snapshot is None or self.snapshot.plan is None:
            return
        self._copied.add(records.chosen.wanted)
        if all(change.record in self._copied for change in self.snapshot.plan.by_hand if change.record is not None):
            self._take_along()

    def action_copy_all(self) -> None:
        """All records as a zone file, on the clipboard."""
        if self.snapshot is not None and self.snapshot.observation is not None:
            text = zone_file(self.snapshot.observation)
            self.post_message(RecordList.CopyAsked(text, "all records"))
            self._take_along()

    def action_save(self) -> None:
        """All records as a zone file, in the working directory."""
        if self.snapshot is None or self.snapshot.observation is None:
            return
        self.post_message(self.SaveAsked(f"{self.snapshot.identity.domain}.zone", zone_file(self.snapshot.observation)))
        self._take_along()
