"""The name servers of the practice world and its resolver, running."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

import dns.rcode
import dns.rdatatype

from sendready.practice.dns.authority import Authority, Reply
from sendready.practice.dns.behaviour import WELL, Behaviour
from sendready.practice.dns.exchange import Exchange
from sendready.practice.dns.log import QueryLog
from sendready.practice.dns.records import parse_name
from sendready.practice.dns.recursion import Recursion
from sendready.practice.dns.sockets import Sockets
from sendready.practice.dns.transfer import transfer
from sendready.practice.dns.update import update
from sendready.practice.dns.zones import ADDRESSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dns.message import Message
    from dns.name import Name
    from dns.rcode import Rcode
    from dns.rdatatype import RdataType
    from dns.update import UpdateMessage

    from sendready.practice.clock import PracticeClock
    from sendready.practice.dns.zones import Zones

RESOLVER = "resolver"
"""What the recursive face is called in the log and to `DnsServers.behave`."""
TCP_IDLE = 10.0
"""How long a TCP connection may be silent, real seconds (RFC 7766, section 6.2.3: a few)."""


class DnsServers:
    """Every authoritative server of `ADDRESSES` and one resolver, each on a port of its own.

    Whoever signs with one of `keys` (name to secret in Base64, as in `nsupdate -y`; any HMAC of RFC 8945) may
    update and transfer the customers' zones; without keys, nobody may.
    """

    resolver: str
    """Where the recursive face listens, "127.0.0.1:PORT"; known once started."""
    map: dict[str, str]
    """The fictional address of every authoritative server to where it listens; empty until started."""

    def __init__(
        self,
        zones: Zones,
        clock: PracticeClock,
        *,
        keys: Mapping[str, str] | None = None,
        tcp_idle: float = TCP_IDLE,
    ) -> None:
        """Opens nothing yet. ValueError for a key that is not Base64."""
        self.zones = zones
        self.log = QueryLog()
        self.resolver = ""
        self.map = {}
        self._authorities = {address: Authority(name, zones) for name, address in ADDRESSES.items()}
        self._recursion = Recursion(self._authorities, clock.now)
        self._resolver = _Resolver(self._recursion)
        secrets = _secrets(keys or {})
        servers = {
            RESOLVER: Exchange(self._resolver, secrets, self.log),
            **{
                address: Exchange(_Authoritative(authority, zones, self._recursion), secrets, self.log)
                for address, authority in self._authorities.items()
            },
        }
        self._sockets = Sockets(servers, clock.real_seconds, tcp_idle)

    def start(self) -> None:
        """Starts to answer; does nothing if it already does. OSError if no port is free."""
        if not self.resolver:
            listening = self._sockets.start()
            self.resolver = listening.pop(RESOLVER)
            self.map = listening

    def stop(self) -> None:
        """Stops to answer, whatever is still pending; a later `start` opens other ports."""
        self._sockets.stop()
        self.resolver = ""
        self.map = {}

    def behave(self, server: str, behaviour: Behaviour = WELL, *, zone: str | None = None) -> None:
        """From now on `server` behaves so, for all names or those in `zone`; the default makes it well again.

        A server is called by its name, its fictional address, or "resolver", which can be slow, silent and so
        on, but serves no zones. A zone's own behaviour goes before the server's. ValueError for another name.
        """
        found = self._known(server)
        if found == RESOLVER:
            self._resolver.well_or_not = behaviour
        else:
            self._authorities[found].behave(behaviour, None if zone is None else parse_name(zone))

    def where(self, server: str) -> tuple[str, int]:
        """Host and port of a running server, called as in `behave`; ValueError if there is none."""
        found = self._known(server)
        listening = self.resolver if found == RESOLVER else self.map.get(found, "")
        if not listening:
            raise ValueError(f"{server} is not running")
        host, _, port = listening.rpartition(":")
        return host, int(port)

    def flush(self) -> None:
        """Makes the recursive face forget everything."""
        self._recursion.flush()

    def _known(self, server: str) -> str:
        """The fictional address of a server, or `RESOLVER`."""
        if server == RESOLVER or server in self._authorities:
            return server
        name = parse_name(server).to_text()
        if name in ADDRESSES:
            return ADDRESSES[name]
        raise ValueError(f"no such name server: {server} (there are {', '.join(ADDRESSES)} and {RESOLVER})")

    def __enter__(self) -> DnsServers:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Resolver:
    """The recursive face, as `Exchange` knows it."""

    name = RESOLVER

    def __init__(self, recursion: Recursion) -> None:
        self._recursion = recursion
        self.well_or_not = WELL

    def behaviour(self, name: Name | None = None) -> Behaviour:
        return self.well_or_not

    def ask(self, name: Name, rtype: RdataType, *, desired: bool) -> tuple[Reply, float]:
        return self._recursion.reply(name, rtype, desired=desired)

    def update(self, message: UpdateMessage) -> Rcode:
        return dns.rcode.NOTIMP

    def transfer(self, query: Message) -> tuple[bytes, ...] | Rcode:
        return dns.rcode.REFUSED


class _Authoritative:
    """An authoritative server, as `Exchange` knows it."""

    def __init__(self, authority: Authority, zones: Zones, recursion: Recursion) -> None:
        self.name = authority.name
        self._authority = authority
        self._zones = zones
        self._recursion = recursion

    def behaviour(self, name: Name | None = None) -> Behaviour:
        return self._authority.behaviour(name)

    def ask(self, name: Name, rtype: RdataType, *, desired: bool) -> tuple[Reply, float]:
        if self._authority.behaviour(name).recursive:
            return self._recursion.reply(name, rtype)
        return self._authority.reply(name, rtype), 0.0

    def update(self, message: UpdateMessage) -> Rcode:
        apex = message.question[0].name.canonicalize()
        if self.behaviour(apex).recursive:
            return dns.rcode.NOTIMP
        zone = self._zones.zone(apex)
        if zone is None or self.name not in zone.servers or self.behaviour(apex).lame:
            return dns.rcode.NOTAUTH
        if not message.had_tsig or not zone.contents.updatable:
            return dns.rcode.REFUSED
        return update(zone, message)

    def transfer(self, query: Message) -> tuple[bytes, ...] | Rcode:
        apex = query.question[0].name.canonicalize()
        if self.behaviour(apex).recursive:
            return dns.rcode.REFUSED
        zone = self._authority.zone_of(apex, dns.rdatatype.SOA)
        if zone is None or zone.apex != apex or self.behaviour(apex).lame:
            return dns.rcode.NOTAUTH
        if not query.had_tsig or not zone.updatable:
            return dns.rcode.REFUSED
        return tuple(transfer(zone, query))


def _secrets(keys: Mapping[str, str]) -> dict[Name, bytes]:
    try:
        return {parse_name(name): base64.b64decode(secret, validate=True) for name, secret in keys.items()}
    except binascii.Error as error:
        raise ValueError(f"a key is not Base64: {error}") from error
