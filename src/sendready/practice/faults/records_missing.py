"""Fault: the DKIM records of a working domain are gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.aws.ses_state import Identity
    from sendready.practice.servers import Practice

NAME = "records-missing"
SUMMARY = "The DKIM records are gone, and SES has noticed: TEMPORARY_FAILURE."
NOTICED = timedelta(hours=5)
"""How long ago SES noticed."""


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Takes every DKIM CNAME away."""
    identity = practice.finished(domain)
    for token in identity.tokens:
        practice.take(domain, f"{token}._domainkey.{domain}", "CNAME")
    vanished(practice, identity)


def vanished(practice: Practice, identity: Identity) -> None:
    """SES has looked since, and found the DKIM records gone."""
    now = practice.clock.now()
    if identity.dkim is not None:
        identity.dkim.status = "TEMPORARY_FAILURE"
        identity.dkim.error = "HOST_NOT_FOUND"
        identity.dkim.since = now - NOTICED
        identity.dkim.last_success = now - NOTICED
        identity.dkim.last_checked = now
