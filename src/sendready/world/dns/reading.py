"""What a reply of an authoritative server means: an answer, a proof of absence, a referral, or nothing of use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import dns.flags
import dns.message
import dns.rcode
import dns.rdata
import dns.rdatatype

from sendready.model.names import bare, is_at_or_below
from sendready.model.records import NameServer, Outcome, Question, RecordType, Redirection, Sighting
from sendready.world.dns.transport import Reply


@dataclass(frozen=True, slots=True)
class Referral:
    """A server says that another zone's servers are to be asked."""

    cut: str
    """The apex of the zone below."""
    names: tuple[str, ...]
    glue: tuple[NameServer, ...]


def referral(reply: Reply, zone: str) -> Referral | None:
    """The delegation in a reply, where it leads down from `zone`; upward ones are nonsense (a lame server)."""
    message = reply.message
    if message is None or message.rcode() != dns.rcode.NOERROR or message.flags & dns.flags.AA or message.answer:
        return None
    targets: dict[str, list[str]] = {}
    for rrset in message.authority:
        if rrset.rdtype == dns.rdatatype.NS:
            targets.setdefault(_name(rrset), []).extend(bare(rr.target.to_text()) for rr in rrset)
    for cut, names in targets.items():
        if cut != zone and is_at_or_below(cut, zone):
            return Referral(cut, tuple(dict.fromkeys(names)), _glue(message, names))
    return None


def _glue(message: dns.message.Message, names: list[str]) -> tuple[NameServer, ...]:
    return tuple(
        NameServer(_name(rrset), rr.address)
        for rrset in message.additional
        if rrset.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA) and _name(rrset) in names
        for rr in rrset
    )


def outcome(reply: Reply, question: Question) -> Outcome:
    """What the reply proves about the question."""
    message = reply.message
    if message is None:
        return reply.failure or Outcome.TIMEOUT
    if not _is_ours(message, question):
        return Outcome.GARBLED
    match message.rcode():
        case dns.rcode.NOERROR | dns.rcode.NXDOMAIN if not message.flags & dns.flags.AA:
            return Outcome.INTERCEPTED if message.flags & dns.flags.RA else Outcome.NOT_AUTHORITATIVE
        case dns.rcode.NOERROR:
            return Outcome.ANSWER if answers(message, question) or alias(message, question) else Outcome.NODATA
        case dns.rcode.NXDOMAIN:
            return Outcome.ANSWER if alias(message, question) else Outcome.NXDOMAIN
        case dns.rcode.SERVFAIL:
            return Outcome.SERVFAIL
        case dns.rcode.REFUSED:
            return Outcome.REFUSED
        case _:
            return Outcome.GARBLED


def _is_ours(message: dns.message.Message, question: Question) -> bool:
    asked = message.question
    return len(asked) == 1 and bare(asked[0].name.to_text()) == question.name


def answers(message: dns.message.Message, question: Question) -> tuple[str, ...]:
    """The record set asked for, in our form, sorted so that two servers' sets compare."""
    return tuple(
        sorted(
            text(rr)
            for rrset in message.answer
            if dns.rdatatype.to_text(rrset.rdtype) == question.type.value and _name(rrset) == question.name
            for rr in rrset
        )
    )


def pieces(message: dns.message.Message, question: Question) -> tuple[tuple[str, ...], ...]:
    """The character strings of each TXT record at the name that has more than one."""
    return tuple(
        tuple(part.decode("utf-8", "backslashreplace") for part in rr.strings)
        for rrset in message.answer
        if question.type is RecordType.TXT and rrset.rdtype == dns.rdatatype.TXT and _name(rrset) == question.name
        for rr in rrset
        if len(rr.strings) > 1
    )


def alias(message: dns.message.Message, question: Question) -> str | None:
    """Where the name is a CNAME and something else was asked for: its target."""
    if question.type is RecordType.CNAME:
        return None
    for rrset in message.answer:
        if rrset.rdtype == dns.rdatatype.CNAME and _name(rrset) == question.name:
            return bare(rrset[0].target.to_text())
    return None


