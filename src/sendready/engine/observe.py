"""One look at AWS and DNS: everything that does not depend on something else is asked at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TypeVar

from sendready.engine.around import LookAround, Meanwhile
from sendready.engine.attempt import attempt
from sendready.engine.authenticating import Authenticating
from sendready.engine.diagnose import diagnose
from sendready.engine.learning import holds_identity, remember
from sendready.engine.questions import Questions
from sendready.engine.searching import Place, astray, search
from sendready.engine.streams import stream
from sendready.mailauth import dmarc
from sendready.model.answers import Answered
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.domain_lists import LISTS
from sendready.model.event_settings import EventSettings
from sendready.model.finding import Diagnosis, Severity
from sendready.model.identity import Account, Dkim, Identity, IdentityKind, SesIdentity
from sendready.model.identity import Status as SesStatus
from sendready.model.looks import LookEvent, Looking, Observed
from sendready.model.mail_auth import MailAuth
from sendready.model.names import is_registry
from sendready.model.observation import Delegation, Observation, Past, Records, Seen, Slip, Stray, Unseen
from sendready.model.ports import World
from sendready.model.received import Received
from sendready.model.records import NameServer, ObservedRecord, Outcome, Question, RecordType, Sighting
from sendready.model.soundness import Soundness
from sendready.model.step import Step
from sendready.model.surroundings import Surroundings
from sendready.steps import kept_events, misplaced
from sendready.steps.answering import with_found
from sendready.steps.wanted import wanted

T = TypeVar("T")
Emit = Callable[[LookEvent], None]


class Part(Enum):
    """What can be looked at again on its own: DNS is asked often, SES seldom, the account more seldom still."""

    ACCOUNT = auto()
    SES = auto()
    DNS = auto()


EVERYTHING = frozenset(Part)

MOST_GLUED = 8
"""Addresses of a zone's own name servers that are compared with what the zone above says."""

NOWHERE = "invalid"
"""The top-level domain that never exists (RFC 6761, section 6.4): a resolver that knows a name below it makes it up."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to look at."""

    identity: Identity
    answered: Answered
    dns_only: bool = False
    """Without AWS; DKIM is then known only by `dkim`."""
    dkim: Dkim | None = None
    """With `dns_only`: the tokens, from an earlier look or the command line."""
    skip: frozenset[str] = frozenset()
    """Ids that do not count."""
    only: frozenset[str] = frozenset()
    """The ids that count; empty: all."""
    fail_on: Severity = Severity.ERROR
    message: Received | None = None
    """A received message or a bounce to be judged along with it."""
    blocklists: bool = False
    """Whether lists of others may be asked about the domain: they learn that somebody asks."""

    def judge(self, seen: Observation) -> Diagnosis:
        """What all checks say about a look, judged as this request wants it."""
        return diagnose(seen, skip=self.skip, only=self.only, fail_on=self.fail_on)


async def observe(
    request: Request,
    world: World,
    *,
    before: Observation | None = None,
    parts: frozenset[Part] = EVERYTHING,
) -> AsyncGenerator[LookEvent, None]:
    """Looks once; yields Looking as parts come in, and Observed at the end.

    With `before`, only `parts` are asked again and the rest is taken over from there. What could not be asked is
    Unseen in the observation; nothing is raised for it. The state directory remembers what was seen.
    """
    async with aclosing(stream(_Look(request, world, before, parts).run)) as looking:
        async for event in looking:
            yield event


