"""Every way a name server can misbehave, as a client sees it, and that it ends when it is told to end."""

from __future__ import annotations

import socket
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from sendready.practice.clock import PracticeClock
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.dns.server import DnsServers
from sendready.practice.dns.zones import Zone, Zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dns.message import Message

NS1, NS2 = "ns1.practice-dns.net", "ns2.practice-dns.org"
SHORT = 0.05
"""How long a client waits for an answer that must not come, seconds."""


@pytest.fixture
def zones() -> Zones:
    return Zones()


@pytest.fixture
def zone(zones: Zones) -> Zone:
    zone = zones.create("example.com")
    zone.put("www.example.com", "A", 300, ["192.0.2.80"])
    zones.create("example.net").put("www.example.net", "A", 300, ["192.0.2.81"])
    return zone


@pytest.fixture
def clock() -> PracticeClock:
    return PracticeClock(speed=100)


@pytest.fixture
def servers(zones: Zones, zone: Zone, clock: PracticeClock) -> Iterator[DnsServers]:
    with DnsServers(zones, clock) as servers:
        yield servers


def ask(servers: DnsServers, name: str = "www.example.com", server: str = NS1, *, timeout: float = 2) -> Message:
    host, port = servers.where(server)
    return dns.query.udp(dns.message.make_query(name, "A", flags=0), host, timeout, port)


def ask_tcp(servers: DnsServers, *, timeout: float = 2) -> Message:
    host, port = servers.where(NS1)
    return dns.query.tcp(dns.message.make_query("www.example.com", "A", flags=0), host, timeout, port)


def test_silent(servers: DnsServers) -> None:
    servers.behave(NS1, Behaviour(silent=True))

    for asking in (ask, ask_tcp):
        with pytest.raises(dns.exception.Timeout):
            asking(servers, timeout=SHORT)
    assert ask(servers, server=NS2).answer
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(SHORT)
        client.sendto(b"not a question", servers.where(NS1))
        with pytest.raises(TimeoutError):
            client.recv(512)

    servers.behave(NS1)
    assert ask(servers).answer
    assert ask_tcp(servers).answer


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NXDOMAIN"])
def test_one_code_for_everything(servers: DnsServers, rcode: str) -> None:
    servers.behave("198.51.100.1", Behaviour(rcode=rcode))

    said = ask(servers)

    assert dns.rcode.to_text(said.rcode()) == rcode
    assert not said.answer


def test_lame(servers: DnsServers) -> None:
    servers.behave(NS1, Behaviour(lame=True))

    said = ask(servers)

    assert said.rcode() == dns.rcode.NOERROR
    assert not said.flags & dns.flags.AA
    assert not said.answer
    assert said.authority[0].name == dns.name.root


def test_lagging(servers: DnsServers, zone: Zone, zones: Zones) -> None:
    servers.behave(NS1, Behaviour(lagging=True))
    zone.put("www.example.com", "A", 300, ["192.0.2.99"])
    zone.put("new.example.com", "A", 300, ["192.0.2.99"])
    zones.create("example.org")

    assert ask(servers).answer[0][0].to_text() == "192.0.2.80"
    assert ask(servers, "new.example.com").rcode() == dns.rcode.NXDOMAIN
    assert ask(servers, "example.org").rcode() == dns.rcode.REFUSED
    assert ask(servers, server=NS2).answer[0][0].to_text() == "192.0.2.99"

    servers.behave(NS1)
    assert ask(servers).answer[0][0].to_text() == "192.0.2.99"
    assert ask(servers, "example.org").rcode() == dns.rcode.NOERROR


def test_truncate(servers: DnsServers) -> None:
    servers.behave(NS1, Behaviour(truncate=True))

    said = ask(servers)

    assert said.flags & dns.flags.TC
    assert not said.answer
    assert ask_tcp(servers).answer


def test_garbage(servers: DnsServers) -> None:
    servers.behave(NS1, Behaviour(garbage=True))

    for asking in (ask, ask_tcp):
        with pytest.raises((dns.exception.DNSException, ValueError)):
            asking(servers)


def test_wrong_id(servers: DnsServers) -> None:
    servers.behave(NS1, Behaviour(wrong_id=True))
    query = dns.message.make_query("www.example.com", "A")
    host, port = servers.where(NS1)

    with pytest.raises(dns.query.BadResponse):
        dns.query.udp(query, host, 2, port)
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(query, host, SHORT, port, ignore_errors=True)


def test_tcp_refused(servers: DnsServers) -> None:
    query = dns.message.make_query("www.example.com", "A").to_wire(prepend_length=True)
    with socket.create_connection(servers.where(NS1), timeout=2) as earlier:
        earlier.sendall(query)
        assert earlier.recv(512)
        servers.behave(NS1, Behaviour(tcp_refused=True))
        with pytest.raises(OSError, match="reset"):
            ask_tcp(servers)
        earlier.sendall(query)
        with pytest.raises(OSError, match="reset"):
            earlier.recv(1)
    assert ask(servers).answer

    servers.behave(NS1)
    assert ask_tcp(servers).answer


