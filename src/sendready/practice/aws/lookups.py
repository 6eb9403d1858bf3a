"""SES's own eyes on the DNS: several questions at once, one deadline, nothing remembered.

What SES sees must not depend on what others asked before, nor the other way round: so it uses no shared
resolver, but walks down from the root itself, unless it was given one.
"""

from __future__ import annotations

import enum
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rdtypes.ANY.SOA

from sendready.practice.dns.zones import ADDRESSES, ROOT_SERVER

DEADLINE = 2.0
"""How long SES waits for all its answers, real seconds."""
TRY = 0.6
"""How long it waits for one server before it asks the next, real seconds."""

Question = tuple[str, str]
"""A name and a type."""
Address = tuple[str, int]


class Outcome(enum.Enum):
    """What became of a question."""

    FOUND = "found"
    NO_NAME = "no name"
    NO_DATA = "no data"
    FAILED = "failed"
    """No answer, or one that reports a server's failure."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question."""

    outcome: Outcome
    values: tuple[str, ...] = ()
    """Record data in lower case; the final dot of a name is gone."""
    soa: tuple[str, str, int] | None = None
    """The SOA record that came along: primary server, administrator's address, serial."""


SILENCE = Answer(Outcome.FAILED)
Lookup = Callable[[Sequence[Question]], dict[Question, Answer]]


def through(resolver: str) -> Lookup:
    """Looks everything up through one recursive resolver, `host:port`."""

    def ask(questions: Sequence[Question]) -> dict[Question, Answer]:
        replies = _exchange(dict.fromkeys(questions, _address(resolver)), DEADLINE, recurse=True)
        return {
            question: _read(replies[question], question[1]) if question in replies else SILENCE
            for question in questions
        }

    return ask


def walking(listening: Mapping[str, str]) -> Lookup:
    """Looks everything up from the root down; `listening` says where each name server's address really is."""

    def servers(names: Iterable[str]) -> list[Address]:
        found = [listening.get(ADDRESSES.get(name, "")) for name in sorted(names)]
        return [_address(one) for one in found if one]

    def ask(questions: Sequence[Question]) -> dict[Question, Answer]:
        answers = dict.fromkeys(questions, SILENCE)
        walks = {question: Walk(dns.name.root, servers([ROOT_SERVER])) for question in answers}
        end = time.monotonic() + DEADLINE
        while walks and (left := end - time.monotonic()) > 0:
            replies = _exchange({question: walk.servers[0] for question, walk in walks.items()}, min(left, TRY))
            for question, walk in list(walks.items()):
                reply = replies.get(question)
                deeper = _referral(reply, walk.zone) if reply else None
                if deeper is not None:
                    walks[question] = Walk(deeper[0], servers(deeper[1]))
                elif reply is not None and _is_answer(reply):
                    answers[question] = _read(reply, question[1])
                    del walks[question]
                else:
                    walks[question] = Walk(walk.zone, walk.servers[1:])
            walks = {question: walk for question, walk in walks.items() if walk.servers}
        return answers

    return ask


@dataclass(frozen=True, slots=True)
class Walk:
    """How far down one question has come."""

    zone: dns.name.Name
    servers: list[Address]
    """The zone's servers that have not failed yet."""


def _exchange(
    asked: Mapping[Question, Address], seconds: float, *, recurse: bool = False
) -> dict[Question, dns.message.Message]:
    """Asks every question of its server at the same time; what is not answered in `seconds` is left out."""
    replies: dict[Question, dns.message.Message] = {}
    waiting: dict[int, tuple[Question, dns.message.Message, Address]] = {}
    family = socket.AF_INET6 if any(":" in server[0] for server in asked.values()) else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender, selectors.DefaultSelector() as selector:
        sender.setblocking(False)
        selector.register(sender, selectors.EVENT_READ)
        for question, server in asked.items():
            flags = dns.flags.RD if recurse else 0
            query: dns.message.Message = dns.message.make_query(
                question[0], question[1], use_edns=True, payload=1232, flags=flags
            )
            waiting[query.id] = (question, query, server)
            sender.sendto(query.to_wire(), server)
        end = time.monotonic() + seconds
        while waiting and (left := end - time.monotonic()) > 0 and selector.select(left):
            try:
                reply = dns.message.from_wire(sender.recv(65535), ignore_trailing=True)
            except (OSError, dns.exception.DNSException):  # a refused port, or a reply that is no DNS message
                continue
            if reply.id in waiting and waiting[reply.id][1].is_response(reply):
                question, query, server = waiting.pop(reply.id)
                whole = _over_tcp(query, server) if reply.flags & dns.flags.TC else reply
                if whole is not None:
                    replies[question] = whole
    return replies


def _over_tcp(query: dns.message.Message, server: Address) -> dns.message.Message | None:
    try:
        return dns.query.tcp(query, server[0], timeout=TRY, port=server[1])
    except (OSError, dns.exception.DNSException):
        return None


def _referral(reply: dns.message.Message, zone: dns.name.Name) -> tuple[dns.name.Name, list[str]] | None:
    """The deeper zone a reply refers to, and its servers."""
    if reply.rcode() != dns.rcode.NOERROR or reply.answer:
        return None
    for rrset in reply.authority:
        if rrset.rdtype == dns.rdatatype.NS and rrset.name != zone and rrset.name.is_subdomain(zone):
            return rrset.name, [record.to_text().lower() for record in rrset]
    return None


def _is_answer(reply: dns.message.Message) -> bool:
    """Whether a server that should know has spoken: an upward referral of a lame one does not count."""
    known = reply.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
    return known and bool(reply.answer or reply.flags & dns.flags.AA)


def _read(reply: dns.message.Message, rtype: str) -> Answer:
    soa = _soa(reply)
    if reply.rcode() == dns.rcode.NXDOMAIN:
        return Answer(Outcome.NO_NAME, soa=soa)
    if reply.rcode() != dns.rcode.NOERROR:
        return SILENCE
    wanted = dns.rdatatype.from_text(rtype)
    values = tuple(
        record.to_text().lower().rstrip(".") for rrset in reply.answer if rrset.rdtype == wanted for record in rrset
    )
    return Answer(Outcome.FOUND if values else Outcome.NO_DATA, values, soa)


def _soa(reply: dns.message.Message) -> tuple[str, str, int] | None:
    for rrset in [*reply.answer, *reply.authority]:
        for record in rrset:
            if isinstance(record, dns.rdtypes.ANY.SOA.SOA):
                admin = record.rname.to_text(omit_final_dot=True)
                return record.mname.to_text(omit_final_dot=True), admin, record.serial
    return None


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)
