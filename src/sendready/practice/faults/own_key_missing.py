"""Fault: the record of the user's own DKIM key is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.faults.records_missing import vanished

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "own-key-missing"
SUMMARY = "The domain signs with a key of its own (BYODKIM), whose TXT record is gone."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Gives the domain a key of its own and no record for it."""
    identity = practice.finished(domain)
    for token in identity.tokens:
        practice.take(domain, f"{token}._domainkey.{domain}", "CNAME")
    identity.origin, identity.tokens, identity.hosted_zone = "EXTERNAL", ("mine",), ""
    vanished(practice, identity)
