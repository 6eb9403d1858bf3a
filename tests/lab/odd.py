"""A name server that does what no honest one does: bent answers, for faults that BIND, Knot and NSD refuse to serve."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

Records = dict[tuple[dns.name.Name, dns.rdatatype.RdataType], dns.rrset.RRset]


@dataclass(frozen=True)
class Oddity:
    """How the server differs from a good one, for one zone."""

    drops_edns: bool = False
    """A query with an OPT record is not answered."""
    truncates: bool = False
    """Every answer over UDP is cut short."""
    closes_tcp: bool = False
    """A TCP connection is closed without an answer."""
    denies_parents: bool = False
    """NXDOMAIN for a name that only has names below it."""
    flattens_case: bool = False
    """The question comes back in lower case."""
    rotates: bool = False
    """An address is another one at every answer."""


@dataclass
class OddServer:
    """Serves zones on its addresses, port 53, UDP and TCP, until the end of the block."""

    addresses: Sequence[str]
    zones: dict[str, str] = field(default_factory=dict)
    oddities: dict[str, Oddity] = field(default_factory=dict)
    _count: int = 0

    def __enter__(self) -> OddServer:
        self._parsed = {dns.name.from_text(apex): _parse(apex, text) for apex, text in self.zones.items()}
        self._sockets: list[socket.socket] = []
        for address in self.addresses:
            for kind, serve in ((socket.SOCK_DGRAM, self._serve_udp), (socket.SOCK_STREAM, self._serve_tcp)):
                listener = socket.socket(socket.AF_INET, kind)
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind((address, 53))
                if kind is socket.SOCK_STREAM:
                    listener.listen(64)
                self._sockets.append(listener)
                threading.Thread(target=serve, args=(listener,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self._sockets:
            with contextlib.suppress(OSError):  # wakes the thread that waits on it
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _serve_udp(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                wire, peer = listener.recvfrom(65535)
                if reply := self._reply(wire, udp=True):
                    listener.sendto(reply, peer)

    def _serve_tcp(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, struct.error):
            connection.settimeout(5)
            (length,) = struct.unpack("!H", connection.recv(2))
            if reply := self._reply(connection.recv(length), udp=False):
                connection.sendall(struct.pack("!H", len(reply)) + reply)

    def _reply(self, wire: bytes, *, udp: bool) -> bytes | None:
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        asked = query.question[0]
        apex = max((a for a in self._parsed if asked.name.is_subdomain(a)), key=len, default=None)
        reply = dns.message.make_response(query)
        if apex is None:
            reply.set_rcode(dns.rcode.REFUSED)
            return reply.to_wire()
        oddity = self.oddities.get(apex.to_text(omit_final_dot=True), Oddity())
        if (oddity.drops_edns and query.edns >= 0) or (oddity.closes_tcp and not udp):
            return None
        reply.flags |= dns.flags.AA
        records = self._parsed[apex]
        self._answer(reply, asked, records, apex, oddity)
        if oddity.truncates and udp:
            reply.answer.clear()
            reply.flags |= dns.flags.TC
        wire = reply.to_wire()
        if oddity.flattens_case:
            wire = (
                wire[:12] + wire[12 : 12 + len(asked.name.to_wire())].lower() + wire[12 + len(asked.name.to_wire()) :]
            )
        return wire

    def _answer(
        self,
        reply: dns.message.Message,
        asked: dns.rrset.RRset,
        records: Records,
        apex: dns.name.Name,
        oddity: Oddity,
    ) -> None:
        wild = dns.name.Name((b"*", *asked.name.labels[1:]))
        for owner in (asked.name, wild):
            found = records.get((owner, asked.rdtype)) or records.get((owner, dns.rdatatype.CNAME))
            if found is not None:
                answer = dns.rrset.RRset(asked.name, dns.rdataclass.IN, found.rdtype)
                answer.ttl = found.ttl
                answer.items = dict(found.items)  # `update` would keep one CNAME only
                reply.answer.append(self._turned(answer) if oddity.rotates and owner is wild else answer)
                return
        reply.authority.append(records[apex, dns.rdatatype.SOA])
        below = [name for name, _ in records if name.is_subdomain(asked.name)]
        exists = any(name == asked.name for name in below) or (below and not oddity.denies_parents)
        if not exists:
            reply.set_rcode(dns.rcode.NXDOMAIN)

    def _turned(self, answer: dns.rrset.RRset) -> dns.rrset.RRset:
        self._count += 1
        texts = {dns.rdatatype.A: f"192.0.2.{self._count % 250}", dns.rdatatype.AAAA: f"2001:db8::{self._count % 9000}"}
        text = texts.get(answer.rdtype)
        return answer if text is None else dns.rrset.from_text(answer.name, 60, "IN", answer.rdtype, text)


def _parse(apex: str, text: str) -> Records:
    """Whatever stands in the text, CNAMEs beside other data included; `OWNER TTL TYPE DATA`, one record a line."""
    origin = dns.name.from_text(apex)
    records: Records = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        owner, ttl, rtype, data = line.split(None, 3)
        name = origin if owner == "@" else dns.name.from_text(owner, origin)
        found = dns.rrset.from_text_list(name, int(ttl), "IN", rtype, [data], origin=origin, relativize=False)
        key = (name, found.rdtype)
        if key in records:
            for item in found:
                records[key].items[item] = None  # `add` keeps one CNAME only; here several may stand side by side
        else:
            records[key] = found
    return records


class Silent:
    """Addresses at which queries arrive and nothing ever comes back."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Silent:
        for address in self._addresses:
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                listener = socket.socket(socket.AF_INET, kind)
                listener.bind((address, 53))
                if kind is socket.SOCK_STREAM:
                    listener.listen(64)  # connections wait in the queue for ever
                self._sockets.append(listener)
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self._sockets:
            listener.close()
