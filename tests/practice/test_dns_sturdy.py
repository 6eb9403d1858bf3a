"""Whatever arrives, the servers go on; whatever is put in comes out; and they start and stop in no time."""

from __future__ import annotations

import logging
import logging.handlers
import queue
import socket
import threading
import time
from typing import TYPE_CHECKING

import dns.message
import dns.name
import dns.query
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sendready.practice.clock import PracticeClock
from sendready.practice.dns.server import DnsServers
from sendready.practice.dns.zones import Zone, Zones

if TYPE_CHECKING:
    from collections.abc import Iterator

NS1 = "ns1.practice-dns.net"
QUERY = dns.message.make_query("www.example.com", "A").to_wire()

labels = st.from_regex(r"[a-z0-9_]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
names = st.lists(labels, min_size=1, max_size=4).map(".".join)
strings = st.binary(max_size=255).map(
    lambda octets: (
        '"'
        + "".join(f"\\{octet:03d}" if octet in b'"\\' or not 32 <= octet < 127 else chr(octet) for octet in octets)
        + '"'
    )
)
values = st.one_of(
    st.tuples(
        st.just("TXT"),
        st.lists(st.lists(strings, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=3),
    ),
    st.tuples(st.just("CNAME"), st.lists(names, min_size=1, max_size=1)),
    st.tuples(st.just("NS"), st.lists(names, min_size=1, max_size=4)),
    st.tuples(st.just("A"), st.lists(st.ip_addresses(v=4).map(str), min_size=1, max_size=5)),
    st.tuples(st.just("AAAA"), st.lists(st.ip_addresses(v=6).map(str), min_size=1, max_size=5)),
    st.tuples(
        st.just("MX"),
        st.lists(st.tuples(st.integers(0, 65535), names).map(lambda mx: f"{mx[0]} {mx[1]}"), min_size=1, max_size=3),
    ),
    st.tuples(
        st.just("TYPE65400"),
        st.lists(st.binary(max_size=40).map(lambda raw: rf"\# {len(raw)} {raw.hex()}"), min_size=1),
    ),
)


@pytest.fixture(scope="module")
def zones() -> Zones:
    return Zones()


@pytest.fixture(scope="module")
def zone(zones: Zones) -> Zone:
    zone = zones.create("example.com")
    zone.put("www.example.com", "A", 300, ["192.0.2.80"])
    return zone


@pytest.fixture(scope="module")
def servers(zones: Zones, zone: Zone) -> Iterator[DnsServers]:
    with DnsServers(zones, PracticeClock(), keys={"k": "c2VjcmV0"}, tcp_idle=0.3) as servers:
        yield servers


@pytest.fixture(scope="module", autouse=True)
def nothing_unforeseen() -> Iterator[None]:
    """A server answers SERVFAIL where it meets its own mistake, and logs that: here, none may."""
    met: queue.Queue[logging.LogRecord] = queue.Queue()
    handler, logger = logging.handlers.QueueHandler(met), logging.getLogger("sendready.practice.dns")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    assert met.empty(), met.get().getMessage()


def alive(servers: DnsServers) -> bool:
    query = dns.message.make_query("www.example.com", "A")
    return all(
        asking(query, *servers.where(server)[:1], timeout=2, port=servers.where(server)[1]).answer
        for server in (NS1, "resolver")
        for asking in (dns.query.udp, dns.query.tcp)
    )


@given(names, values, st.integers(0, 2**31 - 1))
@settings(max_examples=150, deadline=None)
def test_what_is_put_in_comes_out_over_udp_and_tcp(
    servers: DnsServers, zone: Zone, owner: str, typed: tuple[str, list[str]], ttl: int
) -> None:
    rtype, data = typed
    name = f"{owner}.random.example.com" if rtype != "NS" else "random.example.com"
    host, port = servers.where(NS1)
    zone.put(name, rtype, ttl, data)
    try:
        stored = zone.get(name, rtype)
        assert stored is not None
        assert stored.ttl == ttl
        query = dns.message.make_query(name, rtype, flags=0)
        over_udp, _ = dns.query.udp_with_fallback(query, host, 2, port)
        for said in (over_udp, dns.query.tcp(query, host, 2, port)):
            section = said.authority if rtype == "NS" else said.answer
            rrset = said.find_rrset(
                section, dns.name.from_text(name), dns.rdataclass.IN, dns.rdatatype.from_text(rtype)
            )
            assert rrset.ttl == ttl
            assert {rdata.to_text() for rdata in rrset} == set(stored.values)
            again = {
                dns.rdata.from_text("IN", rtype, value, dns.name.root, relativize=False).to_digestable()
                for value in data
            }
            assert {rdata.to_digestable() for rdata in rrset} == again
    finally:
        zone.delete(name, rtype)


mutilated = st.builds(
    lambda at, octet, end: bytes((*QUERY[:at], octet, *QUERY[at + 1 :]))[:end],
    st.integers(0, len(QUERY) - 1),
    st.integers(0, 255),
    st.integers(0, len(QUERY)),
)
headed = st.builds(
    lambda flags, counts, rest: b"id" + flags + counts + rest,
    st.binary(min_size=2, max_size=2),
    st.lists(st.sampled_from([b"\0\0", b"\0\1", b"\0\2"]), min_size=4, max_size=4).map(b"".join),
    st.binary(max_size=60),
)


@given(st.lists(st.one_of(st.binary(max_size=600), mutilated, headed), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_octets_stop_a_server(servers: DnsServers, messages: list[bytes]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for message in messages:
            for server in (NS1, "resolver"):
                client.sendto(message, servers.where(server))
    with socket.create_connection(servers.where(NS1), timeout=2) as client:
        for message in messages:
            client.sendall(len(message).to_bytes(2, "big") + message)
        client.sendall(b"".join(messages))

    assert alive(servers)


def test_an_answer_is_never_answered(servers: DnsServers) -> None:
    answer = dns.message.make_response(dns.message.make_query("www.example.com", "A"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.05)
        client.sendto(answer.to_wire(), servers.where(NS1))
        with pytest.raises(TimeoutError):
            client.recv(512)


def test_many_queries_share_a_connection_and_may_come_in_pieces(servers: DnsServers) -> None:
    queries = [dns.message.make_query(f"{number}.example.com", "A", id=number) for number in range(100)]
    sent = b"".join(query.to_wire(prepend_length=True) for query in queries)
    with socket.create_connection(servers.where(NS1), timeout=2) as client:
        for start in range(0, len(sent), 37):
            client.sendall(sent[start : start + 37])
        received = client.makefile("rb")
        for query in queries:
            said = dns.message.from_wire(received.read(int.from_bytes(received.read(2), "big")))
            assert query.is_response(said)
        received.close()


def test_a_connection_that_says_nothing_is_closed(servers: DnsServers) -> None:
    with socket.create_connection(servers.where(NS1), timeout=5) as client:
        client.sendall(b"\0")
        assert client.recv(1) == b""


def test_zones_may_change_while_they_are_asked_for(servers: DnsServers, zones: Zones) -> None:
    zone = zones.create("busy.example")
    zone.put("www.busy.example", "A", 60, ["192.0.2.1"])
    done = threading.Event()

    def change() -> None:
        for number in range(300):
            zone.put(f"n{number}.busy.example", "TXT", 60, ["x"])
            zones.create(f"z{number}.busy.example")
            if number % 2:
                zones.remove(f"z{number}.busy.example")
        done.set()

    changing = threading.Thread(target=change)
    changing.start()
    host, port = servers.where("resolver")
    try:
        while not done.is_set():
            servers.flush()
            assert dns.query.udp(dns.message.make_query("www.busy.example", "A"), host, 2, port).answer
    finally:
        changing.join()


def test_they_start_and_stop_at_once_and_as_often_as_one_likes() -> None:
    servers = DnsServers(Zones(), PracticeClock())
    servers.stop()
    began = time.perf_counter()
    for _ in range(5):
        servers.start()
        servers.start()
        assert len({servers.resolver, *servers.map.values()}) == 6
        query = dns.message.make_query(".", "NS")
        host, port = servers.where("a.root-servers.net")
        assert dns.query.udp(query, host, 2, port).answer
        servers.stop()
        servers.stop()
        with pytest.raises(ValueError, match="not running"):
            servers.where("resolver")
    assert time.perf_counter() - began < 2
    assert not [thread for thread in threading.enumerate() if thread.name == "practice-dns" and not thread.daemon]
