"""Identities with their verdicts, one a line; only those in sight are drawn, so a thousand are as quick as ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sendready.model.identity import IdentityKind, ListedIdentity, Status
from sendready.report.lines import escape

STATES = {
    Status.FAILED: ("✗ failed", "bad"),
    Status.TEMPORARY_FAILURE: ("✗ failing", "bad"),
    Status.NOT_STARTED: ("○ not started", "strong"),
    Status.PENDING: ("◐ pending", "busy"),
    Status.SUCCESS: ("✓ verified", "good"),
}
"""Glyph and word of a state, and what it means; what needs somebody stands first."""

_STATE, _KIND, _NAME = 15, len("  address"), 24
_URGENCY = {status: number for number, status in enumerate(STATES)}


def shown(listed: Sequence[ListedIdentity], typed: str, *, by_name: bool) -> tuple[ListedIdentity, ...]:
    """Those whose name or state holds what was typed, in order: what is wrong first, or by name alone."""
    wanted = typed.strip().lower()
    found = [one for one in listed if wanted in one.name.lower() or wanted in STATES[one.status][0]]
    return tuple(sorted(found, key=lambda one: (0 if by_name else _URGENCY[one.status], one.name.lower())))


class IdentityTable(ScrollView, can_focus=True):
    """The list under a question; a click or Enter opens a row."""

    DEFAULT_CSS = "IdentityTable { overflow-x: hidden; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"identity--{part}" for part in ("plain", "good", "bad", "busy", "strong", "quiet", "cursor")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "end(False)", show=False),
        Binding("end", "end(True)", show=False),
        Binding("enter", "open", "Open"),
    ]

    @dataclass
    class Opened(Message):
        """A row was chosen."""

        identity: ListedIdentity

    @dataclass
    class LeftAbove(Message):
        """Up from the first row."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as every widget calls it
        super().__init__(id=id)
        self._rows: tuple[ListedIdentity, ...] = ()
        self._cursor = 0

    @property
    def rows(self) -> tuple[ListedIdentity, ...]:
        """What is in it, in order."""
        return self._rows

    @property
    def chosen(self) -> ListedIdentity | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._cursor < len(self._rows) else None

    def show(self, rows: tuple[ListedIdentity, ...]) -> None:
        """Other rows; a cursor that somebody moves stays on its identity where that is still there."""
        kept = self.chosen.name if self.has_focus and self.chosen is not None else ""
        self._rows = rows
        self._cursor = next((number for number, row in enumerate(rows) if row.name == kept), 0)
        self.virtual_size = Size(self.size.width, len(rows))
        self._follow()

    def render_line(self, y: int) -> Strip:
        """One line of what is in sight."""
        at, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if at >= len(self._rows):
            return Strip.blank(width, self._styled("plain"))
        row, under = self._rows[at], self.has_focus and at == self._cursor
        words, meaning = STATES[row.status]
        room = max(_NAME, width - 2 - _STATE - _KIND)
        name = escape(row.name)
        name = name if len(name) <= room else f"{name[: room - 1]}…"
        kind = "address" if row.kind is IdentityKind.ADDRESS else "domain"
        pieces = (
            ("❯ " if under else "  ", "strong"),
            (words.ljust(_STATE), meaning),
            (name.ljust(room), "strong" if under else "plain"),
            (f"  {kind}", "quiet"),
        )
        styled = [Segment(text, self._styled("cursor" if under else part)) for text, part in pieces]
        return Strip(styled).adjust_cell_length(width, self._styled("cursor" if under else "plain"))

    def _styled(self, part: str) -> RichStyle:
        return self.get_component_rich_style(f"identity--{part}")

    def _follow(self) -> None:
        """The cursor is in sight."""
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True, immediate=True)
        self.refresh()

    def on_focus(self) -> None:
        """The cursor is seen only where it can be moved."""
        self.refresh()

    def on_blur(self) -> None:
        """Nor does it stay behind."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Opens the row that was clicked."""
        at = event.y + self.scroll_offset.y
        if at < len(self._rows):
            self._cursor = at
            self.action_open()

    def action_move(self, by: int) -> None:
        """The row above or below; above the first one is the question."""
        if by < 0 and self._cursor == 0:
            self.post_message(self.LeftAbove())
            return
        self._cursor = max(0, min(len(self._rows) - 1, self._cursor + by))
        self._follow()

    def action_page(self, pages: int) -> None:
        """So many rows as are in sight."""
        self._cursor = max(0, min(len(self._rows) - 1, self._cursor + pages * max(1, self.size.height - 1)))
        self._follow()

    def action_end(self, last: bool) -> None:
        """The first or the last row."""
        self._cursor = max(0, len(self._rows) - 1) if last else 0
        self._follow()

    def action_open(self) -> None:
        """Opens the row under the cursor."""
        if self.chosen is not None:
            self.post_message(self.Opened(self.chosen))
