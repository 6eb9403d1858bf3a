"""What receivers will make of mail from here, in a few rows: who vouches for it, what DMARC says, who wants more."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.bulk import UNCHECKED, in_bulk
from sendready.checks.pages import page
from sendready.mailauth.alignment import Leg, Outlook, predict
from sendready.model.observation import Observation
from sendready.report.lines import WIDTH, Line, Span, Style, hanging, line

_MARKS = {
    Outlook.PASS: Span("✓ passes", Style.GOOD),
    Outlook.FAIL: Span("✗ fails", Style.BAD),
    Outlook.UNKNOWN: Span("? unknown", Style.WARN),
}

_COLUMN = max(len(span.text) for span in _MARKS.values()) + 2


def receiver_lines(seen: Observation, *, width: int = WIDTH) -> Iterator[Line]:
    """The two legs of DMARC, DMARC itself, and the three big receivers of bulk mail; nothing without an identity."""
    if seen.ses_identity is None:
        return
    told, found = predict(seen), seen.dmarc_seen
    yield line(Span(f"What receivers make of mail from @{told.author}", Style.STRONG))
    yield from _row("DKIM", _of_leg(told.dkim), told.dkim.why, width)
    yield from _row("SPF", _of_leg(told.spf), told.spf.why, width)
    policy = "no policy applies"
    if found is None or not (found.complete or found.record):
        policy = "the policy could not be looked up"
    elif found.policy:
        policy = f"p={found.policy} at {found.found_at}"
    yield from _row("DMARC", told.dmarc, policy, width)
    if all(outlook is Outlook.PASS for outlook, _ in told.bulk.values()):
        yield from _row("bulk", Outlook.PASS, "at Gmail, Yahoo and Outlook, which want all three", width)
        return
    for receiver, (outlook, why) in told.bulk.items():
        said = f"in bulk: {why}" if in_bulk(seen) else f"only if you send in bulk: {why}"
        yield from _row(receiver.capitalize(), outlook, said, width)


def bulk_lines(seen: Observation, *, width: int = WIDTH) -> Iterator[Line]:
    """What is asked of bulk senders and cannot be seen from here; nothing where mail is not known to go out in bulk."""
    if not in_bulk(seen):
        return
    yield line(Span("Asked of bulk senders, and not to be seen from here", Style.STRONG))
    for check_id in UNCHECKED:
        yield from hanging(line(f"  {check_id}  "), page(check_id).summary, Style.QUIET, width=width)


def _row(label: str, outlook: Outlook, why: str, width: int) -> list[Line]:
    mark = _MARKS[outlook]
    head = line(Span(f"  {label:8}", Style.QUIET), Span(mark.text.ljust(_COLUMN), mark.style))
    return hanging(head, why, Style.QUIET, width=width)


def _of_leg(leg: Leg) -> Outlook:
    """A leg that passes for a domain that does not align counts for nothing."""
    return Outlook.UNKNOWN if leg.aligned is None else Outlook.PASS if leg.aligned else Outlook.FAIL
