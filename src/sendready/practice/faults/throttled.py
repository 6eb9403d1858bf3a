"""Fault: every operation is throttled when it is first called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws.outages import Outage
from sendready.practice.faults.arguments import is_count as accepts

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "throttled"
SUMMARY = "AWS refuses the first two calls of every operation: too many requests."

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Throttles the first two calls of every operation, or as many as `argument` says."""
    practice.aws.fail("*", Outage.THROTTLED, times=int(argument or 2), each=True)
