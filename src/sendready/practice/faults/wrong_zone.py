"""Fault: the records stand in a hosted zone that nobody is sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws import route53
from sendready.practice.aws.route53_changes import absolute
from sendready.practice.faults.records_missing import vanished

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "wrong-zone"
SUMMARY = "The records are in a hosted zone that nobody is sent to; =twin: the right zone is in the account, too."

SOMEBODY_ELSES = ("ns-aws.practice-dns.net.", "ns2.practice-dns.org.")
"""The servers of another DNS host."""


def accepts(argument: str) -> bool:
    """What it can be told."""
    return argument in {"twin"}


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Delegates the domain to somebody else, or leaves it with a second zone; the records stay where they were."""
    identity, apex = practice.finished(domain), absolute(domain)
    zones = route53.of_account(practice.cloud, practice.account_id).zones.values()
    (zone,) = [zone for zone in zones if zone.name == apex]
    route53.read_from(zone, practice.zones.get(apex))
    practice.zones.remove(domain)
    zone.served = False
    if argument == "twin":
        zone.records[apex, "NS"] = (172800, tuple(map(absolute, route53.UNASKED_SERVERS)))
        route53.host(practice.cloud, practice.account_id, domain, reference=f"the right {domain}")
    else:
        practice.zones.create(domain, SOMEBODY_ELSES)
    vanished(practice, identity)
