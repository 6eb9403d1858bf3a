"""A plan as text: every change with its call and where each value came from, and what is kept."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.change import Change, Mode, Plan
from sendready.report.lines import WIDTH, Line, Span, Style, columns, line, wrapped
from sendready.report.text import record_lines

_MARKS = {
    Mode.AUTOMATIC: Span("+", Style.GOOD),
    Mode.BY_HAND: Span("☞", Style.STRONG),
    Mode.CONFLICT: Span("✗", Style.BAD),
    Mode.LATER: Span("…", Style.QUIET),
}

_WORDS = {
    Mode.AUTOMATIC: "",
    Mode.BY_HAND: "by hand: ",
    Mode.CONFLICT: "conflict: ",
    Mode.LATER: "later: ",
}


def plan_lines(plan: Plan, *, width: int = WIDTH) -> Iterator[Line]:
    """The plan, in the order in which it would be carried out; prose is wrapped at `width` columns."""
    if not plan.changes:
        yield line("nothing to change")
    for change in plan.changes:
        yield from change_lines(change, width=width, besides=plan.zone_note)
    if plan.zone_note and plan.changes:
        yield line()
        yield from wrapped(plan.zone_note, "  ", style=Style.QUIET, width=width)
    if plan.kept:
        yield line()
        for kept in plan.kept:
            yield from wrapped(f"{kept.step.label}: {kept.title}", "    ", "  = keep  ", Style.QUIET, width=width)


def change_lines(change: Change, *, width: int = WIDTH, besides: str = "") -> Iterator[Line]:
    """One change: what, by which call, with which values; prose is wrapped at `width` columns.

    A note that is told once for all changes (`besides`) is not told with this one.
    """
    api = Span(f"  {change.api}" if change.api else "", Style.QUIET)
    front = line("  ", _MARKS[change.mode], " ", _WORDS[change.mode], Span(change.title, Style.STRONG))
    beside = sum(len(span.text) for span in (*front, api)) <= width
    yield (*front, api) if beside else front
    if not beside and api.text:
        yield line("    ", api)
    if change.record is not None:
        yield from list(record_lines(change.record, "      "))[1:]
    rows = columns([(s.name, s.value, f"({s.source.value})") for s in change.settings])
    for row in rows:
        yield line("      ", row)
    for value in change.existing:
        yield from wrapped(value, "               ", "      is there: ", Style.WARN, width=width)
    if change.note and change.note != besides:
        yield from wrapped(change.note, "      ", style=Style.QUIET, width=width)


def counted(plan: Plan) -> str:
    """How many changes of which kind, in a few words."""
    numbers = {mode: sum(change.mode is mode for change in plan.changes) for mode in Mode}
    words = {
        Mode.AUTOMATIC: "to make",
        Mode.BY_HAND: "to be made by hand",
        Mode.CONFLICT: "in conflict",
        Mode.LATER: "later",
    }
    return ", ".join(f"{numbers[mode]} {words[mode]}" for mode in Mode if numbers[mode]) or "nothing to change"
