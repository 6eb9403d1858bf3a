"""The part of a look that mail authentication needs beside the wanted records, asked while the rest is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sendready.mailauth import dmarc, spf
from sendready.mailauth.lookup import Status, Strings
from sendready.model.dmarc import DmarcDiscovery, ReportDestination
from sendready.model.mail_auth import MailAuth
from sendready.model.names import labels
from sendready.model.observation import Records, Seen, Unseen
from sendready.model.ports import Dns
from sendready.model.records import ObservedRecord, Outcome, Question, RecordState, RecordType, Sighting
from sendready.model.spf import SpfNode
from sendready.model.step import Step

MOST_RESOLVED = 20
"""Names of others that one look asks a resolver for; what lies beyond is unknown."""

AGREEMENT = "._report._dmarc."
"""In the name at which a domain agrees to get another's reports (RFC 9990, section 4)."""

Ask = Callable[[Question], Awaitable[tuple[Sighting, ...]]]
"""Asks every authoritative server of a name's zone; the same question is asked once in a look."""


class Authenticating:
    """The look-ups of one look, which share their answers.

    Names of the domain and of those beside it are asked at their own servers, whether they are there or not: what a
    resolver was asked for too early it would deny for a while. So is the record by which somebody else agrees to get
    reports, for it may still have to be added. Other names of others are asked at a resolver.
    """

    def __init__(self, domain: str, dns: Dns, ask: Ask, group: asyncio.TaskGroup) -> None:
        self.domain = domain
        self._group = group
        self._dns = dns
        self._ask = ask
        self._resolved: dict[Question, asyncio.Task[Sighting | None]] = {}
        self._trees: dict[str, asyncio.Task[SpfNode]] = {}

    async def see(
        self,
        policy: Awaitable[Seen[DmarcDiscovery] | Unseen | None],
        records: Awaitable[Records],
    ) -> MailAuth:
        """All of it; ends when the slowest part is there or has been given up."""
        # The domain's own record, and SES's, which is there for certain: they wait for nothing.
        for name in (self.domain, spf.AMAZON):
            self._tree(name)
        own = self._group.create_task(self._own())
        found = await policy
        reports = self._group.create_task(self._reports(found.value if isinstance(found, Seen) else None))
        observed = await records
        keys = [self.resolve(Question(r.wanted.value, RecordType.TXT)) for r in observed.of_step(Step.DKIM) if r.live]
        mail_from = next((r for r in observed.of_step(Step.MAIL_FROM) if r.wanted.type is RecordType.TXT), None)
        bounce = self._tree(mail_from.wanted.name) if mail_from is not None and mail_from.found else None
        return MailAuth(
            keys=tuple(key for key in await asyncio.gather(*keys) if key is not None),
            own=await own,
            spf=await self._tree(self.domain),
            mail_from_spf=await bounce if bounce is not None else None,
            amazon=await self._tree(spf.AMAZON),
            reports=await reports,
        )

    async def letting_ses_in(self, record: ObservedRecord) -> frozenset[str]:
        """The SPF record at the MAIL FROM domain, where it lets SES send by another way than its own `include`.

        Only a record that looks wrong is read so far.
        """
        wrong = record.state is RecordState.WRONG and record.wanted.type is RecordType.TXT
        if not wrong or record.wanted.step is not Step.MAIL_FROM:
            return frozenset()
        node, amazon = await asyncio.gather(self._tree(record.wanted.name), self._tree(spf.AMAZON))
        covers, _ = spf.covers_ses(node, amazon)
        return frozenset(node.texts) if covers is spf.Covers.YES else frozenset()

    async def _own(self) -> tuple[Sighting, ...]:
        """The domain's own TXT and MX, whether its DMARC record is an alias, and its addresses where it has no MX."""
        questions = [Question(self.domain, RecordType.TXT), Question(self.domain, RecordType.MX)]
        questions.append(Question(f"_dmarc.{self.domain}", RecordType.CNAME))
        texts, exchangers, alias = await asyncio.gather(*map(self._ask, questions))
        conclusive = [s for s in exchangers if s.outcome.conclusive]
        if not conclusive or any(s.answers for s in conclusive):
            return (*texts, *exchangers, *alias)
        # Mail for a name without an MX goes to its address (RFC 5321, section 5.1).
        addresses = (Question(self.domain, rtype) for rtype in (RecordType.A, RecordType.AAAA))
        found = await asyncio.gather(*map(self._ask, addresses))
        return (*texts, *exchangers, *alias, *(sighting for said in found for sighting in said))

    def _tree(self, domain: str) -> asyncio.Task[SpfNode]:
        if domain not in self._trees:
            self._trees[domain] = self._group.create_task(spf.read_tree(domain, self.lookup))
        return self._trees[domain]

    async def _reports(self, found: DmarcDiscovery | None) -> tuple[ReportDestination, ...]:
        if found is None or found.record is None or found.found_at is None:
            return ()
        return await dmarc.destinations(found.record, found.found_at.removeprefix("_dmarc."), self.lookup)

    async def lookup(self, name: str, rtype: str) -> tuple[Status, list[Strings]]:
        """The question of mail authentication, asked where it may be asked."""
        question = Question(name, RecordType(rtype))
        if labels(name)[-2:] == labels(self.domain)[-2:] or AGREEMENT in name:
            return as_lookup(await self._ask(question), prefer=spf.is_record)
        seen = await self.resolve(question)
        return as_lookup((seen,) if seen is not None else (), prefer=spf.is_record)

    async def resolve(self, question: Question) -> Sighting | None:
        """What a resolver says, asked once; None where none answers or too many names have been asked already."""
        if question not in self._resolved:
            if len(self._resolved) >= MOST_RESOLVED:
                return None
            self._resolved[question] = self._group.create_task(self._dns.resolve(question))
        return await self._resolved[question]


_STATUSES = {
    Outcome.ANSWER: Status.OK,
    Outcome.NODATA: Status.NODATA,
    Outcome.NXDOMAIN: Status.NXDOMAIN,
    Outcome.SERVFAIL: Status.SERVFAIL,
    Outcome.REFUSED: Status.SERVFAIL,
}


def as_lookup(sightings: tuple[Sighting, ...], *, prefer: Callable[[str], bool]) -> tuple[Status, list[Strings]]:
    """One answer out of many servers': a record that some server has is there; silence proves nothing.

    While a record spreads, a server may hold some other TXT and not it yet: `prefer` tells the record.
    """
    conclusive = [s for s in sightings if s.outcome.conclusive]
    answered = [s for s in conclusive if s.outcome is Outcome.ANSWER]
    answered.sort(key=lambda s: not any(prefer(text) for text in s.answers))
    best = next(iter(answered or conclusive), None)
    if best is None:
        return (_STATUSES.get(sightings[0].outcome, Status.TIMEOUT) if sightings else Status.TIMEOUT), []
    return _STATUSES[best.outcome], [(text.encode("utf-8", "surrogateescape"),) for text in best.answers]
