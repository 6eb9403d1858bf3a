"""A test send as a table: one line for each message, with what was heard of it and when."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model import events
from sendready.report.lines import Line, Span, Style, line


class Proof:
    """Takes events as they happen; `lines` shows what has come so far."""

    def __init__(self) -> None:
        self._heard: dict[str, list[tuple[str, float]]] = {}

    def take(self, event: events.Event) -> None:
        """Remembers what belongs into the table."""
        match event:
            case events.Sent(address, _):
                self._heard.setdefault(address, [])
            case events.SimulatorEvent(address, kind, ms):
                self._heard.setdefault(address, []).append((kind, ms))
            case _:
                return

    def lines(self) -> Iterator[Line]:
        """One line a message: the simulator's box, then each event with its seconds."""
        for address, heard in self._heard.items():
            box = address.partition("@")[0].partition("+")[0]
            cells = [cell for kind, ms in heard for cell in _cell(kind, ms)]
            yield line(f"{box:16}", *(cells or [Span("○ nothing was heard of it", Style.WARN)]))


def _cell(kind: str, ms: float) -> tuple[Span, Span]:
    return Span(f"✓ {kind}", Style.GOOD), Span(f" {ms / 1000:.1f} s  ", Style.QUIET)
