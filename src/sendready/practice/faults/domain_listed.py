"""Fault: a list of domains that are seen in spam has the domain, or answers nobody who asks from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "domain-listed"
SUMMARY = "The Spamhaus DBL lists the domain (`check --blocklists` asks it); =refused: it gives no answers from here."

ZONE = "dbl.spamhaus.org"
LISTED, REFUSED = "127.0.1.2", "127.255.255.254"


def accepts(argument: str) -> bool:
    """Whether it is the one word that this fault knows."""
    return argument == "refused"


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Answers for the domain, in a zone of the list's name."""
    practice.finished(domain)
    practice.register(ZONE)
    practice.put(ZONE, f"{domain}.{ZONE}", "A", [REFUSED if argument else LISTED])
