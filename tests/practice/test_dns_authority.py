"""The authoritative servers, as `dig`, `kdig` and dnspython see them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING, Literal

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import pytest

from sendready.practice.clock import PracticeClock
from sendready.practice.dns.server import DnsServers
from sendready.practice.dns.zones import AMAZON_SERVERS, Zones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dns.message import Message

NS1 = "ns1.practice-dns.net"


@pytest.fixture
def zones() -> Zones:
    zones = Zones()
    zone = zones.create("example.com")
    zone.put("example.com", "A", 300, ["192.0.2.80"])
    zone.put("www.example.com", "CNAME", 300, ["example.com"])
    zone.put("k._domainkey.example.com", "CNAME", 300, ["k.dkim.amazonses.com"])
    zone.put("*.wild.example.com", "TXT", 300, ["wild"])
    zone.put("here.wild.example.com", "A", 300, ["192.0.2.81"])
    zone.put("big.example.com", "TXT", 300, [f"{number:0>200}" for number in range(12)])
    return zones


@pytest.fixture
def servers(zones: Zones) -> Iterator[DnsServers]:
    with DnsServers(zones, PracticeClock()) as servers:
        yield servers


def run(servers: DnsServers, program: Literal["dig", "kdig"], server: str, *words: str) -> str:
    if shutil.which(program) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")
    host, port = servers.where(server)
    command = [program, f"@{host}", "-p", str(port), "+time=2", "+norec", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def ask(servers: DnsServers, name: str, rtype: str, server: str = NS1, **options: object) -> Message:
    query = dns.message.make_query(name, rtype, flags=0, **options)
    host, port = servers.where(server)
    return dns.query.udp(query, host, 2, port)


def texts(section: list[dns.rrset.RRset]) -> list[str]:
    return [line for rrset in section for line in rrset.to_text().splitlines()]


def test_dig_gets_a_dname_with_the_alias_that_is_made_of_it(zones: Zones, servers: DnsServers) -> None:
    zones.create("moved.com").put("moved.com", "DNAME", 300, ["example.com."])

    said = run(servers, "dig", NS1, "k._domainkey.moved.com", "CNAME", "+noall", "+answer")

    assert [line.split() for line in said.splitlines()] == [
        ["moved.com.", "300", "IN", "DNAME", "example.com."],
        ["k._domainkey.moved.com.", "300", "IN", "CNAME", "k._domainkey.example.com."],
    ]
    assert texts(ask(servers, "moved.com", "TXT").answer) == []  # the owner of a DNAME is not redirected itself
    assert texts(ask(servers, "x.moved.com", "A").answer)[0] == "moved.com. 300 IN DNAME example.com."


def test_dig_walks_from_the_root_to_the_record(servers: DnsServers) -> None:
    server, names = "192.0.2.1", []
    while "status: NOERROR" in (said := run(servers, "dig", server, "example.com", "A", "+noedns")):
        names.append(server)
        if "flags: qr aa;" in said:
            break
        assert "ANSWER: 0" in said
        server = said.split("ADDITIONAL SECTION:")[1].split("\n")[1].split()[-1]

    assert names == ["192.0.2.1", "192.0.2.2", "198.51.100.1"]
    assert "example.com.\t\t300\tIN\tA\t192.0.2.80" in said


def test_a_referral_has_the_name_servers_and_their_addresses_and_is_not_authoritative(
    servers: DnsServers,
) -> None:
    said = ask(servers, "k._domainkey.example.com", "CNAME", "a.tld-servers.net")

    assert not said.flags & dns.flags.AA
    assert not said.answer
    assert texts(said.authority) == [
        "example.com. 172800 IN NS ns1.practice-dns.net.",
        "example.com. 172800 IN NS ns2.practice-dns.org.",
    ]
    assert texts(said.additional) == [
        "ns1.practice-dns.net. 172800 IN A 198.51.100.1",
        "ns2.practice-dns.org. 172800 IN A 198.51.100.2",
    ]


@pytest.mark.parametrize(
    ("server", "name", "rcode", "soa"),
    [
        ("a.root-servers.net", "nothing", dns.rcode.NXDOMAIN, "."),
        ("a.tld-servers.net", "absent.com", dns.rcode.NXDOMAIN, "com."),
        (NS1, "absent.example.com", dns.rcode.NXDOMAIN, "example.com."),
        (NS1, "x.big.example.com", dns.rcode.NXDOMAIN, "example.com."),
        (NS1, "www.example.com.example.com", dns.rcode.NXDOMAIN, "example.com."),
        (NS1, "big.example.com", dns.rcode.NOERROR, "example.com."),
        (NS1, "_domainkey.example.com", dns.rcode.NOERROR, "example.com."),
        (NS1, "wild.example.com", dns.rcode.NOERROR, "example.com."),
        (NS1, "a.wild.example.com", dns.rcode.NOERROR, "example.com."),
        (NS1, "x.here.wild.example.com", dns.rcode.NXDOMAIN, "example.com."),
    ],
)
def test_what_is_absent_is_proven_absent(
    servers: DnsServers, server: str, name: str, rcode: dns.rcode.Rcode, soa: str
) -> None:
    said = ask(servers, name, "MX", server)

    assert said.rcode() == rcode
    assert said.flags & dns.flags.AA
    assert not said.answer
    assert [(rrset.name.to_text(), rrset.rdtype) for rrset in said.authority] == [(soa, dns.rdatatype.SOA)]


@pytest.mark.parametrize(("ttl", "minimum", "lives"), [(900, 86400, 900), (86400, 60, 60)])
def test_a_negative_answer_lives_as_long_as_the_smaller_of_ttl_and_minimum(
    servers: DnsServers, zones: Zones, ttl: int, minimum: int, lives: int
) -> None:
    zone = zones.get("example.com")
    assert zone is not None
    zone.put("example.com", "SOA", ttl, [f"ns1.practice-dns.net. host.example.com. 9 1 1 1 {minimum}"])

    assert ask(servers, "absent.example.com", "A").authority[0].ttl == lives
    assert ask(servers, "example.com", "SOA").answer[0].ttl == ttl


def test_a_wildcard_stands_for_names_that_do_not_exist(servers: DnsServers) -> None:
    assert texts(ask(servers, "a.b.wild.example.com", "TXT").answer) == ['a.b.wild.example.com. 300 IN TXT "wild"']
    assert ask(servers, "here.wild.example.com", "TXT").answer == []
    assert ask(servers, "*.wild.example.com", "TXT").answer != []


def test_a_wildcard_cname_leads_on(servers: DnsServers, zones: Zones) -> None:
    zone = zones.get("example.com")
    assert zone is not None
    zone.put("*.alias.example.com", "CNAME", 60, ["big.example.com"])

    said = run(servers, "kdig", NS1, "any.alias.example.com", "A", "+noall", "+answer", "+authority", "+header")

    assert "status: NOERROR" in said
    assert "any.alias.example.com.\t60\tIN\tCNAME\tbig.example.com." in said
    assert "SOA" in said


def test_a_cname_is_followed_inside_the_zone_only(servers: DnsServers) -> None:
    inside = ask(servers, "www.example.com", "A")
    assert texts(inside.answer) == [
        "www.example.com. 300 IN CNAME example.com.",
        "example.com. 300 IN A 192.0.2.80",
    ]

    outside = ask(servers, "k._domainkey.example.com", "TXT")
    assert texts(outside.answer) == ["k._domainkey.example.com. 300 IN CNAME k.dkim.amazonses.com."]
    assert outside.rcode() == dns.rcode.NOERROR
    assert outside.flags & dns.flags.AA


def test_a_cname_to_nothing_is_nxdomain_and_a_circle_ends(servers: DnsServers, zones: Zones) -> None:
    zone = zones.get("example.com")
    assert zone is not None
    zone.put("a.example.com", "CNAME", 60, ["absent.example.com"])
    zone.put("b.example.com", "CNAME", 60, ["c.example.com"])
    zone.put("c.example.com", "CNAME", 60, ["b.example.com"])

    assert ask(servers, "a.example.com", "TXT").rcode() == dns.rcode.NXDOMAIN
    assert len(ask(servers, "b.example.com", "TXT").answer) == 2


def test_a_cname_beside_a_txt_is_served_as_it_stands(servers: DnsServers, zones: Zones) -> None:
    zone = zones.get("example.com")
    assert zone is not None
    zone.put("_dmarc.example.com", "TXT", 60, ["v=DMARC1; p=none"])
    zone.put("_dmarc.example.com", "CNAME", 60, ["elsewhere.net"])

    assert ask(servers, "_dmarc.example.com", "TXT").answer[0].rdtype == dns.rdatatype.TXT
    assert ask(servers, "_dmarc.example.com", "CNAME").answer[0].rdtype == dns.rdatatype.CNAME
    assert ask(servers, "_dmarc.example.com", "A").answer[0].rdtype == dns.rdatatype.CNAME


def test_what_lies_below_a_delegation_is_referred(servers: DnsServers, zones: Zones) -> None:
    parent = zones.get("example.com")
    assert parent is not None
    parent.put("x.mail.example.com", "TXT", 60, ["hidden"])
    zones.create("mail.example.com", AMAZON_SERVERS)

    said = ask(servers, "x.mail.example.com", "TXT")

    assert not said.flags & dns.flags.AA
    assert texts(said.authority) == ["mail.example.com. 172800 IN NS ns-aws.practice-dns.net."]
    assert texts(said.additional) == ["ns-aws.practice-dns.net. 172800 IN A 192.0.2.3"]
    assert ask(servers, "x.mail.example.com", "TXT", "ns-aws.practice-dns.net").rcode() == dns.rcode.NXDOMAIN
    assert ask(servers, "mail.example.com", "DS").flags & dns.flags.AA


def test_a_change_is_served_at_once_by_every_server(servers: DnsServers, zones: Zones) -> None:
    zone = zones.get("example.com")
    assert zone is not None
    for value in ("one", "two"):
        zone.put("new.example.com", "TXT", 60, [value])
        for server in zone.servers:
            assert texts(ask(servers, "new.example.com", "TXT", server).answer) == [
                f'new.example.com. 60 IN TXT "{value}"'
            ]

    zones.remove("example.com")
    assert ask(servers, "new.example.com", "TXT").rcode() == dns.rcode.REFUSED


def test_a_server_refuses_what_it_does_not_serve(servers: DnsServers) -> None:
    for server, name in ((NS1, "example.org"), ("ns-aws.practice-dns.net", "example.com")):
        said = ask(servers, name, "A", server)
        assert said.rcode() == dns.rcode.REFUSED
        assert not said.flags & (dns.flags.AA | dns.flags.RA)


def test_every_name_server_has_an_address_and_no_aaaa(servers: DnsServers) -> None:
    for name, server in {
        "a.root-servers.net": "192.0.2.1",
        "a.tld-servers.net": "192.0.2.2",
        "ns-aws.practice-dns.net": "198.51.100.1",
        "ns1.practice-dns.net": "198.51.100.1",
        "ns2.practice-dns.org": "198.51.100.2",
    }.items():
        assert ask(servers, name, "A", server).flags & dns.flags.AA
        assert ask(servers, name, "A", server).answer[0][0].to_text() in servers.map
        assert ask(servers, name, "AAAA", server).answer == []


def test_the_root_tells_where_it_is(servers: DnsServers) -> None:
    said = ask(servers, ".", "NS", "a.root-servers.net")

    assert texts(said.answer) == [". 172800 IN NS a.root-servers.net."]
    assert texts(said.additional) == ["a.root-servers.net. 172800 IN A 192.0.2.1"]


def test_the_case_of_the_question_comes_back(servers: DnsServers) -> None:
    query = dns.message.make_query("WwW.eXaMpLe.CoM", "A")
    host, port = servers.where(NS1)

    said = dns.query.udp(query, host, 2, port)

    assert said.question[0].name.to_text() == "WwW.eXaMpLe.CoM."
    assert said.answer[0].name.to_text() == "WwW.eXaMpLe.CoM."


def test_any_is_answered_with_one_set(servers: DnsServers) -> None:
    assert len(ask(servers, "example.com", "ANY").answer) == 1
    assert ask(servers, "absent.example.com", "ANY").rcode() == dns.rcode.NXDOMAIN


def test_without_edns_an_answer_ends_at_512_octets(servers: DnsServers) -> None:
    said = ask(servers, "big.example.com", "TXT", use_edns=False)

    assert said.flags & dns.flags.TC
    assert said.edns == -1
    assert len(said.to_wire()) <= 512


def test_with_edns_an_answer_ends_at_1232_octets_however_much_is_offered(servers: DnsServers) -> None:
    said = ask(servers, "big.example.com", "TXT", use_edns=0, payload=4096)

    assert said.flags & dns.flags.TC
    assert said.edns == 0
    assert said.payload == 1232
    assert len(said.to_wire()) <= 1232


@pytest.mark.parametrize("program", ["dig", "kdig"])
def test_a_client_that_is_told_tc_gets_all_over_tcp(servers: DnsServers, program: Literal["dig", "kdig"]) -> None:
    said = run(servers, program, NS1, "big.example.com", "TXT", "+short")

    assert len([line for line in said.splitlines() if line.startswith('"')]) == 12
    assert [asked.transport for asked in servers.log] == ["udp", "tcp"]


def test_an_edns_version_of_the_future_is_badvers(servers: DnsServers) -> None:
    said = ask(servers, "example.com", "A", use_edns=1)

    assert said.rcode() == dns.rcode.BADVERS
    assert said.edns == 0
    assert said.answer == []


def test_what_is_no_plain_question_gets_the_right_error(servers: DnsServers) -> None:
    host, port = servers.where(NS1)
    notify = dns.message.make_query("example.com", "SOA")
    notify.set_opcode(dns.opcode.NOTIFY)
    two = dns.message.make_query("example.com", "A")
    two.find_rrset(two.question, dns.name.from_text("b.com"), dns.rdataclass.IN, dns.rdatatype.A, create=True)
    chaos = dns.message.make_query("version.bind", "TXT", "CH")
    transfer = dns.message.make_query("example.com", "AXFR")
    answered = dns.message.make_query("example.com", "MAILB")

    codes = []
    for query in (notify, two, chaos, transfer, answered):
        wire, _ = exchange(host, port, query.to_wire())
        codes.append(dns.rcode.to_text(dns.rcode.Rcode(wire[3] & 0xF)))
        assert wire[:2] == query.id.to_bytes(2, "big")

    assert codes == ["NOTIMP", "FORMERR", "REFUSED", "REFUSED", "NOTIMP"]


def exchange(host: str, port: int, wire: bytes) -> tuple[bytes, object]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.sendto(wire, (host, port))
        return client.recvfrom(65535)


def test_the_log_knows_who_was_asked_what(servers: DnsServers) -> None:
    ask(servers, "WWW.example.com", "A")
    run(servers, "kdig", "a.tld-servers.net", "com", "NS", "+tcp")

    assert [tuple(asked) for asked in servers.log] == [
        ("ns1.practice-dns.net.", "www.example.com.", "A", "udp"),
        ("a.tld-servers.net.", "com.", "NS", "tcp"),
    ]
    assert servers.log.of("NS1.practice-dns.net") == list(servers.log)[:1]
    servers.log.clear()
    assert len(servers.log) == 0
