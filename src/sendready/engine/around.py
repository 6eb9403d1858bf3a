"""What AWS holds around the identity: each part is asked only where something points at it, all of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sendready.engine.attempt import attempt
from sendready.model.answers import Answered, EventRoute, Publish
from sendready.model.errors import SendreadyError, StateError
from sendready.model.identity import Account, Caller, Identity, SesIdentity, Status
from sendready.model.observation import Delegation, Records, Seen, Unseen
from sendready.model.ports import World
from sendready.model.publisher import Publisher
from sendready.model.records import RecordType, WantedRecord
from sendready.model.regions import region_of_feedback_host
from sendready.model.step import Step
from sendready.model.surroundings import (
    EventDestination,
    HeldElsewhere,
    Hops,
    InRegion,
    Looked,
    Neighbours,
    Rates,
    Recommendation,
    Refusal,
    Suppressed,
    Surroundings,
    Target,
)

T = TypeVar("T")

IDENTITIES = 3
"""How many identities beside this one are asked for their settings: SES answers one a second."""

ZONES = 5
"""How many zones that nobody is sent to are read."""

REGIONS_AT_ONCE = 8
"""How many other regions are asked at the same time."""

SEARCH_SECONDS = 5.0
"""After which no other region is waited for; a look is not held up longer by regions that are far away."""

Part = Awaitable[Seen[T] | Unseen | None]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What the same look is still learning; each part is awaited where something depends on it, and no earlier."""

    caller: Part[Caller]
    account: Part[Account]
    ses: Part[SesIdentity | None]
    records: Awaitable[Records]
    delegation: Part[Delegation]


