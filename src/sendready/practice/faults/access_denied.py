"""Fault: a permission is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.faults.arguments import is_action as accepts

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "access-denied"
SUMMARY = "One IAM action is not allowed (by default ses:GetEmailIdentity)."

__all__ = ["NAME", "SUMMARY", "accepts", "inflict"]


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Denies the action named by `argument`."""
    practice.aws.deny(argument or "ses:GetEmailIdentity")
