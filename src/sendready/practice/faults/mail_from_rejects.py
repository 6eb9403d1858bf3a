"""Fault: the MAIL FROM domain lost its MX record, and the identity refuses mail without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "mail-from-rejects"
SUMMARY = "The MAIL FROM's MX is gone, and the identity is set to refuse mail then: REJECT_MESSAGE."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Removes the MX and lets SES have noticed."""
    mail_from = practice.finished(domain).mail_from
    if mail_from is not None:
        practice.take(domain, mail_from.domain, "MX")
        mail_from.on_failure, mail_from.watch.status = "REJECT_MESSAGE", "FAILED"
