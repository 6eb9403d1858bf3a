"""Dynamic updates (RFC 2136), signed with TSIG (RFC 8945): every one says what must be so, or nothing is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.tsig
import dns.update

from sendready.model.errors import (
    AccessDenied,
    AlreadyExists,
    BadInput,
    ClockSkew,
    Rejected,
    SendreadyError,
    ServiceFailure,
    Unreachable,
)
from sendready.model.names import absolute, bare
from sendready.model.observation import Delegation
from sendready.model.publisher import Found, Zone
from sendready.model.records import Question, RecordType, WantedRecord, master_form
from sendready.world.dns.reading import answers, text
from sendready.world.dns.transport import Endpoint

PATIENCE = 10.0
"""Seconds one message is given."""

_SAYING_SOMETHING = frozenset(
    (dns.rcode.NOERROR, dns.rcode.YXDOMAIN, dns.rcode.YXRRSET, dns.rcode.NXRRSET, dns.rcode.NXDOMAIN)
)
"""Answers that something is concluded from; a refusal may come unsigned (RFC 8945, section 5.3.2)."""

_ASKED = tuple(rtype for rtype in RecordType if rtype is not RecordType.SOA)

Locate = Callable[[str], Awaitable[Sequence[Endpoint]]]
"""Where a name server is reached, by its name."""


class DynamicUpdates:
    """Implements `model.publisher.Publisher`. Everything goes over TCP: a repeated update would deny itself."""

    api = "dns:UPDATE"
    extends = True
    amends = True

    def __init__(self, server: str | None, key: dns.tsig.Key | None, locate: Locate) -> None:
        self._given = self._server = server
        self._key = key
        self._locate = locate
        self._endpoint: Endpoint | None = None

    @property
    def host(self) -> str:
        """The server, as the user named it."""
        return self._server or "the primary server"

    async def find(self, delegation: Delegation) -> Found:
        """The zone that the server itself holds the domain in, with the name servers it names there."""
        self._turn_to(delegation.primary)
        apex = await self._apex(delegation.name)
        if apex is None:
            return Found()
        named = await self._ask(Question(apex, RecordType.NS))
        zone = Zone(self.host, apex, servers=answers(named, Question(apex, RecordType.NS)))
        return Found(zone) if zone.is_served_by(delegation) else Found(unasked=(zone,))

    def _turn_to(self, server: str | None) -> None:
        """Where the user named no server, the one to speak to now."""
        wanted = self._given or server
        if wanted != self._server:
            self._server, self._endpoint = wanted, None

    async def _apex(self, name: str) -> str | None:
        """The owner of the SOA that comes with an answer about the name; None where the server holds no such zone."""
        message = await self._exchange(_query(Question(name, RecordType.SOA)))
        if not message.flags & dns.flags.AA:  # refused, too: it may hold other zones
            return None
        sections = (message.answer, message.authority)
        owners = (r.name for section in sections for r in section if r.rdtype == dns.rdatatype.SOA)
        owner = next(owners, None)
        return bare(owner.to_text()) if owner is not None else None

    async def existing(self, zone: Zone, names: Sequence[str]) -> Mapping[Question, tuple[str, ...]]:
        """Every record set at these names.

        Whether a name is in use is asked by an update that has a prerequisite and changes nothing: it says so of the
        name itself, where a query would be answered by a wildcard, and shows that updates are allowed.
        """
        self._turn_to(zone.host)
        found: dict[Question, tuple[str, ...]] = {}
        for name in names:
            probe = self._update(zone)
            probe.absent(dns.name.from_text(name))
            if (await self._send(probe)).rcode() == dns.rcode.NOERROR:
                continue
            questions = [Question(name, rtype) for rtype in _ASKED]
            messages = await asyncio.gather(*map(self._ask, questions))
            found |= {q: values for q, m in zip(questions, messages, strict=True) if (values := answers(m, q))}
        return found

    async def create(self, zone: Zone, records: Sequence[WantedRecord]) -> str:
        """One update, which the server carries out whole or not at all."""
        there = await self.existing(zone, tuple(dict.fromkeys(record.name for record in records)))
        update = self._update(zone)
        for record in records:
            ttl = await self._require(update, record, there.get(record.question, ()))
            update.add(dns.name.from_text(record.name), ttl, _rdata(record))
        answer = await self._send(update)
        if answer.rcode() != dns.rcode.NOERROR:
            raise AlreadyExists(
                f"something appeared at one of the names meanwhile ({dns.rcode.to_text(answer.rcode())})",
                "Look again: `sendready plan`",
                action=self.api,
            )
        return dns.rcode.to_text(answer.rcode())

    async def _require(self, update: dns.update.UpdateMessage, record: WantedRecord, there: Sequence[str]) -> int:
        """Says what must be so when the update arrives (RFC 2136, section 2.4); returns the record's TTL, seconds.

        A text that is added beside unrelated ones takes their TTL: a record set has one, and an update would change it.
        """
        name = dns.name.from_text(record.name)
        if record.relevant(there):
            raise AlreadyExists(f"{record.name} has a {record.type} record already", action=self.api)
        if record.type is RecordType.CNAME:
            update.absent(name)
            return record.ttl
        update.absent(name, dns.rdatatype.CNAME)
        held = await self._held(record.question) if there else None
        if held is None:
            update.absent(name, record.type.value)
            return record.ttl
        _require_same(update, name, held)
        return held.ttl

    async def _held(self, question: Question) -> dns.rdataset.Rdataset | None:
        """The record set that is there."""
        message = await self._ask(question)
        kind = dns.rdatatype.from_text(question.type.value)
        found = message.get_rrset(message.answer, dns.name.from_text(question.name), dns.rdataclass.IN, kind)
        return found.to_rdataset() if found is not None else None

    async def is_everywhere(self, answer: str) -> bool | None:
        """Not known: only the name servers themselves can be asked."""
        return None

    async def remove(self, zone: Zone, record: WantedRecord) -> bool:
        """Deletes this very record, on condition that its set is still what was just read."""
        self._turn_to(zone.host)
        held, name, ours = await self._held(record.question), dns.name.from_text(record.name), _rdata(record)
        if held is None or ours not in held:
            return False
        update = self._update(zone)
        _require_same(update, name, held)
        update.delete(name, ours)
        return (await self._send(update)).rcode() == dns.rcode.NOERROR

    async def amend(self, zone: Zone, before: str, record: WantedRecord) -> bool:
        """Exchanges one text, on condition that its set is still what was just read."""
        self._turn_to(zone.host)
        held, name = await self._held(record.question), dns.name.from_text(record.name)
        old = [rr for rr in held or () if text(rr) == before]
        if held is None or len(old) != 1:
            return False
        update = self._update(zone)
        _require_same(update, name, held)
        update.delete(name, old[0])
        update.add(name, held.ttl, _rdata(record))
        return (await self._send(update)).rcode() == dns.rcode.NOERROR

    def _update(self, zone: Zone) -> dns.update.UpdateMessage:
        return dns.update.UpdateMessage(absolute(zone.name))

    async def _ask(self, question: Question) -> dns.message.Message:
        """One question to the server itself, signed, for a server may show other zones to other keys.

        A server that will not say is no server that has nothing: everything but an answer is an error.
        """
        answer = await self._exchange(_query(question))
        match answer.rcode():
            case dns.rcode.NOERROR | dns.rcode.NXDOMAIN:
                return answer
            case dns.rcode.REFUSED | dns.rcode.NOTAUTH:
                raise AccessDenied(
                    f"{self.host} refuses to say what is at {question.name}",
                    "Let the key ask, too: allow-query (BIND), acl with action query (Knot)",
                    action=self.api,
                )
            case dns.rcode.SERVFAIL:
                raise ServiceFailure(f"{self.host} failed (SERVFAIL)", "See the server's log", action=self.api)
            case rcode:
                raise Rejected(f"{self.host} did not answer ({dns.rcode.to_text(rcode)})", action=self.api)

    async def _send(self, update: dns.update.UpdateMessage) -> dns.message.Message:
        """One update. Returns where it was done or a prerequisite was not met; everything else is an error."""
        answer = await self._exchange(update)
        match answer.rcode():
            case rcode if rcode in _SAYING_SOMETHING:
                return answer
            case dns.rcode.REFUSED | dns.rcode.NOTAUTH:
                raise AccessDenied(
                    f"{self.host} refuses updates of {bare(update.zone[0].name.to_text())}",
                    "Check allow-update or update-policy (BIND), acl (Knot), and the key: `--tsig-key`",
                    action=self.api,
                )
            case dns.rcode.SERVFAIL:
                raise ServiceFailure(f"{self.host} failed (SERVFAIL)", "See the server's log", action=self.api)
            case rcode:
                raise Rejected(f"{self.host} refused the update ({dns.rcode.to_text(rcode)})", action=self.api)

    async def _exchange(self, message: dns.message.Message) -> dns.message.Message:
        if self._key is not None:
            message.use_tsig(self._key)
        endpoint = await self._where()
        try:
            answer = await dns.asyncquery.tcp(
                message, endpoint.host, timeout=PATIENCE, port=endpoint.port, one_rr_per_rrset=False
            )
        except dns.exception.Timeout:
            raise self._unreachable("does not answer") from None
        except (OSError, EOFError) as error:
            raise self._unreachable(getattr(error, "strerror", None) or "hung up") from None
        except dns.tsig.PeerBadTime:
            raise ClockSkew(
                f"{self.host} says that this machine's clock is off", "Turn on network time", action=self.api
            ) from None
        except (dns.tsig.PeerError, dns.tsig.BadSignature, dns.message.UnknownTSIGKey) as error:
            raise self._bad_key(error) from None
        except (dns.exception.DNSException, ValueError) as error:
            raise ServiceFailure(f"{self.host} answered with no DNS: {type(error).__name__}", action=self.api) from None
        if self._key is not None and not answer.had_tsig and answer.rcode() in _SAYING_SOMETHING:
            raise ServiceFailure(f"{self.host} did not sign its answer, so anybody may have sent it", action=self.api)
        return answer

    def _bad_key(self, error: Exception) -> SendreadyError:
        known: dict[type[Exception], str] = {
            dns.tsig.PeerBadKey: "does not know the key",
            dns.tsig.PeerBadSignature: "has another secret for it",
        }
        said = known.get(type(error), "did not accept the signature")
        return AccessDenied(
            f"{self.host} {said}",
            "Check `--tsig-key`, `--tsig-algorithm` and the secret against the server's configuration",
            action=self.api,
        )

    def _unreachable(self, why: str) -> SendreadyError:
        return Unreachable(
            f"{self.host} {why.lower()}", "Updates go to the primary over TCP: `--update-server HOST[:PORT]`",
            action=self.api,
        )  # fmt: skip

    async def _where(self) -> Endpoint:
        if self._endpoint is None:
            if self._server is None:
                raise BadInput(
                    "nobody says which server takes the updates",
                    "Pass `--update-server HOST[:PORT]`, or set RFC2136_NAMESERVER",
                )
            found = await self._locate(self._server)
            if not found:
                raise Unreachable(
                    f"{self._server} has no address", "Pass `--update-server HOST[:PORT]`", action=self.api
                )
            self._endpoint = found[0]
        return self._endpoint


def _require_same(update: dns.update.UpdateMessage, name: dns.name.Name, held: dns.rdataset.Rdataset) -> None:
    """The set must still be exactly this one; prerequisites have the TTL 0 (RFC 2136, section 2.4.2)."""
    update.present(name, dns.rdataset.from_rdata_list(0, list(held)))


def _rdata(record: WantedRecord) -> dns.rdata.Rdata:
    return dns.rdata.from_text(
        dns.rdataclass.IN, record.type.value, master_form(record), origin=dns.name.root, relativize=False
    )


def _query(question: Question) -> dns.message.QueryMessage:
    query = dns.message.make_query(absolute(question.name), question.type.value)
    query.flags &= ~dns.flags.RD
    return query
