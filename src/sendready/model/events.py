"""What the engine says while it works; the wizard posts these as messages, the command line prints them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from sendready.model.looks import Looking as Looking
from sendready.model.looks import Observed as Observed

if TYPE_CHECKING:
    from sendready.model.change import Change, Plan
    from sendready.model.errors import SendreadyError
    from sendready.model.finding import Verdict
    from sendready.model.records import ObservedRecord, WantedRecord


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be done from here."""

    type: ClassVar[str] = "planned"
    plan: Plan


@dataclass(frozen=True, slots=True)
class Changed:
    """A change was made, or was found made already."""

    type: ClassVar[str] = "changed"
    change: Change
    detail: str = ""
    already: bool = False
    """It was there before we came to it, with the very same values."""
    answer: str = ""
    """What the DNS host said to it, by which it can be asked how far the change has got."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A change could not be made; the rest goes on. In JSON a `changed` with `ok: false`."""

    type: ClassVar[str] = "changed"
    change: Change
    error: SendreadyError


@dataclass(frozen=True, slots=True)
class Conflicted:
    """Something else is where the change would go; both are shown, nothing is touched."""

    type: ClassVar[str] = "conflict"
    change: Change


@dataclass(frozen=True, slots=True)
class RecordTurned:
    """A record's state differs from the last look. In JSON a `note`."""

    type: ClassVar[str] = "note"
    record: ObservedRecord


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing to do but wait."""

    type: ClassVar[str] = "waiting"
    records: tuple[WantedRecord, ...]
    """Those that are not live yet."""
    others: tuple[str, ...]
    """What else is on its way, in a few words each."""
    since: datetime
    next_look: datetime

    @property
    def what(self) -> tuple[str, ...]:
        """Everything awaited, in a few words each."""
        return (*(f"{record.type.value} {record.name}" for record in self.records), *self.others)


@dataclass(frozen=True, slots=True)
class Sent:
    """SES accepted one test message."""

    type: ClassVar[str] = "sent"
    address: str
    message_id: str
    awaited: tuple[str, ...] = ()
    """The events that must come for it, as far as its configuration set sends them on."""


@dataclass(frozen=True, slots=True)
class SimulatorEvent:
    """One event about one test message arrived."""

    type: ClassVar[str] = "event"
    address: str
    event: str
    ms: float
    """Milliseconds from the moment SES accepted the message."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth saying that is none of the others."""

    type: ClassVar[str] = "note"
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """The last event of every stream."""

    type: ClassVar[str] = "result"
    verdict: Verdict
    exit: int
    detail: str = ""


Event = (
    Looking
    | Observed
    | Planned
    | Changed
    | Failed
    | Conflicted
    | RecordTurned
    | Waiting
    | Sent
    | SimulatorEvent
    | Note
    | Result
)
