"""Fault: sending is paused for the whole account."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "sending-paused"
SUMMARY = "Somebody paused sending for the whole account, and every send is refused."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Pauses it."""
    practice.ses.sending = False
