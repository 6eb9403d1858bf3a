"""One query to one address: UDP, then TCP where the answer was cut or UDP is silent; foreign answers are ignored."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode

from sendready.model.records import Outcome, Question

TRIES = (0.8, 1.4)
"""Seconds UDP is given, try by try; then TCP is given as long as the last."""

DEAD_AFTER = sum(TRIES) + TRIES[-1] - 0.1
"""Seconds of silence, over UDP and TCP: whoever waits no longer than that has tried everything."""

DEAD_FOR = 60.0
"""Seconds for which one that was silent is given a single short try, so that it delays nobody a second time."""

SILENT_TWICE = 2
"""Questions in a row that it said nothing to: one alone may have been lost, or be one too many in a moment."""

PAYLOAD = 1232
"""EDNS buffer size that avoids fragments (DNS flag day 2020)."""


MOST_SOCKETS = 800
"""Most queries under way, each with a socket of its own; fewer where the system lets a process have fewer files."""

OTHER_FILES = 64
"""Files that are left to everything else."""

DNS_PORT = 53


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an address is really reached."""

    host: str
    port: int = DNS_PORT

    @classmethod
    def parse(cls, text: str, port: int = DNS_PORT) -> Endpoint:
        """Reads `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`.

        Raises:
            ValueError: the host is no IP address, or the port is none.
        """
        text = text.strip()
        if text.startswith("["):
            host, _, rest = text[1:].partition("]")
            if not text.endswith("]") and not rest.startswith(":"):
                raise ValueError(f"no address: {text}")
            return cls._checked(host, int(rest[1:]) if rest else port)
        host, colon, rest = text.partition(":")
        if not colon or ":" in rest:
            return cls._checked(text, port)
        return cls._checked(host, int(rest))

    @classmethod
    def _checked(cls, host: str, port: int) -> Endpoint:
        if not 0 < port < 65536:
            raise ValueError(f"no port: {port}")
        return cls(str(ipaddress.ip_address(host)), port)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one query: a message, or the reason why there is none."""

    message: dns.message.Message | None
    failure: Outcome | None
    ms: float


class Transport:
    """Sends queries. `redirect` maps an address to where it is really reached (`SENDREADY_DNS_MAP`)."""

    def __init__(self, redirect: Mapping[str, Endpoint] | None = None) -> None:
        self._redirect = dict(redirect or {})
        self._slots = asyncio.Semaphore(_sockets())
        self._silent: dict[Endpoint, tuple[int, float]] = {}
        """How many questions in a row servers said nothing to, and when the last of them was given up (monotonic)."""

    def forget(self) -> None:
        """Gives every server its full time again."""
        self._silent.clear()

    def reaches(self, address: str) -> bool:
        """Whether this machine has any way to the address; without IPv6 there is no point in waiting for it."""
        return address in self._redirect or ":" not in address or _has_ipv6()

    def endpoint(self, asked: Endpoint) -> Endpoint:
        """Where an address is really reached; one with a port of its own is meant as it stands."""
        return self._redirect.get(asked.host, asked) if asked.port == DNS_PORT else asked

    async def ask(
        self, address: str | Endpoint, question: Question, *, recursion: bool = False, seconds: float | None = None
    ) -> Reply:
        """Asks one question, RD clear unless `recursion`; never raises, ends `seconds` after its turn has come."""
        endpoint = address if isinstance(address, Endpoint) else self._redirect.get(address, Endpoint(address))
        try:
            query = dns.message.make_query(
                question.name + ".", question.type.value, use_edns=0, payload=PAYLOAD, want_dnssec=False
            )
        except dns.exception.DNSException:  # a name DNS cannot hold, out of somebody's answer
            return Reply(None, Outcome.GARBLED, 0.0)
        if not recursion:
            query.flags &= ~dns.flags.RD
        async with self._slots:
            started = time.perf_counter()
            if self._is_silent(endpoint):
                seconds = TRIES[0] if seconds is None else min(seconds, TRIES[0])
            try:
                async with asyncio.timeout(seconds):
                    message, failure = await self._exchange(query, endpoint)
                    silent = failure is Outcome.TIMEOUT
            except TimeoutError:
                message, failure = None, Outcome.TIMEOUT
                silent = time.perf_counter() - started >= DEAD_AFTER
            if message is not None:
                self._silent.pop(endpoint, None)
            elif silent:
                self._silent[endpoint] = (self._silent.get(endpoint, (0, 0.0))[0] + 1, time.monotonic())
            return Reply(message, failure, (time.perf_counter() - started) * 1000)

    def _is_silent(self, endpoint: Endpoint) -> bool:
        times, last = self._silent.get(endpoint, (0, 0.0))
        return times >= SILENT_TWICE and time.monotonic() - last < DEAD_FOR

    async def put(
        self, address: str | Endpoint, query: dns.message.Message, *, seconds: float, tcp: bool = False
    ) -> dns.message.Message | None:
        """Sends one query exactly as it is, once; None where nothing of use came back within `seconds`."""
        endpoint = address if isinstance(address, Endpoint) else self._redirect.get(address, Endpoint(address))
        try:
            async with self._slots, asyncio.timeout(seconds):
                if tcp:
                    return await dns.asyncquery.tcp(query, endpoint.host, port=endpoint.port)
                return await dns.asyncquery.udp(
                    query, endpoint.host, port=endpoint.port, ignore_unexpected=True, ignore_errors=True
                )
        except (OSError, EOFError, dns.exception.DNSException, ValueError, TimeoutError):
            return None

    async def _exchange(
        self, query: dns.message.Message, endpoint: Endpoint
    ) -> tuple[dns.message.Message | None, Outcome | None]:
        failure = Outcome.TIMEOUT
        for seconds in TRIES:
            try:
                message = await dns.asyncquery.udp(
                    query,
                    endpoint.host,
                    timeout=seconds,
                    port=endpoint.port,
                    ignore_unexpected=True,
                    ignore_errors=True,
                    one_rr_per_rrset=True,
                )
            except dns.exception.Timeout:
                query.use_edns(False)  # lost, or a server or firewall that drops what bears EDNS
                continue
            except OSError:
                failure = Outcome.UNREACHABLE
                break
            except (dns.exception.DNSException, ValueError):
                failure = Outcome.GARBLED
                continue
            if message.rcode() in (dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS) and query.edns >= 0:
                query.use_edns(False)  # an old server, or a firewall that does not know EDNS
                continue
            if not message.flags & dns.flags.TC:
                return message, None
            failure = Outcome.TRUNCATED
            break
        return await self._stream(query, endpoint, failure)

    async def _stream(
        self, query: dns.message.Message, endpoint: Endpoint, failure: Outcome
    ) -> tuple[dns.message.Message | None, Outcome | None]:
        try:
            message = await dns.asyncquery.tcp(
                query, endpoint.host, timeout=TRIES[-1], port=endpoint.port, one_rr_per_rrset=True
            )
        except (OSError, EOFError, dns.exception.Timeout):
            return None, failure
        except (dns.exception.DNSException, ValueError):
            return None, Outcome.GARBLED
        return message, None


def _sockets() -> int:
    """How many queries may be under way: macOS lets a process have 256 files at first."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MOST_SOCKETS
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_SOCKETS if allowed < 0 else max(1, min(MOST_SOCKETS, allowed - OTHER_FILES))


@cache
def _has_ipv6() -> bool:
    """Whether there is a route to the IPv6 internet; connecting a UDP socket sends nothing."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect(("2001:db8::1", 53))
    except OSError:
        return False
    return True
