"""Fault: the event destination is there and switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "destination-disabled"
SUMMARY = "The event destination that hears of bounces is switched off."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Switches it off."""
    listening(practice, domain).destination.enabled = False