def test_no_edns(servers: DnsServers) -> None:
    servers.behave(NS1, Behaviour(no_edns=True))
    host, port = servers.where(NS1)

    modern = dns.query.udp(dns.message.make_query("www.example.com", "A", use_edns=0), host, 2, port)

    assert modern.rcode() == dns.rcode.FORMERR
    assert modern.edns == -1
    assert ask(servers).answer


def test_not_authoritative(servers: DnsServers) -> None:
    servers.behave(NS1, Behaviour(not_authoritative=True))

    said = ask(servers)

    assert said.answer
    assert not said.flags & (dns.flags.AA | dns.flags.RA)


def test_a_network_that_intercepts(servers: DnsServers) -> None:
    for server in servers.map:
        servers.behave(server, Behaviour(recursive=True))

    for server in servers.map:
        said = ask(servers, server=server)
        assert said.answer
        assert said.flags & dns.flags.RA
        assert not said.flags & dns.flags.AA


def test_a_zone_may_behave_apart_from_its_server(servers: DnsServers) -> None:
    servers.behave(NS1, Behaviour(rcode="SERVFAIL"), zone="example.com")
    assert ask(servers).rcode() == dns.rcode.SERVFAIL
    assert ask(servers, "www.example.net").answer

    servers.behave(NS1, Behaviour(rcode="REFUSED"))
    servers.behave(NS1, zone="example.com")
    assert ask(servers).answer
    assert ask(servers, "www.example.net").rcode() == dns.rcode.REFUSED


def test_a_delay_is_practice_time_and_holds_up_nobody_else(servers: DnsServers, clock: PracticeClock) -> None:
    servers.behave(NS1, Behaviour(delay=4))
    began, practice = time.perf_counter(), clock.now()

    host, port = servers.where(NS1)
    query = dns.message.make_query("www.example.com", "A")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.sendto(query.to_wire(), (host, port))
        assert ask(servers, server=NS2).answer
        assert clock.now() - practice < timedelta(seconds=4)
        assert dns.message.from_wire(client.recv(4096)).answer

    assert clock.now() - practice >= timedelta(seconds=4)
    assert time.perf_counter() - began >= 0.04


def test_the_resolver_is_as_slow_as_the_servers_it_asks(servers: DnsServers, clock: PracticeClock) -> None:
    servers.behave(NS1, Behaviour(delay=3))
    host, port = servers.where("resolver")
    began = clock.now()

    assert dns.query.udp(dns.message.make_query("www.example.com", "A"), host, 2, port).answer

    assert clock.now() - began >= timedelta(seconds=3)


def test_late_answers_over_tcp_overtake_each_other(servers: DnsServers) -> None:
    servers.behave(NS1, Behaviour(delay=5), zone="example.com")
    slow, quick = (dns.message.make_query(name, "A") for name in ("www.example.com", "www.example.net"))

    with socket.create_connection(servers.where(NS1), timeout=2) as client:
        client.sendall(slow.to_wire(prepend_length=True) + quick.to_wire(prepend_length=True))
        client.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: client.recv(4096), b""))

    first = int.from_bytes(received[:2], "big")
    assert quick.is_response(dns.message.from_wire(received[2 : 2 + first]))
    assert slow.is_response(dns.message.from_wire(received[4 + first :]))


def test_a_thousand_answers_that_never_come_do_not_hold_up_the_end(zones: Zones, zone: Zone) -> None:
    servers = DnsServers(zones, PracticeClock())
    servers.start()
    servers.behave(NS1, Behaviour(delay=3600))
    query = dns.message.make_query("www.example.com", "A")
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        socket.create_connection(servers.where(NS1), timeout=2) as stream,
    ):
        for _ in range(500):
            datagrams.sendto(query.to_wire(), servers.where(NS1))
            stream.sendall(query.to_wire(prepend_length=True))
        began = time.perf_counter()
        servers.stop()
        assert time.perf_counter() - began < 0.5
        with pytest.raises(OSError, match="reset"):
            stream.recv(1)


@pytest.mark.parametrize("attempt", range(20))
def test_a_connection_made_at_the_end_is_reset(attempt: int, zones: Zones) -> None:
    servers = DnsServers(zones, PracticeClock())
    servers.start()
    with socket.create_connection(servers.where(NS1), timeout=2) as stream:
        servers.stop()
        with pytest.raises(OSError, match="reset"):
            stream.recv(1)


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        ({"delay": -1}, "a delay is 0 seconds or more"),
        ({"rcode": "NONSENSE"}, "'NONSENSE' is not a response code"),
        ({"rcode": "BADVERS"}, "does not fit"),
    ],
)
def test_what_no_server_can_do_is_refused(behaviour: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Behaviour(**behaviour)


def test_a_server_that_is_none_is_refused(servers: DnsServers) -> None:
    with pytest.raises(ValueError, match=r"no such name server: ns3\.practice-dns\.net"):
        servers.behave("ns3.practice-dns.net", Behaviour(silent=True))
    with pytest.raises(ValueError, match="no such name server"):
        servers.where("192.0.2.99")
