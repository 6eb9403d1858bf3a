"""What stays on the terminal when the wizard's screen is gone: where the identity stands, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sendready.model.finding import Diagnosis, FindingState, Verdict
from sendready.model.observation import Observation
from sendready.report import marks
from sendready.report.commands import reaching
from sendready.report.lines import Line, Span, Style, line, wrapped
from sendready.report.sentence import in_one_sentence
from sendready.steps.scripted import Option

_MOVED_BY = {
    Verdict.UNKNOWN: FindingState.UNKNOWN,
    Verdict.BROKEN: FindingState.FAIL,
    Verdict.WAITING: FindingState.PENDING,
    Verdict.INCOMPLETE: FindingState.TODO,
}
"""The state of the finding that a verdict follows from."""


def farewell(seen: Observation, diagnosis: Diagnosis, connection: Mapping[str, Option]) -> Iterator[Line]:
    """A few lines; `connection` is what `wiring.Connection.flags` says."""
    quoted = seen.identity.quoted
    yield line(
        Span(seen.identity.name, Style.STRONG),
        "  ",
        marks.OF_VERDICT[diagnosis.verdict],
        Span(f"  {seen.region}", Style.QUIET),
    )
    yield from wrapped(in_one_sentence(diagnosis, seen), "  ", style=Style.QUIET)
    state = _MOVED_BY.get(diagnosis.verdict)
    finding = next((finding for finding in diagnosis.findings if finding.state is state), None)
    if finding is not None:
        awaited = finding.awaits if finding.state is FindingState.PENDING else ""
        yield line("  ", f"waiting for {awaited}" if awaited else finding.title)
    if "practice" in connection:
        yield line("practice has ended, nothing of it is left; for your own: sendready example.com")
    elif diagnosis.verdict is Verdict.READY:
        yield line(Span("look again  ", Style.QUIET), reaching(f"sendready check {quoted}", connection))
    else:
        yield line(Span("come back   ", Style.QUIET), reaching(f"sendready {quoted}", connection))
