"""Fault: the credentials are no longer valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws.outages import Outage

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "expired-credentials"
SUMMARY = "The session's credentials have expired: every call is refused."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Refuses every call, for ever."""
    practice.aws.fail("*", Outage.EXPIRED_TOKEN, times=None)
