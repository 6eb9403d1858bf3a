"""Fault: the domain was set up in another region."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sendready.practice.aws import identities, verification
from sendready.practice.aws.ses_state import Identity, Ses, Watch
from sendready.practice.faults.arguments import is_region as accepts

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "other-region"
SUMMARY = "The identity and its records belong to us-east-1, or the region named."
REGION = "us-east-1"

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Moves the identity, its keys and its MX there."""
    if (argument or REGION) == practice.region:
        return  # seen from there everything is as it should be
    settle(practice, domain, argument or REGION)
    del practice.ses.identities[domain]


def settle(practice: Practice, domain: str, region: str) -> None:
    """Finishes the domain in another region as well, and has DNS hold that region's records alone."""
    here = practice.finished(domain)
    there = practice.cloud.state(Ses, practice.account_id, region)
    tokens = identities.tokens_of(practice.account_id, region, domain)
    there.identities[domain] = Identity(
        domain,
        here.created,
        tokens=tokens,
        hosted_zone=verification.signing_hosted_zone(region),
        dkim=replace(Watch.found(practice.clock.now()), since=here.created),
        mail_from=here.mail_from and replace(here.mail_from, watch=Watch.found(practice.clock.now())),
    )
    there.granted = True
    identities.publish_key(practice.zones.get("amazonses.com"), there.identities[domain])
    for token in here.tokens:
        practice.take(domain, f"{token}._domainkey.{domain}", "CNAME")
    for token in tokens:
        practice.put(
            domain, f"{token}._domainkey.{domain}", "CNAME", [f"{token}.{there.identities[domain].hosted_zone}."]
        )
    if here.mail_from is not None:
        practice.put(domain, here.mail_from.domain, "MX", [f"10 {verification.feedback_host(region)}."])
