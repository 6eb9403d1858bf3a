"""From an observation to its verdict: checks are run, symptoms folded under their cause, steps given their state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sendready.checks.registry import all_checks, run_all
from sendready.model.errors import AccessDenied, ExpiredCredentials, MfaNeeded, NoCredentials
from sendready.model.finding import Diagnosis, Finding, FindingState, Severity, Verdict
from sendready.model.identity import Status
from sendready.model.observation import Observation, Unseen
from sendready.model.records import RecordState
from sendready.model.step import Step, StepState, StepStatus

_RANK = {FindingState.UNKNOWN: 0, FindingState.FAIL: 1, FindingState.TODO: 2, FindingState.PENDING: 3}
_ORDER = list(Step)

_OF_THE_IDENTITY = (Step.IDENTITY, Step.DKIM, Step.MAIL_FROM)
"""Steps that a name without an identity of its own does not take, where another identity sends for it."""


def diagnose(
    seen: Observation,
    *,
    skip: Collection[str] = (),
    only: Collection[str] = (),
    fail_on: Severity = Severity.ERROR,
) -> Diagnosis:
    """Judges one observation.

    `skip` holds ids that neither move the verdict nor a step; `fail_on` is the least severity that makes a failing
    check move the verdict to broken. With `only`, ids that are not in it do not count either; what could not be looked
    at counts all the same, for nothing that was not seen is in order.
    """
    # Skipped before folding: what a skipped cause would have explained still speaks for itself.
    found = [f for f in run_all(seen) if f.id not in skip and (not only or f.id in only or _out_of_reach(f))]
    findings = sorted(fold(found), key=_place)
    steps = [_status(step, seen, findings, found, fail_on) for step in Step]
    told = {finding.id for finding in findings}
    return Diagnosis(
        verdict=verdict(findings, fail_on),
        findings=tuple(findings),
        steps=tuple(_asked_for(status, only, found) for status in steps) if only else tuple(steps),
        explained=tuple(sorted((finding for finding in found if finding.id not in told), key=_place)),
        only=frozenset(only),
    )


def _out_of_reach(finding: Finding) -> bool:
    """Whether it says that something could not be looked at without which nothing can be said."""
    return finding.state is FindingState.UNKNOWN and finding.severity >= Severity.ERROR


def _asked_for(status: StepStatus, only: Collection[str], found: Sequence[Finding]) -> StepStatus:
    """A step as the ids that were asked for tell it: of what was left out nothing is said, neither good nor bad."""
    if any(finding.step is status.step for finding in found):
        return status
    if not any(check.step is status.step for check_id, check in all_checks().items() if check_id in only):
        return StepStatus(status.step, StepState.SKIPPED, "left out")
    if status.state in (StepState.UNKNOWN, StepState.SKIPPED):
        return status
    return StepStatus(status.step, StepState.DONE, "what was asked for is in order")


def only_the_sandbox_is_left(diagnosis: Diagnosis) -> bool:
    """Whether nothing is on its way and nothing to do but to ask AWS for production access: no wait ends that."""
    todo = [finding for finding in diagnosis.findings if finding.state is FindingState.TODO]
    return diagnosis.verdict is Verdict.INCOMPLETE and all(finding.id == "SES005" for finding in todo)


LOCKED_OUT = (NoCredentials, ExpiredCredentials, MfaNeeded)
"""What clients never recover from by themselves: they have to be made anew, with what the user has renewed."""


def locked_out(seen: Observation) -> bool:
    """Whether AWS cannot be looked at for want of credentials or permission: no wait ends that."""
    unseen = (part.reason for part in (seen.caller, seen.ses, seen.account) if isinstance(part, Unseen))
    return any(isinstance(reason, (*LOCKED_OUT, AccessDenied)) for reason in unseen)


def fold(findings: Sequence[Finding]) -> list[Finding]:
    """Leaves the root causes, each with the ids it explains; explanation is transitive.

    A symptom that a pending cause explains is folded too: a wait that is understood is one line, not three.
    A failure is as bad as the worst that follows from it, so nothing that is hidden weighs less for being explained;
    one that says why what it explains is in order stays what it is.
    """
    explains: dict[str, set[str]] = {finding.id: set() for finding in findings}
    for finding in findings:
        explains[finding.id] |= {symptom for symptom in finding.explains if symptom in explains} - {finding.id}
    explained = set().union(*explains.values())

    def symptoms_of(cause: Iterable[str], seen: set[str]) -> set[str]:
        for symptom in cause:
            if symptom in explains and symptom not in seen:
                seen.add(symptom)
                symptoms_of(explains[symptom], seen)
        return seen

    causes = [
        replace(finding, symptoms=tuple(sorted(symptoms_of(finding.explains, set()) - {finding.id})))
        for finding in findings
        if finding.id not in explained
    ]
    failed = [finding for finding in findings if finding.id in explained and finding.state is FindingState.FAIL]
    return [replace(cause, severity=_weight(cause, causes, failed)) for cause in causes]


def _weight(cause: Finding, causes: Sequence[Finding], failed: Sequence[Finding]) -> Severity:
    """How bad a cause is, with those of the failed symptoms that are its own.

    A symptom is that of the causes with its very subject, where there are any; else of all that explain its id.
    """
    if cause.state is not FindingState.FAIL or all_checks()[cause.id].puts_right:
        return cause.severity
    nearer = {(one.subject, symptom) for one in causes for symptom in one.symptoms}
    own = (
        symptom
        for symptom in failed
        if symptom.id in cause.symptoms
        and (symptom.subject == cause.subject or (symptom.subject, symptom.id) not in nearer)
    )
    return max((cause.severity, *(symptom.severity for symptom in own)))


def _place(finding: Finding) -> tuple[int, int, int]:
    return (-finding.severity, _RANK[finding.state], _ORDER.index(finding.step))


def verdict(findings: Sequence[Finding], fail_on: Severity = Severity.ERROR) -> Verdict:
    """The first of: unknown, broken, waiting, incomplete, ready. Warnings do not move it unless `fail_on` says so."""
    states = {(finding.state, finding.severity >= fail_on) for finding in findings}
    if any(map(_out_of_reach, findings)):
        return Verdict.UNKNOWN
    if (FindingState.FAIL, True) in states:
        return Verdict.BROKEN
    if any(state is FindingState.PENDING for state, _ in states):
        return Verdict.WAITING
    if any(state is FindingState.TODO for state, _ in states):
        return Verdict.INCOMPLETE
    return Verdict.READY


def _moves(finding: Finding, fail_on: Severity) -> bool:
    """Whether a step is no longer done because of it: a remark about something that works is not a failure of it."""
    return finding.severity >= fail_on or finding.state in (FindingState.PENDING, FindingState.TODO)


def _status(
    step: Step, seen: Observation, causes: Sequence[Finding], found: Sequence[Finding], fail_on: Severity
) -> StepStatus:
    """How far a step is: by its own causes first, else by those of the symptoms it has."""
    symptoms = {f.id: f.title for f in found if f.step is step and _moves(f, fail_on)}
    ours = [finding for finding in causes if finding.step is step]
    for cause in causes:
        title = next((symptoms[symptom] for symptom in cause.symptoms if symptom in symptoms), None)
        if cause.step is not step and title is not None:
            ours.append(replace(cause, title=title))
    for finding in ours:
        match finding.state:
            case FindingState.UNKNOWN if finding.severity >= Severity.ERROR:
                return StepStatus(step, StepState.UNKNOWN, finding.title)
            case FindingState.FAIL if finding.severity >= fail_on:
                return StepStatus(step, StepState.BROKEN, finding.title)
            case FindingState.PENDING:
                return StepStatus(step, StepState.WAITING, finding.title)
            case FindingState.TODO:
                return StepStatus(step, StepState.TODO, finding.title)
            case _:
                pass
    if step in _OF_THE_IDENTITY and any("SES001" in cause.symptoms and cause.severity < fail_on for cause in causes):
        return StepStatus(step, StepState.SKIPPED, "another identity sends for it")
    return StepStatus(step, *_settled(step, seen))


def _settled(step: Step, seen: Observation) -> tuple[StepState, str]:
    """The state of a step that no finding speaks about: only a finding makes one broken or a wait."""
    ses, account = seen.ses_identity, seen.account_seen
    match step:
        case Step.ACCOUNT:
            if account is None:
                return StepState.UNKNOWN if seen.account is not None else StepState.SKIPPED, "not looked at"
            return StepState.DONE, f"{seen.account_id or 'account'} in {seen.region}, {account.enforcement.lower()}"
        case Step.IDENTITY:
            if ses is None:
                return _beneath(seen)
            if ses.verified and ses.status is not Status.SUCCESS:
                return StepState.DONE, f"still verified, though SES says {ses.status.value}"
            return (StepState.DONE, "verified") if ses.verified else (StepState.UNKNOWN, f"SES says {ses.status.value}")
        case Step.DKIM:
            return _dkim(seen)
        case Step.MAIL_FROM:
            return _mail_from(seen)
        case Step.DMARC:
            return _dmarc(seen)
        case Step.PRODUCTION_ACCESS:
            if account is None:
                return StepState.UNKNOWN if seen.account is not None else StepState.SKIPPED, "not looked at"
            if not account.production:
                return StepState.SKIPPED, "in the sandbox"  # its finding does not count here
            return StepState.DONE, account.allowance
        case Step.TEST_SEND:
            proven = seen.past.test_proven
            if proven is None:
                return StepState.TODO, "not sent yet"
            return StepState.DONE, f"proven on {proven:%Y-%m-%d}"


def _beneath(seen: Observation) -> tuple[StepState, str]:
    """A step that needs the identity, which is missing, could not be asked for, or was not to be."""
    if seen.ses is None:
        return StepState.SKIPPED, "SES was not asked"
    return (StepState.TODO, "no identity yet") if seen.identity_missing else (StepState.UNKNOWN, "not looked at")


def _dkim(seen: Observation) -> tuple[StepState, str]:
    ses = seen.ses_identity
    if not seen.identity.is_domain:
        return StepState.SKIPPED, "the domain's own DKIM would sign"
    records = seen.records.of_step(Step.DKIM)
    if ses is None and (seen.ses is not None or not records):
        return (StepState.UNKNOWN, "no tokens are known") if seen.ses is None else _beneath(seen)
    if any(record.state is RecordState.UNKNOWN for record in records):
        return StepState.UNKNOWN, "records could not be looked up"
    if ses is None or ses.dkim.status is Status.SUCCESS:
        return StepState.DONE, f"{len(records)} records live" if records else "signs"
    return StepState.UNKNOWN, f"SES says {ses.dkim.status.value}"


def _mail_from(seen: Observation) -> tuple[StepState, str]:
    ses, records = seen.ses_identity, seen.records.of_step(Step.MAIL_FROM)
    if not seen.identity.is_domain:
        return StepState.SKIPPED, "an address identity has none"
    if ses is None and not (seen.ses is None and records and all(record.live for record in records)):
        return _beneath(seen)
    if ses is not None and ses.mail_from is None:
        return StepState.SKIPPED, "not set: mail leaves with amazonses.com"
    if any(record.state is RecordState.UNKNOWN for record in records):
        return StepState.UNKNOWN, "records could not be looked up"
    return StepState.DONE, records[0].wanted.name if records else "set"


def _dmarc(seen: Observation) -> tuple[StepState, str]:
    if not seen.identity.is_domain:
        return StepState.SKIPPED, "the domain's own policy applies"
    found = seen.dmarc_seen
    if found is None or not (found.complete or found.record):
        return StepState.UNKNOWN, "could not be looked up"
    if found.policy is None:
        return StepState.TODO, "no record" if found.record is None else "no policy that receivers apply"
    inherited = f", inherited from {found.found_at}" if found.inherited else ""
    return StepState.DONE, f"p={found.policy}{inherited}"
