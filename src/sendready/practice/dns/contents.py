"""What a zone holds at one moment: an immutable value, and the draft that the next one is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import dns.rdatatype
import dns.serial

from sendready.practice.dns.records import record_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dns.name import Name
    from dns.rdataset import ImmutableRdataset
    from dns.rdatatype import RdataType
    from dns.rdtypes.ANY.SOA import SOA

NO_RECORDS: Mapping[RdataType, ImmutableRdataset] = MappingProxyType({})


@dataclass(frozen=True)
class Contents:
    """A zone's records at one serial, and the names of the servers that serve it."""

    apex: Name
    servers: tuple[str, ...]
    updatable: bool
    """Whether holders of a key may change and transfer the zone (RFC 2136, RFC 5936)."""
    nodes: Mapping[Name, Mapping[RdataType, ImmutableRdataset]]

    def at(self, name: Name) -> Mapping[RdataType, ImmutableRdataset]:
        """The record sets that `name` owns, by type."""
        return self.nodes.get(name, NO_RECORDS)

    def delegates(self, name: Name) -> bool:
        """Whether the zone is cut at `name`."""
        return name != self.apex and dns.rdatatype.NS in self.at(name)

    @cached_property
    def implied(self) -> frozenset[Name]:
        """The names that own nothing themselves but have something below them (RFC 4592, section 2.2.2)."""
        found: set[Name] = set()
        for name in self.nodes:
            while name != self.apex and (name := name.parent()) not in found:
                found.add(name)
        return frozenset(found - self.nodes.keys())

    @property
    def soa(self) -> SOA:
        """The data of the SOA record."""
        return cast("SOA", self.at(self.apex)[dns.rdatatype.SOA][0])

    @cached_property
    def negative_soa(self) -> ImmutableRdataset:
        """The SOA of a negative answer: its TTL is how long that may be kept (RFC 2308, section 3)."""
        stored = self.at(self.apex)[dns.rdatatype.SOA]
        return record_set(min(stored.ttl, self.soa.minimum), list(stored))

    def record_sets(self) -> Iterator[tuple[Name, ImmutableRdataset]]:
        """Every record set with its owner: the SOA, then all others in canonical order (RFC 4034, 6.1)."""
        yield self.apex, self.at(self.apex)[dns.rdatatype.SOA]
        for name in sorted(self.nodes):
            for rtype, rdataset in sorted(self.nodes[name].items()):
                if (name, rtype) != (self.apex, dns.rdatatype.SOA):
                    yield name, rdataset


class Draft:
    """A zone's contents while they are changed; `finished` gives them a newer serial if anything differs."""

    def __init__(self, before: Contents) -> None:
        self._before = before
        self._nodes = dict(before.nodes)

    @property
    def apex(self) -> Name:
        """The apex of the zone."""
        return self._before.apex

    def at(self, name: Name) -> Mapping[RdataType, ImmutableRdataset]:
        """The record sets that `name` owns now, by type."""
        return self._nodes.get(name, NO_RECORDS)

    def put(self, name: Name, rdataset: ImmutableRdataset) -> None:
        """Puts a record set in the place of the one of its type, if any."""
        self._nodes[name] = {**self.at(name), rdataset.rdtype: rdataset}

    def drop(self, name: Name, rtype: RdataType) -> None:
        """Takes a record set away, if there is one."""
        left = {kept: rdataset for kept, rdataset in self.at(name).items() if kept != rtype}
        if left:
            self._nodes[name] = left
        else:
            self._nodes.pop(name, None)

    def clear(self) -> None:
        """Takes everything away but the SOA and the NS of the apex."""
        essential = (dns.rdatatype.SOA, dns.rdatatype.NS)
        self._nodes = {self.apex: {rtype: self.at(self.apex)[rtype] for rtype in essential}}

    def finished(self) -> Contents:
        """The new contents, or the very same ones if nothing changed.

        The serial of a SOA that was put stands if it is later than the old one, else the old one is raised by
        one (RFC 1982, section 3.1; 0 is left out, as BIND does).
        """
        if self._same():
            return self._before
        old = self._before.soa.serial
        soa = self.at(self.apex)[dns.rdatatype.SOA]
        data = cast("SOA", soa[0])
        if not dns.serial.Serial(data.serial) > dns.serial.Serial(old):
            self.put(self.apex, record_set(soa.ttl, [data.replace(serial=(old + 1) % 2**32 or 1)]))
        return Contents(self.apex, self._before.servers, self._before.updatable, self._nodes)

    def _same(self) -> bool:
        before = self._before.nodes
        if self._nodes.keys() != before.keys():
            return False
        for name, node in self._nodes.items():
            old = before[name]
            if node is not old and (node != old or any(node[rtype].ttl != old[rtype].ttl for rtype in node)):
                return False
        return True
