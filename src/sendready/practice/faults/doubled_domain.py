"""Fault: the DNS host appended the domain to names that had it already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.faults.records_missing import vanished

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "doubled-domain"
SUMMARY = "The DKIM records live at tok._domainkey.example.com.example.com."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Moves every DKIM CNAME one domain too far down."""
    identity = practice.finished(domain)
    for token in identity.tokens:
        name = f"{token}._domainkey.{domain}"
        practice.put(domain, f"{name}.{domain}", "CNAME", practice.take(domain, name, "CNAME"))
    vanished(practice, identity)
