"""The resolver, asked only for what surely exists: a top-level domain's name servers and name servers' addresses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from sendready.model.errors import Unreachable
from sendready.model.names import bare
from sendready.model.records import NameServer, Question, RecordType
from sendready.world.dns.transport import DNS_PORT, PAYLOAD, Endpoint, Transport

CONFIGURED_FOR = 5.0
"""Seconds after which the system's configuration is read again."""

ANSWERS_FOR = 60.0
"""Seconds for which it is remembered that a resolver has a record (real time); that it has none, never."""

MOST_ANSWERS = 1000
"""Answers that are remembered before they are asked for anew."""

PUBLIC = (Endpoint("1.1.1.1"), Endpoint("8.8.8.8"))
"""Asked when no resolver of the system answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a resolver answered, and how long it took."""

    endpoint: Endpoint
    message: dns.message.Message
    ms: float


class Resolvers:
    """Recursive resolvers, tried in their order."""

    def __init__(self, transport: Transport, endpoints: Sequence[Endpoint] | None = None) -> None:
        self.transport = transport
        self._endpoints = tuple(endpoints) if endpoints else None
        self.aliases: set[str] = set()
        """Names of name servers that were found to be aliases."""
        self._system: tuple[float, tuple[Endpoint, ...]] = (0.0, ())
        self._asked: dict[Question, tuple[float, asyncio.Task[Answer]]] = {}

    def forget(self) -> None:
        """Drops what resolvers have answered."""
        self._asked.clear()

    async def servers_of(self, zone: str) -> tuple[NameServer, ...]:
        """The name servers of a zone that surely exists, with their addresses.

        Raises:
            Unreachable: no resolver answered.
        """
        names = await self._names(zone)
        found = await asyncio.gather(*(self.addresses(name) for name in names))
        servers = tuple(
            server for several in found for server in several or () if self.transport.reaches(server.address)
        )
        if names and not servers:
            raise Unreachable(
                f"the addresses of the servers of {zone} could not be looked up",
                "Check the network or VPN, or pass `--resolver HOST`",
                action="dns",
                code="no-address",
            )
        return servers

    async def check_root(self) -> None:
        """Raises Unreachable where the resolver cannot even name the root's servers: it denies whatever is asked."""
        if not await self._names(""):
            raise Unreachable(
                "the resolver of this network denies even the root of DNS, so what it denies proves nothing",
                "Leave the VPN or log in to the network, or pass `--resolver HOST`",
                action="dns",
                code="no-resolver",
            )

    async def addresses(self, name: str) -> tuple[NameServer, ...] | None:
        """One entry for each address of a name server; none where it surely has none, None where nobody answered."""
        messages = await asyncio.gather(
            *(self._ask(Question(name, rtype)) for rtype in (RecordType.A, RecordType.AAAA)), return_exceptions=True
        )
        found = []
        for message in messages:
            if isinstance(message, dns.message.Message):
                wanted = (dns.rdatatype.A, dns.rdatatype.AAAA)
                if any(r.rdtype == dns.rdatatype.CNAME and bare(r.name.to_text()) == name for r in message.answer):
                    self.aliases.add(name)
                found += [
                    NameServer(name, rr.address) for rrset in message.answer for rr in rrset if rr.rdtype in wanted
                ]
        answered = all(isinstance(message, dns.message.Message) for message in messages)
        return tuple(found) if found or answered else None

    @property
    def everyone(self) -> tuple[Endpoint, ...]:
        """All of them: those of the system and the public ones, or the one that was chosen."""
        return tuple(dict.fromkeys(self._endpoints or (*self._configured(), *PUBLIC)))

    def _configured(self) -> tuple[Endpoint, ...]:
        """The system's resolvers; a laptop that wakes up in another network has others."""
        at, known = self._system
        if not known or time.monotonic() - at > CONFIGURED_FOR:
            self._system = time.monotonic(), _system()
        return self._system[1]

    async def objection(self, zone: str) -> tuple[str, str]:
        """The first resolver to answer, and why it gives out nothing of a signed zone; empty: it gives it out.

        Asked twice, for the zone's SOA, which surely exists: SERVFAIL that turns into an answer once signatures are
        not to be checked (CD, RFC 4035, section 3.2.2) is bogus DNSSEC and no other failure.
        """
        for endpoint in self.everyone:
            checked = dns.message.make_query(f"{zone}.", "SOA", use_edns=0, payload=PAYLOAD, want_dnssec=True)
            reply = await self.transport.put(endpoint, checked, seconds=OBJECTING)
            if reply is None:
                continue
            if reply.rcode() != dns.rcode.SERVFAIL:
                return endpoint.host, ""
            why = "; ".join(_said(error) for error in reply.extended_errors())
            checked.flags |= dns.flags.CD
            checked.id = dns.message.make_query(".", "SOA").id
            unchecked = await self.transport.put(endpoint, checked, seconds=OBJECTING)
            bogus = unchecked is not None and unchecked.rcode() == dns.rcode.NOERROR
            return endpoint.host, (why or "SERVFAIL, and an answer where signatures are not checked") if bogus else ""
        return "", ""

    async def endpoints(self, server: str) -> tuple[Endpoint, ...]:
        """Where a server is reached that is named `HOST[:PORT]`, by address or by a name that surely exists."""
        try:
            return (self.transport.endpoint(Endpoint.parse(server)),)
        except ValueError:
            name, _, port = server.partition(":")
        found = await self.addresses(bare(name)) or ()
        return tuple(
            self.transport.endpoint(Endpoint(entry.address, int(port) if port.isdigit() else DNS_PORT))
            for entry in found
            if self.transport.reaches(entry.address)
        )

    async def _names(self, zone: str) -> list[str]:
        message = await self._ask(Question(zone, RecordType.NS))
        return sorted(
            {bare(rr.target.to_text()) for rrset in message.answer for rr in rrset if rr.rdtype == dns.rdatatype.NS}
        )

    async def _ask(self, question: Question) -> dns.message.Message:
        return (await self.answer(question)).message

    async def answer(self, question: Question) -> Answer:
        """The first answer that tells whether there is such a record; one that there is holds for a while.

        Raises:
            Unreachable: no resolver answered.
        """
        at, asking = self._asked.get(question, (0.0, None))
        if asking is None or asking.cancelled() or (asking.done() and not _holds(asking, at)):
            asking = asyncio.ensure_future(self._answer(question))
            if len(self._asked) >= MOST_ANSWERS:
                self._asked = {other: kept for other, kept in self._asked.items() if not kept[1].done()}
            self._asked[question] = (time.monotonic(), asking)
        # Shielded: many may wait for one answer, and one that is cancelled must not take it from the others.
        return await asyncio.shield(asking)

    async def _answer(self, question: Question) -> Answer:
        tried = []
        for endpoint in self.everyone:
            reply = await self.transport.ask(endpoint, question, recursion=True)
            if reply.message is not None and reply.message.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                return Answer(endpoint, reply.message, reply.ms)
            tried.append(f"{endpoint.host}:{endpoint.port}")
        raise Unreachable(
            f"no resolver answered ({', '.join(tried)})",
            "Check the network or VPN, or pass `--resolver HOST`",
            action="dns",
            code="no-resolver",
        )


def _holds(asked: asyncio.Task[Answer], at: float) -> bool:
    """Whether an answer may be used again: it says that something is there, and is not old."""
    if asked.exception() is not None or time.monotonic() - at > ANSWERS_FOR:
        return False
    return bool(asked.result().message.answer)


def _said(error: dns.edns.EDEOption) -> str:
    """An extended error in words (RFC 8914)."""
    meaning = dns.edns.EDECode(error.code).name.replace("_", " ").lower() if error.code in _EDE else f"{error.code}"
    return f"{meaning}: {error.text}" if error.text else meaning


_EDE = frozenset(dns.edns.EDECode)

OBJECTING = 3.0
"""Seconds a resolver is given to check a zone's signatures."""


def _system() -> tuple[Endpoint, ...]:
    """The system's resolvers; none where its configuration cannot be read."""
    import dns.resolver

    try:
        configured = dns.resolver.Resolver(configure=True)
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple(Endpoint(str(server), configured.port) for server in configured.nameservers if isinstance(server, str))
