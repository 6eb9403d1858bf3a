"""The steps of the road and how far each one is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The stages of the wizard, in their order."""

    ACCOUNT = "account"
    IDENTITY = "identity"
    DKIM = "dkim"
    MAIL_FROM = "mail-from"
    DMARC = "dmarc"
    PRODUCTION_ACCESS = "production-access"
    TEST_SEND = "test-send"

    @property
    def label(self) -> str:
        """The name people read."""
        return _LABELS[self]


_LABELS = {
    Step.ACCOUNT: "Account",
    Step.IDENTITY: "Identity",
    Step.DKIM: "DKIM",
    Step.MAIL_FROM: "MAIL FROM",
    Step.DMARC: "DMARC",
    Step.PRODUCTION_ACCESS: "Production access",
    Step.TEST_SEND: "Test send",
}


class StepState(StrEnum):
    """How far a step is; computed from its findings and nothing else."""

    DONE = "done"
    WAITING = "waiting"
    TODO = "todo"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StepStatus:
    """A step's state with one line that says why."""

    step: Step
    state: StepState
    summary: str
