"""Everything the wizard shows, frozen: one value, one message, one update of the widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sendready.model.answers import Answered
from sendready.model.change import Plan
from sendready.model.errors import SendreadyError
from sendready.model.finding import Diagnosis
from sendready.model.identity import Identity
from sendready.model.observation import Observation
from sendready.report.lines import Line
from sendready.steps.scripted import Option


@dataclass(frozen=True, slots=True)
class TestMail:
    """One simulator address and what came back for it."""

    __test__ = False  # pytest would take the name for a test class

    address: str
    expected: tuple[str, ...]
    arrived: tuple[tuple[str, float], ...] = ()
    """Event and milliseconds."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known and what is going on, at one moment."""

    identity: Identity
    answered: Answered = field(default_factory=Answered)
    observation: Observation | None = None
    """None until the first look is complete."""
    diagnosis: Diagnosis | None = None
    plan: Plan | None = None
    problem: SendreadyError | None = None
    """Why nothing can be looked at, or why the last thing tried did not work."""
    busy: str = ""
    """What is being looked at right now, as in "looking"."""
    working: str = ""
    """What is being changed right now; buttons that change something wait for it."""
    awaited: tuple[str, ...] = ()
    since: datetime | None = None
    next_look: datetime | None = None
    mails: tuple[TestMail, ...] = ()
    log: tuple[Line, ...] = ()
    """The last lines told."""
    told: int = 0
    """How many lines were told so far; `log` holds the last of them."""
    now: datetime | None = None
    connection: Mapping[str, Option] = field(default_factory=dict)
    """The options that lead a command to the same account and DNS."""
    left: tuple[str, ...] = ()
    """Temporary resources that an interrupted run may have left in this account and region."""
    strewn: tuple[str, ...] = ()
    """Names where records of this identity were found by mistake, and that are right by now: what lies there is of no
    use."""
    practice: bool = False
    """Whether this is a practice world, in which the wizard can be the person with the mailbox."""

    @property
    def looked(self) -> bool:
        """Whether there is something to show."""
        return self.observation is not None
