"""The zones of the practice world: created, delegated and changed here, and served at once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dns.name
import dns.rdatatype

from sendready.practice.dns.contents import Contents, Draft
from sendready.practice.dns.records import parse_name, parse_type, parse_values, record_set, upwards
from sendready.practice.dns.zonefile import read_zone_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dns.name import Name
    from dns.rdataset import ImmutableRdataset

ROOT_SERVER = "a.root-servers.net."
TLD_SERVER = "a.tld-servers.net."
AMAZON_SERVERS = ("ns-aws.practice-dns.net.",)
CUSTOMER_SERVERS = ("ns1.practice-dns.net.", "ns2.practice-dns.org.")

ADDRESSES: Mapping[str, str] = {
    ROOT_SERVER: "192.0.2.1",
    TLD_SERVER: "192.0.2.2",
    AMAZON_SERVERS[0]: "192.0.2.3",
    CUSTOMER_SERVERS[0]: "198.51.100.1",
    CUSTOMER_SERVERS[1]: "198.51.100.2",
}
"""The fictional address of every name server (RFC 5737)."""

HOSTING = (*AMAZON_SERVERS, *CUSTOMER_SERVERS)
DELEGATION_TTL = 172800
ADDRESS_TTL = 172800


@dataclass(frozen=True, slots=True)
class RecordSet:
    """All records of one name and type, in presentation format."""

    name: str
    """Absolute: ends in a dot; lower case."""
    rtype: str
    ttl: int
    """Seconds."""
    values: tuple[str, ...]
    """Names in them are absolute; TXT strings are quoted and escaped (RFC 1035, section 5.1)."""


class Zone:
    """One zone; what is changed here is served at once. Made by `Zones.create`."""

    def __init__(self, contents: Contents, lock: threading.RLock) -> None:
        self.contents = contents
        self._lock = lock
        self._draft: Draft | None = None

    @property
    def apex(self) -> str:
        """The name of the zone, with its final dot."""
        return self.contents.apex.to_text()

    @property
    def servers(self) -> tuple[str, ...]:
        """The names of the servers that serve the zone, whatever its NS records say."""
        return self.contents.servers

    @property
    def serial(self) -> int:
        """The serial in the SOA; every change raises it."""
        return self.contents.soa.serial

    def put(self, name: str, rtype: str, ttl: int, values: Sequence[str]) -> None:
        """Puts a record set in the place of the one with this name and type; `ttl` in seconds.

        Nothing stops a CNAME beside other records: some DNS hosts serve that, and a look must recognise it.
        ValueError if the name is outside the zone or anything is not in presentation format.
        """
        owner, stored = self._inside(name), parse_type(rtype)
        if stored == dns.rdatatype.SOA and (owner != self.contents.apex or len(values) != 1):
            raise ValueError("a zone has one SOA, at its apex")
        rdataset = parse_values(stored, ttl, values)
        with self.edit() as draft:
            draft.put(owner, rdataset)

    def delete(self, name: str, rtype: str) -> None:
        """Takes a record set away, if there is one; ValueError for the apex's SOA and NS."""
        owner, stored = self._inside(name), parse_type(rtype)
        if owner == self.contents.apex and stored in (dns.rdatatype.SOA, dns.rdatatype.NS):
            raise ValueError(f"{self.apex} must keep its {rtype.upper()}")
        with self.edit() as draft:
            draft.drop(owner, stored)

    def get(self, name: str, rtype: str) -> RecordSet | None:
        """The record set stored under exactly this name and type."""
        owner = self._inside(name)
        rdataset = self.contents.at(owner).get(parse_type(rtype))
        return None if rdataset is None else _presented(owner, rdataset)

    def record_sets(self) -> list[RecordSet]:
        """Everything in the zone, the SOA first, the rest by name."""
        return [_presented(name, rdataset) for name, rdataset in self.contents.record_sets()]

    def load(self, text: str) -> None:
        """Puts a zone file (RFC 1035, section 5) in place of the contents.

        The SOA and NS are kept where the file has none. The origin is the apex; names outside the zone are
        left out, as BIND does; without any TTL it is 3600 seconds. ValueError says what is wrong where.
        """
        loaded = read_zone_file(text, self.contents.apex)
        with self.edit() as draft:
            draft.clear()
            for name, rdataset in loaded:
                draft.put(name, rdataset)

    @contextmanager
    def edit(self) -> Iterator[Draft]:
        """Several changes as one: all of them, under one new serial, or none if the block raises.

        `put`, `delete` and `load` inside the block belong to it; until its end, what was before is seen.
        """
        with self._lock:
            if self._draft is not None:
                yield self._draft
                return
            self._draft = Draft(self.contents)
            try:
                yield self._draft
                self.contents = self._draft.finished()
            finally:
                self._draft = None

    def _inside(self, name: str) -> Name:
        owner = parse_name(name)
        if not owner.is_subdomain(self.contents.apex):
            raise ValueError(f"{owner} is not in the zone {self.apex}")
        return owner


