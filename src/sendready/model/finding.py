"""What a check concludes: a finding with its evidence and its fix, and the verdict over all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from sendready.model.records import Sighting, WantedRecord
from sendready.model.step import Step, StepStatus


class Severity(IntEnum):
    """How bad it is, were it so; ordered."""

    INFO = 0
    NOTICE = 1
    WARNING = 2
    """Mail goes out, but less well than it could."""
    ERROR = 3
    """Mail is refused, filtered or unsigned somewhere."""
    CRITICAL = 4
    """No mail goes out, or nothing could be said at all."""

    @property
    def word(self) -> str:
        """The lower-case name, as JSON and people read it."""
        return self.name.lower()


class FindingState(StrEnum):
    """What we know about it; a second axis beside severity."""

    FAIL = "fail"
    """Something is wrong or has been lost."""
    TODO = "todo"
    """Never done yet."""
    PENDING = "pending"
    """On its way, with a clock."""
    UNKNOWN = "unknown"
    """Could not be looked at; never read as missing."""


@dataclass(frozen=True, slots=True)
class Fix:
    """How to get from what is to what should be."""

    text: str
    records: tuple[WantedRecord, ...] = ()
    """The records to add, whole."""
    commands: tuple[str, ...] = ()
    """Shell commands a person can copy."""
    safe: bool = False
    """Whether it only adds or switches on; unsafe ones replace or remove something and are never done for the user."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check function yields: the particulars; the registry adds the check's identity and makes a Finding."""

    subject: str
    """The record, the identity or the call it is about."""
    detail: str = ""
    expected: str = ""
    observed: tuple[str, ...] = ()
    evidence: tuple[Sighting, ...] = ()
    fix: Fix = field(default_factory=lambda: Fix(""))
    state: FindingState = FindingState.FAIL
    severity: Severity | None = None
    """Only where it differs from the check's own."""
    recheck_at: datetime | None = None
    title: str | None = None
    """Only where it differs from the check's own."""
    awaits: str = ""
    """With a pending one: what is awaited, as in "waiting for …"."""
    step: Step | None = None
    """Only where it differs from the check's own."""
    explains: tuple[str, ...] | None = None
    """Only where it differs from the check's own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the user should know: which check, how bad, how sure, about what, why, and what to do."""

    id: str
    slug: str
    step: Step
    severity: Severity
    state: FindingState
    title: str
    subject: str
    detail: str = ""
    expected: str = ""
    observed: tuple[str, ...] = ()
    evidence: tuple[Sighting, ...] = ()
    fix: Fix = field(default_factory=lambda: Fix(""))
    symptoms: tuple[str, ...] = ()
    """The ids this root cause explains; they are not reported on their own."""
    references: tuple[str, ...] = ()
    recheck_at: datetime | None = None
    awaits: str = ""
    explains: tuple[str, ...] = ()
    """The ids it would explain, present or not."""


class Verdict(StrEnum):
    """The one word about a domain; `engine.diagnose` decides it in this order."""

    UNKNOWN = "unknown"
    BROKEN = "broken"
    WAITING = "waiting"
    INCOMPLETE = "incomplete"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What all checks together say."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    """Root causes, the one to fix first in front."""
    steps: tuple[StepStatus, ...]
    explained: tuple[Finding, ...] = ()
    """What the root causes explain, in the same order: told on its own only where everything is asked for."""
    only: frozenset[str] = frozenset()
    """The ids that were asked for; empty: all of them."""

    def cause_of(self, symptom: Finding) -> Finding | None:
        """The root cause that explains it."""
        return next((cause for cause in self.findings if symptom.id in cause.symptoms), None)

    @property
    def disputed(self) -> dict[str, tuple[str, ...]]:
        """The symptoms that more than one cause explains, each with these causes: nobody can tell which it is."""
        symptoms = dict.fromkeys(symptom for cause in self.findings for symptom in cause.symptoms)
        causes = {symptom: dict.fromkeys(c.id for c in self.findings if symptom in c.symptoms) for symptom in symptoms}
        return {symptom: tuple(ids) for symptom, ids in causes.items() if len(ids) > 1}

    @property
    def first(self) -> Finding | None:
        """What to fix first."""
        return self.findings[0] if self.findings else None
