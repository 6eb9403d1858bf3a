"""Reads what a person types for a domain or an address: put right where that is safe, else refused with a guess."""

from __future__ import annotations

import ipaddress
import re

from sendready.model.errors import BadInput
from sendready.model.identity import Identity, IdentityKind
from sendready.model.names import FREE_MAIL, LONGEST_LABEL, LONGEST_NAME, is_registry, labels

LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
"""What may stand before the @ (RFC 5321, sections 4.1.2 and 4.5.3.1.1); quoted ones are refused."""

_DOTS = str.maketrans({"。": ".", "．": ".", "｡": "."})  # noqa: RUF001  the dots IDNA takes for a full stop
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_SCHEME = re.compile(r"(?:(?!mailto:)[a-z][a-z0-9+-]*:/+|//)(?:[^/?#@]*@)?([^/?#:]+)", re.IGNORECASE)
_BEFORE_PATH = re.compile(r"([^/?#:\s]+\.[^/?#:\s]+)[/?#:]")


def read_identity(typed: str) -> Identity:
    """The identity meant by what was typed.

    Spaces around it, upper case, a final dot and international names are put right; anything that changes which
    domain is meant (a URL, `www.`, a wildcard) is refused with a suggestion.

    Raises:
        BadInput: it is no domain and no address, or one that belongs to others; the hint says what may have been
            meant (ENV019, ENV020).
    """
    text = typed.strip().translate(_DOTS)
    if not text:
        raise BadInput("no domain was given", "Give the domain to send from: `sendready example.com`")
    if guess := _inside_url(text):
        raise _refused(typed, "is a URL, not a domain", guess)
    if "@" in text:
        return _address(typed, text)
    name = _domain(typed, text)
    if name in FREE_MAIL:
        raise BadInput(
            f"`{name}` belongs to a provider of mailboxes, and only they could verify it",
            f"Give a domain of your own, or a single address: `sendready check you@{name}`",
        )
    return Identity(name, IdentityKind.DOMAIN, "" if typed == name else typed)


def _address(typed: str, text: str) -> Identity:
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if text.lower().startswith("mailto:"):
        raise _refused(typed, "is a link, not an address", text[len("mailto:") :].partition("?")[0])
    if inner := re.search(r"<([^<>]+@[^<>]+)>", text):
        raise _refused(typed, "holds more than an address", inner.group(1))
    local, _, host = text.rpartition("@")
    if not local:
        raise _refused(typed, "lacks the part before the @", host)
    if not LOCAL_PART.fullmatch(local):
        raise BadInput(
            f"`{_cut(typed)}` is not an address SES accepts",
            "The part before the @ must be plain ASCII without spaces, at most 64 characters",
        )
    name = f"{local}@{_domain(typed, host, f'{local}@')}"
    return Identity(name, IdentityKind.ADDRESS, "" if name == typed else typed)


def _domain(typed: str, text: str, before: str = "") -> str:
    """The domain in our form; `before` is what stands before it, which guesses keep."""
    if any(c.isspace() for c in text):
        several = sum("." in part.strip(".") for part in text.split()) > 1
        raise _refused(typed, "holds a space", "" if several else before + re.sub(r"\s+", "", text))
    name = _mapped(typed, text).removesuffix(".")
    if not name:
        raise BadInput(f"`{_cut(typed)}` lacks the domain", "Give a domain such as example.com")
    if name.startswith("*."):
        rest = before + name[2:].removeprefix("www.")
        raise _refused(typed, "is a wildcard; SES verifies the domain itself, which covers everything below", rest)
    if name.startswith("www.") and "." in name[4:]:
        raise _refused(typed, "is a web host; mail is sent from the domain itself", before + name[4:])
    if _is_number(name):
        raise BadInput(f"`{_cut(typed)}` is an IP address, not a domain", "Give the domain to send from")
    parts = name.split(".")
    if "" in parts:
        raise _refused(typed, "has an empty label (two dots in a row)", before + ".".join(labels(name)))
    if len(parts) < 2:
        raise _refused(typed, "is a single label, not a domain that can be sent from", f"{before}{name}.com")
    if any("_" in part for part in parts):
        last = max(number for number, part in enumerate(parts) if "_" in part)
        rest = before + ".".join(parts[last + 1 :])
        raise _refused(typed, "holds an underscore; that is a record's name, not a domain", rest)
    if parts[-1].isdigit():
        raise BadInput(f"`{_cut(typed)}` ends in a number, as no domain does", "Give a domain such as example.com")
    if is_registry(name):  # of what else is on the public suffix list, some send mail: nhs.uk, sa.gov.au
        raise BadInput(
            f"`{_cut(typed)}` is where others register their domains", "Give the domain that you registered below it"
        )
    parts = _ascii(typed, name).split(".")
    if any(len(part) > LONGEST_LABEL for part in parts):
        raise BadInput(
            f"`{_cut(typed)}` has a label of more than {LONGEST_LABEL} characters", "Check for a missing dot"
        )
    if sum(map(len, parts)) + len(parts) - 1 > LONGEST_NAME:
        raise BadInput(f"`{_cut(typed)}` is longer than {LONGEST_NAME} characters", "Give a shorter name")
    if bad := next((part for part in parts if not _LABEL.fullmatch(part)), None):
        raise _refused(typed, f"has a label that is no host name: `{bad}`", before + _trimmed(name))
    return ".".join(parts)


def _mapped(typed: str, name: str) -> str:
    """Lower case, composed, and without look-alikes of ASCII (the mapping of UTS 46)."""
    if name.isascii():
        return name.lower()
    import idna

    try:
        return idna.uts46_remap(name, std3_rules=False)
    except (idna.IDNAError, UnicodeError) as error:
        raise _not_international(typed, error) from None


def _ascii(typed: str, name: str) -> str:
    """The A-label form of an international name (IDNA 2008)."""
    if name.isascii():
        return name
    import idna

    try:
        return idna.encode(name).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise _not_international(typed, error) from None


def _not_international(typed: str, error: Exception) -> BadInput:
    return BadInput(f"`{_cut(typed)}` is not a valid international domain: {error}", "Check the spelling")


def _inside_url(text: str) -> str | None:
    """The host, where the text is a URL or has a path, a port or a query."""
    found = _SCHEME.match(text)
    if found is None and "@" not in text:
        found = _BEFORE_PATH.match(text)
    return found.group(1).lower().removeprefix("www.").rstrip(".") if found else None


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _trimmed(name: str) -> str:
    """The name without punctuation around it, as it is copied out of a sentence or a list."""
    return re.split(r"[/?#,;:\\<>()\[\]\"'`]", name.strip("-.,;:!<>()[]\"'`"), maxsplit=1)[0]


def _refused(typed: str, why: str, guess: str) -> BadInput:
    """The error, with the guess in its hint where that one would be accepted."""
    good = guess != typed and _reads(guess)
    return BadInput(
        f"`{_cut(typed)}` {why}", f"Did you mean `{guess}`?" if good else "Give a domain such as example.com"
    )


def _reads(text: str) -> bool:
    try:
        read_identity(text)
    except BadInput:
        return False
    return True


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"
