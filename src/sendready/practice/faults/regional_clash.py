"""Fault: two regions want the same MAIL FROM domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.faults.arguments import is_region as accepts
from sendready.practice.faults.other_region import REGION, settle

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "regional-clash"
SUMMARY = "The MAIL FROM's MX is us-east-1's, or that of the region named, where the identity is too."

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Lets the other region have the MX; this one keeps its DKIM records."""
    here = practice.finished(domain)
    if (argument or REGION) == practice.region:
        return  # seen from there everything is as it should be
    settle(practice, domain, argument or REGION)
    for token in here.tokens:
        practice.put(domain, f"{token}._domainkey.{domain}", "CNAME", [f"{token}.{here.hosted_zone}."])
    if here.mail_from is not None:
        here.mail_from.watch.status = "TEMPORARY_FAILURE"