class LookAround:
    """One look around one identity."""

    def __init__(
        self, identity: Identity, answered: Answered, skip: frozenset[str], world: World, meanwhile: Meanwhile
    ) -> None:
        self._identity = identity
        self._answered = answered
        self._skip = skip
        self._world = world
        self._meanwhile = meanwhile

    async def look(self, before: Surroundings | None = None) -> Surroundings:
        """Everything that something points at. Regions that were searched `before` are not searched again."""
        async with asyncio.TaskGroup() as group:
            remembered = group.create_task(self._remembered())
            regions = group.create_task(self._regions(remembered, before))
            neighbours = group.create_task(self._neighbours())
            configuration_set = group.create_task(
                self._of_set(self._world.ses.configuration_set, "SES011", "SES012", "SES013", "SES022")
            )
            hops = group.create_task(self._hops())
            topics = group.create_task(self._topics())
            rates = group.create_task(self._rates())
            recommendations = group.create_task(self._recommendations())
            suppressed = group.create_task(self._suppressed())
            refusals = group.create_task(self._refusals())
            zones = group.create_task(self._zones())
        return Surroundings(
            remembered.result(),
            regions.result(),
            neighbours.result(),
            configuration_set.result(),
            hops.result(),
            topics.result(),
            rates.result(),
            recommendations.result(),
            suppressed.result(),
            refusals.result(),
            zones.result(),
        )

    def _wanted(self, *ids: str) -> bool:
        """Whether any of these checks counts: what only skipped ones would read is not asked for."""
        return not self._skip.issuperset(ids)

    async def _held(self) -> SesIdentity | None:
        seen = await self._meanwhile.ses
        return seen.value if isinstance(seen, Seen) else None

    async def _missing(self) -> bool:
        seen = await self._meanwhile.ses
        return isinstance(seen, Seen) and seen.value is None

    async def _remembered(self) -> tuple[str, ...]:
        who = await self._meanwhile.caller
        if not isinstance(who, Seen):
            return ()
        try:
            known = self._world.store.regions(self._identity.name, who.value.account)
        except StateError:
            return ()
        return tuple(region for region in known if region != self._world.ses.region)

    async def _regions(
        self, remembered: Awaitable[tuple[str, ...]], before: Surroundings | None
    ) -> tuple[InRegion, ...]:
        """All other regions where the identity is missing here; else those alone that DNS or the past points at."""
        names = self._world.regions.names
        if await self._missing():
            if before is not None and before.regions:
                return before.regions
            pointed = await remembered
            asked = (*pointed, *(name for name in names if name not in pointed)) if self._wanted("SES002") else pointed
        else:
            held = await self._held()
            settled = held is not None and held.status is Status.SUCCESS
            asked = (*(() if settled or held is None else (await remembered)[:1]), *await self._in_dns())
        asked = tuple(name for name in dict.fromkeys(asked) if name in names)
        return (
            await search(self._world, self._identity.name, asked)
            if self._wanted("SES002", "ENV014", "KIM017", "MFR025")
            else ()
        )

    async def _in_dns(self) -> tuple[str, ...]:
        """The regions that the MX of the MAIL FROM domain names, where it is not this one's."""
        records = await self._meanwhile.records
        exchangers = [
            answer for r in records.of_step(Step.MAIL_FROM) if r.wanted.type is RecordType.MX for answer in r.found
        ]
        named = (region_of_feedback_host(answer.rpartition(" ")[2]) for answer in exchangers)
        return tuple(region for region in dict.fromkeys(named) if region and region != self._world.ses.region)

    async def _neighbours(self) -> Looked[Neighbours]:
        """The identities above and below this one; a few of them one by one, those first that mail is likely from."""
        if not self._wanted("SES004", "SES035", "KIM035", "KIM036", "DMC026", "MFR016"):
            return None
        listed = await attempt(self._world.ses.neighbours(self._identity.name))
        if isinstance(listed, Unseen):
            return listed
        domain = self._identity.domain
        names = [above.name] if (above := listed.value.above(domain)) is not None else []
        if self._identity.is_domain and await self._held() is not None and self._wanted("KIM036"):
            first = f"{self._answered.answers.from_local}@{domain}"
            addresses = [one.name for one in listed.value.addresses(domain)]
            names += sorted(addresses, key=lambda name: (name.lower() != first.lower(), name))
        asked = [await attempt(self._world.ses.identity(name)) for name in names[:IDENTITIES]]
        details = tuple(one.value for one in asked if isinstance(one, Seen) and one.value is not None)
        return Seen(replace(listed.value, looked_at=details))

    async def _of_set(self, ask: Callable[[str], Awaitable[T]], *ids: str) -> Looked[T]:
        """Something about the identity's default configuration set, or else about the one the answers name."""
        held = await self._held()
        name = (held.configuration_set or self._answered.answers.configuration_set) if held is not None else ""
        return await attempt(ask(name)) if name and self._wanted(*ids) else None

    async def _hops(self) -> Looked[tuple[Hops, ...]]:
        """Where the events of the default configuration set go, followed to whoever listens."""
        ids = ("SES014", "SES015", "SES016", "SES017", "SES018", "SES019")
        found = await self._of_set(self._world.ses.event_destinations, *ids)
        if not isinstance(found, Seen):
            return found
        return Seen(tuple(await asyncio.gather(*(self._follow(destination) for destination in found.value))))

    async def _follow(self, destination: EventDestination) -> Hops:
        hops, region = self._world.hops, self._world.ses.region
        if not destination.enabled or f":{region}:" not in destination.arn:
            return Hops(destination)
        match destination.target:
            case Target.SNS:
                return Hops(destination, topic=await attempt(hops.topic(destination.arn)))
            case Target.EVENT_BRIDGE:
                return Hops(destination, rules=await attempt(hops.rules()))
            case Target.FIREHOSE:
                return Hops(destination, stream=await attempt(hops.stream(destination.arn)))
            case Target.CLOUDWATCH | Target.OTHER:
                return Hops(destination)

    async def _topics(self) -> Looked[Mapping[str, str]]:
        """The older way to hear of bounces, where they are not mailed, or where it may be the one to be proven."""
        held = await self._held()
        if held is None:
            return None
        unheard = not held.feedback_forwarding and self._wanted("SES014")
        if not unheard and self._answered.answers.events is not EventRoute.OWN:
            return None
        return await attempt(self._world.ses.feedback_topics(held.name))

    async def _rates(self) -> Looked[Rates]:
        """How much bounces, where mail is being sent or AWS does not like what is."""
        account = await self._meanwhile.account
        if not isinstance(account, Seen) or not self._wanted("REP001", "REP002"):
            return None
        held = account.value
        if not held.sent and held.sending_enabled and held.enforcement in ("HEALTHY", ""):
            return None
        return await attempt(self._world.metrics.rates())

    async def _recommendations(self) -> Looked[tuple[Recommendation, ...]]:
        """What the Virtual Deliverability Manager says, where the user pays for it already."""
        account, held, who = await self._meanwhile.account, await self._held(), await self._meanwhile.caller
        if not (isinstance(account, Seen) and account.value.vdm and isinstance(who, Seen)):
            return None
        if held is None or not self._wanted("SES027"):
            return None
        return await attempt(self._world.ses.recommendations(held.name, who.value))

    async def _suppressed(self) -> Looked[Suppressed | None]:
        """Whether SES drops mail to the address; the sandbox refuses the question."""
        account = await self._meanwhile.account
        if self._identity.is_domain or not self._wanted("SES023"):
            return None
        if not (isinstance(account, Seen) and account.value.production):
            return None
        return await attempt(self._world.ses.suppressed(self._identity.name))

    async def _refusals(self) -> Looked[tuple[Refusal, ...]]:
        """What the application may not do, where the answers say who it is."""
        principal = self._answered.answers.sender_arn
        held, who = await self._held(), await self._meanwhile.caller
        if not principal or held is None or not isinstance(who, Seen) or not self._wanted("SES032"):
            return None
        caller = who.value
        ours = f"arn:{caller.partition}:ses:{self._world.ses.region}:{caller.account}"
        resources = [f"{ours}:identity/{held.name}"]
        if held.configuration_set is not None:
            resources.append(f"{ours}:configuration-set/{held.configuration_set}")
        return await attempt(self._world.permissions.refusals(principal, resources))

    async def _zones(self) -> Looked[tuple[HeldElsewhere, ...]]:
        """Whether records that no server has stand in a zone at the user's DNS host that nobody is sent to."""
        absent = [record.wanted for record in await self._meanwhile.records if record.absent]
        cut, how = await self._meanwhile.delegation, self._answered.answers.publish
        if not absent or not isinstance(cut, Seen) or await self._held() is None:
            return None
        if not self._wanted("DEL020", "DEL021"):
            return None
        try:
            publisher = self._world.publisher(Publish.AUTO if how is Publish.NONE else how)
        except SendreadyError as unusable:
            return Unseen(unusable)
        return await attempt(_held_elsewhere(publisher, cut.value, absent))


