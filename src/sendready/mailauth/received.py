"""Reads a received message or a bounce: its authentication results, signatures and what receivers replied.

Nothing a file may hold raises: what cannot be understood is left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Any

from sendready.model.names import bare
from sendready.model.received import Hop, Received, Result, Signature

_REGION = re.compile(r"\b\d+\.([a-z]{2}(?:-[a-z]+)+-\d)\.")
"""In SES's Feedback-ID: `::1.eu-west-1.<account>:AmazonSES`."""

_RESULT = re.compile(r"^\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b([a-z]+\.[a-z0-9_-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)
_REASON = re.compile(r"\breason\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)
_TAG = re.compile(r"([a-z][a-z0-9_]*)\s*=\s*([^;]*)", re.IGNORECASE)


def read(data: bytes) -> Received | None:
    """What a message, a bounce or SES's own notice of one (JSON) says; None where it is none of these."""
    text = data.strip()
    if text.startswith(b"{"):
        replies = tuple(_of_event(text))
        return Received(replies=replies) if replies else None
    message = BytesParser(policy=policy.compat32).parsebytes(data)
    headers = Counter(name.lower() for name in message.keys())  # noqa: SIM118  every one of them, not each name once
    replies = tuple(dict.fromkeys(_diagnoses(message)))
    if not (headers["from"] or replies):
        return None
    addresses = [address for _, address in getaddresses(_all(message, "From")) if "@" in address]
    results = [_results(value) for value in _all(message, "Authentication-Results")]
    receiver = results[0][0] if results else ""
    # The receiver writes its own on top; what stands below may have come with the message.
    own = [result for who, several in results if who == receiver for result in several]
    return Received(
        author=_domain(addresses[0]) if addresses else "",
        authors=len(addresses),
        return_path=_domain(_first(message, "Return-Path").strip(" <>")),
        signatures=tuple(map(_signature, _all(message, "DKIM-Signature"))),
        receiver=receiver,
        results=tuple(own),
        foreign=tuple(dict.fromkeys(who for who, _ in results if who != receiver)),
        headers=dict(headers),
        unsubscribe=_first(message, "List-Unsubscribe"),
        unsubscribe_post=_first(message, "List-Unsubscribe-Post"),
        region=found[1] if (found := _REGION.search(_first(message, "Feedback-ID"))) else "",
        hop=next(filter(None, map(_hop, _all(message, "Received"))), None),
        replies=replies,
    )


_FROM_SES = re.compile(r"from\s+\S*\bamazonses\.com\b", re.IGNORECASE)
_SHARED = re.compile(r"from\s+a\d+-\d+\.smtp-out\.(?:[a-z0-9-]+\.)?amazonses\.com\b", re.IGNORECASE)
"""What SES's shared servers call themselves; their addresses have names, whatever one receiver's resolver said."""

_UNNAMED = re.compile(r"\(\s*unknown\s*\[", re.IGNORECASE)
"""How Postfix writes an address whose name is missing or does not lead back: `(unknown [192.0.2.1])`."""


def _hop(value: str) -> Hop | None:
    """What one Received header says of SES's server; None where it tells of another one."""
    told = value.rpartition(";")[0] or value
    if not _FROM_SES.match(told):
        return None
    return Hop(told.strip(), _over_tls(told), bool(_UNNAMED.search(told)) and not _SHARED.match(told))


def _over_tls(told: str) -> bool | None:
    """Whether the protocol's name (RFC 3848) or a remark says so; None where neither is told in a known way."""
    if re.search(r"\bTLS|\bSSL|encrypted|cipher", told, re.IGNORECASE):
        return True
    protocol = re.search(r"\bwith\s+(?:utf8|e|l)?(?:smtp|mtp)(s?)a?\b", told, re.IGNORECASE)
    return bool(protocol[1]) if protocol is not None else None


def _all(message: Message, name: str) -> list[str]:
    """A header's values, unfolded, in their order from the top."""
    return [" ".join(str(value).split()) for value in message.get_all(name, [])]


def _first(message: Message, name: str) -> str:
    return next(iter(_all(message, name)), "")


def _domain(address: str) -> str:
    _, at, domain = address.rpartition("@")
    return bare(domain.strip(" <>")) if at else ""


def _signature(value: str) -> Signature:
    tags = {name.lower(): " ".join(text.split()) for name, text in _TAG.findall(value)}
    signed = frozenset(name.strip().lower() for name in tags.get("h", "").split(":") if name.strip())
    return Signature(bare(tags.get("d", "")), tags.get("s", ""), signed)


def _results(value: str) -> tuple[str, tuple[Result, ...]]:
    """Who says it, and what of each method; comments are left out (RFC 8601, section 2.2)."""
    who, *parts = _without_comments(value).split(";")
    said = (_result(part, value) for part in parts)
    return bare(who.split(" ")[0].strip()), tuple(result for result in said if result is not None)


def _result(part: str, whole: str) -> Result | None:
    found = _RESULT.match(part)
    if found is None:
        return None
    method = found[1].lower()
    properties = {name.lower(): text.strip('"').lower() for name, text in _PROPERTY.findall(part)}
    stated = _REASON.search(part)
    # Gmail and others give the reason as a comment: `dkim=fail (body hash did not verify)`.
    remark = re.search(rf"{re.escape(found[1])}\s*=\s*{re.escape(found[2])}\s*\(([^()]*)\)", whole, re.IGNORECASE)
    reason = stated[1].strip('"') if stated else remark[1] if remark else ""
    return Result(method, found[2].lower(), properties, reason)


def _without_comments(text: str) -> str:
    """The text without what stands in parentheses, nested ones included."""
    depth, kept = 0, []
    for character in text:
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(character)
    return "".join(kept)


def _diagnoses(message: Message) -> Iterator[str]:
    """The Diagnostic-Code of every recipient a report is about (RFC 3464, section 2.3.6)."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        about = part.get_payload()
        for recipient in about if isinstance(about, list) else ():
            if isinstance(recipient, Message):
                yield from _all(recipient, "Diagnostic-Code")


def _of_event(text: bytes) -> Iterator[str]:
    """Diagnostic codes out of an SES event or notification, also where SNS has wrapped it."""
    try:
        event: Any = json.loads(text)
        if isinstance(event, dict) and isinstance(event.get("Message"), str):
            event = json.loads(event["Message"])
    except (ValueError, RecursionError):  # the latter for brackets in brackets without end
        return
    if not isinstance(event, dict):
        return
    for part, recipients in (("bounce", "bouncedRecipients"), ("deliveryDelay", "delayedRecipients")):
        about = event.get(part)
        listed = about.get(recipients) if isinstance(about, dict) else None
        for recipient in listed if isinstance(listed, list) else ():
            if isinstance(recipient, dict) and isinstance(code := recipient.get("diagnosticCode"), str):
                yield code
