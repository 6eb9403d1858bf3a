"""The recursive face: follows delegations from the root, and CNAMEs across zones, and remembers all of it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

import dns.edns
import dns.name
import dns.rcode
import dns.rdatatype

from sendready.practice.dns.authority import REFUSED, Reply
from sendready.practice.dns.cache import Cache, Known
from sendready.practice.dns.lookup import LONGEST_CHAIN, Kind
from sendready.practice.dns.zones import ADDRESSES, ROOT_SERVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from dns.name import Name
    from dns.rdatatype import RdataType
    from dns.rdtypes.ANY.CNAME import CNAME
    from dns.rdtypes.ANY.NS import NS
    from dns.rdtypes.IN.A import A
    from dns.rrset import RRset

    from sendready.practice.dns.authority import Authority

PATIENCE = 5.0
"""Practice seconds after which a server counts as out."""
DEEPEST = 4
"""Name servers whose addresses are looked up for the sake of other name servers' addresses."""


class Recursion:
    """A resolver that asks the authoritative servers within this process: no socket, no trace in the log.

    It takes no time but the delay of the servers that answer, and passes over one that needs `PATIENCE` or
    more. Failures and delegations are not remembered, so a repaired zone is seen at once, unless something
    negative was learned. Thread-safe.
    """

    def __init__(self, servers: Mapping[str, Authority], now: Callable[[], datetime]) -> None:
        self._servers = servers
        self._now = now
        self._lock = threading.Lock()
        self._cache = Cache(now)

    def flush(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._cache = Cache(self._now)

    def reply(self, name: Name, rtype: RdataType, *, desired: bool = True) -> tuple[Reply, float]:
        """The answer, and how long finding it takes, practice seconds.

        Without `desired` (RD clear) only what is remembered is told, else REFUSED.
        """
        with self._lock:
            looking = _Looking(self._servers, self._cache, desired=desired)
            return looking.reply(name, rtype, 0), looking.waited


class _Looking:
    """One question on its way."""

    def __init__(self, servers: Mapping[str, Authority], cache: Cache, *, desired: bool) -> None:
        self._servers = servers
        self._cache = cache
        self._desired = desired
        self.waited = 0.0

    def reply(self, name: Name, rtype: RdataType, depth: int) -> Reply:
        chain: list[RRset] = []
        while len(chain) < LONGEST_CHAIN:
            known = self._cache.find(name, rtype)
            if known is None and not self._desired:
                return REFUSED
            known = known or self._find(name, rtype, depth)
            if known is None:
                break
            if known.kind is not Kind.ANSWER:
                rcode = dns.rcode.NXDOMAIN if known.kind is Kind.NXDOMAIN else dns.rcode.NOERROR
                return Reply(rcode, recursive=True, answer=tuple(chain), authority=(known.rrset,))
            chain.append(known.rrset)
            if known.rrset.rdtype != dns.rdatatype.CNAME or rtype in (dns.rdatatype.CNAME, dns.rdatatype.ANY):
                return Reply(recursive=True, answer=tuple(chain))
            name = cast("CNAME", known.rrset[0]).target
        failure = dns.edns.EDECode.NO_REACHABLE_AUTHORITY if len(chain) < LONGEST_CHAIN else None
        return Reply(dns.rcode.SERVFAIL, recursive=True, failure=failure)

    def _find(self, name: Name, rtype: RdataType, depth: int) -> Known | None:
        """Goes down from the root; None if no server on the way has anything usable to say."""
        zone, addresses = dns.name.root, iter([ADDRESSES[ROOT_SERVER]])
        while reply := self._ask(addresses, zone, name, rtype):
            if reply.authoritative:
                return self._learn(name, rtype, reply)
            zone = reply.authority[0].name
            addresses = self._addresses(reply, depth)
        return None

    def _ask(self, addresses: Iterator[str], zone: Name, name: Name, rtype: RdataType) -> Reply | None:
        """What the first server with an answer says: with authority, or by referring further down."""
        for address in addresses:
            server = self._servers.get(address)
            if server is None:
                continue
            behaviour = server.behaviour(name)
            if behaviour.unreachable or behaviour.delay >= PATIENCE:
                continue
            self.waited += behaviour.delay
            reply = server.reply(name, rtype)
            if reply.authoritative or _refers_down(reply, zone, name):
                return reply
        return None

    def _addresses(self, referral: Reply, depth: int) -> Iterator[str]:
        glue = {rrset.name: rrset for rrset in referral.additional if rrset.rdtype == dns.rdatatype.A}
        for host in (cast("NS", rdata).target for rdata in referral.authority[0]):
            found = glue.get(host)
            if found is None and depth < DEEPEST:
                answer = self.reply(host, dns.rdatatype.A, depth + 1).answer
                found = answer[-1] if answer else None
            if found is not None and found.rdtype == dns.rdatatype.A:
                yield from (cast("A", rdata).address for rdata in found)

    def _learn(self, name: Name, rtype: RdataType, reply: Reply) -> Known | None:
        """Takes in what the reply says about this very name; where a CNAME leads is asked for itself."""
        if reply.answer:
            known = Known(Kind.ANSWER, reply.answer[0])
            return known if rtype == dns.rdatatype.ANY else self._cache.keep(name, rtype, known)
        if not reply.authority:
            return None
        kind = Kind.NXDOMAIN if reply.rcode == dns.rcode.NXDOMAIN else Kind.NODATA
        return self._cache.keep(name, rtype, Known(kind, reply.authority[0]))


def _refers_down(reply: Reply, zone: Name, name: Name) -> bool:
    if reply.rcode != dns.rcode.NOERROR or not reply.authority:
        return False
    ns = reply.authority[0]
    deeper = ns.name != zone and ns.name.is_subdomain(zone) and name.is_subdomain(ns.name)
    return ns.rdtype == dns.rdatatype.NS and deeper
