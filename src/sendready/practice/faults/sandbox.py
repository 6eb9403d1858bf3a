"""Fault: the account has no production access."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "sandbox"
SUMMARY = "The account is in the sandbox: mail goes to verified recipients and the simulator only."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Takes production access away, as in a region where nobody has asked for it."""
    practice.finished(domain)
    practice.ses.review = None
