"""A resolver's memory: answers and proofs of absence, their TTLs running down in practice time (RFC 2308)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import dns.rdatatype

from sendready.practice.dns.lookup import Kind, owned
from sendready.practice.dns.records import record_set, upwards

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dns.name import Name
    from dns.rdatatype import RdataType
    from dns.rrset import RRset

LONGEST = 7 * 86400
"""Seconds an answer is kept at most (RFC 8767, section 4)."""
LONGEST_NEGATIVE = 3 * 3600
"""Seconds a proof of absence is kept at most: BIND's max-ncache-ttl, the highest of today's resolvers."""
ROOM = 50_000
"""Entries kept; a full cache starts over."""
EVERY_TYPE = dns.rdatatype.NONE
"""Where the absence of a name is kept, for it is none of one type."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a name and type."""

    kind: Kind
    """ANSWER, NODATA or NXDOMAIN."""
    rrset: RRset
    """The records, or the SOA that proves the absence; the TTL is how long this stays known, seconds."""


class Cache:
    """What a resolver knows; not thread-safe."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._entries: dict[tuple[Name, RdataType], tuple[Known, int]] = {}

    def keep(self, name: Name, rtype: RdataType, known: Known) -> Known:
        """Remembers this; returns it with the TTL that it is given. NXDOMAIN counts for every type."""
        longest = LONGEST if known.kind is Kind.ANSWER else LONGEST_NEGATIVE
        kept = _with_ttl(known, min(known.rrset.ttl, longest))
        if len(self._entries) >= ROOM:
            self._entries.clear()
        match kept.kind:
            case Kind.NXDOMAIN:
                key = EVERY_TYPE
            case Kind.NODATA:
                key = rtype
            case _:
                key = kept.rrset.rdtype
        self._entries[name, key] = (kept, self._second() + kept.rrset.ttl)
        return kept

    def find(self, name: Name, rtype: RdataType) -> Known | None:
        """What is known about `name` and `rtype`: the records, a CNAME, or that a name above is absent."""
        if known := self._fresh(name, rtype) or self._fresh_cname(name):
            return known
        return next((known for above in upwards(name) if (known := self._fresh(above, EVERY_TYPE))), None)

    def _fresh_cname(self, name: Name) -> Known | None:
        known = self._fresh(name, dns.rdatatype.CNAME)
        return known if known and known.kind is Kind.ANSWER else None

    def _fresh(self, name: Name, key: RdataType) -> Known | None:
        entry = self._entries.get((name, key))
        if entry is None:
            return None
        known, expires = entry
        left = expires - self._second()
        if left <= 0:
            del self._entries[name, key]
            return None
        return _with_ttl(known, left)

    def _second(self) -> int:
        return int(self._now().timestamp())


def _with_ttl(known: Known, ttl: int) -> Known:
    if known.rrset.ttl == ttl:
        return known
    return Known(known.kind, owned(known.rrset.name, record_set(ttl, list(known.rrset))))
