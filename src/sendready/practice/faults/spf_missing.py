"""Fault: the SPF record of the MAIL FROM domain is gone, which SES does not notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "spf-missing"
SUMMARY = "The MAIL FROM domain has no SPF record, while SES says SUCCESS."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Takes the TXT record away."""
    identity = practice.finished(domain)
    if identity.mail_from is not None:
        practice.take(domain, identity.mail_from.domain, "TXT")
