"""Whether a server may send for a domain: `check_host` with macros and limits (RFC 7208, section 4)."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass
from enum import StrEnum

from sendready.mailauth.lookup import Lookup, Status, joined
from sendready.mailauth.spf.macros import Address, Message, as_name, expand
from sendready.mailauth.spf.parse import is_record, parse
from sendready.model.names import LONGEST_LABEL, LONGEST_NAME, bare, is_at_or_below
from sendready.model.spf import MOST_HOSTS, MOST_LOOKUPS, MOST_VOIDS, Qualifier, SpfRecord, SpfTerm

SECONDS = 20.0
"""For the whole evaluation; receivers must allow at least as much (section 4.6.4)."""


class Result(StrEnum):
    """What SPF says about a mail (section 2.6)."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"  # noqa: S105  # a result of SPF
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


_RESULT_OF = {
    Qualifier.PASS: Result.PASS,
    Qualifier.FAIL: Result.FAIL,
    Qualifier.SOFTFAIL: Result.SOFTFAIL,
    Qualifier.NEUTRAL: Result.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class SpfVerdict:
    """The result, and what brought it about."""

    result: Result
    reason: str = ""
    """The mechanism that matched, or what went wrong."""
    explanation: str = ""
    """What the domain says to a sender that fails; empty where it says nothing."""


class _Error(Exception):
    """Ends the evaluation."""

    def __init__(self, result: Result, reason: str) -> None:
        super().__init__(reason)
        self.verdict = SpfVerdict(result, reason)


async def check_host(ip: str, domain: str, sender: str, helo: str, lookup: Lookup) -> SpfVerdict:
    """Evaluates the SPF record of `domain` for mail that comes from `ip`.

    `sender` is the MAIL FROM, which may be empty or lack its local part. Raises ValueError where `ip` is no address;
    whatever is in DNS, it raises nothing.
    """
    address = ipaddress.ip_address(ip)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    local, at, rest = sender.rpartition("@")
    message = Message(mapped or address, f"{local or 'postmaster'}@{rest if at or rest else helo}", helo)
    evaluation = _Evaluation(message, lookup)
    try:
        async with asyncio.timeout(SECONDS):
            return await evaluation.of(bare(domain))
    except TimeoutError:
        return SpfVerdict(Result.TEMPERROR, f"not done within {SECONDS:.0f} seconds")
    except _Error as error:
        return error.verdict


@dataclass
class _Evaluation:
    """One evaluation and what it has used of its limits."""

    message: Message
    lookup: Lookup
    asked: int = 0
    voids: int = 0

    async def of(self, domain: str) -> SpfVerdict:
        record = await self._record(domain)
        if record is None:
            return SpfVerdict(Result.NONE, f"{domain} has no SPF record")
        if record.fatal:
            raise _Error(Result.PERMERROR, record.fatal[0].text)
        for term in record.mechanisms:
            if await self._matches(term, domain):
                result = _RESULT_OF[term.qualifier or Qualifier.PASS]
                told = await self._explained(record, domain) if result is Result.FAIL else ""
                return SpfVerdict(result, term.text, told)
        if record.redirect is not None:
            target = await self._target(record.redirect, domain)
            self._count(record.redirect)
            verdict = await self.of(target)
            if verdict.result is Result.NONE:
                raise _Error(Result.PERMERROR, f"`redirect` leads to {target}, which has no SPF record")
            return verdict
        return SpfVerdict(Result.NEUTRAL, "nothing matched")

    async def _record(self, domain: str) -> SpfRecord | None:
        if not _is_name(domain):
            return None
        status, records = await self.lookup(domain, "TXT")
        if not status.conclusive:
            raise _Error(Result.TEMPERROR, f"{domain} could not be looked up")
        texts = [text for text in map(joined, records) if is_record(text)]
        if len(texts) > 1:
            raise _Error(Result.PERMERROR, f"{domain} has {len(texts)} SPF records")
        return parse(texts[0]) if texts else None

    async def _matches(self, term: SpfTerm, domain: str) -> bool:
        if term.asks:
            self._count(term)
        match term.name:
            case "all":
                return True
            case "ip4" | "ip6":
                return self._within(term.value or "", term)
            case "include":
                return await self._included(term, domain)
            case "a":
                return await self._has_address(await self._target(term, domain), term)
            case "mx":
                return await self._has_exchanger(await self._target(term, domain), term)
            case "exists":
                return bool(await self._answers(await self._target(term, domain), "A"))
            case _:  # `ptr`
                target = await self._target(term, domain)
                return any(is_at_or_below(name, target) for name in await self._validated(domain))

    def _count(self, term: SpfTerm) -> None:
        self.asked += 1
        if self.asked > MOST_LOOKUPS:
            raise _Error(Result.PERMERROR, f"`{term.text}` is look-up number {self.asked}")

    async def _included(self, term: SpfTerm, domain: str) -> bool:
        target = await self._target(term, domain)
        verdict = await self.of(target)
        if verdict.result is Result.NONE:
            raise _Error(Result.PERMERROR, f"`{term.text}` has no SPF record")
        return verdict.result is Result.PASS

    async def _has_address(self, name: str, term: SpfTerm) -> bool:
        found = await self._answers(name, self._address_type)
        return any(self._within(address, term) for address in found)

    async def _has_exchanger(self, name: str, term: SpfTerm) -> bool:
        hosts = [bare(mx.rpartition(" ")[2]) for mx in await self._answers(name, "MX")]
        if len(hosts) > MOST_HOSTS:
            raise _Error(Result.PERMERROR, f"`{term.text}` leads to {len(hosts)} mail servers")
        for host in hosts:
            if host and await self._has_address(host, term):
                return True
        return False

    @property
    def _address_type(self) -> str:
        return "A" if self.message.ip.version == 4 else "AAAA"

    def _within(self, address: str, term: SpfTerm) -> bool:
        ip = self.message.ip
        prefix = term.prefix4 if ip.version == 4 else term.prefix6
        try:
            network = ipaddress.ip_network(f"{address}/{ip.max_prefixlen if prefix is None else prefix}", strict=False)
        except ValueError:
            return False  # an address of the other family
        return ip in network

    async def _answers(self, name: str, rtype: str) -> list[str]:
        """The records of a name; a void look-up counts, and one that fails ends the evaluation."""
        if not _is_name(name, labels=1):
            return []
        status, records = await self.lookup(name, rtype)
        if not status.conclusive:
            raise _Error(Result.TEMPERROR, f"{name} could not be looked up")
        if status is not Status.OK or not records:
            self.voids += 1
            if self.voids > MOST_VOIDS:
                raise _Error(Result.PERMERROR, f"{name} is look-up number {self.voids} that finds nothing")
        return [joined(record) for record in records]

    async def _target(self, term: SpfTerm, domain: str) -> str:
        if term.value is None:
            return domain
        return bare(as_name(await expand(term.value, self.message, domain, lambda: self._first_name(domain))))

    async def _first_name(self, domain: str) -> str:
        return next(iter(await self._validated(domain)), "unknown")

    async def _validated(self, domain: str) -> list[str]:
        """The names that lead back to the sending address, the domain's own first (section 5.5).

        Errors on the way make nothing match and end nothing.
        """
        status, found = await self.lookup(reverse_name(self.message.ip), "PTR")
        if status in (Status.NXDOMAIN, Status.NODATA):
            self.voids += 1
            if self.voids > MOST_VOIDS:
                raise _Error(Result.PERMERROR, f"the sending address has no name: look-up {self.voids} without result")
        good = []
        for name in [bare(joined(record)) for record in found][:MOST_HOSTS]:
            _, addresses = await self.lookup(name, self._address_type)
            if any(_same_address(joined(address), self.message.ip) for address in addresses):
                good.append(name)
        return sorted(good, key=lambda name: (name != domain, not is_at_or_below(name, domain)))

    async def _explained(self, record: SpfRecord, domain: str) -> str:
        """What `exp` leads to; anything wrong there counts as nothing said (section 6.2)."""
        term = record.modifier("exp")
        if term is None:
            return ""
        try:
            status, found = await self.lookup(await self._target(term, domain), "TXT")
            if status is not Status.OK or len(found) != 1 or not (text := joined(found[0])).isascii():
                return ""
            return await expand(text, self.message, domain, lambda: self._first_name(domain))
        except _Error:
            return ""


def reverse_name(ip: Address) -> str:
    """The name under which an address's own names stand."""
    return ip.reverse_pointer


def _same_address(text: str, ip: Address) -> bool:
    try:
        return ipaddress.ip_address(text) == ip
    except ValueError:
        return False


def _is_name(name: str, labels: int = 2) -> bool:
    """Whether it can be asked for: not too long, no empty or too long label, so many labels (section 4.3)."""
    parts = name.split(".")
    fits = len(name) <= LONGEST_NAME and all(0 < len(part) <= LONGEST_LABEL for part in parts)
    return fits and len(parts) >= labels
