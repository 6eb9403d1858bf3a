"""Finds a name in one zone, as an authoritative server does (RFC 1034, section 4.3.2; RFC 4592)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, cast

import dns.name
import dns.rdatatype
import dns.rrset

from sendready.practice.dns.records import upwards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dns.name import Name
    from dns.rdataset import Rdataset
    from dns.rdatatype import RdataType
    from dns.rdtypes.ANY.CNAME import CNAME
    from dns.rdtypes.ANY.DNAME import DNAME
    from dns.rrset import RRset

    from sendready.practice.dns.contents import Contents

LONGEST_CHAIN = 16
"""CNAMEs followed before an answer is left as it is."""


class Kind(Enum):
    """What became of a look."""

    ANSWER = auto()
    """The records, or a CNAME to a name outside the zone."""
    NODATA = auto()
    NXDOMAIN = auto()
    REFERRAL = auto()


@dataclass(frozen=True, slots=True)
class Found:
    """What a zone says about a name and type."""

    kind: Kind
    answer: tuple[RRset, ...] = ()
    authority: tuple[RRset, ...] = ()
    """The SOA with the negative TTL, or the NS of a referral."""


def look_up(zone: Contents, name: Name, rtype: RdataType) -> Found:
    """What `zone` says about a name in it; CNAMEs are followed as long as they stay in it."""
    chain: list[RRset] = []
    while True:
        found = _one(zone, name, rtype)
        last = found.answer[-1] if found.answer else None
        if found.kind is not Kind.ANSWER or last is None or not _leads_on(last, rtype):
            return replace(found, answer=(*chain, *found.answer))
        chain.extend(found.answer)
        name = cast("CNAME", last[0]).target
        looped = any(name == link.name for link in chain) or len(chain) >= LONGEST_CHAIN
        if looped or not name.is_subdomain(zone.apex):
            return Found(Kind.ANSWER, tuple(chain))


def owned(name: Name, rdataset: Rdataset) -> RRset:
    """The record set as one of `name`, which a wildcard's is not by itself."""
    return dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset))


def _leads_on(rrset: RRset, rtype: RdataType) -> bool:
    return rrset.rdtype == dns.rdatatype.CNAME and rtype not in (dns.rdatatype.CNAME, dns.rdatatype.ANY)


def _one(zone: Contents, name: Name, rtype: RdataType) -> Found:
    """One step of the way: no CNAME is followed."""
    if cut := _cut_above(zone, name, rtype):
        return Found(Kind.REFERRAL, authority=(owned(cut, zone.at(cut)[dns.rdatatype.NS]),))
    if redirected := _redirected(zone, name):
        return Found(Kind.ANSWER, redirected)
    node = _node(zone, name)
    if node is not None and (rdataset := _of_type(node, rtype)):
        return Found(Kind.ANSWER, (owned(name, rdataset),))
    kind = Kind.NXDOMAIN if node is None else Kind.NODATA
    return Found(kind, authority=(owned(zone.apex, zone.negative_soa),))


def _cut_above(zone: Contents, name: Name, rtype: RdataType) -> Name | None:
    """The highest delegation at or above `name`; DS is on the parent's side of a cut (RFC 4035, 3.1.4.1)."""
    below_apex = upwards(name)[: len(name.labels) - len(zone.apex.labels)]
    for ancestor in reversed(below_apex):
        if zone.delegates(ancestor) and not (ancestor == name and rtype == dns.rdatatype.DS):
            return ancestor
    return None


def _redirected(zone: Contents, name: Name) -> tuple[RRset, RRset] | None:
    """The DNAME that a name lies below, and the CNAME made of it for this name (RFC 6672, section 3.1)."""
    for above in upwards(name)[1 : len(name.labels) - len(zone.apex.labels) + 1]:
        if rdataset := zone.at(above).get(dns.rdatatype.DNAME):
            target = name.relativize(above).concatenate(cast("DNAME", rdataset[0]).target)
            return owned(above, rdataset), dns.rrset.from_text(name, rdataset.ttl, "IN", "CNAME", target.to_text())
    return None


def _node(zone: Contents, name: Name) -> Mapping[RdataType, Rdataset] | None:
    """What `name` owns, or a wildcard for it: empty at an empty non-terminal, None if the name is absent."""
    if name in zone.nodes or name in zone.implied:
        return zone.at(name)
    encloser = next(above for above in upwards(name)[1:] if above in zone.nodes or above in zone.implied)
    wildcard = dns.name.Name((b"*", *encloser.labels))
    return zone.at(wildcard) if wildcard in zone.nodes or wildcard in zone.implied else None


def _of_type(node: Mapping[RdataType, Rdataset], rtype: RdataType) -> Rdataset | None:
    """The set to answer with. To ANY one set is enough (RFC 8482, section 4.1)."""
    if rtype == dns.rdatatype.ANY:
        return next(iter(node.values()), None)
    return node.get(rtype) or node.get(dns.rdatatype.CNAME)
