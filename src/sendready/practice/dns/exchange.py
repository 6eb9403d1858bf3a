"""Bytes in, bytes out: all of a name server that is about messages and not about what is in its zones."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.tsig
import dns.update

from sendready.practice.dns.log import Asked
from sendready.practice.dns.records import is_data
from sendready.practice.dns.tsig import signed_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dns.message import Message
    from dns.name import Name
    from dns.rcode import Rcode
    from dns.rdatatype import RdataType

    from sendready.practice.dns.authority import Reply
    from sendready.practice.dns.behaviour import Behaviour
    from sendready.practice.dns.log import QueryLog

HEADER = 12
PLAIN_UDP = 512
"""Octets of an answer over UDP to a client without EDNS (RFC 1035, section 4.2.1)."""
EDNS_UDP = 1232
"""Octets of an answer over UDP at most, so that nothing is fragmented (DNS flag day 2020)."""

Transport = Literal["udp", "tcp"]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answering:
    """What goes back for one message: nothing, one message, or the row of a zone transfer."""

    messages: tuple[bytes, ...] = ()
    after: float = 0.0
    """How long it takes, seconds of practice time."""


class Answers(Protocol):
    """What distinguishes one server from another: what it says, and how badly it behaves."""

    name: str

    def behaviour(self, name: Name | None = None) -> Behaviour:
        """How it behaves when asked for `name`; None: as a whole."""

    def ask(self, name: Name, rtype: RdataType, *, desired: bool) -> tuple[Reply, float]:
        """The answer and how long finding it takes, practice seconds; `desired` is the question's RD."""

    def update(self, message: dns.update.UpdateMessage) -> Rcode:
        """Does what the message asks for; returns the answer's code."""

    def transfer(self, query: Message) -> tuple[bytes, ...] | Rcode:
        """The messages of a zone transfer, or why there is none."""


class Exchange:
    """Answers messages of one server. Bad ones get an error or nothing; none of them raises."""

    def __init__(self, server: Answers, keys: Mapping[Name, bytes], asked: QueryLog) -> None:
        self.server = server
        self._keys = dict(keys)
        self._asked = asked

    def answer(self, wire: bytes, transport: Transport) -> Answering:
        """What goes back for the message `wire`."""
        # An answer to an answer could go on for ever.
        if len(wire) < HEADER or wire[2] & 0x80 or self.server.behaviour().silent:
            return Answering()
        try:
            return self._answer(wire, transport)
        except Exception:
            log.exception("%s could not answer %s", self.server.name, wire.hex())
            return Answering((_bare(wire, dns.rcode.SERVFAIL),))

    def _answer(self, wire: bytes, transport: Transport) -> Answering:
        opcode = wire[2] >> 3 & 0xF
        if opcode not in (dns.opcode.QUERY, dns.opcode.UPDATE):
            return Answering((_bare(wire, dns.rcode.NOTIMP),))
        if wire[4:6] != b"\0\1":
            return Answering((_bare(wire, dns.rcode.FORMERR),))
        try:
            query = dns.message.from_wire(wire, keyring=self._keys)
        except (
            dns.message.UnknownTSIGKey,
            dns.tsig.BadSignature,
            dns.tsig.BadTime,
            NotImplementedError,
        ) as error:
            return Answering((signed_error(wire, error, self._keys),))
        except Exception:
            # From octets without sense dnspython raises what it stumbles over, not only errors of its own.
            return Answering((_bare(wire, dns.rcode.FORMERR),))
        return self._behaving(wire, query, transport)

    def _behaving(self, wire: bytes, query: Message, transport: Transport) -> Answering:
        question = query.question[0]
        qtype = "UPDATE" if query.opcode() == dns.opcode.UPDATE else dns.rdatatype.to_text(question.rdtype)
        qname = question.name.canonicalize()
        self._asked.add(Asked(self.server.name, qname.to_text(), qtype, transport))
        behaviour = self.server.behaviour(qname)
        if behaviour.silent:
            return Answering()
        if behaviour.garbage:
            return Answering((os.urandom(40),), behaviour.delay)
        if behaviour.no_edns and query.edns >= 0:
            return Answering((_bare(wire, dns.rcode.FORMERR),), behaviour.delay)
        if behaviour.truncate and transport == "udp":
            answering = Answering((_empty(query, dns.rcode.NOERROR, dns.flags.TC),))
        elif behaviour.rcode is not None:
            answering = Answering((_empty(query, dns.rcode.from_text(behaviour.rcode)),))
        else:
            answering = self._well(query, qname, transport)
        messages = answering.messages
        if behaviour.wrong_id:
            messages = tuple(bytes((message[0] ^ 0x55, *message[1:])) for message in messages)
        return Answering(messages, answering.after + behaviour.delay)

    def _well(self, query: Message, qname: Name, transport: Transport) -> Answering:
        question = query.question[0]
        if query.edns > 0:
            return Answering((_empty(query, dns.rcode.BADVERS),))
        if question.rdclass != dns.rdataclass.IN:
            return Answering((_empty(query, dns.rcode.REFUSED),))
        if isinstance(query, dns.update.UpdateMessage):
            rcode = self.server.update(query)
            return Answering((_empty(query, rcode),))
        if question.rdtype in (dns.rdatatype.AXFR, dns.rdatatype.IXFR):
            messages = self.server.transfer(query) if transport == "tcp" else dns.rcode.REFUSED
            return Answering(messages if isinstance(messages, tuple) else (_empty(query, messages),))
        if not is_data(question.rdtype) and question.rdtype != dns.rdatatype.ANY:
            return Answering((_empty(query, dns.rcode.NOTIMP),))
        desired = bool(query.flags & dns.flags.RD)
        reply, after = self.server.ask(qname, question.rdtype, desired=desired)
        return Answering((_message(query, reply, transport),), after)


def _message(query: Message, reply: Reply, transport: Transport) -> bytes:
    """The reply as an answer to the query, cut to what the client can take."""
    message = dns.message.make_response(query, recursion_available=reply.recursive, our_payload=EDNS_UDP)
    message.set_rcode(reply.rcode)
    if reply.authoritative:
        message.flags |= dns.flags.AA
    message.answer = list(reply.answer)
    message.authority = list(reply.authority)
    message.additional = list(reply.additional)
    if reply.failure is not None and query.edns >= 0:
        message.use_edns(0, 0, EDNS_UDP, options=[dns.edns.EDEOption(reply.failure)])
    room = 65535
    if transport == "udp":
        room = PLAIN_UDP if query.edns < 0 else max(PLAIN_UDP, min(query.payload, EDNS_UDP))
    return message.to_wire(max_size=room, prefer_truncation=True, want_shuffle=False)


def _empty(query: Message, rcode: Rcode, flags: int = 0) -> bytes:
    message = dns.message.make_response(query, our_payload=EDNS_UDP)
    message.flags |= flags
    message.set_rcode(rcode)
    return message.to_wire()


def _bare(wire: bytes, rcode: Rcode) -> bytes:
    """A header alone, for a message that cannot be read further."""
    return wire[:2] + bytes((0x80 | wire[2] & 0x79, rcode)) + bytes(8)
