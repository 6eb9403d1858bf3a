"""One row is one domain as people break it: the zones that make it, and what must and must not be said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from odd import Oddity
from tree import Served

TOKENS = ("abcdefghijklmnopqrstuvwxyz234567", "q2w3e4r5t6y7uioplkjhgfdsazxcvbnm", "zyxwvutsrqponmlkjihgfedcba765432")
T1, T2, T3 = TOKENS
ZONE = "dkim.amazonses.com"
KEY = (
    "v=DKIM1; k=rsa; p="
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQIDAQAB"
)
"""A key record as SES publishes them, 2048 bits; nobody holds the other half."""

FEEDBACK = "feedback-smtp.eu-west-1.amazonses.com."
SPF = '"v=spf1 include:amazonses.com ~all"'
KEYS = {
    "k1": f"{T1}._domainkey 300 CNAME {T1}.{ZONE}.\n",
    "k2": f"{T2}._domainkey 300 CNAME {T2}.{ZONE}.\n",
    "k3": f"{T3}._domainkey 300 CNAME {T3}.{ZONE}.\n",
}
PARTS = {
    **KEYS,
    "mx": f"bounce 300 MX 10 {FEEDBACK}\n",
    "spf": f"bounce 300 TXT {SPF}\n",
    "dmarc": '_dmarc 300 TXT "v=DMARC1; p=none; rua=mailto:d@lab.net"\n',
    "site": "@ 300 A 192.0.2.80\nwww 300 A 192.0.2.80\n@ 300 MX 10 mail\nmail 300 A 192.0.2.26\n"
    '@ 300 TXT "v=spf1 -all"\n',
}
"""Everything a finished domain has, by what it is for; names are relative to the zone."""


@dataclass(frozen=True)
class Row:
    """One domain, the zones that make it, and the ids that must and must not be told."""

    domain: str
    first: str
    """The finding in front; empty: nothing of weight is wrong."""
    zones: tuple[Served, ...]
    also: tuple[str, ...] = ()
    """Ids that must be among the findings."""
    never: tuple[str, ...] = ()
    """Ids that must not be; those of other errors need not be named."""
    says: str = ""
    """Words that must stand in the first finding."""
    ses: str = "PENDING"
    """What SES says of DKIM and MAIL FROM."""
    slow: bool = False
    """Whether a server is waited for."""


def records(*, without: Sequence[str] = (), add: str = "") -> str:
    """A finished zone without some of its parts, and with something else."""
    dropped = {name for part in without for name in (KEYS if part == "keys" else (part,))}
    return "".join(text for name, text in PARTS.items() if name not in dropped) + add


def zone(domain: str, *, without: Sequence[str] = (), add: str = "", **served: Any) -> Served:  # noqa: ANN401
    """The same at two servers of two makes."""
    text = records(without=without, add=add)
    return Served(domain, served.pop("text", {"bind": text, "knot": text}), **served)


def row(
    name: str,
    first: str,
    *,
    without: Sequence[str] = (),
    add: str = "",
    also: tuple[str, ...] = (),
    never: tuple[str, ...] = (),
    says: str = "",
    ses: str = "PENDING",
    slow: bool = False,
    more: tuple[Served, ...] = (),
    **served: Any,  # noqa: ANN401  # whatever of `Served` a row varies
) -> Row:
    """A row with one zone, `name.com`, and `more` below it."""
    domain = f"{name}.com"
    return Row(domain, first, (zone(domain, without=without, add=add, **served), *more), also, never, says, ses, slow)


def odd(
    name: str,
    first: str,
    *,
    without: Sequence[str] = (),
    add: str = "",
    oddity: Oddity,
    **rest: Any,  # noqa: ANN401
) -> Row:
    """A row at a server that no honest one is."""
    text = {"odd": records(without=without, add=add)}
    return row(name, first, text=text, delegated_to=("odd.lab.net", "odd2.lab.net"), oddity=oddity, **rest)


def keys_at(pattern: str, target: str = "{t}." + ZONE + ".") -> str:
    """The three DKIM records at other names or with other values; `{t}` is the token."""
    return "".join(f"{pattern.format(t=t)} 300 CNAME {target.format(t=t)}\n" for t in TOKENS)


LAPSED = "TEMPORARY_FAILURE"
"""What SES says of records that it saw once."""
