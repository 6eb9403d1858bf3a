"""The stages of the wizard in their order, and how far each one is; derived from the diagnosis and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sendready.checks.written import written_lately
from sendready.model.finding import Verdict
from sendready.model.records import RecordState
from sendready.model.step import Step, StepState
from sendready.tui.snapshot import Snapshot


class Stage(StrEnum):
    """One panel each. Health is there only where the identity existed before the wizard came."""

    HEALTH = "health"
    ACCOUNT = "account"
    IDENTITY = "identity"
    RECORDS = "records"
    DKIM = "dkim"
    MAIL_FROM = "mail-from"
    DMARC = "dmarc"
    ACCESS = "access"
    TEST = "test"
    READY = "ready"

    @property
    def label(self) -> str:
        """The name people read."""
        return _LABELS[self]


_LABELS = {
    Stage.HEALTH: "Health",
    Stage.ACCOUNT: "Account",
    Stage.IDENTITY: "Identity",
    Stage.RECORDS: "Records",
    Stage.DKIM: "DKIM",
    Stage.MAIL_FROM: "MAIL FROM",
    Stage.DMARC: "DMARC",
    Stage.ACCESS: "Production access",
    Stage.TEST: "Test send",
    Stage.READY: "Ready",
}

STEP_OF = {
    Stage.ACCOUNT: Step.ACCOUNT,
    Stage.IDENTITY: Step.IDENTITY,
    Stage.DKIM: Step.DKIM,
    Stage.MAIL_FROM: Step.MAIL_FROM,
    Stage.DMARC: Step.DMARC,
    Stage.ACCESS: Step.PRODUCTION_ACCESS,
    Stage.TEST: Step.TEST_SEND,
}

_DNS = (Stage.RECORDS, Stage.DKIM, Stage.MAIL_FROM, Stage.DMARC)


def road(*, domain: bool, health: bool) -> tuple[Stage, ...]:
    """The stages of one identity; an address has no DNS of its own."""
    return tuple(stage for stage in Stage if (health or stage is not Stage.HEALTH) and (domain or stage not in _DNS))


def state_of(stage: Stage, snapshot: Snapshot) -> StepState | None:
    """How far a stage is; None before the first look."""
    diagnosis = snapshot.diagnosis
    if diagnosis is None:
        return None
    if stage in STEP_OF:
        return next(status.state for status in diagnosis.steps if status.step is STEP_OF[stage])
    if stage is Stage.RECORDS:
        return _of_records(snapshot)
    return _OF_VERDICT[diagnosis.verdict]


_OF_VERDICT = {
    Verdict.READY: StepState.DONE,
    Verdict.BROKEN: StepState.BROKEN,
    Verdict.WAITING: StepState.WAITING,
    Verdict.INCOMPLETE: StepState.TODO,
    Verdict.UNKNOWN: StepState.UNKNOWN,
}


def _of_records(snapshot: Snapshot) -> StepState:
    seen = snapshot.observation
    states = {record.state for record in seen.records} if seen is not None else set()
    if seen is None or seen.identity_missing or not states:
        return StepState.TODO
    absent = [record.wanted for record in seen.records if record.state is RecordState.MISSING]
    if written_lately(absent, seen) is not None:
        states = states - {RecordState.MISSING} | {RecordState.SPREADING}
    for state, means in (
        (RecordState.WRONG, StepState.BROKEN),
        (RecordState.UNKNOWN, StepState.UNKNOWN),
        (RecordState.MISSING, StepState.TODO),
        (RecordState.SPREADING, StepState.WAITING),
    ):
        if state in states:
            return means
    return StepState.DONE


def next_open(after: Stage, stages: Sequence[Stage], snapshot: Snapshot) -> Stage:
    """Where to go on from a stage: the next one that needs the user, else the last.

    What only waits is passed by: nothing on the road blocks what comes after it.
    """
    rest = stages[stages.index(after) + 1 :]
    asks = {StepState.TODO, StepState.BROKEN}
    return next((stage for stage in rest if state_of(stage, snapshot) in asks), stages[-1])
