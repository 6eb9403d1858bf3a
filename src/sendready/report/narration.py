"""Events as lines for people: what happened, once, in the order it happened."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model import events
from sendready.model.errors import EventsLost, Refused
from sendready.model.records import RecordState
from sendready.report import marks
from sendready.report.lines import WIDTH, Line, Span, Style, hanging, line, wrapped
from sendready.report.records import wanted_lines


class Narrator:
    """Tells a stream of events; remembers what it said, so that a wait is told once and not at every look."""

    def __init__(self, *, leaves: bool = True) -> None:
        """`leaves`: whether it goes on when nobody watches; a practice world ends with whoever opened it."""
        self._leaves = leaves
        self._waiting: tuple[str, ...] = ()
        self._unwritten = ""

    def lines(self, event: events.Event) -> Iterator[Line]:
        """What to say about one event; nothing where it was said already."""
        match event:
            case events.Changed(change, detail, already):
                done = "was there already" if already else detail
                beside = len(f"✓ {change.title}  {done}") <= WIDTH
                yield line(
                    Span("✓ ", Style.GOOD), change.title, Span(f"  {done}" if beside and done else "", Style.QUIET)
                )
                if not beside:
                    yield from wrapped(done, "  ", style=Style.QUIET)
            case events.Failed(change, error):
                yield line(Span("✗ ", Style.BAD), change.title)
                yield from wrapped(error.message, "  ")
                if error.hint:
                    yield from wrapped(error.hint, "        ", "  hint: ")
                if isinstance(error, Refused | EventsLost):
                    yield line(Span(f"  {error.check_id}: sendready explain {error.check_id}", Style.QUIET))
            case events.Conflicted(change):
                yield line(Span("✗ ", Style.BAD), f"not touched: {change.title}")
                yield from wrapped(change.note, "  ")
                for value in change.existing:
                    yield line("  is there  ", Span(value, Style.WARN))
                if change.record is not None:
                    yield line("  wanted    ", change.record.value)
            case events.Planned(plan) if plan.by_hand:
                yield line(Span("☞ ", Style.STRONG), "add these records at your DNS host, then look again:")
                yield from wanted_lines([c.record for c in plan.by_hand if c.record is not None])
                if plan.zone_note:
                    yield from wrapped(plan.zone_note, "  ", style=Style.QUIET)
            case events.RecordTurned(record):
                mark = marks.OF_RECORD[record.state]
                where = ""
                if record.state is RecordState.SPREADING:
                    where = f"  on {len(record.servers_with_it)} of {len(record.sightings)} servers"
                name = f"  {record.wanted.type.value} {record.wanted.name}"
                yield line(mark, name, Span(where, Style.QUIET))
            case events.Waiting(_, _, _, next_look):
                if event.what and event.what != self._waiting:
                    self._waiting = event.what
                    yield from hanging(line(Span("◐ ", Style.BUSY)), f"waiting for {'; '.join(few(event))}")
                    leaving = "; it is safe to leave" if self._leaves else ""
                    yield line(Span(f"  next look {next_look.astimezone():%H:%M:%S %Z}{leaving}", Style.QUIET))
            case events.Observed(_, _, unwritten):
                if unwritten and unwritten != self._unwritten:
                    yield from wrapped(f"what was seen cannot be kept for later: {unwritten}", "  ", "· ")
                self._unwritten = unwritten
            case events.Sent(address):
                yield line(Span("→ ", Style.BUSY), address)
            case events.SimulatorEvent(address, kind, ms):
                yield line(Span("← ", Style.GOOD), f"{address}  {kind}", Span(f"  {ms / 1000:.1f} s", Style.QUIET))
            case events.Note(text):
                yield from wrapped(text, "  ", "· ")
            case events.Result(verdict, _, detail):
                yield line(marks.OF_VERDICT[verdict], Span(f"  {detail or marks.VERDICT_MEANS[verdict]}", Style.QUIET))
            case _:
                return


def few(wait: events.Waiting) -> tuple[str, ...]:
    """What is awaited: a record by its name, several by their number."""
    match wait.records:
        case ():
            return wait.others
        case (record,):
            return (f"{record.type.value} {record.name} to be live", *wait.others)
        case _:
            return (f"{len(wait.records)} records to be live", *wait.others)
