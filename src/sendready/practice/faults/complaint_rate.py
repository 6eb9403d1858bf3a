"""Fault: too many recipients report the mail as spam."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws.cloudwatch import Reputation
from sendready.practice.faults.arguments import is_number as accepts
from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "complaint-rate"
SUMMARY = "The account's complaint rate is 0.2 %, or the percentage named: AWS reviews at 0.1 %."

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Sets the rate, and lets the account have sent under a configuration set."""
    listening(practice, domain)
    rates = practice.cloud.state(Reputation, practice.account_id, practice.region).rates
    rates["Reputation.ComplaintRate"] = float(argument or 0.2) / 100
    practice.ses.sent.append(practice.clock.now())
