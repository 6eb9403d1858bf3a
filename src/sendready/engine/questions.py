"""The questions of one look to the authoritative servers: each is asked once, however many want to know."""

from __future__ import annotations

import asyncio

from sendready.engine.authenticating import as_lookup
from sendready.mailauth import dmarc
from sendready.mailauth.lookup import Status, Strings
from sendready.model.errors import SendreadyError
from sendready.model.ports import Dns
from sendready.model.records import Question, RecordType, Sighting


class Questions:
    """Asks within the task group of the look, so that nothing is left asking when the look ends."""

    def __init__(self, dns: Dns, group: asyncio.TaskGroup) -> None:
        self._dns = dns
        self._group = group
        self._asked: dict[Question, asyncio.Task[tuple[Sighting, ...]]] = {}

    def start(self, question: Question) -> asyncio.Task[tuple[Sighting, ...]]:
        """Asks if nobody has yet; what every server says, when it is there."""
        if question not in self._asked:
            self._asked[question] = self._group.create_task(self.again(question))
        return self._asked[question]

    async def ask(self, question: Question) -> tuple[Sighting, ...]:
        """What every server says."""
        return await self.start(question)

    async def answered(self, question: Question) -> tuple[Sighting, ...]:
        """What every server says if somebody wanted to know; nothing is asked for this."""
        return await self._asked[question] if question in self._asked else ()

    async def again(self, question: Question) -> tuple[Sighting, ...]:
        """Asks whether it was asked before or not."""
        try:
            return await self._dns.look(question)
        except SendreadyError:
            return ()  # no server could even be named; the delegation says why

    async def lookup(self, name: str, rtype: str) -> tuple[Status, list[Strings]]:
        """The same in the form that `mailauth` asks in."""
        return as_lookup(await self.ask(Question(name, RecordType(rtype))), prefer=dmarc.is_record)
