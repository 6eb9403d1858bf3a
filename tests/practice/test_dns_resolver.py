"""The recursive face: where it finds things, what it remembers, and for how long."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING

import dns.edns
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver
import pytest

from sendready.practice.clock import PracticeClock
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.dns.server import DnsServers
from sendready.practice.dns.zones import AMAZON_SERVERS, CUSTOMER_SERVERS, Zone, Zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dns.message import Message


@pytest.fixture
def zones() -> Zones:
    zones = Zones()
    zones.create("dkim.amazonses.com", AMAZON_SERVERS).put("k.dkim.amazonses.com", "TXT", 1800, ["p=key"])
    return zones


@pytest.fixture
def zone(zones: Zones) -> Zone:
    zone = zones.create("example.com")
    zone.put("k._domainkey.example.com", "CNAME", 300, ["k.dkim.amazonses.com"])
    zone.put("example.com", "TXT", 300, ['"v=spf1 -all"'])
    return zone


@pytest.fixture
def clock() -> PracticeClock:
    return PracticeClock()


@pytest.fixture
def servers(zones: Zones, zone: Zone, clock: PracticeClock) -> Iterator[DnsServers]:
    with DnsServers(zones, clock) as servers:
        yield servers


def ask(servers: DnsServers, name: str, rtype: str, **options: object) -> Message:
    host, port = servers.where("resolver")
    return dns.query.udp(dns.message.make_query(name, rtype, **options), host, 2, port)


def test_it_is_recursive_and_not_authoritative(servers: DnsServers) -> None:
    said = ask(servers, "example.com", "TXT")

    assert said.flags & dns.flags.RA
    assert not said.flags & dns.flags.AA
    assert said.answer[0].ttl == 300


def test_it_follows_cnames_across_zones(servers: DnsServers) -> None:
    said = ask(servers, "K._domainkey.example.com", "TXT")

    assert [rrset.to_text() for rrset in said.answer] == [
        "K._domainkey.example.com. 300 IN CNAME k.dkim.amazonses.com.",
        'k.dkim.amazonses.com. 1800 IN TXT "p=key"',
    ]


def test_a_stub_resolver_and_dig_are_content_with_it(servers: DnsServers) -> None:
    host, port = servers.where("resolver")
    stub = dns.resolver.make_resolver_at(host, port)
    assert stub.resolve("k._domainkey.example.com", "TXT")[0].to_text() == '"p=key"'
    assert dns.resolver.zone_for_name("k._domainkey.example.com", resolver=stub).to_text() == "example.com."

    if shutil.which("dig") is None:
        if os.environ.get("CI"):
            pytest.fail("dig is not installed")
        pytest.skip("dig is not installed")
    command = ["dig", f"@{host}", "-p", str(port), "+short", "k._domainkey.example.com", "TXT"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["k.dkim.amazonses.com.", '"p=key"']


def test_the_name_servers_of_a_tld_and_their_addresses_are_found_through_it(servers: DnsServers) -> None:
    assert ask(servers, "com", "NS").answer[0][0].to_text() == "a.tld-servers.net."
    assert ask(servers, "a.tld-servers.net", "A").answer[0][0].to_text() in servers.map
    assert ask(servers, ".", "NS").answer[0][0].to_text() == "a.root-servers.net."


def test_it_leaves_no_trace_at_the_authoritative_servers(servers: DnsServers) -> None:
    ask(servers, "k._domainkey.example.com", "TXT")

    assert [asked.server for asked in servers.log] == ["resolver"]


def test_an_answer_is_remembered_until_its_ttl_has_run_down(
    servers: DnsServers, zone: Zone, clock: PracticeClock
) -> None:
    ask(servers, "example.com", "TXT")
    zone.put("example.com", "TXT", 300, ["changed"])

    clock.jump(timedelta(seconds=200))
    said = ask(servers, "example.com", "TXT").answer[0]
    assert said[0].to_text() == '"v=spf1 -all"'
    assert 98 <= said.ttl <= 100

    clock.jump(timedelta(seconds=100))
    said = ask(servers, "example.com", "TXT").answer[0]
    assert said[0].to_text() == '"changed"'
    assert said.ttl == 300


@pytest.mark.parametrize(("name", "rcode"), [("new.example.com", "NXDOMAIN"), ("example.com", "NOERROR")])
def test_an_absence_is_remembered_and_counted_down_in_the_soa(
    servers: DnsServers, zone: Zone, clock: PracticeClock, name: str, rcode: str
) -> None:
    first = ask(servers, name, "MX")
    assert (dns.rcode.to_text(first.rcode()), first.authority[0].ttl) == (rcode, 900)
    zone.put(name, "MX", 60, ["10 mail.example.com"])

    clock.jump(timedelta(seconds=600))
    still = ask(servers, name, "MX")
    assert dns.rcode.to_text(still.rcode()) == rcode
    assert not still.answer
    assert still.authority[0].rdtype == dns.rdatatype.SOA
    assert 298 <= still.authority[0].ttl <= 300

    clock.jump(timedelta(seconds=300))
    assert ask(servers, name, "MX").answer


def test_an_absent_name_hides_everything_below_it(servers: DnsServers, zone: Zone, clock: PracticeClock) -> None:
    """RFC 8020: why no resolver may be asked for `mail.example.com` before there is anything below it."""
    ask(servers, "mail.example.com", "A")
    zone.put("k._domainkey.mail.example.com", "CNAME", 60, ["k.dkim.amazonses.com"])

    hidden = ask(servers, "k._domainkey.mail.example.com", "CNAME")
    assert hidden.rcode() == dns.rcode.NXDOMAIN
    assert hidden.authority[0].ttl <= 900

    clock.jump(timedelta(seconds=901))
    assert ask(servers, "k._domainkey.mail.example.com", "CNAME").answer


def test_an_absent_type_hides_nothing_else(servers: DnsServers, zone: Zone) -> None:
    ask(servers, "_domainkey.example.com", "TXT")
    ask(servers, "_domainkey.example.com", "ANY")
    zone.put("_domainkey.example.com", "A", 60, ["192.0.2.1"])

    assert ask(servers, "k._domainkey.example.com", "CNAME").answer
    assert ask(servers, "_domainkey.example.com", "A").answer
    assert not ask(servers, "_domainkey.example.com", "TXT").answer


def test_a_cname_to_nothing_is_remembered_as_both(servers: DnsServers, zone: Zone, zones: Zones) -> None:
    zone.put("x.example.com", "CNAME", 300, ["absent.dkim.amazonses.com"])
    said = ask(servers, "x.example.com", "TXT")

    assert said.rcode() == dns.rcode.NXDOMAIN
    assert said.answer[0].rdtype == dns.rdatatype.CNAME
    assert said.authority[0].name.to_text() == "dkim.amazonses.com."
    assert ask(servers, "absent.dkim.amazonses.com", "TXT", flags=0).rcode() == dns.rcode.NXDOMAIN


def test_flush_forgets(servers: DnsServers, zone: Zone) -> None:
    ask(servers, "new.example.com", "TXT")
    zone.put("new.example.com", "TXT", 60, ["new"])

    servers.flush()

    assert ask(servers, "new.example.com", "TXT").answer


def test_without_recursion_desired_only_memories_are_told(servers: DnsServers) -> None:
    assert ask(servers, "example.com", "TXT", flags=0).rcode() == dns.rcode.REFUSED
    ask(servers, "example.com", "TXT")
    assert ask(servers, "example.com", "TXT", flags=0).answer


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(silent=True),
        Behaviour(rcode="REFUSED"),
        Behaviour(rcode="SERVFAIL"),
        Behaviour(lame=True),
        Behaviour(garbage=True),
        Behaviour(wrong_id=True),
        Behaviour(not_authoritative=True),
        Behaviour(truncate=True, tcp_refused=True),
        Behaviour(delay=60),
    ],
    ids=lambda behaviour: ",".join(name for name in Behaviour.__slots__ if getattr(behaviour, name)),
)
def test_one_server_out_changes_nothing_and_all_out_is_servfail(servers: DnsServers, behaviour: Behaviour) -> None:
    first, second = CUSTOMER_SERVERS
    servers.behave(first, behaviour)
    assert ask(servers, "example.com", "TXT").answer
    servers.flush()

    servers.behave(second, behaviour)
    said = ask(servers, "example.com", "TXT", use_edns=0)
    assert said.rcode() == dns.rcode.SERVFAIL
    assert [error.code for error in said.extended_errors()] == [dns.edns.EDECode.NO_REACHABLE_AUTHORITY]

    servers.behave(second)
    assert ask(servers, "example.com", "TXT").answer


@pytest.mark.parametrize("behaviour", [Behaviour(truncate=True), Behaviour(no_edns=True), Behaviour(recursive=True)])
def test_what_a_resolver_copes_with_does_not_stop_it(servers: DnsServers, behaviour: Behaviour) -> None:
    for server in CUSTOMER_SERVERS:
        servers.behave(server, behaviour)

    assert ask(servers, "example.com", "TXT").answer


def test_it_believes_the_delegation_and_not_the_zone(servers: DnsServers, zones: Zones) -> None:
    com = zones.get("com")
    assert com is not None
    com.put("example.com", "NS", 172800, ["ns1.gone.example", *AMAZON_SERVERS])

    assert ask(servers, "example.com", "TXT").rcode() == dns.rcode.SERVFAIL

    com.put("example.com", "NS", 172800, ["ns.elsewhere.org"])
    zones.create("elsewhere.org").put("ns.elsewhere.org", "A", 60, ["198.51.100.2"])
    assert ask(servers, "example.com", "TXT").answer


def test_circles_end(servers: DnsServers, zone: Zone, zones: Zones) -> None:
    zones.create("example.org").put("b.example.org", "CNAME", 60, ["a.example.com"])
    zone.put("a.example.com", "CNAME", 60, ["b.example.org"])
    assert ask(servers, "a.example.com", "TXT").rcode() == dns.rcode.SERVFAIL

    com, org = zones.get("com"), zones.get("org")
    assert com is not None
    assert org is not None
    com.put("one.com", "NS", 60, ["ns1.two.org", "ns2.two.org"])
    org.put("two.org", "NS", 60, ["ns1.one.com", "ns2.one.com"])
    assert ask(servers, "www.one.com", "A").rcode() == dns.rcode.SERVFAIL


def test_it_misbehaves_when_told_to(servers: DnsServers) -> None:
    servers.behave("resolver", Behaviour(rcode="SERVFAIL"))
    assert ask(servers, "example.com", "TXT").rcode() == dns.rcode.SERVFAIL

    servers.behave("resolver", Behaviour(silent=True))
    host, port = servers.where("resolver")
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(dns.message.make_query("example.com", "TXT"), host, 0.05, port)

    servers.behave("resolver")
    assert ask(servers, "example.com", "TXT").answer
