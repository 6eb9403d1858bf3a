"""Fault: two regions have the identity, and DNS knows only the other one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.faults.arguments import is_region as accepts
from sendready.practice.faults.other_region import REGION, settle
from sendready.practice.faults.records_missing import vanished

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "other-region-in-dns"
SUMMARY = "DNS holds the DKIM records and the MX of us-east-1, or the region named."

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Puts that region's records in place of this one's; SES here has noticed."""
    if (argument or REGION) == practice.region:
        return  # seen from there everything is as it should be
    settle(practice, domain, argument or REGION)
    vanished(practice, practice.finished(domain))
