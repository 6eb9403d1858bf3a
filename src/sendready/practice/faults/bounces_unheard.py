"""Fault: bounces and complaints reach nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "bounces-unheard"
SUMMARY = "Feedback forwarding is off, and the event destination hears only deliveries."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Takes everything but deliveries from the destination."""
    listening(practice, domain).destination.types = ["DELIVERY"]
