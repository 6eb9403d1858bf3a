"""Dynamic updates and zone transfers, by `nsupdate`, `dig` and dnspython: with the right key and without."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsig
import dns.tsigkeyring
import dns.update
import dns.xfr
import dns.zone
import pytest

from sendready.practice.clock import PracticeClock
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.dns.server import DnsServers
from sendready.practice.dns.zones import Zone, Zones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NS1 = "ns1.practice-dns.net"
SECRET = "c2VuZHJlYWR5LXByYWN0aWNlLXNlY3JldC0wMQ=="
OTHER = "c2VuZHJlYWR5LXByYWN0aWNlLXNlY3JldC0wMg=="


@pytest.fixture
def zones() -> Zones:
    return Zones()


@pytest.fixture
def zone(zones: Zones) -> Zone:
    zone = zones.create("example.com")
    zone.put("www.example.com", "A", 300, ["192.0.2.80"])
    zone.put("k._domainkey.example.com", "CNAME", 300, ["k.dkim.amazonses.com"])
    return zone


@pytest.fixture
def servers(zones: Zones, zone: Zone) -> Iterator[DnsServers]:
    with DnsServers(zones, PracticeClock(), keys={"practice": SECRET}) as servers:
        yield servers


def require(program: str) -> None:
    if shutil.which(program) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")


def nsupdate(servers: DnsServers, *lines: str, key: str | None = f"hmac-sha256:practice:{SECRET}") -> str:
    require("nsupdate")
    host, port = servers.where(NS1)
    script = "\n".join([f"server {host} {port}", "zone example.com", *lines, "send", ""])
    command = ["nsupdate", "-t", "2", "-r", "0", *(["-y", key] if key else [])]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    return done.stderr.strip()


def update(*, key: str = "practice", secret: str = SECRET, zone: str = "example.com") -> dns.update.UpdateMessage:
    return dns.update.UpdateMessage(zone, keyring=dns.tsigkeyring.from_text({key: secret}))


def send(servers: DnsServers, message: dns.message.Message) -> str:
    host, port = servers.where(NS1)
    return dns.rcode.to_text(dns.query.tcp(message, host, 2, port).rcode())


def test_nsupdate_adds_replaces_and_deletes(servers: DnsServers, zone: Zone) -> None:
    before = zone.serial
    assert nsupdate(servers, 'update add _dmarc.example.com 300 TXT "v=DMARC1; p=none"') == ""
    added = zone.get("_dmarc.example.com", "TXT")
    assert added is not None
    assert added.values == ('"v=DMARC1; p=none"',)
    assert zone.serial == before + 1

    assert nsupdate(servers, "update delete _dmarc.example.com TXT", "update add _dmarc.example.com 60 TXT new") == ""
    replaced = zone.get("_dmarc.example.com", "TXT")
    assert replaced is not None
    assert (replaced.ttl, replaced.values) == (60, ('"new"',))
    assert zone.serial == before + 2

    assert nsupdate(servers, "update delete _dmarc.example.com") == ""
    assert zone.get("_dmarc.example.com", "TXT") is None


@pytest.mark.parametrize("algorithm", ["hmac-sha1", "hmac-sha256", "hmac-sha384", "hmac-sha512"])
def test_nsupdate_may_sign_with_any_hmac(servers: DnsServers, zone: Zone, algorithm: str) -> None:
    said = nsupdate(servers, "update add a.example.com 60 TXT a", key=f"{algorithm}:practice:{SECRET}")

    assert said == ""
    assert zone.get("a.example.com", "TXT") is not None


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (None, "update failed: REFUSED"),
        (f"hmac-sha256:practice:{OTHER}", "BADSIG"),
        (f"hmac-sha256:stranger:{SECRET}", "BADKEY"),
    ],
)
def test_without_the_right_key_nothing_changes(servers: DnsServers, zone: Zone, key: str | None, says: str) -> None:
    before = zone.record_sets()

    assert says in nsupdate(servers, "update add a.example.com 60 TXT a", key=key)
    assert zone.record_sets() == before


@pytest.mark.parametrize(
    ("prerequisite", "rcode"),
    [
        ("prereq nxdomain www.example.com", "YXDOMAIN"),
        ("prereq yxdomain absent.example.com", "NXDOMAIN"),
        ("prereq nxrrset www.example.com A", "YXRRSET"),
        ("prereq yxrrset www.example.com TXT", "NXRRSET"),
        ("prereq yxrrset www.example.com A 192.0.2.81", "NXRRSET"),
        ("prereq yxrrset www.example.com A 192.0.2.80", ""),
        ("prereq yxdomain www.example.com", ""),
        ("prereq nxdomain absent.example.com", ""),
        ("prereq nxrrset www.example.com TXT", ""),
        ("prereq yxrrset www.example.com A", ""),
    ],
)
def test_prerequisites_are_held_to(servers: DnsServers, zone: Zone, prerequisite: str, rcode: str) -> None:
    said = nsupdate(servers, prerequisite, "update add a.example.com 60 TXT a")

    assert said == (f"update failed: {rcode}" if rcode else "")
    assert (zone.get("a.example.com", "TXT") is None) == bool(rcode)


def test_a_wrong_signature_is_told_to_dnspython_as_such(servers: DnsServers) -> None:
    for message, error in (
        (update(secret=OTHER), dns.tsig.PeerBadSignature),
        (update(key="stranger"), dns.tsig.PeerBadKey),
    ):
        message.add("a", 60, "TXT", "a")
        with pytest.raises(error):
            send(servers, message)


def test_a_signature_of_another_time_is_told_as_such(
    servers: DnsServers, zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = update()
    message.add("a", 60, "TXT", "a")
    real = dns.message.time.time
    with monkeypatch.context() as patch:
        patch.setattr("dns.message.time.time", lambda: real() - 3600)
        wire = message.to_wire()
    host, port = servers.where(NS1)

    with pytest.raises(dns.tsig.PeerBadTime):
        exchange(wire, message, host, port)
    assert zone.get("a.example.com", "TXT") is None


def exchange(wire: bytes, message: dns.message.Message, host: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.sendto(wire, (host, port))
        dns.message.from_wire(client.recv(4096), keyring=message.keyring, request_mac=message.mac)


def test_an_update_is_done_whole_or_not_at_all(servers: DnsServers, zone: Zone) -> None:
    before = zone.record_sets()
    message = update()
    message.add("a", 60, "TXT", "a")
    message.add("outside.example.org.", 60, "TXT", "a")

    assert send(servers, message) == "NOTZONE"
    assert zone.record_sets() == before


def test_only_customers_zones_can_be_updated_and_only_where_they_are_served(servers: DnsServers, zones: Zones) -> None:
    answers = []
    for apex in ("practice-dns.net", "example.org", "www.example.com", "com"):
        message = update(zone=apex)
        message.add("a", 60, "TXT", "a")
        answers.append(send(servers, message))

    assert answers == ["REFUSED", "NOTAUTH", "NOTAUTH", "NOTAUTH"]


def change_nothing(*changes: Callable[[dns.update.UpdateMessage], None]) -> list[object]:
    return [pytest.param(change, id=str(number)) for number, change in enumerate(changes)]


@pytest.mark.parametrize(
    "change",
    change_nothing(
        lambda message: message.add("k._domainkey", 60, "TXT", "beside a CNAME"),
        lambda message: message.add("www", 60, "CNAME", "beside.an.address."),
        lambda message: message.add("@", 60, "CNAME", "at.the.apex."),
        lambda message: message.delete("@", "SOA"),
        lambda message: message.delete("@", "NS"),
        lambda message: message.delete("@"),
        lambda message: message.delete("absent"),
        lambda message: message.delete("www", "A", "192.0.2.99"),
        lambda message: message.add("www", 300, "A", "192.0.2.80"),
        lambda message: message.add("@", 60, "SOA", "a. b. 0 1 1 1 1"),
    ),
)
def test_what_makes_no_sense_is_answered_noerror_and_ignored(
    servers: DnsServers, zone: Zone, change: Callable[[dns.update.UpdateMessage], None]
) -> None:
    before = zone.record_sets()
    message = update()
    change(message)

    assert send(servers, message) == "NOERROR"
    assert zone.record_sets() == before


def test_a_cname_takes_the_place_of_a_cname(servers: DnsServers, zone: Zone) -> None:
    message = update()
    message.add("K._domainkey", 60, "CNAME", "Other.dkim.amazonses.com.")
    assert send(servers, message) == "NOERROR"

    stored = zone.get("k._domainkey.example.com", "CNAME")
    assert stored is not None
    assert (stored.ttl, stored.values) == (60, ("other.dkim.amazonses.com.",))


def test_single_values_come_and_go_and_the_last_name_server_stays(servers: DnsServers, zone: Zone) -> None:
    message = update()
    message.add("www", 60, "A", "192.0.2.81")
    message.delete("@", "NS", "ns1.practice-dns.net.")
    message.delete("@", "NS", "ns2.practice-dns.org.")
    assert send(servers, message) == "NOERROR"
    both, ns = zone.get("www.example.com", "A"), zone.get("example.com", "NS")
    assert both is not None
    assert ns is not None
    assert (both.ttl, both.values) == (60, ("192.0.2.80", "192.0.2.81"))
    assert ns.values == ("ns2.practice-dns.org.",)

    message = update()
    message.delete("www", "A", "192.0.2.80")
    assert send(servers, message) == "NOERROR"
    one = zone.get("www.example.com", "A")
    assert one is not None
    assert one.values == ("192.0.2.81",)


def test_a_later_serial_is_taken_over(servers: DnsServers, zone: Zone) -> None:
    message = update()
    message.add("@", 60, "SOA", "a. b. 2026112400 1 1 1 30")

    assert send(servers, message) == "NOERROR"
    assert zone.serial == 2026112400


def test_a_zone_is_transferred_whole_to_who_holds_the_key(servers: DnsServers, zone: Zone) -> None:
    with zone.edit():
        for number in range(300):
            zone.put(f"n{number}.example.com", "TXT", 60, ["x" * 200])
    host, port = servers.where(NS1)
    received = dns.zone.Zone("example.com", relativize=False)
    keyring = dns.tsigkeyring.from_text({"practice": SECRET})
    query, _ = dns.xfr.make_query(received, keyring=keyring)

    dns.query.inbound_xfr(host, received, query, port=port, timeout=2)

    stored = {(found.name, found.rtype): found for found in zone.record_sets()}
    got = {
        (name.to_text(), dns.rdatatype.to_text(rdataset.rdtype)): rdataset
        for name, rdataset in received.iterate_rdatasets()
    }
    assert len(got) > 300
    assert got.keys() == stored.keys()
    for key, rdataset in got.items():
        assert rdataset.ttl == stored[key].ttl
        assert {rdata.to_text() for rdata in rdataset} == set(stored[key].values)


def test_dig_transfers_with_the_key_and_fails_without(servers: DnsServers, zone: Zone) -> None:
    require("dig")
    host, port = servers.where(NS1)
    command = ["dig", f"@{host}", "-p", str(port), "example.com", "AXFR"]
    signed = [*command, "-y", f"hmac-sha256:practice:{SECRET}"]

    said = subprocess.run(signed, capture_output=True, text=True, check=True).stdout
    assert said.count("\tSOA\t") == 2
    assert "www.example.com.\t300\tIN\tA\t192.0.2.80" in said

    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert "Transfer failed" in said
    assert "192.0.2.80" not in said


def test_a_server_that_refuses_everything_refuses_updates_and_transfers_too(servers: DnsServers, zone: Zone) -> None:
    servers.behave(NS1, Behaviour(rcode="SERVFAIL"), zone="example.com")
    message = update()
    message.add("a", 60, "TXT", "a")

    assert send(servers, message) == "SERVFAIL"
    assert zone.get("a.example.com", "TXT") is None


def test_a_network_that_intercepts_lets_no_update_through(servers: DnsServers, zone: Zone) -> None:
    servers.behave(NS1, Behaviour(recursive=True))
    before = zone.record_sets()

    assert "NOTIMP" in nsupdate(servers, "update add a.example.com 60 TXT a")
    assert zone.record_sets() == before


def test_nsupdate_finds_the_zone_by_itself(servers: DnsServers, zone: Zone) -> None:
    require("nsupdate")
    host, port = servers.where(NS1)
    script = f"server {host} {port}\nupdate add a.b.example.com 60 TXT a\nsend\n"
    command = ["nsupdate", "-t", "2", "-r", "0", "-y", f"hmac-sha256:practice:{SECRET}"]
    subprocess.run(command, input=script, text=True, check=True)

    assert zone.get("a.b.example.com", "TXT") is not None


def test_a_key_that_is_none_is_refused_at_once(zones: Zones) -> None:
    with pytest.raises(ValueError, match="not Base64"):
        DnsServers(zones, PracticeClock(), keys={"practice": "not a key"})