def redirection(message: dns.message.Message, question: Question) -> Redirection | None:
    """The DNAME that the name asked for lies below (RFC 6672, section 3.1)."""
    for rrset in message.answer:
        owner = _name(rrset)
        if rrset.rdtype == dns.rdatatype.DNAME and owner != question.name and is_at_or_below(question.name, owner):
            return Redirection(owner, bare(rrset[0].target.to_text()))
    return None


def sighting(server: NameServer, question: Question, reply: Reply, at: datetime, zone: str) -> Sighting:
    """The evidence of one reply."""
    what = outcome(reply, question)
    found = answers(reply.message, question) if reply.message is not None and what is Outcome.ANSWER else ()
    points_to = alias(reply.message, question) if reply.message is not None else None
    below = redirection(reply.message, question) if reply.message is not None else None
    cut = pieces(reply.message, question) if found and reply.message is not None else ()
    lifetime = ttl(reply, question)
    return Sighting(server, question, what, found, lifetime, round(reply.ms, 1), at, zone, points_to, below, cut)


def resolved(resolver: NameServer, question: Question, reply: Reply, at: datetime) -> Sighting:
    """The evidence of one resolver's reply, whose TTL is what is left of it in the resolver's memory."""
    message = reply.message
    if message is None or not _is_ours(message, question):
        return Sighting(resolver, question, reply.failure or Outcome.GARBLED, (), None, round(reply.ms, 1), at)
    wanted = dns.rdatatype.from_text(question.type.value)
    found = tuple(sorted(text(rr) for rrset in message.answer if rrset.rdtype == wanted for rr in rrset))
    match message.rcode():
        case dns.rcode.NOERROR:
            what = Outcome.ANSWER if found else Outcome.NODATA
        case dns.rcode.NXDOMAIN:
            what = Outcome.NXDOMAIN
        case dns.rcode.REFUSED:
            what = Outcome.REFUSED
        case _:
            what = Outcome.SERVFAIL
    points_to = alias(message, question)
    return Sighting(resolver, question, what, found, ttl(reply, question), round(reply.ms, 1), at, "", points_to)


def followed(host: str, question: Question, message: dns.message.Message, ms: float, at: datetime) -> Sighting:
    """The evidence of a resolver's reply, in which a chain of aliases leads to the records asked for."""
    names = {question.name}
    found: list[str] = []
    lifetime: int | None = None
    for rrset in message.answer:  # in the order of the chain
        if _name(rrset) not in names:
            continue
        if dns.rdatatype.to_text(rrset.rdtype) == question.type.value:
            found += [text(rr) for rr in rrset]
            lifetime = rrset.ttl
        elif rrset.rdtype == dns.rdatatype.CNAME:
            names.add(bare(rrset[0].target.to_text()))
    missing = message.rcode() == dns.rcode.NXDOMAIN
    what = Outcome.ANSWER if found else Outcome.NXDOMAIN if missing else Outcome.NODATA
    server = NameServer(f"resolver {host}", host)
    return Sighting(server, question, what, tuple(sorted(found)), lifetime, round(ms, 1), at)


def ttl(reply: Reply, question: Question) -> int | None:
    """The TTL of the record set, or of the negative answer: min(SOA TTL, MINIMUM), RFC 2308 sections 3 and 5."""
    if reply.message is None:
        return None
    for rrset in reply.message.answer:
        if _name(rrset) == question.name:
            return rrset.ttl
    for rrset in reply.message.authority:
        if rrset.rdtype == dns.rdatatype.SOA:
            return int(min(rrset.ttl, rrset[0].minimum))
    return None


def text(rr: dns.rdata.Rdata) -> str:
    """A record in our form: TXT strings joined without quotes, names in lower case without their final dot."""
    match rr.rdtype:
        case dns.rdatatype.TXT:
            joined: bytes = b"".join(rr.strings)  # type: ignore[attr-defined]
            return joined.decode("utf-8", "backslashreplace")
        case dns.rdatatype.MX:
            return f"{rr.preference} {bare(rr.exchange.to_text())}"  # type: ignore[attr-defined]
        case _:
            return bare(rr.to_text())


def _name(rrset: object) -> str:
    name: str = rrset.name.to_text()  # type: ignore[attr-defined]
    return bare(name)
