"""Fault: the account sends so much that receivers count the domain as a bulk sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "bulk-sender"
SUMMARY = "6,000 messages went out in 24 hours: Gmail and Outlook ask for more now."
MESSAGES = 6_000


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Sends them, under a configuration set."""
    listening(practice, domain)
    practice.ses.sent = [practice.clock.now()] * MESSAGES
