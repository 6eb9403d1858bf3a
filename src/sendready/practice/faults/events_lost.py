"""Fault: SES accepts mail and never tells what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "events-lost"
SUMMARY = "Sends are accepted, but no event is ever published: only `test` can tell."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Loses every event from now on."""
    practice.cloud.events_lost = True
