"""Fault: the domain's name servers answer, but later than anybody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.faults.arguments import is_number as accepts

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "slow-dns"
SUMMARY = "Every authoritative server of the domain answers after half a minute."
SECONDS = 30.0
"""How long an answer takes, real seconds: clients wait in real time."""

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Delays the answers of every server of the zone, for names in it."""
    practice.finished(domain)
    zone = practice.zone_of(domain)
    for server in zone.servers if zone else ():
        slow = Behaviour(delay=float(argument or SECONDS) * practice.clock.speed)
        practice.dns.behave(server, slow, zone=zone.apex if zone else None)
