"""Glyph and word for every state, in that order of trust; colour comes third."""

from __future__ import annotations

from sendready.engine.outgoing import Outgoing, Reach, outgoing
from sendready.mailauth.alignment import Outlook
from sendready.model.finding import Diagnosis, Finding, FindingState, Severity, Verdict
from sendready.model.observation import Observation
from sendready.model.records import RecordState
from sendready.model.step import Step, StepState
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


def meaning(diagnosis: Diagnosis, seen: Observation) -> str:
    """What a look says in one sentence: whether mail goes out now, and what the verdict adds to that.

    Where SES was not asked it says nothing about SES, nor of what was left out.
    """
    verdict, sent = diagnosis.verdict, outgoing(seen)
    if verdict is Verdict.READY and diagnosis.only:
        return "none of what was asked for is wrong; nothing is said of the rest"
    if verdict is Verdict.READY and seen.ses is None:
        said = "what was asked of DNS is in order; SES was not asked"
        unlooked = any(s.step is Step.DKIM and s.state is StepState.UNKNOWN for s in diagnosis.steps)
        return f"{said}, and without its DKIM tokens (`--tokens A,B,C`) no key was looked up" if unlooked else said
    now = _now(sent, verdict)
    match verdict:
        case _ if not now:
            return VERDICT_MEANS[verdict]
        case Verdict.READY:
            return now + _exceptions(diagnosis)
        case Verdict.INCOMPLETE if sent.reach is Reach.NOBODY:
            return VERDICT_MEANS[verdict]  # that it does not go out is what was not done yet
        case Verdict.BROKEN:
            good = sent.reach is not Reach.NOBODY and sent.passes is Outlook.PASS
            return f"{now}, yet something is wrong" if good else now
        case _:
            return f"{now}; {VERDICT_MEANS[verdict]}"


def _now(sent: Outgoing, verdict: Verdict) -> str:
    """Whether mail goes out, to whom, and whether it passes; empty where that is not known."""
    match sent.reach:
        case Reach.UNKNOWN:
            return ""
        case Reach.NOBODY:
            return f"no mail goes out{' yet' if verdict is Verdict.WAITING else ''}: {sent.why}"
        case Reach.VERIFIED:
            goes = "mail goes out to verified recipients only (the sandbox)"
        case Reach.ANYONE:
            goes = "mail to anyone goes out"
    match sent.passes:
        case Outlook.PASS:
            return f"{goes} and passes{f' by {sent.alone} alone' if sent.alone else ''}"
        case Outlook.UNKNOWN:
            return f"{goes}; whether it passes could not be seen"
        case Outlook.FAIL:
            return f"{goes}, but {_UNVOUCHED.get(sent.policy, 'nothing vouches for it')}; DKIM: {sent.why}"


_UNVOUCHED = {
    "quarantine": "fails DMARC and is filed as spam (p=quarantine)",
    "reject": "fails DMARC and is refused (p=reject)",
}


def _exceptions(diagnosis: Diagnosis) -> str:
    """What the sentence about a domain that is ready does not hold for."""
    apart = dict.fromkeys(f.subject for f in diagnosis.findings if f.id == "KIM036")
    return f", other than from {', '.join(apart)}" if apart else ""


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
