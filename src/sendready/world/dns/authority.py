"""DNS at its authoritative servers: walked down from the top-level domain, then every server asked in parallel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import dns.rdatatype

from sendready.model.errors import Unreachable
from sendready.model.names import ancestors, bare, is_at_or_below, is_registry, labels, parent
from sendready.model.observation import Delegation
from sendready.model.ports import Clock
from sendready.model.records import NameServer, Outcome, Question, RecordType, Sighting
from sendready.model.soundness import Soundness
from sendready.world.dns import reading
from sendready.world.dns.resolvers import Resolvers
from sendready.world.dns.soundness import soundness
from sendready.world.dns.transport import Reply, Transport

DEADLINE = 3.6
"""Seconds for one record at all its servers: as long as one server is tried; a dead one delays nobody beyond it."""

DESCRIBED_WITHIN = 1.2
"""Seconds for what a zone says of itself: its records are asked for afterwards, whoever answers."""

RESOLVED_WITHIN = 2.0
"""Seconds for a resolver to say what it has: nothing waits for those that take longer."""

PATIENCE = 0.8
"""Seconds after which further servers are asked as well."""

DELEGATIONS_FOR = 60.0
"""Seconds a delegation is remembered (real time)."""

MOST_WALKS = 1000
"""Delegations that are remembered before those that are known by now are looked up anew."""

RACERS = 2
"""How many servers of a zone above are asked at once; the first useful answer is taken."""

MOST_SERVERS = 20
"""Name servers of one zone that are asked; no honest zone has more than thirteen."""

DEEPEST = 8
"""Longest chain of aliases or referrals that is followed for one record."""


class AuthoritativeDns:
    """Implements `model.ports.Dns`."""

    def __init__(self, transport: Transport, resolvers: Resolvers, clock: Clock) -> None:
        self._transport = transport
        self._resolvers = resolvers
        self._clock = clock
        self._walks: dict[str, tuple[float, asyncio.Task[Delegation]]] = {}
        self._tops: dict[str, asyncio.Task[tuple[NameServer, ...]]] = {}

    def forget(self) -> None:
        """Drops what is remembered of delegations and of servers that were silent."""
        self._walks.clear()
        self._tops.clear()
        self._resolvers.forget()
        self._transport.forget()

    async def delegation(self, name: str) -> Delegation:
        """The zone that holds `name`. Raises Unreachable where no resolver or no server of a zone above answered."""
        started, walk = self._walks.get(name, (0.0, None))
        if walk is None or walk.cancelled() or time.monotonic() - started > DELEGATIONS_FOR or _failed(walk):
            walk = asyncio.ensure_future(self._walk(name))
            if len(self._walks) >= MOST_WALKS:  # of a long list of domains
                self._walks = {other: kept for other, kept in self._walks.items() if not kept[1].done()}
            self._walks[name] = (time.monotonic(), walk)
        # Shielded: several looks may wait for one walk, and one that is cancelled must not take it from the others.
        return await asyncio.shield(walk)

    async def soundness(self, cut: Delegation) -> Soundness:
        """How the zone's servers take questions, and whether its signatures hold; whatever fails is not known."""
        zone = cut.zone or cut.name
        try:
            above = (await self.delegation(parent(zone))).servers
        except Unreachable:
            above = ()
        return await soundness(zone, cut.servers, above, self._transport, self._resolvers)

    async def resolved(self, questions: Sequence[Question]) -> tuple[Sighting, ...]:
        """What each resolver answers; one that does not answer in time is left out."""
        asked = [(endpoint, question) for endpoint in self._resolvers.everyone for question in questions]
        replies = await asyncio.gather(
            *(
                self._transport.ask(endpoint, question, recursion=True, seconds=RESOLVED_WITHIN)
                for endpoint, question in asked
            )
        )
        at = self._clock.now()
        return tuple(
            reading.resolved(NameServer("resolver", endpoint.host), question, reply, at)
            for (endpoint, question), reply in zip(asked, replies, strict=True)
            if reply.message is not None
        )

    async def look(self, question: Question) -> tuple[Sighting, ...]:
        """What every authoritative server of the name's zone answers; aliases are followed to what receivers see."""
        return await self._look(question, frozenset())

    async def resolve(self, question: Question) -> Sighting | None:
        """What a resolver answers, CNAMEs followed; None where none answered within the deadline of one look."""
        try:
            async with asyncio.timeout(DEADLINE):
                answer = await self._resolvers.answer(question)
        except (Unreachable, TimeoutError):
            return None
        return reading.followed(answer.endpoint.host, question, answer.message, answer.ms, self._clock.now())

    async def _look(self, question: Question, passed: frozenset[str]) -> tuple[Sighting, ...]:
        cut = await self.delegation(self._nearest(question.name))
        zone, servers = cut.zone or "", cut.servers
        replies = await self._ask_all(servers, question)
        for _ in range(DEEPEST):
            down = next((r for r in (reading.referral(reply, zone) for reply in replies) if r is not None), None)
            if down is None or not is_at_or_below(question.name, down.cut):
                break
            zone = down.cut
            below, _ = await self._resolved(down)
            if not below:
                break  # the referral itself is all there is to be seen
            servers, replies = below, await self._ask_all(below, question)
        at = self._clock.now()
        seen = [
            reading.sighting(server, question, reply, at, zone) for server, reply in zip(servers, replies, strict=True)
        ]
        targets = {target for reply in replies if reply.message and (target := reading.alias(reply.message, question))}
        if targets and len(passed) < DEEPEST:
            return await self._through_alias(seen, replies, question, passed | {question.name})
        return tuple(seen)

    async def _through_alias(
        self, seen: Sequence[Sighting], replies: Sequence[Reply], question: Question, passed: frozenset[str]
    ) -> tuple[Sighting, ...]:
        """Gives each server that answered with an alias what the alias leads to; each target is looked at once."""
        followed: list[Sighting] = []
        targets: dict[str, tuple[Sighting, ...]] = {}
        for sighting, reply in zip(seen, replies, strict=True):
            target = reading.alias(reply.message, question) if reply.message is not None else None
            if target is None:
                followed.append(sighting)
                continue
            if target not in targets:
                targets[target] = await self._at_target(Question(target, question.type), passed)
            there = targets[target]
            best = next((s for s in there if s.outcome is Outcome.ANSWER), there[0] if there else None)
            if best is None or not best.outcome.conclusive:  # receivers' resolvers give up there
                circular = target in passed or (best is not None and best.circular)
                followed.append(replace(sighting, outcome=Outcome.SERVFAIL, circular=circular))
            else:
                followed.append(replace(sighting, outcome=best.outcome, answers=best.answers, ttl=best.ttl))
        return tuple(followed)

    async def _at_target(self, question: Question, passed: frozenset[str]) -> tuple[Sighting, ...]:
        """What an alias leads to; nothing where it leads back, or where nobody answers for its target."""
        if question.name in passed:
            return ()
        try:
            return await self._look(question, passed)
        except Unreachable:
            return ()  # the alias itself was seen, and what receivers make of it is a failure to resolve

    def _nearest(self, name: str) -> str:
        """The lowest name at or above `name` whose delegation is known or under way; else the name above it."""
        for ancestor in ancestors(name):
            if ancestor in self._walks:
                return ancestor
        above = ancestors(name)
        return above[1] if len(above) > 1 else name

    async def _walk(self, name: str) -> Delegation:
        cut = await self._descend(name)
        named = dict.fromkeys((*cut.parent_names, *cut.own_names))
        return replace(cut, aliased=tuple(server for server in named if server in self._resolvers.aliases))

    async def _descend(self, name: str) -> Delegation:
        """From the top-level domain's servers down to the zone that holds the name."""
        zone = labels(name)[-1]
        servers = await self._top(zone)
        if not servers:
            await self._resolvers.check_root()  # one that denies everything proves nothing about this name
            return Delegation(name, zone=None, exists=False)
        if zone == name:
            return Delegation(name, zone, servers, exists=True)
        question = Question(name, RecordType.NS)
        trail: list[Sighting] = []
        named: tuple[str, ...] = ()
        nowhere: tuple[str, ...] = ()
        glue: tuple[NameServer, ...] = ()
        here = Delegation(name, zone, servers, exists=None)
        while True:
            try:
                server, reply = await self._first(servers, question, DESCRIBED_WITHIN if trail else DEADLINE)
            except Unreachable:
                if not trail:
                    raise
                # The zone above answered: it is this zone's own servers that are away, and records say how each is.
                return here
            trail.append(reading.sighting(server, question, reply, self._clock.now(), zone))
            down = reading.referral(reply, zone)
            if down is None or not is_at_or_below(name, down.cut):
                break
            zone, named = down.cut, down.names
            glue = tuple(server for server in down.glue if is_at_or_below(server.name, zone))
            servers, nowhere = await self._resolved(down)
            here = Delegation(
                name, zone, servers, exists=True, sightings=tuple(trail), parent_names=named, glue=glue, nowhere=nowhere
            )
            if not servers:
                return here
            if zone == name:  # delegated right here: what its servers say of themselves is all that is left to ask
                return await self._described(here, zone, servers)
        last = trail[-1]
        if last.outcome is Outcome.NXDOMAIN and is_registry(zone):
            return Delegation(name, zone, servers, exists=False, sightings=tuple(trail))
        apex = _apex(reply, zone)
        if apex != zone:  # one server holds both, and nothing was referred
            named, nowhere, glue = (), (), ()
        cut = Delegation(
            name, apex, servers, exists=True, sightings=tuple(trail), parent_names=named, glue=glue, nowhere=nowhere
        )
        # A server of the zone above may have this zone, too; those that were asked beside it need not.
        return await self._described(cut, apex, (server,) if apex != zone else servers)

    async def _top(self, zone: str) -> tuple[NameServer, ...]:
        """A top-level domain's servers, asked of the resolver once for all walks that begin there."""
        task = self._tops.get(zone)
        # That there is none is asked anew: a network may deny everything until somebody has logged in to it.
        if task is None or task.cancelled() or (task.done() and (task.exception() is not None or not task.result())):
            task = self._tops[zone] = asyncio.ensure_future(self._resolvers.servers_of(zone))
        return await asyncio.shield(task)

    async def _described(self, cut: Delegation, apex: str, having: Sequence[NameServer]) -> Delegation:
        """Adds the zone's own NS set and what its SOA says; `having` are those of the servers that have the zone."""
        try:
            (_, ns), (_, soa) = await asyncio.gather(
                self._first(having, Question(apex, RecordType.NS), DESCRIBED_WITHIN),
                self._first(having, Question(apex, RecordType.SOA), DESCRIBED_WITHIN),
            )
        except Unreachable:
            return cut
        servers, nowhere = cut.servers, cut.nowhere
        own: tuple[str, ...] = ()
        if ns.message is not None:
            own = reading.answers(ns.message, Question(apex, RecordType.NS))[:MOST_SERVERS]
            servers = tuple(server for server in servers if server in having or server.name in own)
            known = {*(server.name for server in servers), *nowhere}
            more, missing = await self._addresses([name for name in own if name not in known])
            servers, nowhere = (*servers, *more), (*nowhere, *missing)
        primary, serial, negative = _soa(soa)
        return replace(
            cut,
            servers=servers,
            own_names=own,
            nowhere=nowhere,
            primary=primary,
            serial=serial,
            negative_ttl=negative,
        )

    async def _resolved(self, down: reading.Referral) -> tuple[tuple[NameServer, ...], tuple[str, ...]]:
        """A referral's servers with their addresses, the glue or what the resolver says; and those without any."""
        glued = {server.name for server in down.glue}
        more, nowhere = await self._addresses([name for name in down.names if name not in glued][:MOST_SERVERS])
        reachable = (server for server in down.glue if self._transport.reaches(server.address))
        return (*reachable, *more), nowhere

    async def _addresses(self, names: Sequence[str]) -> tuple[tuple[NameServer, ...], tuple[str, ...]]:
        """Where these servers can be reached, and which of them surely have no address at all."""
        found = await asyncio.gather(*(self._resolvers.addresses(name) for name in names))
        servers = tuple(server for several in found if several is not None for server in several)
        nowhere = tuple(name for name, several in zip(names, found, strict=True) if several == ())
        return tuple(s for s in servers if self._transport.reaches(s.address)), nowhere

    async def _ask_all(self, servers: Sequence[NameServer], question: Question) -> list[Reply]:
        return await asyncio.gather(
            *(self._transport.ask(server.address, question, seconds=DEADLINE) for server in servers)
        )

    async def _first(
        self, servers: Sequence[NameServer], question: Question, within: float = DEADLINE
    ) -> tuple[NameServer, Reply]:
        """The first useful reply; a few servers are asked, and more of them where those fail or take a while.

        Raises:
            Unreachable: none came within so many seconds.
        """
        until = time.monotonic() + within
        waiting, outcomes = list(servers), set[Outcome]()
        racing: dict[asyncio.Task[Reply], NameServer] = {}
        try:
            while waiting or racing:
                for server in waiting[:RACERS]:
                    left = max(0.0, until - time.monotonic())
                    asking = self._transport.ask(server.address, question, seconds=left)
                    racing[asyncio.ensure_future(asking)] = server
                del waiting[:RACERS]
                pause = PATIENCE if waiting else None
                done, _ = await asyncio.wait(racing, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    server, reply = racing.pop(task), task.result()
                    if _useful(reply, question):
                        return server, reply
                    outcomes.add(reading.outcome(reply, question))
        finally:
            for task in racing:
                task.cancel()
        names = ", ".join(dict.fromkeys(server.name for server in servers)) or "no server"
        if Outcome.INTERCEPTED in outcomes:
            raise Unreachable(
                f"a resolver of this network answered in place of {names}",
                "Look from another network, without the VPN or hotspot, or pass `--doh https://dns.google/dns-query`",
                action="dns",
                code="intercepted",
            )
        raise Unreachable(
            f"no server on the way to {question.name} answered ({names})",
            "Look from another network, or pass `--doh https://dns.google/dns-query`: this one may let only its own"
            " resolver be asked (port 53)",
            action="dns",
            code="no-answer",
        )


def _useful(reply: Reply, question: Question) -> bool:
    """Whether a reply leads on: an answer, a proof of absence or a referral."""
    what = reading.outcome(reply, question)
    return what.conclusive or (what is Outcome.NOT_AUTHORITATIVE and reading.referral(reply, "") is not None)


def _failed(walk: asyncio.Task[Delegation]) -> bool:
    return walk.done() and not walk.cancelled() and walk.exception() is not None


def _apex(reply: Reply, zone: str) -> str:
    """The apex of the zone that answered: the owner of its SOA or NS, which may lie below where we were sent."""
    if reply.message is None:
        return zone
    for rrset in (*reply.message.authority, *reply.message.answer):
        if rrset.rdtype in (dns.rdatatype.SOA, dns.rdatatype.NS):
            owner = bare(rrset.name.to_text())
            if is_at_or_below(owner, zone):
                return owner
    return zone


def _soa(reply: Reply) -> tuple[str | None, int | None, int | None]:
    """Primary, serial and the lifetime of negative answers, seconds."""
    if reply.message is None:
        return None, None, None
    for rrset in (*reply.message.answer, *reply.message.authority):
        if rrset.rdtype == dns.rdatatype.SOA:
            soa = rrset[0]
            return bare(soa.mname.to_text()), soa.serial, min(rrset.ttl, soa.minimum)
    return None, None, None
