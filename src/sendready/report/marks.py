"""Glyph and word for every state, in that order of trust; colour comes third."""

from __future__ import annotations

from sendready.model.finding import Finding, FindingState, Severity, Verdict
from sendready.model.records import RecordState
from sendready.model.step import StepState
from sendready.report.lines import Span, Style

OF_STEP = {
    StepState.DONE: Span("✓ done", Style.GOOD),
    StepState.WAITING: Span("◐ waiting", Style.BUSY),
    StepState.TODO: Span("○ to do", Style.STRONG),
    StepState.BROKEN: Span("✗ broken", Style.BAD),
    StepState.UNKNOWN: Span("? unknown", Style.WARN),
    StepState.SKIPPED: Span("- skipped", Style.QUIET),
}

OF_RECORD = {
    RecordState.LIVE: Span("✓ live", Style.GOOD),
    RecordState.SPREADING: Span("◐ spreading", Style.BUSY),
    RecordState.MISSING: Span("○ missing", Style.STRONG),
    RecordState.WRONG: Span("✗ wrong", Style.BAD),
    RecordState.UNKNOWN: Span("? unknown", Style.WARN),
}

OF_VERDICT = {
    Verdict.READY: Span("✓ ready", Style.GOOD),
    Verdict.BROKEN: Span("✗ broken", Style.BAD),
    Verdict.WAITING: Span("◐ waiting", Style.BUSY),
    Verdict.INCOMPLETE: Span("○ incomplete", Style.STRONG),
    Verdict.UNKNOWN: Span("? unknown", Style.WARN),
}

VERDICT_MEANS = {
    Verdict.READY: "mail to anyone goes out and passes",
    Verdict.BROKEN: "something is wrong or has been lost",
    Verdict.WAITING: "something is on its way; it is safe to leave and look later",
    Verdict.INCOMPLETE: "not everything has been done yet",
    Verdict.UNKNOWN: "not everything could be looked at",
}


def of_finding(finding: Finding) -> Span:
    """The glyph in front of a finding, with the word for what it is."""
    match finding.state:
        case FindingState.PENDING:
            return Span("◐ waiting", Style.BUSY)
        case FindingState.TODO:
            return Span("○ to do", Style.STRONG)
        case FindingState.UNKNOWN:
            return Span("? unknown", Style.WARN)
        case FindingState.FAIL if finding.severity >= Severity.ERROR:
            return Span(f"✗ {finding.severity.word}", Style.BAD)
        case _:
            return Span(f"! {finding.severity.word}", Style.WARN)
