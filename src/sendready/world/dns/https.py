"""DNS over HTTPS (RFC 8484): the view of one resolver, for networks that let nothing else out."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

from sendready.model.errors import Unreachable
from sendready.model.names import bare, is_at_or_below, is_registry
from sendready.model.observation import Delegation
from sendready.model.ports import Clock
from sendready.model.records import NameServer, Outcome, Question, RecordType, Sighting
from sendready.model.soundness import Soundness
from sendready.world.dns import reading
from sendready.world.dns.transport import PAYLOAD, Reply
from sendready.world.threads import in_daemon_thread

if TYPE_CHECKING:
    from botocore.httpsession import URLLib3Session

SECONDS = 5
"""For one answer, connection included."""

AT_ONCE = 10
"""Connections that are kept open to the resolver."""

MEDIA_TYPE = "application/dns-message"


class HttpsDns:
    """Implements `model.ports.Dns` with one resolver; what each name server of a zone says cannot be had from it.

    The resolver is asked for records that may not exist yet, and remembers so: there is nobody else to ask.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._resolver = NameServer(urlsplit(url).hostname or url, urlsplit(url).hostname or url)
        self._session: URLLib3Session | None = None
        self._asking = asyncio.Semaphore(AT_ONCE)

    async def delegation(self, name: str) -> Delegation:
        """The zone that holds `name`, by the SOA record in the resolver's answer. Raises Unreachable."""
        reply = await self._ask(Question(name, RecordType.SOA))
        if reply.message is None:
            raise Unreachable(
                f"{self._url} gave no answer",
                "Check the address of the DNS over HTTPS service, HTTPS_PROXY and AWS_CA_BUNDLE",
                action="dns",
                code="no-resolver",
            )
        soa = next(
            (
                rrset
                for rrset in (*reply.message.answer, *reply.message.authority)
                if rrset.rdtype == dns.rdatatype.SOA and is_at_or_below(name, bare(rrset.name.to_text()))
            ),
            None,
        )
        if soa is None:
            return Delegation(name, zone=None, exists=None, through=self._resolver.name)
        apex = bare(soa.name.to_text())
        missing = reply.message.rcode() == dns.rcode.NXDOMAIN and is_registry(apex)
        question = Question(apex, RecordType.NS)
        ns = reading.resolved(self._resolver, question, await self._ask(question), self._clock.now())
        return Delegation(
            name,
            apex,
            servers=tuple(NameServer(server, "") for server in ns.answers),
            exists=not missing,
            primary=bare(soa[0].mname.to_text()),
            serial=soa[0].serial,
            own_names=ns.answers,
            negative_ttl=None,  # what is left of it in the resolver's memory says nothing about the zone
            sightings=(reading.resolved(self._resolver, Question(name, RecordType.SOA), reply, self._clock.now()),),
            through=self._resolver.name,
        )

    async def look(self, question: Question) -> tuple[Sighting, ...]:
        """What the resolver answers."""
        return (reading.resolved(self._resolver, question, await self._ask(question), self._clock.now()),)

    async def resolved(self, questions: Sequence[Question]) -> tuple[Sighting, ...]:
        """Nothing: `look` has asked the resolver already."""
        return ()

    async def resolve(self, question: Question) -> Sighting | None:
        """What the resolver answers, a chain of aliases followed; None where it does not."""
        reply = await self._ask(question)
        if reply.message is None:
            return None
        return reading.followed(self._resolver.address, question, reply.message, reply.ms, self._clock.now())

    async def soundness(self, cut: Delegation) -> Soundness:
        """Nothing: no server of the zone can be asked."""
        return Soundness()

    def forget(self) -> None:
        """Nothing is remembered here."""

    async def _ask(self, question: Question) -> Reply:
        try:
            query = dns.message.make_query(f"{question.name}.", question.type.value, use_edns=0, payload=PAYLOAD)
        except dns.exception.DNSException:  # a name DNS cannot hold, out of somebody's answer
            return Reply(None, Outcome.GARBLED, 0.0)
        query.id = 0  # so that answers can be cached on the way (RFC 8484, section 4.1)
        started = time.perf_counter()
        async with self._asking:
            try:
                wire = await in_daemon_thread(lambda: self._post(query.to_wire()))
                message, failure = dns.message.from_wire(wire, one_rr_per_rrset=True), None
            except OSError:
                message, failure = None, Outcome.UNREACHABLE
            except (dns.exception.DNSException, ValueError):
                message, failure = None, Outcome.GARBLED
        return Reply(message, failure, (time.perf_counter() - started) * 1000)

    def _post(self, wire: bytes) -> bytes:
        """Raises OSError where there is no answer."""
        from botocore.awsrequest import AWSRequest
        from botocore.exceptions import BotoCoreError

        headers = {"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE}
        request: Any = AWSRequest(method="POST", url=self._url, data=wire, headers=headers)
        try:
            response = self._connected().send(request.prepare())
        except BotoCoreError as error:
            raise OSError(str(error)) from error
        if response.status_code != 200:
            raise OSError(f"HTTP status {response.status_code}")
        return bytes(response.content)

    def _connected(self) -> URLLib3Session:
        """boto3's own way out, with the proxies and the certificates it would use."""
        if self._session is None:
            from botocore.httpsession import URLLib3Session
            from botocore.utils import get_environ_proxies

            bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
            self._session = URLLib3Session(
                verify=bundle or True,  # type: ignore[arg-type]  # a path to certificates will do, too
                proxies=get_environ_proxies(self._url),
                timeout=SECONDS,
                max_pool_connections=AT_ONCE,
            )
        return self._session
