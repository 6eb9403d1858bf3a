"""Answers that what was seen speaks for; they are offered, never taken for the user's."""

from __future__ import annotations

from sendready.model.observation import Observation
from sendready.model.records import Question, RecordType


def receives_mail(seen: Observation) -> bool | None:
    """Whether the domain has a mail server that is none of SES's; None where that was not asked or not answered.

    A null MX says that it takes none (RFC 7505); SES's feedback hosts take bounces and nothing else.
    """
    question = Question(seen.identity.domain, RecordType.MX)
    if seen.auth.absent(question):
        return False
    hosts = [answer.rpartition(" ")[2].rstrip(".") for answer in seen.auth.answers(question)]
    if not hosts:
        return None
    return any(host and not host.startswith("feedback-smtp.") for host in hosts)


def suggestion(name: str, seen: Observation) -> str:
    """What an empty field shows as an example; empty where nothing is known to be good."""
    if name == "dmarc_reports" and receives_mail(seen):
        return f"dmarc@{seen.identity.domain}"
    if name == "website":
        return f"https://{seen.identity.domain}"
    return ""
