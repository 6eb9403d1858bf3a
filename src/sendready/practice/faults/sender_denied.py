"""Fault: the application's role may use the identity and not the configuration set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws.iam import Iam
from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "sender-denied"
SUMMARY = "The application may not send through the set (check --sender-arn arn:aws:iam::123456789012:role/app)."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Refuses both ways to send through the set, whoever it is."""
    found = listening(practice, domain)
    refused = practice.cloud.state(Iam, practice.account_id, "global").refused
    refused.append(("ses:Send*", f"*:configuration-set/{found.set.name}"))