class _Look:
    """The tasks of one look and what they share."""

    def __init__(self, request: Request, world: World, before: Observation | None, parts: frozenset[Part]) -> None:
        self.request = request
        self.world = world
        self.before = before
        self.parts = parts if before is not None else EVERYTHING
        self.label = world.random_hex()
        """A label that nobody can have made: what it gets, it gets from a wildcard."""

    async def run(self, emit: Emit) -> None:
        request, world = self.request, self.world
        identity, region = request.identity, world.ses.region
        past = world.store.past(identity.name, region)
        async with asyncio.TaskGroup() as group:
            asked = Questions(world.dns, group)
            caller = group.create_task(self._aws(Part.ACCOUNT, "caller", world.ses.caller, emit))
            account = group.create_task(self._aws(Part.ACCOUNT, "account", world.ses.account, emit))
            ses = group.create_task(self._identity(emit))
            events = group.create_task(self._events())
            delegation = group.create_task(self._delegation(emit))
            policy = group.create_task(self._dmarc(asked))
            reading = Authenticating(identity.domain, world.dns, asked.ask, group)
            records = group.create_task(self._records(asked, ses, policy, reading, emit))
            strays = group.create_task(self._strays(asked, ses, records, delegation))
            zone = group.create_task(self._zone(asked, delegation, records))
            wild = group.create_task(self._wild(asked, delegation))
            soundness = group.create_task(self._soundness(delegation))
            resolved = group.create_task(self._resolved(past, ses, records, delegation))
            auth = group.create_task(self._auth(reading, policy, records))
            around = group.create_task(self._around(Meanwhile(caller, account, ses, records, delegation)))
            mailbox = group.create_task(self._mailbox(asked, ses, account))
            own_key = group.create_task(self._own_key(asked, ses))
            listings = group.create_task(self._listings())
        who = caller.result()
        if isinstance(who, Seen) and past.account not in (None, who.value.account) and holds_identity(ses.result()):
            # The same name in another account: what was proven there was not proven here.
            past = world.store.past(identity.name, region, who.value.account)
        held_account = account.result()
        seen = Observation(
            identity=identity,
            region=region,
            at=world.clock.now(),
            answered=with_found(request.answered, held_account.value if isinstance(held_account, Seen) else None),
            caller=caller.result(),
            account=held_account,
            ses=ses.result(),
            delegation=delegation.result(),
            dmarc=policy.result(),
            records=records.result(),
            strays=strays.result(),
            zone_sightings=zone.result(),
            wild=wild.result(),
            soundness=soundness.result(),
            resolved=resolved.result(),
            auth=auth.result(),
            past=past,
            around=around.result(),
            mailbox=mailbox.result(),
            own_key=own_key.result(),
            listings=listings.result(),
            events=events.result(),
            message=request.message,
        )
        diagnosis = request.judge(seen)
        # A part of the checks calls nothing ready that later looks could be compared with.
        whole = diagnosis if not request.only else replace(request, only=frozenset()).judge(seen)
        emit(Observed(seen, diagnosis, await remember(seen, world, whole)))

    async def _aws(
        self, part: Part, name: str, call: Callable[[], Awaitable[T]], emit: Emit
    ) -> Seen[T] | Unseen | None:
        if self.request.dns_only:
            return None
        if part not in self.parts:
            kept: Seen[T] | Unseen | None = getattr(self.before, name)
            return kept
        result = await attempt(call())
        emit(Looking(name))
        return result

    async def _identity(self, emit: Emit) -> Seen[SesIdentity | None] | Unseen | None:
        name = self.request.identity.name
        return await self._aws(Part.SES, "ses", lambda: self.world.ses.identity(name), emit)

    async def _around(self, meanwhile: Meanwhile) -> Surroundings | None:
        """What AWS holds around the identity; it changes as seldom as the account does."""
        if self.request.dns_only:
            return None
        before = self.before.around if self.before is not None else None
        if Part.ACCOUNT not in self.parts:
            return before
        request = self.request
        look = LookAround(request.identity, request.answered, request.skip, self.world, meanwhile)
        return await look.look(before)

    async def _mailbox(
        self,
        asked: Questions,
        ses: asyncio.Task[Seen[SesIdentity | None] | Unseen | None],
        account: asyncio.Task[Seen[Account] | Unseen | None],
    ) -> tuple[Sighting, ...]:
        """The MX of the domain itself, where mail is being sent whose bounces are mailed back to it."""
        sending, held = await account, await ses
        if not (isinstance(held, Seen) and held.value is not None and held.value.feedback_forwarding):
            return ()
        if not (isinstance(sending, Seen) and sending.value.sent and self.request.identity.is_domain):
            return ()
        if self.before is not None and Part.DNS not in self.parts:
            return self.before.mailbox
        return await asked.ask(Question(self.request.identity.domain, RecordType.MX))

    async def _own_key(
        self, asked: Questions, ses: asyncio.Task[Seen[SesIdentity | None] | Unseen | None]
    ) -> tuple[Sighting, ...]:
        """The record of a DKIM key that is the user's own; SES tells its selector and not what it should say."""
        held = await ses
        if not (isinstance(held, Seen) and held.value is not None and held.value.dkim.selector):
            return ()
        if not self.request.identity.is_domain:
            return ()
        if self.before is not None and Part.DNS not in self.parts:
            return self.before.own_key
        name = f"{held.value.dkim.selector}.{misplaced.DOMAINKEY}.{self.request.identity.domain}"
        return await asked.ask(Question(name, RecordType.TXT))

    async def _listings(self) -> tuple[Sighting, ...]:
        """What lists of domains say of this one, where they may be asked; each knows its own servers by a resolver."""
        if not self.request.blocklists:
            return ()
        if self.before is not None and Part.ACCOUNT not in self.parts:
            return self.before.listings
        asked = [Question(f"{self.request.identity.domain}.{zone}", RecordType.A) for zone in LISTS]
        said = await asyncio.gather(*map(self.world.dns.resolve, asked))
        at = self.world.clock.now()
        # One that could not be asked has not said that the domain is in it, nor that it is not.
        nobody = NameServer("resolver", "")
        return tuple(
            sighting or Sighting(nobody, question, Outcome.TIMEOUT, (), None, 0.0, at)
            for question, sighting in zip(asked, said, strict=True)
        )

    async def _events(self) -> Seen[EventSettings] | Unseen | None:
        """What there is of the configuration set whose events are to be kept, where that was answered."""
        meant = kept_events.wanted(self.request.identity, self.request.answered.answers)
        if meant is None or self.request.dns_only:
            return None
        before = self.before.events if self.before is not None else None
        known = isinstance(before, Unseen) or (isinstance(before, Seen) and meant.is_about(before.value))
        if before is not None and known and Part.ACCOUNT not in self.parts:
            return before
        return await attempt(self.world.keeper.settings(meant.configuration_set, meant.topic))

    async def _delegation(self, emit: Emit) -> Seen[Delegation] | Unseen | None:
        if not self.request.identity.is_domain:
            return None
        if Part.DNS not in self.parts and self.before is not None:
            return self.before.delegation
        result = await attempt(self.world.dns.delegation(self.request.identity.domain))
        emit(Looking("delegation"))
        return result

    async def _dmarc(self, asked: Questions) -> Seen[DmarcDiscovery] | Unseen | None:
        if not self.request.identity.is_domain:
            return None
        if Part.DNS not in self.parts and self.before is not None:
            return self.before.dmarc
        domain = self.request.identity.domain
        found = await attempt(dmarc.discover(domain, asked.lookup))
        if isinstance(found, Unseen):
            return found
        walk = [Question(f"_dmarc.{name}", RecordType.TXT) for name in dmarc.names_of_walk(domain)]
        evidence = [sighting for question in walk for sighting in await asked.answered(question)]
        return Seen(replace(found.value, sightings=tuple(evidence)))

    async def _records(
        self,
        asked: Questions,
        ses: asyncio.Task[Seen[SesIdentity | None] | Unseen | None],
        policy: asyncio.Task[Seen[DmarcDiscovery] | Unseen | None],
        reading: Authenticating,
        emit: Emit,
    ) -> Records:
        identity = self.request.identity
        held = await ses
        known = held.value if isinstance(held, Seen) else _from_tokens(self.request)
        # DKIM and MAIL FROM need only SES's answer: they are asked while the DMARC walk may still be under way.
        answers, region = self.request.answered.answers, self.world.ses.region
        first = [r for r in wanted(identity, known, answers, region, None) if r.step is not Step.DMARC]
        if Part.DNS in self.parts:
            for record in first:
                asked.start(record.question)
        found = await policy
        records = wanted(identity, known, answers, region, found.value if isinstance(found, Seen) else None)
        if Part.DNS not in self.parts and self.before is not None:
            earlier = {observed.wanted.question: observed.sightings for observed in self.before.records}
            return Records(tuple(ObservedRecord(r, earlier.get(r.question, ())) for r in records))
        observed = [ObservedRecord(r, await asked.ask(r.question)) for r in records]
        observed = [replace(r, equivalents=await reading.letting_ses_in(r)) for r in observed]
        if observed:
            emit(Looking("records"))
        return Records(tuple(observed))

    async def _auth(
        self,
        reading: Authenticating,
        policy: asyncio.Task[Seen[DmarcDiscovery] | Unseen | None],
        records: asyncio.Task[Records],
    ) -> MailAuth:
        """What mail authentication rests on besides; asked as often as SES is, not at every look at DNS."""
        if not self.request.identity.is_domain:
            return MailAuth()
        if self.before is not None and not {Part.DNS, Part.SES} <= self.parts:
            return self.before.auth
        return await reading.see(policy, records)

    async def _zone(
        self,
        asked: Questions,
        delegation: asyncio.Task[Seen[Delegation] | Unseen | None],
        records: asyncio.Task[Records],
    ) -> tuple[Sighting, ...]:
        """What every server says about the zone itself, which hardly changes, and about the name above the keys."""
        cut = await delegation
        if not isinstance(cut, Seen) or cut.value.zone is None or is_registry(cut.value.zone):
            return ()
        above = Question(f"{misplaced.DOMAINKEY}.{self.request.identity.domain}", RecordType.TXT)
        if Part.DNS not in self.parts and self.before is not None:
            return self.before.zone_sightings
        if self.before is not None and Part.SES not in self.parts:
            kept = tuple(s for s in self.before.zone_sightings if s.question != above)
            return (*kept, *await self._above_keys(asked, above, records))
        questions = [Question(cut.value.zone, rtype) for rtype in (RecordType.SOA, RecordType.NS)]
        questions.append(Question(self.request.identity.domain, RecordType.CNAME))
        glued = {(s.name, RecordType.AAAA if ":" in s.address else RecordType.A) for s in cut.value.glue}
        questions += [Question(name, rtype) for name, rtype in sorted(glued)[:MOST_GLUED]]
        for question in (*questions, above):
            asked.start(question)
        said = [sighting for question in questions for sighting in await asked.ask(question)]
        return (*said, *await self._above_keys(asked, above, records))

    async def _wild(
        self, asked: Questions, delegation: asyncio.Task[Seen[Delegation] | Unseen | None]
    ) -> tuple[Sighting, ...]:
        """What a made-up name gets; asked as often as SES is. Where one exists, what it has is asked as well."""
        if self.before is not None and not {Part.DNS, Part.SES} <= self.parts:
            return self.before.wild
        cut = await delegation
        if not isinstance(cut, Seen) or cut.value.zone is None or is_registry(cut.value.zone):
            return ()
        name = f"{self.label}.{self.request.identity.domain}"
        above = Question(f"{self.label}.{misplaced.DOMAINKEY}.{self.request.identity.domain}", RecordType.CNAME)
        first = Question(name, RecordType.TXT)
        asked.start(above)
        said = await asked.ask(first)
        more = tuple(Question(name, rtype) for rtype in (RecordType.A, RecordType.MX))
        if not any(s.outcome in (Outcome.ANSWER, Outcome.NODATA) for s in said) or any(s.alias for s in said):
            more = ()  # nothing is there, or an alias, which stands for every type
        for question in more:
            asked.start(question)
        return (*said, *[s for question in (above, *more) for s in await asked.ask(question)])

    async def _soundness(self, delegation: asyncio.Task[Seen[Delegation] | Unseen | None]) -> Soundness | None:
        """How the zone is served, which hardly changes: asked as often as SES is."""
        if self.before is not None and not {Part.DNS, Part.SES} <= self.parts:
            return self.before.soundness
        cut = await delegation
        if not isinstance(cut, Seen) or cut.value.zone is None or is_registry(cut.value.zone):
            return None
        return await self.world.dns.soundness(cut.value)

    async def _resolved(
        self,
        past: Past,
        ses: asyncio.Task[Seen[SesIdentity | None] | Unseen | None],
        records: asyncio.Task[Records],
        delegation: asyncio.Task[Seen[Delegation] | Unseen | None],
    ) -> tuple[Sighting, ...]:
        """What resolvers have of records that two looks saw live, while SES still waits; asked as often as SES is.

        A record that is live at one look may be away at the next (anycast), and to ask a resolver for it then would
        keep it away for long (RFC 2308).
        """
        held = await ses
        identity = held.value if isinstance(held, Seen) else None
        live = [r.wanted for r in await records if r.live and (r.wanted.name, r.wanted.type.value) in past.live_records]
        cut = await delegation
        if identity is None or _satisfied(identity) or not live or not isinstance(cut, Seen) or cut.value.zone is None:
            return ()
        if self.before is not None and not {Part.DNS, Part.SES} <= self.parts:
            return self.before.resolved
        zone = cut.value.zone
        return await self.world.dns.resolved(
            (
                *(record.question for record in live),
                *(Question(zone, rtype) for rtype in (RecordType.SOA, RecordType.NS)),
                Question(f"{self.label}.{NOWHERE}", RecordType.A),
            )
        )

    async def _above_keys(
        self, asked: Questions, above: Question, records: asyncio.Task[Records]
    ) -> tuple[Sighting, ...]:
        """The name that DKIM keys lie below; asked once more where it is denied while there are keys below it.

        They may have been added between the two questions.
        """
        said = await asked.ask(above)
        if any(s.outcome is Outcome.NXDOMAIN for s in said):
            keys = (await records).of_step(Step.DKIM)
            if any(record.servers_with_it for record in keys):
                return await asked.again(above)
        return said

    async def _strays(
        self,
        asked: Questions,
        ses: asyncio.Task[Seen[SesIdentity | None] | Unseen | None],
        records: asyncio.Task[Records],
        delegation: asyncio.Task[Seen[Delegation] | Unseen | None],
    ) -> tuple[Stray, ...]:
        """Where records lie that are not at their own names, searched as often as SES is asked."""
        observed = await records
        if self.before is not None and not {Part.DNS, Part.SES} <= self.parts:
            still = {record.wanted for record in astray(observed)}
            strays = self.before.strays
            return tuple(stray for stray in strays if stray.wanted in still or stray.slip is Slip.BESIDE)
        cut = await delegation
        zones = {cut.value.zone} if isinstance(cut, Seen) and cut.value.zone is not None else set()
        held = await ses
        doubted = isinstance(held, Seen) and held.value is not None and held.value.dkim.status is not SesStatus.SUCCESS
        place = Place(self.request.identity.domain, zones, self.label, doubted)
        return await search(observed, place, asked.start)


def _satisfied(ses: SesIdentity) -> bool:
    """Whether SES has seen every record it looks for."""
    mail_from = ses.mail_from
    return ses.dkim.status is SesStatus.SUCCESS and (mail_from is None or mail_from.status is SesStatus.SUCCESS)


def _from_tokens(request: Request) -> SesIdentity | None:
    """With `--dns-only`: an identity of which only the tokens are known."""
    if request.dkim is None:
        return None
    return SesIdentity(request.identity.name, IdentityKind.DOMAIN, SesStatus.NOT_STARTED, False, request.dkim)
