"""One mail to be sent, read from the three forms SendEmail takes."""

from __future__ import annotations

import email.header
import email.parser
import email.policy
import email.utils
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendready.practice.aws.errors import bad_request, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sendready.practice.aws.cloud import Call, Members

RECIPIENTS = 50
"""Per message, To, Cc and Bcc together (developer guide, "Service quotas")."""
HEADERS = 15
HEADER_SIZE = 996
"""Characters of a header's name and value together."""
MAX_SIZE = 40 * 1024 * 1024
"""Bytes of a message in API v2."""


@dataclass(frozen=True)
class Mail:
    """A mail, as the events will describe it."""

    sender: str
    """The address in From, without the name."""
    shown_sender: str
    recipients: tuple[str, ...]
    """The addresses, without names."""
    subject: str
    headers: tuple[tuple[str, str], ...]
    common: Members
    """The `commonHeaders` of an event, but for the message id."""
    raw: bool


def read(call: Call) -> Mail:
    """Reads the mail of a SendEmail call.

    Raises:
        AwsError: Parts are missing, or something in it is not allowed (BadRequestException).
    """
    content = call["Content"]
    forms = [form for form in ("Simple", "Raw", "Template") if content.get(form) is not None]
    if len(forms) != 1:
        raise bad_request("Exactly one of Simple, Raw and Template must be specified.")
    match forms[0]:
        case "Raw":
            return _raw(call, bytes(content["Raw"]["Data"]))
        case "Simple":
            simple = content["Simple"]
            if not simple["Body"].get("Text") and not simple["Body"].get("Html"):
                raise bad_request("The message body must have a text or an HTML part.")
            return _composed(call, simple["Subject"]["Data"], simple.get("Headers", []))
        case _:
            template = content["Template"]
            inline = template.get("TemplateContent")
            if inline is None:
                name = template.get("TemplateName") or template.get("TemplateArn", "")
                raise not_found(f"Template {name.rpartition('/')[2]} does not exist.")
            return _composed(call, inline.get("Subject", ""), template.get("Headers", []))


def address_of(text: str) -> str:
    """The bare address in `Name <address>`, its domain in lower case."""
    local, at, domain = email.utils.parseaddr(text)[1].rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _composed(call: Call, subject: str, extra: list[Members]) -> Mail:
    sender = call.get("FromEmailAddress", "")
    destination = call.get("Destination", {})
    to, cc, bcc = (destination.get(f"{kind}Addresses", []) for kind in ("To", "Cc", "Bcc"))
    date = email.utils.format_datetime(call.now)
    headers = [
        ("From", sender),
        *(("To", ", ".join(to)) for _ in to[:1]),
        *(("Cc", ", ".join(cc)) for _ in cc[:1]),
    ]
    replies = call.get("ReplyToAddresses", [])
    headers += [("Reply-To", ", ".join(replies))] if replies else []
    headers += [("Subject", subject), ("Date", date), ("MIME-Version", "1.0"), *_extra(extra)]
    common: Members = {"from": [sender], "date": date, "to": list(to), "subject": subject}
    common |= {"cc": list(cc)} if cc else {}
    return _mail(sender, [*to, *cc, *bcc], subject, headers, common, raw=False)


def _extra(extra: list[Members]) -> list[tuple[str, str]]:
    if len(extra) > HEADERS:
        raise bad_request(f"A message can have at most {HEADERS} additional headers.")
    for header in extra:
        if len(header["Name"]) + len(header["Value"]) > HEADER_SIZE:
            raise bad_request(f"The header {header['Name']} is longer than {HEADER_SIZE} characters.")
    return [(header["Name"], header["Value"]) for header in extra]


def _raw(call: Call, data: bytes) -> Mail:
    if len(data) > MAX_SIZE:
        raise bad_request("Message length is more than 41943040 bytes long.")
    # The text as it stands, no policy that repairs it: the events show headers as they were sent.
    parsed = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(data, headersonly=True)
    headers = [(name, " ".join(_decoded(str(value)).split())) for name, value in parsed.items()]
    if not headers:
        raise bad_request("The message has no headers.")
    shown = {name.lower(): value for name, value in headers}
    sender = call.get("FromEmailAddress") or shown.get("from", "")
    lists = {kind: _addresses(shown.get(kind, "")) for kind in ("to", "cc", "bcc")}
    destination = call.get("Destination", {})
    given = [one for kind in ("To", "Cc", "Bcc") for one in destination.get(f"{kind}Addresses", [])]
    common: Members = {
        "from": [shown.get("from", sender)],
        "to": lists["to"],
        "subject": shown.get("subject", ""),
    }
    common |= {"date": shown["date"]} if "date" in shown else {}
    common |= {"cc": lists["cc"]} if lists["cc"] else {}
    kept = [(name, value) for name, value in headers if name.lower() != "bcc"]
    everyone = given or [*lists["to"], *lists["cc"], *lists["bcc"]]
    return _mail(sender, everyone, shown.get("subject", ""), kept, common, raw=True)


def _mail(
    sender: str,
    recipients: list[str],
    subject: str,
    headers: Iterable[tuple[str, str]],
    common: Members,
    *,
    raw: bool,
) -> Mail:
    bare = address_of(sender)
    if "@" not in bare:
        raise bad_request("Missing 'From' header." if raw else "FromEmailAddress is missing or not an address.")
    found = [address_of(one) for one in recipients]
    if not found:
        raise bad_request("Destination is required: the message has no recipients.")
    if len(found) > RECIPIENTS:
        raise bad_request(f"Recipient count exceeds {RECIPIENTS}.")
    for address in (bare, *found):
        _check(address)
    return Mail(bare, sender, tuple(found), subject, tuple(headers), common, raw)


def _check(address: str) -> None:
    local, at, domain = address.rpartition("@")
    if not domain.isascii():
        raise bad_request("Domain contains illegal character")
    if not local.isascii():
        raise bad_request("Local address contains non-ASCII characters.")
    if not at or not local or not domain or " " in address:
        raise bad_request("Missing final '@domain'")


def _addresses(text: str) -> list[str]:
    return [email.utils.formataddr(pair) for pair in email.utils.getaddresses([text]) if pair[1]]


def _decoded(text: str) -> str:
    return str(email.header.make_header(email.header.decode_header(text)))


def stamp(moment: datetime) -> str:
    """A time as SES's events write it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
