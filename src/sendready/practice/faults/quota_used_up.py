"""Fault: the daily quota is used up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "quota-used-up"
SUMMARY = "The account has sent as much as it may in 24 hours."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Sends it all, under a configuration set."""
    listening(practice, domain)
    now = practice.clock.now()
    practice.ses.sent = [now] * int(practice.ses.quota(now)[0])