class Zones:
    """Every zone of the world, from the root down; thread-safe.

    It begins with the root and the zones that the name servers' own names are in.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._zones: dict[Name, Zone] = {}
        self._make(dns.name.root, (ROOT_SERVER,))
        for apex, servers in {
            "root-servers.net": (ROOT_SERVER,),
            "tld-servers.net": (TLD_SERVER,),
            "practice-dns.net": HOSTING,
            "practice-dns.org": HOSTING,
        }.items():
            self._create(parse_name(apex), servers)
        for host in ADDRESSES:
            self._give_address(parse_name(host))

    def create(self, apex: str, servers: Sequence[str] = CUSTOMER_SERVERS) -> Zone:
        """A new zone with SOA and NS, delegated from the zone it lies in; its TLD is made if need be.

        Zones that already exist below it are delegated from it henceforth. ValueError if it exists, if the
        name is none, or if one of the `servers` is not of this world.
        """
        name = parse_name(apex)
        hosts = tuple(parse_name(server).to_text() for server in servers)
        if unknown := [host for host in hosts if host not in ADDRESSES]:
            raise ValueError(f"no such name server: {unknown[0]} (there are {', '.join(ADDRESSES)})")
        if not hosts:
            raise ValueError("a zone needs a name server")
        return self._create(name, hosts, updatable=set(hosts) <= set(CUSTOMER_SERVERS))

    def delegate_as_written(self, apex: str) -> Mapping[str, str]:
        """Delegates a zone to the name servers its own NS records name, and makes this world's servers answer to them.

        For a zone that somebody brought along from a DNS host of theirs: its server names are real, their addresses
        are not of this world. A name server in the zone that is an alias stays one. Returns the IPv6 addresses that the
        zone gives its name servers, each with the server of this world that has to answer there. ValueError if there
        is no such zone.
        """
        with self._lock:
            zone = self.get(apex)
            if zone is None:
                raise ValueError(f"there is no zone {apex}")
            written = zone.contents.at(zone.contents.apex)[dns.rdatatype.NS]
            hosts = sorted(parse_name(rdata.to_text()) for rdata in written)
            strangers = [host for host in hosts if host.to_text() not in ADDRESSES]
            housed: dict[Name, str] = {}
            for number, host in enumerate(strangers):
                names = _aliases(host, zone.contents)
                known = (housed[name] for name in names if name in housed)
                housed |= dict.fromkeys(names, next(known, zone.servers[number % len(zone.servers)]))
            for name, server in housed.items():
                self._house(name, server)
            above = self._enclosing(zone.contents.apex.parent())
            with above.edit() as draft:
                draft.put(zone.contents.apex, record_set(DELEGATION_TTL, list(written)))
            return {
                rdata.to_text(): server
                for name, server in housed.items()
                for rdata in zone.contents.at(name).get(dns.rdatatype.AAAA, ())
            }

    def _house(self, host: Name, server: str) -> None:
        """Gives a name server of elsewhere the address of one of ours, in a zone of its own if there is none for it."""
        own = dns.name.Name(host.labels[-3:])
        if len(self._enclosing(host).contents.apex.labels) <= 2 and own not in self._zones:
            self._create(own, HOSTING)
        address = parse_values(dns.rdatatype.A, ADDRESS_TTL, [ADDRESSES[server]])
        for zone in self._zones.values():
            if host.is_subdomain(zone.contents.apex) and dns.rdatatype.CNAME not in zone.contents.at(host):
                with zone.edit() as draft:
                    draft.put(host, address)

    def remove(self, apex: str) -> None:
        """Takes a zone away, with its delegation; zones below it are delegated from the zone above.

        ValueError if there is none, or if it is the root.
        """
        name = parse_name(apex)
        with self._lock:
            if name not in self._zones or name == dns.name.root:
                raise ValueError(f"there is no zone {name} to remove")
            del self._zones[name]
            above = self._enclosing(name)
            with above.edit() as draft:
                draft.drop(name, dns.rdatatype.NS)
                draft.drop(name, dns.rdatatype.DS)
            for child in self._directly_below(above):
                if child.contents.apex.is_subdomain(name):
                    _delegate(child, above)

    def get(self, apex: str) -> Zone | None:
        """The zone with this apex."""
        return self._zones.get(parse_name(apex))

    def enclosing(self, name: str) -> Zone | None:
        """The zone that `name` is in, the lowest at or above it (never None: there is the root)."""
        with self._lock:
            return self._enclosing(parse_name(name))

    def contents(self, apex: Name) -> Contents | None:
        """What the zone with this apex holds now; for the servers."""
        zone = self._zones.get(apex)
        return None if zone is None else zone.contents

    def snapshot(self) -> dict[Name, Contents]:
        """What all zones hold now."""
        with self._lock:
            return {apex: zone.contents for apex, zone in self._zones.items()}

    def zone(self, apex: Name) -> Zone | None:
        """The zone with this apex, by its parsed name."""
        return self._zones.get(apex)

    def _create(self, name: Name, servers: tuple[str, ...], *, updatable: bool = False) -> Zone:
        with self._lock:
            if name in self._zones:
                raise ValueError(f"the zone {name} exists already")
            tld = dns.name.Name(name.labels[-2:])
            if tld not in self._zones and tld != name:
                self._create(tld, (TLD_SERVER,))
            above = self._enclosing(name)
            zone = self._make(name, servers, updatable=updatable)
            _delegate(zone, above)
            for child in self._directly_below(zone):
                _delegate(child, zone)
                with above.edit() as draft:
                    draft.drop(child.contents.apex, dns.rdatatype.NS)
            return zone

    def _make(self, name: Name, servers: tuple[str, ...], *, updatable: bool = False) -> Zone:
        # The timers are those of Route 53, so negative answers live 900 seconds.
        soa = parse_values(
            dns.rdatatype.SOA, 900, [f"{servers[0]} hostmaster.practice-dns.net. 1 7200 900 1209600 86400"]
        )
        ns = parse_values(dns.rdatatype.NS, DELEGATION_TTL, servers)
        nodes = {name: {dns.rdatatype.SOA: soa, dns.rdatatype.NS: ns}}
        zone = Zone(Contents(name, servers, updatable, nodes), self._lock)
        self._zones[name] = zone
        return zone

    def _enclosing(self, name: Name) -> Zone:
        return next(self._zones[above] for above in upwards(name) if above in self._zones)

    def _directly_below(self, zone: Zone) -> list[Zone]:
        apex = zone.contents.apex
        depth = len(apex.labels)
        below = [
            other
            for name, other in self._zones.items()
            if len(name.labels) > depth and name.labels[-depth:] == apex.labels
        ]
        return [other for other in below if self._enclosing(other.contents.apex.parent()) is zone]

    def _give_address(self, host: Name) -> None:
        """Writes the address into the zone the host is in and, as glue, into every zone above it."""
        address = parse_values(dns.rdatatype.A, ADDRESS_TTL, [ADDRESSES[host.to_text()]])
        for zone in self._zones.values():
            if host.is_subdomain(zone.contents.apex):
                with zone.edit() as draft:
                    draft.put(host, address)


def _aliases(name: Name, contents: Contents) -> list[Name]:
    """The name, and where its alias leads to as far as the zone tells."""
    names: list[Name] = []
    while name not in names and name.to_text() not in ADDRESSES:
        names.append(name)
        if alias := contents.at(name).get(dns.rdatatype.CNAME):
            name = parse_name(alias[0].to_text())
    return names


def _delegate(child: Zone, parent: Zone) -> None:
    with parent.edit() as draft:
        draft.put(child.contents.apex, parse_values(dns.rdatatype.NS, DELEGATION_TTL, child.servers))


def _presented(name: Name, rdataset: ImmutableRdataset) -> RecordSet:
    rtype = dns.rdatatype.to_text(rdataset.rdtype)
    return RecordSet(name.to_text(), rtype, rdataset.ttl, tuple(rdata.to_text() for rdata in rdataset))
