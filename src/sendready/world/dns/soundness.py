"""Whether a zone is served well: the same question put in several ways, and its signatures against the zone above."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdata
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.RRSIG import RRSIG

from sendready.model.records import NameServer
from sendready.model.soundness import Chain, Manners, Signatures, Soundness
from sendready.world.dns.resolvers import Resolvers
from sendready.world.dns.transport import PAYLOAD, Transport

R = TypeVar("R", bound=dns.rdata.Rdata)

PATIENCE = 1.2
"""Seconds for one query; a server that takes longer is not known, and records are asked for elsewhere."""


async def soundness(
    zone: str,
    servers: Sequence[NameServer],
    above: Sequence[NameServer],
    transport: Transport,
    resolvers: Resolvers,
) -> Soundness:
    """Puts questions to every server of a zone, and to those of the zone above; whatever fails is not known."""
    manners, chain = await asyncio.gather(
        asyncio.gather(*(_manners(zone, server, transport) for server in servers)),
        _chain(zone, servers, above, transport, resolvers),
    )
    refusing = [one for one in manners if one.tcp is False]
    leaves = None
    if refusing and not any(one.tcp for one in manners):
        parent = zone.partition(".")[2]
        asked = _query(parent, "SOA", edns=False)
        replies = [transport.put(s.address, asked, seconds=PATIENCE, tcp=True) for s in above[:3]]
        leaves = any(reply is not None for reply in await asyncio.gather(*replies))
    return Soundness(tuple(manners), leaves, chain)


async def _manners(zone: str, server: NameServer, transport: Transport) -> Manners:
    spelt = _mixed(zone)
    plain = _query(zone, "SOA", edns=False)
    over_tcp = asyncio.ensure_future(transport.put(server.address, plain, seconds=PATIENCE, tcp=True))
    try:
        reply = await transport.put(server.address, _query(spelt, "SOA"), seconds=PATIENCE)
        if reply is not None and reply.rcode() not in (dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS):
            kept = bool(reply.question) and reply.question[0].name.to_text(omit_final_dot=True) == spelt
            return Manners(server, edns=True, keeps_case=kept, tcp=await over_tcp is not None)
        with_edns, without = await asyncio.gather(
            transport.put(server.address, _query(zone, "SOA"), seconds=PATIENCE),
            transport.put(server.address, _query(zone, "SOA", edns=False), seconds=PATIENCE),
        )
        if without is None:
            return Manners(server)
        silent = with_edns is None
        # FORMERR to what bears EDNS is how a server from before EDNS says so, and resolvers cope with that.
        return Manners(server, edns=False if silent and reply is None else None, tcp=await over_tcp is not None)
    finally:
        over_tcp.cancel()


def _mixed(name: str) -> str:
    """The name in capitals and small letters by turns, as resolvers spell it to tell forged answers from true ones."""
    return "".join(letter.upper() if place % 2 else letter for place, letter in enumerate(name))


def _query(name: str, rtype: str, *, edns: bool = True, dnssec: bool = False) -> dns.message.Message:
    query: dns.message.Message = dns.message.make_query(
        f"{name}.", rtype, use_edns=0 if edns else False, payload=PAYLOAD, want_dnssec=dnssec, flags=0
    )
    return query


async def _chain(
    zone: str, servers: Sequence[NameServer], above: Sequence[NameServer], transport: Transport, resolvers: Resolvers
) -> Chain | None:
    vouched = await _vouched(zone, above, transport)
    if not vouched:
        return None
    signatures, (resolver, refused) = await asyncio.gather(
        asyncio.gather(*(_signatures(zone, server, vouched, transport) for server in servers)),
        resolvers.objection(zone),
    )
    return Chain(
        tuple(sorted({ds.key_tag for ds in vouched})),
        tuple(one for one in signatures if one is not None),
        refused,
        resolver,
    )


async def _vouched(zone: str, above: Sequence[NameServer], transport: Transport) -> list[DS]:
    """The DS records of a zone; none where the servers above have none, or did not say."""
    for server in above[:3]:
        reply = await transport.put(server.address, _query(zone, "DS", dnssec=True), seconds=PATIENCE)
        if reply is not None and reply.rcode() == dns.rcode.NOERROR:
            return _of_type(reply, DS)
    return []


async def _signatures(zone: str, server: NameServer, vouched: Sequence[DS], transport: Transport) -> Signatures | None:
    from dns.dnssec import key_id  # loads a whole library of cryptography where there is one

    replies = await asyncio.gather(*(_whole(zone, rtype, server, transport) for rtype in ("DNSKEY", "SOA")))
    if any(reply is None or reply.rcode() != dns.rcode.NOERROR for reply in replies):
        return None
    answers = [reply for reply in replies if reply is not None]
    keys = _of_type(answers[0], DNSKEY)
    signed = [rrsig for reply in answers for rrsig in _of_type(reply, RRSIG)]
    apex = dns.name.from_text(zone)
    return Signatures(
        server,
        tuple(sorted(key_id(key) for key in keys)),
        any(_vouches(ds, key, apex) for ds in vouched for key in keys),
        max((_moment(rrsig.inception) for rrsig in signed), default=None),
        min((_moment(rrsig.expiration) for rrsig in signed), default=None),
    )


async def _whole(zone: str, rtype: str, server: NameServer, transport: Transport) -> dns.message.Message | None:
    """An answer with its signatures, over TCP where it does not fit into UDP."""
    query = _query(zone, rtype, dnssec=True)
    reply = await transport.put(server.address, query, seconds=PATIENCE)
    if reply is not None and reply.flags & dns.flags.TC:
        return await transport.put(server.address, query, seconds=PATIENCE, tcp=True)
    return reply


def _vouches(ds: DS, key: DNSKEY, apex: dns.name.Name) -> bool:
    """Whether a DS record is the digest of a key; of a digest that is not known here the tag must do."""
    from dns.dnssec import allow_all_policy, key_id, make_ds

    if (ds.key_tag, ds.algorithm) != (key_id(key), key.algorithm):
        return False
    try:
        made = make_ds(apex, key, ds.digest_type, policy=allow_all_policy)
    except (dns.exception.DNSException, ValueError):
        return True
    return bool(made.digest == ds.digest)


def _of_type(reply: dns.message.Message, kind: type[R]) -> list[R]:
    return [rr for rrset in reply.answer for rr in rrset if isinstance(rr, kind)]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
