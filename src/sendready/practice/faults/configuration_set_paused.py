"""Fault: somebody, or an alarm, paused the default configuration set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "configuration-set-paused"
SUMMARY = "Sending is paused for the identity's default configuration set."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Pauses the set."""
    listening(practice, domain).set.options["SendingOptions"] = {"SendingEnabled": False}
