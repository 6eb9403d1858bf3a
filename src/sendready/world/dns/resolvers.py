"""The resolver, asked only for what surely exists: a top-level domain's name servers and name servers' addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from sendready.model.errors import Unreachable
from sendready.model.names import bare
from sendready.model.records import NameServer, Question, RecordType
from sendready.world.dns.transport import DNS_PORT, Endpoint, Transport

PUBLIC = (Endpoint("1.1.1.1"), Endpoint("8.8.8.8"))
"""Asked when no resolver of the system answers."""


class Resolvers:
    """Recursive resolvers, tried in their order."""

    def __init__(self, transport: Transport, endpoints: Sequence[Endpoint] | None = None) -> None:
        self.transport = transport
        self._endpoints = tuple(endpoints) if endpoints else None

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
                found += [
                    NameServer(name, rr.address) for rrset in message.answer for rr in rrset if rr.rdtype in wanted
                ]
        answered = all(isinstance(message, dns.message.Message) for message in messages)
        return tuple(found) if found or answered else None

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
        tried = []
        for endpoint in self._endpoints or (*_system(), *PUBLIC):
            reply = await self.transport.ask(endpoint, question, recursion=True)
            if reply.message is not None and reply.message.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                return reply.message
            tried.append(f"{endpoint.host}:{endpoint.port}")
        raise Unreachable(
            f"no resolver answered ({', '.join(tried)})",
            "Check the network or VPN, or pass `--resolver HOST`",
            action="dns",
            code="no-resolver",
        )


def _system() -> list[Endpoint]:
    """The system's resolvers; none where its configuration cannot be read."""
    import dns.resolver

    try:
        configured = dns.resolver.Resolver(configure=True)
    except dns.resolver.NoResolverConfiguration:
        return []
    return [Endpoint(str(server), configured.port) for server in configured.nameservers if isinstance(server, str)]
