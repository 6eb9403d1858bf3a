"""Reads what a person types for a domain or an address: put right where that is safe, else refused with a guess."""

from __future__ import annotations

import ipaddress
import re

from sendready.model.errors import BadInput
from sendready.model.identity import Identity, IdentityKind
from sendready.model.names import LONGEST_LABEL, LONGEST_NAME, labels

LONGEST_ADDRESS = 320
"""Characters of an address in SES (sesv2 model)."""

_DOTS = str.maketrans({"。": ".", "．": ".", "｡": "."})  # noqa: RUF001  the dots IDNA takes for a full stop
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


def read_identity(typed: str) -> Identity:
    """The identity meant by what was typed.

    Spaces around it, upper case, a final dot and international names are put right; anything that changes which
    domain is meant (a URL, `www.`, a wildcard) is refused with a suggestion.

    Raises:
        BadInput: it is no domain and no address; the hint says what may have been meant (ENV019).
    """
    text = typed.strip().translate(_DOTS)
    if not text:
        raise BadInput("no domain was given", "Give the domain to send from: `sendready example.com`")
    if guess := _inside_url(text):
        raise _refused(typed, "is a URL, not a domain", guess)
    if "@" in text:
        return _address(typed, text)
    return Identity(_domain(typed, text), IdentityKind.DOMAIN, "" if typed == text.lower() else typed)


def _address(typed: str, text: str) -> Identity:
    text = text.removeprefix("<").removesuffix(">")
    local, _, host = text.rpartition("@")
    if not local:
        raise _refused(typed, "lacks the part before the @", host)
    if text.lower().startswith("mailto:"):
        raise _refused(typed, "is a link, not an address", text[len("mailto:") :])
    if any(c.isspace() or ord(c) > 126 or ord(c) < 33 for c in local) or local.count("@"):
        raise BadInput(f"`{typed}` is not an address SES accepts", "The part before the @ must be plain ASCII")
    name = f"{local}@{_domain(typed, host)}"
    if len(name) > LONGEST_ADDRESS:
        raise BadInput(f"`{typed[:40]}…` is longer than {LONGEST_ADDRESS} characters", "Give a shorter address")
    return Identity(name, IdentityKind.ADDRESS, "" if name == typed else typed)


def _domain(typed: str, text: str) -> str:
    name = text.removesuffix(".").lower()
    if any(c.isspace() for c in name):
        raise _refused(typed, "holds a space", re.sub(r"\s+", "", name))
    if name.startswith("*."):
        raise _refused(typed, "is a wildcard; SES verifies the domain itself, which covers everything below", name[2:])
    if name.startswith("www."):
        raise _refused(typed, "is a web host; mail is sent from the domain itself", name[4:])
    if _is_number(name):
        raise BadInput(f"`{typed}` is an IP address, not a domain", "Give the domain to send from")
    ascii_name = _ascii(typed, name)
    parts = ascii_name.split(".")
    if "" in parts:
        raise _refused(typed, "has an empty label (two dots in a row)", ".".join(labels(ascii_name)))
    if len(parts) < 2:
        raise _refused(typed, "is a single label, not a domain that can be sent from", f"{ascii_name}.com")
    if any("_" in part for part in parts):
        rest = [part for part in parts if "_" not in part]
        raise _refused(typed, "holds an underscore; that is a record's name, not a domain", ".".join(rest))
    if any(len(part) > LONGEST_LABEL for part in parts):
        raise BadInput(
            f"`{_cut(typed)}` has a label of more than {LONGEST_LABEL} characters", "Check for a missing dot"
        )
    if len(ascii_name) > LONGEST_NAME:
        raise BadInput(f"`{_cut(typed)}` is longer than {LONGEST_NAME} characters", "Give a shorter name")
    if bad := next((part for part in parts if not _LABEL.fullmatch(part)), None):
        raise _refused(
            typed, f"has a label that is no host name: `{bad}`", re.sub(r"[^a-z0-9.-]", "", ascii_name).strip("-.")
        )
    return ascii_name


def _ascii(typed: str, name: str) -> str:
    """The A-label form of an international name (IDNA 2008 with the mapping of UTS 46)."""
    if name.isascii():
        return name
    import idna

    try:
        return idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise BadInput(f"`{_cut(typed)}` is not a valid international domain: {error}", "Check the spelling") from None


def _inside_url(text: str) -> str | None:
    """The host, where the text is a URL or has a path, a port or a query."""
    found = re.match(r"(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#:]+)", text, re.IGNORECASE)
    if found is None and "@" not in text:
        found = re.match(r"([^/?#:\s]+\.[^/?#:\s]+)[/?#:]", text)
    return found.group(1).lower().removeprefix("www.").rstrip(".") if found else None


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _refused(typed: str, why: str, guess: str) -> BadInput:
    hint = (
        f"Did you mean `{guess}`?" if guess and guess != typed and "." in guess else "Give a domain such as example.com"
    )
    return BadInput(f"`{_cut(typed)}` {why}", hint)


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"
