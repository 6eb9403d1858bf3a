"""Fault: only an address is verified, not its domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws.ses_state import Identity
from sendready.practice.faults.arguments import is_local_part as accepts

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "address-only"
SUMMARY = "SES has hello@ and not the domain: DMARC cannot pass."

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Forgets the domain and verifies one address at it."""
    practice.finished(domain)
    del practice.ses.identities[domain]
    now = practice.clock.now()
    name = f"{argument or 'hello'}@{domain}"
    practice.ses.identities[name] = Identity(name, now, confirmed=now)
