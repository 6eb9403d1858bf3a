"""The wanted records, one line each, and the chosen one shown whole beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sendready.model.names import is_at_or_below, relative
from sendready.model.records import ObservedRecord, RecordType
from sendready.report.lines import Style, escape
from sendready.report.marks import OF_RECORD
from sendready.tui.content import STYLES

BESIDE_NAME = len("◐ spreading CNAME  12/12 servers")
"""Columns of a line without the name."""

MOST_MARKS = 8
"""Servers that are drawn, one mark each, in the order in which the chosen record names them."""

SHORTEST = 16
"""Columns below which no name is shortened; a longer one loses its middle."""


def elided(text: str, width: int) -> str:
    """A text shortened in its middle, where names differ least."""
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return f"{text[:head]}…{text[-(width - 1 - head) :]}"


class RecordList(Vertical):
    """Master and detail: the record under the cursor is shown whole."""

    @dataclass
    class CopyAsked(Message):
        """The user wants a part of the chosen record on the clipboard."""

        text: str
        what: str
        otherwise: str = "`z` saves all records to a file"
        """What to do where nothing arrives there."""

    def __init__(self) -> None:
        super().__init__()
        self._records: tuple[ObservedRecord, ...] = ()
        self._zone: str | None = None

    def compose(self) -> ComposeResult:
        """How to move in it, the list, and a box."""
        yield Static("", id="record-keys")
        yield OptionList(id="record-lines")
        yield Static(id="record-detail")

    def show(self, records: tuple[ObservedRecord, ...], zone: str | None) -> None:
        """Draws the lines anew; a cursor that somebody has moved stays on its record."""
        lines = self.query_one("#record-lines", OptionList)
        at = lines.highlighted or 0
        kept = self.chosen if at or lines.has_focus else None
        self._records, self._zone = records, zone
        keys = "↑ ↓ another record · v copies its value · a all · z saves a zone file" if len(records) > 1 else ""
        self.query_one("#record-keys", Static).update(Content.styled(keys, STYLES[Style.QUIET]))
        lines.set_options(map(Option, matrix(records, self.size.width)))
        if records:
            questions = [record.wanted.question for record in records]
            if kept is not None and kept.wanted.question in questions:
                at = questions.index(kept.wanted.question)
            lines.highlighted = min(at, len(records) - 1)
        self._detail()

    def on_resize(self) -> None:
        """Names get the room there is now: a scroll bar may have come or gone."""
        if self._records:
            self.show(self._records, self._zone)

    def on_option_list_option_highlighted(self) -> None:
        """Shows the record under the cursor."""
        self._detail()

    @property
    def chosen(self) -> ObservedRecord | None:
        """The record under the cursor."""
        at = self.query_one("#record-lines", OptionList).highlighted
        return self._records[at] if at is not None and at < len(self._records) else None

    def move(self, by: int) -> None:
        """The record above or below."""
        lines = self.query_one("#record-lines", OptionList)
        if by > 0:
            lines.action_cursor_down()
        else:
            lines.action_cursor_up()

    def copy(self, part: Literal["name", "value"]) -> None:
        """Asks for a part of the chosen record to be copied."""
        record = self.chosen
        if record is None:
            return
        text = record.wanted.value
        if part == "name":
            text = record.wanted.name
        elif record.wanted.type is RecordType.MX:
            text = record.wanted.value.partition(" ")[2]
        self.post_message(self.CopyAsked(text, f"the {part}"))

    def _detail(self) -> None:
        record = self.chosen
        self.query_one("#record-detail", Static).update(_whole(record, self._zone) if record else "")


def matrix(records: Sequence[ObservedRecord], width: int) -> list[Content]:
    """A row for each record with a mark for each server, in so many columns; names are cut in the middle to fit."""
    marks = min(MOST_MARKS, max((len(record.sightings) for record in records), default=0))
    room = max(SHORTEST, width - BESIDE_NAME - 3 - marks)
    columns = min(room, max((len(escape(record.wanted.name)) for record in records), default=room))
    return [_line(record, columns, marks) for record in records]


def _line(record: ObservedRecord, columns: int, marks: int) -> Content:
    """State, type and name, and a mark for each server: a row of the matrix of servers and records."""
    span = OF_RECORD[record.state]
    states = [OF_RECORD[record.state_at(sighting)] for sighting in record.sightings[:marks]]
    servers = f"{len(record.servers_with_it)}/{len(record.sightings)}" if record.sightings else "-"
    return Content.assemble(
        Content.styled(f"{span.text:11} ", STYLES[span.style]),
        f"{record.wanted.type.value:5} {elided(escape(record.wanted.name), columns):{columns}} ",
        *(Content.styled(state.text[0], STYLES[state.style]) for state in states),
        " " * (marks - len(states) + 1),
        Content.styled(f"{servers} servers", STYLES[Style.QUIET]),
    )


def _whole(record: ObservedRecord, zone: str | None) -> Content:
    wanted = record.wanted
    rows = [("for", wanted.purpose)]
    if zone is not None and wanted.name != zone and is_at_or_below(wanted.name, zone):
        rows.append(("host", f"{relative(wanted.name, zone)}   in zone {zone}"))
    rows.append(("name", wanted.name))
    if wanted.type is RecordType.MX:
        priority, _, host = wanted.value.partition(" ")
        rows += [("value", host), ("prio", priority)]
    else:
        rows.append(("value", wanted.value))
    rows += [("is", found) for found in record.found if not wanted.is_met_by((found,))]
    lines = [Content.assemble(Content.styled(f"{label:6}", STYLES[Style.QUIET]), escape(text)) for label, text in rows]
    for sighting in record.sightings:
        span = OF_RECORD[record.state_at(sighting)]
        mark = Content.styled(f"{span.text:11}", STYLES[span.style])
        told = f"  {sighting.server.name} ({sighting.server.address}) {sighting.outcome.value}"
        lines.append(Content.assemble(mark, Content.styled(escape(told), STYLES[Style.QUIET])))
    return Content("\n").join(lines)
