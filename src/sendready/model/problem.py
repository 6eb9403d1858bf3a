"""Something wrong in a record, and where: readers of mail authentication keep these instead of raising."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

F = TypeVar("F", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem(Generic[F]):
    """One fault of a record."""

    fault: F
    at: int
    """How many characters stand before it."""
    part: str
    """The part of the record it is about, as written."""
    text: str
    """A clause that says what is wrong, the part in it."""

    @property
    def placed(self) -> str:
        """What is wrong, and at which character, counted from one."""
        return f"{self.text} (character {self.at + 1})"
