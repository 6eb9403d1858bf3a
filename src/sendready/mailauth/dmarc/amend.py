"""One more address for a record's aggregate reports, or a stronger policy, and not a letter else changed."""

from __future__ import annotations

from sendready.mailauth.dmarc.parse import addresses
from sendready.model.dmarc import POLICIES, DmarcFault, DmarcRecord
from sendready.model.names import bare

_UNCLEAR = (DmarcFault.SEPARATOR, DmarcFault.DUPLICATE)
"""Faults that leave it open what a receiver reads; such a record is not touched."""

_ENCODED = str.maketrans({"%": "%25", ",": "%2C", "!": "%21", ";": "%3B"})
"""What an address may hold and a list of URIs may not (RFC 9990, section 3.2; RFC 3986, section 2.1)."""


def with_reports_to(record: DmarcRecord, address: str) -> str | None:
    """The text with the address added to `rua`; None where it is in there already, or the record cannot be read.

    The addresses that are there stay, in their order, and every other tag keeps its place and its very text.
    """
    if record.faults(*_UNCLEAR) or _same(address) in map(_same, addresses(record, "rua")):
        return None
    uri = f"mailto:{address.translate(_ENCODED)}"
    parts = record.text.split(";")
    for number, part in enumerate(parts):
        name, equals, value = part.partition("=")
        if equals and name.strip(" \t").lower() == "rua":
            there = value.rstrip()
            parts[number] = f"{name}={there}{',' if there.strip() else ''}{uri}"
            return ";".join(parts)
    body = record.text.rstrip(" \t;")
    return f"{body}; rua={uri}"


def with_policy(record: DmarcRecord, policy: str) -> str | None:
    """The text with a stronger `p`; None where it is as strong already, or where the record cannot be read for sure."""
    now = (record.tag("p") or POLICIES[0]).lower()
    if record.faults(*_UNCLEAR, DmarcFault.POLICY_INVALID) or not is_stronger(policy, now):
        return None
    version, *rest = record.text.split(";")
    for number, part in enumerate(rest):
        name, equals, value = part.partition("=")
        if equals and name.strip(" \t").lower() == "p":
            rest[number] = part.replace(value.strip(" \t"), policy) if value.strip(" \t") else f"{part}{policy}"
            return ";".join((version, *rest))
    return ";".join((version, f" p={policy}", *rest))  # it stands second (RFC 7489, section 6.3)


def is_stronger(policy: str, other: str) -> bool:
    """Whether the first of two policies asks receivers for more."""
    return POLICIES.index(policy) > POLICIES.index(other)


def _same(address: str) -> str:
    """An address as it is compared: the domain in lower case."""
    local, _, host = address.rpartition("@")
    return f"{local}@{bare(host)}"
