"""What makes a wait bearable: what for, since when, when it is looked at next, and that the terminal may be closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sendready.model.finding import FindingState
from sendready.model.identity import Status
from sendready.report.commands import reaching
from sendready.report.lines import Line, Span, Style, line, wrapped
from sendready.tui.snapshot import Snapshot


def span(seconds: float) -> str:
    """So long as people say it: `40 s`, `3 min 20 s`, `2 h 5 min`; never below nothing."""
    whole = max(0, round(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"


def next_look(snapshot: Snapshot, now: datetime) -> str:
    """When everything is looked at again; empty where that is the user's to say."""
    if snapshot.next_look is None:
        return ""
    left = (snapshot.next_look - now).total_seconds()
    return f"next look in {span(left)}" if left >= 0.5 else "looking…"


def waiting_lines(snapshot: Snapshot, now: datetime, *, width: int) -> Iterator[Line]:
    """Three short paragraphs while something is on its way; nothing else."""
    seen = snapshot.observation
    if seen is None or not snapshot.awaited or seen.identity_missing or snapshot.next_look is None:
        return
    since = f", {span((now - snapshot.since).total_seconds())} so far" if snapshot.since is not None else ""
    yield from wrapped(f"waiting for {'; '.join(snapshot.awaited)}{since}", "  ", "◐ ", Style.BUSY, width=width)
    clocks = [next_look(snapshot, now), *_of_ses(snapshot, now), *_of_resolvers(snapshot, now)]
    yield from wrapped(" · ".join(clocks), "  ", style=Style.QUIET, width=width)
    if snapshot.practice:
        return
    back = reaching(f"sendready {seen.identity.quoted}", snapshot.connection)
    yield line(Span("  safe to close; to come back: ", Style.QUIET), back)


def _of_ses(snapshot: Snapshot, now: datetime) -> Iterator[str]:
    """When SES itself looked at DNS last, and how long it takes its time."""
    ses = snapshot.observation.ses_identity if snapshot.observation is not None else None
    if ses is None:
        return
    if ses.last_checked is not None:
        yield f"SES looked {span((now - ses.last_checked).total_seconds())} ago"
    if ses.dkim.status is Status.PENDING:
        yield "SES takes minutes in most cases, 72 h at most"


def _of_resolvers(snapshot: Snapshot, now: datetime) -> Iterator[str]:
    """How long what is known to pass by itself takes yet, such as the memory of a resolver."""
    for finding in snapshot.diagnosis.findings if snapshot.diagnosis is not None else ():
        left = (finding.recheck_at - now).total_seconds() if finding.recheck_at is not None else 0
        if finding.state is FindingState.PENDING and left > 0:
            yield f"{finding.awaits or finding.title} in {span(left)}"
