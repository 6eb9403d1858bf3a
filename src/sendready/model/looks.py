"""What a look says while it goes on, and at its end; the events of work that changes something are in `events`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from sendready.model.finding import Diagnosis
    from sendready.model.observation import Observation


@dataclass(frozen=True, slots=True)
class Looking:
    """A part of a look has begun or ended; for people who wait, not for scripts."""

    type: ClassVar[str] = "looking"
    what: str


@dataclass(frozen=True, slots=True)
class Observed:
    """A look is complete."""

    type: ClassVar[str] = "observed"
    observation: Observation
    diagnosis: Diagnosis
    unwritten: str = ""
    """Why what was learnt could not be kept for later looks; empty where it was."""


LookEvent = Looking | Observed
"""Everything that `engine.observe` yields."""