async def _held_elsewhere(
    publisher: Publisher, delegation: Delegation, absent: Sequence[WantedRecord]
) -> tuple[HeldElsewhere, ...]:
    """The zones nobody is sent to that hold some of these records, and which."""
    found = await publisher.find(delegation)
    names = tuple(dict.fromkeys(record.name for record in absent))
    held = []
    for zone in (*found.unasked, *found.private)[:ZONES]:
        there = await publisher.existing(zone, names)
        records = [r for r in absent if r.is_met_by(r.relevant(there.get(r.question, ())))]
        twin = found.zone if found.zone is not None and found.zone.name == zone.name else None
        if records:
            held.append(HeldElsewhere(zone, tuple(records), private=zone in found.private, twin=twin))
    return tuple(held)


async def search(world: World, name: str, regions: Sequence[str]) -> tuple[InRegion, ...]:
    """Asks each region for an identity; those that answer too late are left out."""
    turns = asyncio.Semaphore(REGIONS_AT_ONCE)

    async def one(region: str) -> InRegion:
        async with turns:
            return InRegion(region, await attempt(world.regions.identity(region, name)))

    tasks = [asyncio.ensure_future(one(region)) for region in regions]
    try:
        if tasks:
            await asyncio.wait(tasks, timeout=SEARCH_SECONDS)
        return tuple(task.result() for task in tasks if task.done())
    finally:
        for task in tasks:
            task.cancel()
