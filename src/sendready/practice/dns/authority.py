"""What an authoritative server answers to a question: from which of its zones, and with which glue."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import dns.name
import dns.rcode
import dns.rdatatype

from sendready.practice.dns.behaviour import WELL, Behaviour
from sendready.practice.dns.lookup import Kind, look_up, owned
from sendready.practice.dns.records import parse_values, upwards
from sendready.practice.dns.zones import ROOT_SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dns.edns import EDECode
    from dns.name import Name
    from dns.rcode import Rcode
    from dns.rdataset import Rdataset
    from dns.rdatatype import RdataType
    from dns.rdtypes.ANY.NS import NS
    from dns.rrset import RRset

    from sendready.practice.dns.contents import Contents
    from sendready.practice.dns.zones import Zones

UPWARD = owned(dns.name.root, parse_values(dns.rdatatype.NS, 518400, [ROOT_SERVER]))


@dataclass(frozen=True, slots=True)
class Reply:
    """The contents of an answer, before it is a message."""

    rcode: Rcode = dns.rcode.NOERROR
    authoritative: bool = False
    recursive: bool = False
    answer: tuple[RRset, ...] = ()
    authority: tuple[RRset, ...] = ()
    additional: tuple[RRset, ...] = ()
    failure: EDECode | None = None
    """Why there is no answer (RFC 8914)."""


REFUSED = Reply(dns.rcode.REFUSED)


class Authority:
    """One authoritative server: its zones, its log name, its behaviour."""

    def __init__(self, name: str, zones: Zones) -> None:
        self.name = name
        self._zones = zones
        self._lock = threading.Lock()
        self._behaviours: Mapping[Name | None, tuple[Behaviour, Mapping[Name, Contents] | None]] = {}

    def behave(self, behaviour: Behaviour, zone: Name | None) -> None:
        """Behaves so from now on, for names in `zone` or, if None, in every zone without one of its own."""
        past = self._zones.snapshot() if behaviour.lagging else None
        with self._lock:
            self._behaviours = {**self._behaviours, zone: (behaviour, past)}

    def behaviour(self, name: Name | None = None) -> Behaviour:
        """How it behaves when asked for `name`; None: as a whole."""
        return self._behaviour(name)[0]

    def zone_of(self, name: Name, rtype: RdataType) -> Contents | None:
        """The lowest of its zones that `name` is in; for DS, if it can, the one above a zone of that name."""
        apexes = upwards(name)
        if rtype == dns.rdatatype.DS and len(apexes) > 1:
            apexes = (*apexes[1:], name)
        return next((zone for apex in apexes if (zone := self._serves(apex, name))), None)

    def reply(self, name: Name, rtype: RdataType) -> Reply:
        """The answer, with its flaws of content but not those of transport (silence, garbage, …)."""
        behaviour = self.behaviour(name)
        if behaviour.rcode is not None:
            return Reply(dns.rcode.from_text(behaviour.rcode))
        if behaviour.lame:
            return Reply(authority=(UPWARD,))
        zone = self.zone_of(name, rtype)
        if zone is None:
            return REFUSED
        found = look_up(zone, name, rtype)
        answering = found.kind is not Kind.REFERRAL or bool(found.answer)
        reply = Reply(
            dns.rcode.NXDOMAIN if found.kind is Kind.NXDOMAIN else dns.rcode.NOERROR,
            authoritative=answering and not behaviour.not_authoritative,
            answer=found.answer,
            authority=found.authority,
        )
        return replace(reply, additional=tuple(self._addresses(zone, (*reply.answer, *reply.authority))))

    def _behaviour(self, name: Name | None) -> tuple[Behaviour, Mapping[Name, Contents] | None]:
        behaviours = self._behaviours
        if name is not None and behaviours:
            for apex in upwards(name):
                if apex in behaviours:
                    return behaviours[apex]
        return behaviours.get(None, (WELL, None))

    def _serves(self, apex: Name, name: Name) -> Contents | None:
        past = self._behaviour(name)[1]
        zone = self._zones.contents(apex) if past is None else past.get(apex)
        return zone if zone and self.name in zone.servers else None

    def _addresses(self, zone: Contents, rrsets: tuple[RRset, ...]) -> Iterator[RRset]:
        """The addresses of the name servers named, glue included, as far as this server's zones have them."""
        for rrset in rrsets:
            if rrset.rdtype == dns.rdatatype.NS:
                for host in (cast("NS", rdata).target for rdata in rrset):
                    if rdataset := self._address(zone, host):
                        yield owned(host, rdataset)

    def _address(self, zone: Contents, host: Name) -> Rdataset | None:
        zones = [zone, *(other for apex in upwards(host) if (other := self._serves(apex, host)))]
        return next((found for other in zones if (found := other.at(host).get(dns.rdatatype.A))), None)
