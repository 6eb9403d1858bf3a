"""A look in one sentence: whether mail goes out now, whom it reaches, whether it passes."""

from __future__ import annotations

from sendready.engine.outgoing import Outgoing, Reach, outgoing
from sendready.mailauth.alignment import Outlook
from sendready.model.finding import Diagnosis, Verdict
from sendready.model.observation import Observation
from sendready.model.step import Step, StepState
from sendready.report.marks import VERDICT_MEANS


def in_one_sentence(diagnosis: Diagnosis, seen: Observation) -> str:
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
        case Verdict.UNKNOWN if not now:
            return "whether mail goes out could not be seen"
        case _ if not now:
            return VERDICT_MEANS[verdict]
        case Verdict.READY:
            return now + _exceptions(diagnosis)
        case Verdict.INCOMPLETE if sent.reach is Reach.NOBODY:
            return f"{VERDICT_MEANS[verdict]}: {sent.why}"
        case Verdict.BROKEN:
            if sent.reach is Reach.NOBODY or sent.passes is not Outlook.PASS:
                return now
            return f"{now}, yet {'SES no longer finds its records' if sent.lapsing else 'something is wrong'}"
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
    if sent.through:
        return f"{goes} through {sent.through}; `sendready check {sent.through}` tells whether it passes"
    if sent.lapsing:
        goes = f"{goes} for now"
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
