"""Dynamic update (RFC 2136): prerequisites are tested, then everything is done, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.serial

from sendready.practice.dns.records import canonical, is_data, record_set

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dns.name import Name
    from dns.rcode import Rcode
    from dns.rdataset import Rdataset
    from dns.rdtypes.ANY.SOA import SOA
    from dns.rrset import RRset
    from dns.update import UpdateMessage

    from sendready.practice.dns.contents import Draft
    from sendready.practice.dns.zones import Zone

ANY, NONE = dns.rdataclass.ANY, dns.rdataclass.NONE
SOA_TYPE, NS_TYPE, CNAME_TYPE, ANY_TYPE = (
    dns.rdatatype.SOA,
    dns.rdatatype.NS,
    dns.rdatatype.CNAME,
    dns.rdatatype.ANY,
)


class _Rejected(Exception):
    """The update is answered with this code, and nothing is done."""

    def __init__(self, rcode: Rcode) -> None:
        self.rcode = rcode


def update(zone: Zone, message: UpdateMessage) -> Rcode:
    """Does what the message asks of the zone, all under one new serial, or nothing; returns the answer code.

    What cannot stand beside a CNAME is left out silently (section 3.4.2.2), as BIND and Knot do: a publisher
    must read back what it wrote.
    """
    try:
        with zone.edit() as draft:
            _require(draft, message.prerequisite)
            _scan(draft, message.update)
            for rrset in message.update:
                _do(draft, rrset)
    except _Rejected as rejected:
        return rejected.rcode
    return dns.rcode.NOERROR


def _require(draft: Draft, prerequisites: Iterable[RRset]) -> None:
    """Section 3.2."""
    wanted: dict[tuple[Name, int], list[RRset]] = {}
    for rrset in prerequisites:
        name = rrset.name.canonicalize()
        _inside(draft, name)
        if rrset.ttl != 0:
            raise _Rejected(dns.rcode.FORMERR)
        node = draft.at(name)
        if rrset.deleting is None:
            wanted.setdefault((name, rrset.rdtype), []).append(rrset)
        elif rrset.rdtype == ANY_TYPE:
            if rrset.deleting == ANY and not node:
                raise _Rejected(dns.rcode.NXDOMAIN)
            if rrset.deleting == NONE and node:
                raise _Rejected(dns.rcode.YXDOMAIN)
        elif (rrset.deleting == ANY) != (rrset.rdtype in node):
            raise _Rejected(dns.rcode.NXRRSET if rrset.deleting == ANY else dns.rcode.YXRRSET)
    for (name, _), rrsets in wanted.items():
        stored = draft.at(name).get(rrsets[0].rdtype, ())
        if {canonical(rdata) for rrset in rrsets for rdata in rrset} != set(stored):
            raise _Rejected(dns.rcode.NXRRSET)


def _scan(draft: Draft, updates: Iterable[RRset]) -> None:
    """Section 3.4.1: what cannot be done at all is found before anything is done."""
    for rrset in updates:
        _inside(draft, rrset.name)
        data = is_data(rrset.rdtype) and rrset.rdclass == dns.rdataclass.IN
        if rrset.deleting == ANY:
            data = data or rrset.rdtype == ANY_TYPE
        if not data or (rrset.deleting is not None and rrset.ttl != 0):
            raise _Rejected(dns.rcode.FORMERR)


def _inside(draft: Draft, name: Name) -> None:
    if not name.is_subdomain(draft.apex):
        raise _Rejected(dns.rcode.NOTZONE)


def _do(draft: Draft, rrset: RRset) -> None:
    """Sections 3.4.2.2 to 3.4.2.4."""
    name = rrset.name.canonicalize()
    if rrset.deleting == ANY:
        for rtype in list(draft.at(name)) if rrset.rdtype == ANY_TYPE else [rrset.rdtype]:
            if name != draft.apex or rtype not in (SOA_TYPE, NS_TYPE):
                draft.drop(name, rtype)
    elif rrset.deleting == NONE:
        _delete(draft, name, rrset)
    else:
        _add(draft, name, rrset)


def _delete(draft: Draft, name: Name, rrset: RRset) -> None:
    stored = draft.at(name).get(rrset.rdtype)
    if stored is None or rrset.rdtype == SOA_TYPE:
        return
    gone = {canonical(rdata) for rdata in rrset}
    left = [rdata for rdata in stored if rdata not in gone]
    if left:
        draft.put(name, record_set(stored.ttl, left))
    elif name != draft.apex or rrset.rdtype != NS_TYPE:
        draft.drop(name, rrset.rdtype)


def _add(draft: Draft, name: Name, rrset: RRset) -> None:
    node = draft.at(name)
    rtype, stored = rrset.rdtype, node.get(rrset.rdtype)
    added = [canonical(rdata) for rdata in rrset]
    if rtype == SOA_TYPE:
        if stored is None or not _later(rrset, stored):
            return
    elif (rtype == CNAME_TYPE) != (CNAME_TYPE in node) and node:
        return
    if stored is not None and rtype not in (SOA_TYPE, CNAME_TYPE):
        added = [*stored, *added]
    draft.put(name, record_set(rrset.ttl, added))


def _later(rrset: RRset, stored: Rdataset) -> bool:
    offered, kept = cast("SOA", rrset[0]).serial, cast("SOA", stored[0]).serial
    return bool(dns.serial.Serial(offered) > dns.serial.Serial(kept))
