"""Fault: the domain says that it takes no mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "null-mx"
SUMMARY = "The domain's MX is `0 .`: replies and DMARC reports have nowhere to go."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Replaces its MX (RFC 7505)."""
    practice.finished(domain)
    practice.put(domain, domain, "MX", ["0 ."])
