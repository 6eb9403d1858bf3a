"""Fault: AWS declined the request for production access."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sendready.practice.aws.ses_state import Review

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "review-denied"
SUMMARY = "The account is in the sandbox and its request for production access was denied."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Ends the review of yesterday's request with a denial."""
    if domain not in practice.ses.identities:
        practice.finish(domain, production=False)
    now = practice.clock.now()
    ses = practice.ses
    ses.granted = False
    ses.details = {
        "MailType": "TRANSACTIONAL",
        "WebsiteURL": f"https://www.{domain}",
        "ContactLanguage": "EN",
    }
    case = f"case-{practice.account_id}-muen-{now.year}-000002"
    ses.review = Review(now - timedelta(days=1), now - timedelta(hours=4), "DENIED", case)
