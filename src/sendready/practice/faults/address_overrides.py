"""Fault: an address identity wins over its domain's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws.ses_state import Identity
from sendready.practice.faults.arguments import is_local_part as accepts

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "address-overrides"
SUMMARY = "hello@ has an identity of its own: it does not sign and has no MAIL FROM."

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Creates and confirms the address identity, with signing switched off."""
    practice.finished(domain)
    now = practice.clock.now()
    name = f"{argument or 'hello'}@{domain}"
    practice.ses.identities[name] = Identity(name, now, signing=False, confirmed=now)
