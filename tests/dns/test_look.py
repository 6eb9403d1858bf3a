"""What every authoritative server of a zone says about one record, each by itself."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import dns.flags
import dns.message
import dns.rrset
import pytest
from practising import AMAZON, DOMAIN, NS1, NS2, Asking, Worlds

from sendready.model.ports import World
from sendready.model.records import Outcome, Question, RecordType, Redirection, Sighting
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.dns.zones import Zone
from sendready.practice.servers import Practice
from sendready.world.dns.transport import Endpoint, Transport

NAME = f"_dmarc.{DOMAIN}"
TXT = Question(NAME, RecordType.TXT)
POLICY = "v=DMARC1; p=none"


@pytest.fixture
def zone(practice: Practice) -> Zone:
    """A zone with one record."""
    zone = practice.zones.create(DOMAIN)
    zone.put(NAME, "TXT", 300, [f'"{POLICY}"'])
    return zone


def said(sightings: tuple[Sighting, ...]) -> dict[str, tuple[Outcome, tuple[str, ...]]]:
    return {sighting.server.name: (sighting.outcome, sighting.answers) for sighting in sightings}


ANSWER = (Outcome.ANSWER, (POLICY,))


async def test_every_server_is_asked_and_says_what_and_for_how_long(world: World, zone: Zone) -> None:
    sightings = await world.dns.look(TXT)

    assert [(s.server.name, s.server.address) for s in sightings] == [(NS1, "198.51.100.1"), (NS2, "198.51.100.2")]
    assert said(sightings) == {NS1: ANSWER, NS2: ANSWER}
    assert {s.ttl for s in sightings} == {300}
    assert {s.question for s in sightings} == {TXT}
    assert all(0 < s.ms < 5000 for s in sightings)


@pytest.mark.parametrize(
    ("rtype", "values", "expected"),
    [
        ("TXT", ['"v=DMARC1;" " p=none"', '"other"'], ("other", "v=DMARC1; p=none")),
        ("TXT", [r'"\195\169\255"'], (r"é\xff",)),
        ("MX", ["20 B.Example.", "10 a.example."], ("10 a.example", "20 b.example")),
        ("CNAME", ["Tok.DKIM.amazonses.com."], ("tok.dkim.amazonses.com",)),
        ("A", ["192.0.2.1"], ("192.0.2.1",)),
    ],
)
async def test_answers_come_in_our_form(
    world: World, zone: Zone, rtype: str, values: list[str], expected: tuple[str, ...]
) -> None:
    zone.put(f"x.{DOMAIN}", rtype, 300, values)

    sightings = await world.dns.look(Question(f"x.{DOMAIN}", RecordType(rtype)))

    assert {s.answers for s in sightings} == {expected}


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        (Question(f"nothing.{DOMAIN}", RecordType.TXT), Outcome.NXDOMAIN),
        (Question(NAME, RecordType.MX), Outcome.NODATA),
    ],
)
async def test_absence_is_proven_with_how_long_resolvers_may_believe_it(
    world: World, zone: Zone, question: Question, outcome: Outcome
) -> None:
    sightings = await world.dns.look(question)

    assert said(sightings) == {NS1: (outcome, ()), NS2: (outcome, ())}
    assert {s.ttl for s in sightings} == {900}


async def test_a_server_that_lags_behind_says_what_it_has(practice: Practice, world: World, zone: Zone) -> None:
    practice.dns.behave(NS2, Behaviour(lagging=True))
    zone.put(NAME, "TXT", 300, ['"v=DMARC1; p=reject"'])

    assert said(await world.dns.look(TXT)) == {NS1: (Outcome.ANSWER, ("v=DMARC1; p=reject",)), NS2: ANSWER}


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        pytest.param(Behaviour(rcode="SERVFAIL"), Outcome.SERVFAIL, id="servfail"),
        pytest.param(Behaviour(rcode="REFUSED"), Outcome.REFUSED, id="refused"),
        pytest.param(Behaviour(rcode="NXDOMAIN"), Outcome.NOT_AUTHORITATIVE, id="nxdomain-without-authority"),
        pytest.param(Behaviour(rcode="NOTIMP"), Outcome.GARBLED, id="notimp"),
        pytest.param(Behaviour(lame=True), Outcome.NOT_AUTHORITATIVE, id="lame"),
        pytest.param(Behaviour(not_authoritative=True), Outcome.NOT_AUTHORITATIVE, id="without-authority"),
        pytest.param(Behaviour(recursive=True), Outcome.INTERCEPTED, id="intercepted"),
        pytest.param(Behaviour(silent=True), Outcome.TIMEOUT, id="silent"),
        pytest.param(Behaviour(garbage=True), Outcome.GARBLED, id="garbage"),
        pytest.param(Behaviour(wrong_id=True), Outcome.GARBLED, id="wrong-id"),
        pytest.param(Behaviour(truncate=True, tcp_refused=True), Outcome.TRUNCATED, id="cut-and-no-tcp"),
    ],
)
@pytest.mark.usefixtures("impatient")
async def test_a_server_that_fails_does_not_vote_and_the_others_do(
    practice: Practice, world: World, zone: Zone, behaviour: Behaviour, outcome: Outcome
) -> None:
    await world.dns.delegation(DOMAIN)
    practice.dns.behave(NS1, behaviour)

    assert said(await world.dns.look(TXT)) == {NS1: (outcome, ()), NS2: ANSWER}


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_was_silent_is_given_one_short_try_until_it_speaks() -> None:
    transport = Transport()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.setblocking(False)

        async def tries() -> int:
            """How many datagrams a server gets that says nothing, and refuses TCP."""
            reply = await transport.ask(Endpoint(*server.getsockname()), TXT)
            assert reply.failure is Outcome.TIMEOUT
            return len(waiting(server))

        assert [await tries(), await tries(), await tries()] == [2, 2, 1]
        asking = asyncio.create_task(transport.ask(Endpoint(*server.getsockname()), TXT))
        query, whence = await asyncio.get_running_loop().sock_recvfrom(server, 4096)
        server.sendto(dns.message.make_response(dns.message.from_wire(query)).to_wire(), whence)
        assert (await asking).message is not None
        assert [await tries(), await tries(), await tries()] == [2, 2, 1]
        transport.forget()
        assert await tries() == 2


def waiting(server: socket.socket) -> list[tuple[bytes, tuple[str, int]]]:
    """The datagrams that have come, each with its sender."""
    found = []
    with suppress(BlockingIOError):
        while True:
            found.append(server.recvfrom(4096))
    return found


async def test_a_name_below_a_dname_is_told_with_what_redirects_it(world: World, practice: Practice) -> None:
    zone = practice.zones.create(DOMAIN)
    zone.put(DOMAIN, "DNAME", 300, ["other.example."])
    practice.zones.create("other.example").put("_dmarc.other.example", "TXT", 300, [f'"{POLICY}"'])
    redirection = Redirection(DOMAIN, "other.example")

    key = await world.dns.look(Question(f"tok._domainkey.{DOMAIN}", RecordType.CNAME))
    policy = await world.dns.look(TXT)
    apex = await world.dns.look(Question(DOMAIN, RecordType.TXT))

    assert {(s.answers, s.redirected) for s in key} == {(("tok._domainkey.other.example",), redirection)}
    assert {(s.answers, s.alias, s.redirected) for s in policy} == {((POLICY,), "_dmarc.other.example", redirection)}
    assert {(s.outcome, s.redirected) for s in apex} == {(Outcome.NODATA, None)}


@pytest.mark.parametrize(
    ("behaviour", "transport"),
    [
        pytest.param(Behaviour(truncate=True), "tcp", id="cut"),
        pytest.param(Behaviour(no_edns=True), "udp", id="older-than-edns"),
        pytest.param(Behaviour(tcp_refused=True), "udp", id="without-tcp"),
    ],
)
async def test_an_odd_server_is_heard_out(
    practice: Practice, world: World, zone: Zone, asking: Asking, behaviour: Behaviour, transport: str
) -> None:
    await world.dns.delegation(DOMAIN)
    practice.dns.behave(NS1, behaviour)
    asking.forget()

    assert said(await world.dns.look(TXT)) == {NS1: ANSWER, NS2: ANSWER}

    assert [asked.transport for asked in practice.dns.log.of(NS1)][-1] == transport


async def test_an_answer_too_large_for_udp_comes_whole(world: World, zone: Zone) -> None:
    texts = [f"{number:03d}" + "x" * 200 for number in range(30)]
    zone.put(f"x.{DOMAIN}", "TXT", 300, [f'"{text}"' for text in texts])

    sightings = await world.dns.look(Question(f"x.{DOMAIN}", RecordType.TXT))

    assert {s.answers for s in sightings} == {tuple(texts)}


async def test_one_deadline_for_all_records_and_all_servers(
    practice: Practice, world: World, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.dns.delegation(DOMAIN)
    monkeypatch.setattr("sendready.world.dns.authority.DEADLINE", 0.3)
    for server in (NS1, NS2):
        practice.dns.behave(server, Behaviour(silent=True))
    questions = [Question(f"{number}.{DOMAIN}", RecordType.TXT) for number in range(10)]
    began = time.monotonic()

    looks = await asyncio.gather(*(world.dns.look(question) for question in questions))

    assert {s.outcome for sightings in looks for s in sightings} == {Outcome.TIMEOUT}
    assert all(s.ms >= 300 for sightings in looks for s in sightings)
    assert time.monotonic() - began < 20 * 0.3 / 2  # one after the other would be 20 deadlines


async def test_a_zone_whose_name_servers_nobody_can_find_has_no_sightings(
    practice: Practice, world: World, zone: Zone
) -> None:
    zone.put(f"news.{DOMAIN}", "NS", 300, ["ns.nowhere."])

    cut = await world.dns.delegation(f"news.{DOMAIN}")

    assert (cut.zone, cut.servers, cut.exists) == (f"news.{DOMAIN}", (), True)
    assert await world.dns.look(Question(f"_dmarc.news.{DOMAIN}", RecordType.TXT)) == ()


# Aliases


async def test_an_alias_is_followed_to_what_receivers_see(practice: Practice, world: World, zone: Zone) -> None:
    elsewhere = practice.zones.create("vendor.example", (f"{AMAZON}.",))
    elsewhere.put("policy.vendor.example", "TXT", 60, ['"v=DMARC1; p=reject"'])
    zone.delete(NAME, "TXT")
    zone.put(NAME, "CNAME", 300, ["policy.vendor.example."])

    sightings = await world.dns.look(TXT)

    expected = (Outcome.ANSWER, ("v=DMARC1; p=reject",))
    assert said(sightings) == {NS1: expected, NS2: expected}
    assert {s.ttl for s in sightings} == {60}
    assert {s.question for s in sightings} == {TXT}


async def test_an_alias_is_not_followed_where_it_is_what_was_asked_for(world: World, zone: Zone) -> None:
    zone.put(f"tok.{DOMAIN}", "CNAME", 300, [f"_dmarc.{DOMAIN}."])

    sightings = await world.dns.look(Question(f"tok.{DOMAIN}", RecordType.CNAME))

    assert {s.answers for s in sightings} == {(NAME,)}


async def test_an_alias_at_one_server_only_is_followed_for_that_one(
    practice: Practice, world: World, zone: Zone
) -> None:
    practice.dns.behave(NS2, Behaviour(lagging=True))
    zone.delete(NAME, "TXT")
    zone.put(NAME, "CNAME", 300, [f"other.{DOMAIN}."])

    assert said(await world.dns.look(TXT)) == {NS1: (Outcome.NXDOMAIN, ()), NS2: ANSWER}


@pytest.mark.parametrize(
    ("targets", "outcome"),
    [
        (("nothing.shop.example.",), Outcome.NXDOMAIN),
        (("nobodys.example.",), Outcome.NXDOMAIN),
        (("b.shop.example.", "c.shop.example.", "a.shop.example."), Outcome.SERVFAIL),
        (("a.shop.example.",), Outcome.SERVFAIL),
    ],
    ids=["to-nothing", "to-nobodys-domain", "in-a-ring", "to-itself"],
)
async def test_an_alias_that_leads_nowhere(
    world: World, zone: Zone, targets: tuple[str, ...], outcome: Outcome
) -> None:
    for name, target in zip("abc", targets, strict=False):
        zone.put(f"{name}.{DOMAIN}", "CNAME", 300, [target])

    sightings = await world.dns.look(Question(f"a.{DOMAIN}", RecordType.TXT))

    assert said(sightings) == {NS1: (outcome, ()), NS2: (outcome, ())}


@pytest.mark.usefixtures("impatient")
async def test_an_alias_into_a_zone_that_nobody_serves_is_what_receivers_see(
    practice: Practice, world: World, zone: Zone
) -> None:
    practice.zones.create("vendor.example", (f"{AMAZON}.",))
    practice.dns.behave(AMAZON, Behaviour(silent=True), zone="vendor.example")
    zone.put(f"x.{DOMAIN}", "CNAME", 300, ["policy.vendor.example."])

    sightings = await world.dns.look(Question(f"x.{DOMAIN}", RecordType.TXT))

    assert said(sightings) == {NS1: (Outcome.SERVFAIL, ()), NS2: (Outcome.SERVFAIL, ())}


# What else is on the wire


class Noisy(asyncio.DatagramProtocol):
    """Answers each query with what `noise` makes of the right answer, and then with the right answer."""

    def __init__(self, noise: Callable[[dns.message.Message], list[bytes]]) -> None:
        self.noise = noise
        self.stranger: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        right = answered(query, POLICY)
        for wire in self.noise(query):
            (self.stranger or self.transport).sendto(wire, addr)
        self.transport.sendto(right.to_wire(), addr)


def answered(query: dns.message.Message, text: str) -> dns.message.Message:
    message = dns.message.make_response(query)
    message.flags |= dns.flags.AA
    message.answer.append(dns.rrset.from_text(query.question[0].name, 300, "IN", "TXT", f'"{text}"'))
    return message


@asynccontextmanager
async def in_place_of_ns1(worlds: Worlds, server: Noisy) -> AsyncIterator[World]:
    """A world in which another server is reached at the first name server's address."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: server, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    connection = worlds.connection()
    redirect = f"{connection.environment['SENDREADY_DNS_MAP']},198.51.100.1=127.0.0.1:{port}"
    try:
        yield await worlds.open(environment={**connection.environment, "SENDREADY_DNS_MAP": redirect})
    finally:
        transport.close()


