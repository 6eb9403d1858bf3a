"""Macros in SPF: text that is filled in from the message at hand (RFC 7208, section 7)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from sendready.model.names import LONGEST_NAME

_EXPAND = re.compile(r"%(?:([%_-])|\{([a-z])([0-9]*)(r?)([.+,/_=-]*)\})", re.IGNORECASE)
_PLAIN = {"%": "%", "_": " ", "-": "%20"}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Message:
    """What is known of the mail when SPF is evaluated."""

    ip: Address
    sender: str
    """The MAIL FROM, whole; `postmaster@` the greeting where it was empty."""
    helo: str

    @property
    def local(self) -> str:
        """The local part of the sender."""
        return self.sender.rpartition("@")[0]

    @property
    def sender_domain(self) -> str:
        """The domain of the sender."""
        return self.sender.rpartition("@")[2]


async def expand(text: str, message: Message, domain: str, validated: Callable[[], Awaitable[str]]) -> str:
    """Fills in the macros of a text that the parser has passed; `validated` finds the `p` macro's name when needed.

    A capital letter asks for URL escapes (section 7.3).
    """
    parts: list[str] = []
    end = 0
    for macro in _EXPAND.finditer(text):
        parts.append(text[end : macro.start()])
        end = macro.end()
        plain, letter, digits, reverse, delimiters = macro.groups()
        if plain:
            parts.append(_PLAIN[plain])
            continue
        value = await validated() if letter.lower() == "p" else _value(letter.lower(), message, domain)
        value = _transformed(value, int(digits or 0), bool(reverse), delimiters or ".")
        parts.append(quote(value, safe="") if letter.isupper() else value)
    return "".join([*parts, text[end:]])


def as_name(text: str) -> str:
    """An expanded domain-spec as a name to ask for: labels fall off its left until it fits (section 7.3)."""
    name = text.removesuffix(".")
    while len(name) > LONGEST_NAME and "." in name:
        name = name.partition(".")[2]
    return name


def _value(letter: str, message: Message, domain: str) -> str:
    match letter:
        case "s":
            return message.sender
        case "l":
            return message.local
        case "o":
            return message.sender_domain
        case "d":
            return domain
        case "i":
            return _dotted(message.ip)
        case "h":
            return message.helo
        case "v":
            return "in-addr" if message.ip.version == 4 else "ip6"
        case "c":
            return str(message.ip)
        case "r":
            return "unknown"
        case _:  # `t`
            return "0"


def _dotted(ip: Address) -> str:
    """IPv4 as it is, IPv6 as its 32 hexadecimal digits with dots between them (section 7.3)."""
    return str(ip) if ip.version == 4 else ".".join(ip.exploded.replace(":", ""))


def _transformed(value: str, keep: int, reverse: bool, delimiters: str) -> str:
    parts = re.split(f"[{re.escape(delimiters)}]", value)
    if reverse:
        parts.reverse()
    return ".".join(parts[-keep:] if keep else parts)
