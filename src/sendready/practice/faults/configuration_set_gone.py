"""Fault: the default configuration set was deleted, and the identity still names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "configuration-set-gone"
SUMMARY = "The identity's default configuration set does not exist: every send fails."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Deletes the set behind the identity's back."""
    found = listening(practice, domain)
    del practice.ses.sets[found.set.name]