def another_question(query: dns.message.Message) -> list[bytes]:
    other = dns.message.make_query("other.example", "TXT", id=query.id)
    return [answered(other, "v=DMARC1; p=reject").to_wire()]


def another_id(query: dns.message.Message) -> list[bytes]:
    wire = answered(query, "v=DMARC1; p=reject").to_wire()
    return [bytes((wire[0] ^ 1, *wire[1:]))]


def no_answer(query: dns.message.Message) -> list[bytes]:
    return [query.to_wire()]


def broken(query: dns.message.Message) -> list[bytes]:
    return [b"", b"\x00", b"\xff" * 40, answered(query, POLICY).to_wire()[:-5]]


@pytest.mark.parametrize("noise", [another_question, another_id, no_answer, broken])
async def test_malformed_and_foreign_answers_are_waited_out(
    worlds: Worlds, zone: Zone, noise: Callable[[dns.message.Message], list[bytes]]
) -> None:
    async with in_place_of_ns1(worlds, Noisy(noise)) as world:
        assert said(await world.dns.look(TXT))[NS1] == ANSWER


async def test_an_answer_from_another_address_than_was_asked_is_waited_out(worlds: Worlds, zone: Zone) -> None:
    server = Noisy(lambda query: [answered(query, "v=DMARC1; p=reject").to_wire()])
    loop = asyncio.get_running_loop()
    stranger, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    server.stranger = stranger
    async with in_place_of_ns1(worlds, server) as world:
        assert said(await world.dns.look(TXT))[NS1] == ANSWER
    stranger.close()


@pytest.mark.parametrize("name", ["x" * 64 + ".example", "a..example", ".".join(["x" * 60] * 5)])
async def test_a_name_that_dns_cannot_hold_is_no_error(name: str) -> None:
    reply = await Transport().ask("127.0.0.1", Question(name, RecordType.TXT))

    assert (reply.message, reply.failure) == (None, Outcome.GARBLED)
