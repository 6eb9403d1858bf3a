"""From presentation format to what dnspython stores, and back, with errors that a person understands."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dns.name import Name
    from dns.rdata import Rdata
    from dns.rdataset import ImmutableRdataset
    from dns.rdatatype import RdataType

MAX_TTL = 2**31 - 1
"""RFC 2181, section 8."""


def parse_name(text: str) -> Name:
    """The absolute, lower-case name that `text` means, final dot or not; ValueError if it is none."""
    try:
        return dns.name.from_text(text, dns.name.root).canonicalize()
    except dns.exception.DNSException as error:
        raise ValueError(f"'{text}' is not a domain name: {error}") from error


@lru_cache(4096)
def upwards(name: Name) -> tuple[Name, ...]:
    """The name, its parent, and so on to the root."""
    return tuple(dns.name.Name(name.labels[start:]) for start in range(len(name.labels)))


def parse_type(text: str) -> RdataType:
    """The record type called `text`, TYPE123 included (RFC 3597); ValueError if zones cannot hold it."""
    try:
        rtype = dns.rdatatype.from_text(text)
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"'{text}' is not a record type") from error
    if not is_data(rtype):
        raise ValueError(f"'{text}' is a type to ask with, not one to store")
    return rtype


def is_data(rtype: RdataType) -> bool:
    """Whether records of this type can stand in a zone (RFC 6895, section 3.1)."""
    return rtype not in (dns.rdatatype.NONE, dns.rdatatype.OPT) and not 128 <= rtype <= 255


def parse_values(rtype: RdataType, ttl: int, values: Sequence[str]) -> ImmutableRdataset:
    """The record set of these values, names in them absolute; ValueError says which is bad."""
    if not 0 <= ttl <= MAX_TTL:
        raise ValueError(f"a TTL is 0 to {MAX_TTL} seconds, not {ttl}")
    if not values:
        raise ValueError("a record set has at least one value")
    return record_set(ttl, [_parse_value(rtype, value) for value in values])


def _parse_value(rtype: RdataType, value: str) -> Rdata:
    try:
        return canonical(dns.rdata.from_text(dns.rdataclass.IN, rtype, value, dns.name.root, relativize=False))
    except (dns.exception.DNSException, ValueError) as error:
        raise ValueError(f"'{value}' is not a value of {dns.rdatatype.to_text(rtype)}: {error}") from error


def canonical(rdata: Rdata) -> Rdata:
    """The same data with its names in lower case (RFC 4034, section 6.2)."""
    wire = rdata.to_digestable(dns.name.root)
    return dns.rdata.from_wire(rdata.rdclass, rdata.rdtype, wire, 0, len(wire))


def record_set(ttl: int, rdatas: Sequence[Rdata]) -> ImmutableRdataset:
    """The set of these data, each once; ValueError where they do not belong together."""
    try:
        return dns.rdataset.ImmutableRdataset(dns.rdataset.from_rdata_list(ttl, rdatas))
    except dns.exception.DNSException as error:
        raise ValueError(f"these values cannot form one record set: {error}") from error
