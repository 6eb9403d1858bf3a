"""Fault: too much mail bounces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws.cloudwatch import Reputation
from sendready.practice.faults.arguments import is_number as accepts

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "bounce-rate"
SUMMARY = "The account's bounce rate is 7 %, or the percentage named: AWS reviews at 5 %."
UNDER_REVIEW = 0.05
"""From which rate on AWS puts an account under review."""

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Sets the rate, and lets the account have sent."""
    practice.finished(domain)
    rates = practice.cloud.state(Reputation, practice.account_id, practice.region).rates
    rates["Reputation.BounceRate"] = float(argument or 7) / 100
    practice.ses.enforcement = "PROBATION" if rates["Reputation.BounceRate"] >= UNDER_REVIEW else "HEALTHY"
    practice.ses.sent.append(practice.clock.now())
