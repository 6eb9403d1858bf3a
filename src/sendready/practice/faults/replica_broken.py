"""Fault: the key of another region cannot be taken over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sendready.practice.faults.records_missing import vanished

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "replica-broken"
SUMMARY = "The identity follows the DKIM key of us-east-1, where it does not exist."
NEVER = timedelta(days=365)


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Makes the identity a replica without a primary."""
    identity = practice.finished(domain)
    for token in identity.tokens:
        practice.take(domain, f"{token}._domainkey.{domain}", "CNAME")
    identity.origin = "AWS_SES_US_EAST_1"
    vanished(practice, identity)
    if identity.dkim is not None:
        identity.dkim.error = "REPLICATION_PRIMARY_NOT_FOUND"
        identity.dkim.due += NEVER
