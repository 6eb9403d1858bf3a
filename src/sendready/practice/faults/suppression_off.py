"""Fault: bounced addresses are mailed again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "suppression-off"
SUMMARY = "The account's suppression list takes neither bounces nor complaints."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Switches it off."""
    practice.finished(domain)
    practice.ses.suppressed_reasons = []
