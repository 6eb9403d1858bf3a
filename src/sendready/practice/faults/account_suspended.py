"""Fault: AWS has stopped the account from sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "account-suspended"
SUMMARY = "AWS has shut the account's sending down: SHUTDOWN, and every send is refused."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Shuts it down."""
    practice.ses.enforcement = "SHUTDOWN"
