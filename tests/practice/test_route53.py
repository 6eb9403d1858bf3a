"""Route 53: zones and records change as at AWS, and the practice DNS shows it a moment later."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import dns.message
import dns.query
import pytest

from sendready.practice.servers import Practice

Client = Callable[..., Any]
Refused = Callable[..., Any]


@pytest.fixture
def practice() -> Iterator[Practice]:
    """Time passes only when a test lets it."""
    with Practice() as world:
        yield world


@pytest.fixture
def zone(client: Client) -> str:
    zone_id: str = client("route53").create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    return zone_id


def record(name: str, rtype: str, *values: str, ttl: int = 300) -> dict[str, Any]:
    return {
        "Name": name,
        "Type": rtype,
        "TTL": ttl,
        "ResourceRecords": [{"Value": value} for value in values],
    }


def change(client: Client, zone: str, *changes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": wanted} for action, wanted in changes]}
    info: dict[str, Any] = client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)[
        "ChangeInfo"
    ]
    return info


def resolved(practice: Practice, name: str, rtype: str) -> list[str]:
    host, port = practice.dns.resolver.split(":")
    reply = dns.query.udp(dns.message.make_query(name, rtype), host, port=int(port), timeout=3)
    return [record.to_text() for rrset in reply.answer for record in rrset]


def settled(practice: Practice, client: Client, change_id: str) -> None:
    """Lets time pass until a change is everywhere; the servers must have it before Route 53 says so."""
    practice.clock.jump(timedelta(seconds=2))
    zone = practice.zones.get("example.com")
    assert zone is not None
    serial = zone.serial
    end = time.monotonic() + 5
    while zone.serial == serial:  # the agenda's thread looks at the clock every few milliseconds
        assert time.monotonic() < end, "the change never reached the name servers"
    assert client("route53").get_change(Id=change_id)["ChangeInfo"]["Status"] == "PENDING"
    practice.clock.jump(timedelta(seconds=4))
    assert client("route53").get_change(Id=change_id)["ChangeInfo"]["Status"] == "INSYNC"


def test_a_new_zone_is_delegated_to_its_servers(practice: Practice, client: Client, zone: str) -> None:
    found = client("route53").get_hosted_zone(Id=zone)

    servers = found["DelegationSet"]["NameServers"]
    assert sorted(resolved(practice, "example.com", "NS")) == sorted(f"{server}." for server in servers)
    assert found["HostedZone"]["Name"] == "example.com."
    assert found["HostedZone"]["ResourceRecordSetCount"] == 2


def test_a_change_is_pending_then_served_then_in_sync(practice: Practice, client: Client, zone: str) -> None:
    info = change(client, zone, ("CREATE", record("www.example.com", "CNAME", "target.example.net")))
    assert info["Id"].startswith("/change/")
    assert info["Status"] == "PENDING"

    settled(practice, client, info["Id"])

    assert resolved(practice, "www.example.com", "CNAME") == ["target.example.net."]


def test_records_come_by_reversed_labels_in_pages(client: Client, zone: str) -> None:
    change(
        client,
        zone,
        ("CREATE", record("z.example.com", "TXT", '"z"')),
        ("CREATE", record("b.a.example.com", "TXT", '"b.a"')),
        ("CREATE", record("a.example.com", "MX", "10 mail.example.net")),
    )
    r53 = client("route53")

    first = r53.list_resource_record_sets(HostedZoneId=zone, MaxItems="3")
    rest = r53.list_resource_record_sets(
        HostedZoneId=zone, StartRecordName=first["NextRecordName"], StartRecordType=first["NextRecordType"]
    )

    names = [one["Name"] for one in first["ResourceRecordSets"] + rest["ResourceRecordSets"]]
    assert names == ["example.com.", "example.com.", "a.example.com.", "b.a.example.com.", "z.example.com."]
    assert first["ResourceRecordSets"][2]["ResourceRecords"] == [{"Value": "10 mail.example.net."}]
    assert (first["IsTruncated"], rest["IsTruncated"]) == (True, False)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (record("t.example.com", "TXT", "v=spf1 ~all"), "enclosed in quotation marks"),
        (record("t.example.com", "TXT", f'"{"x" * 256}"'), "CharacterStringTooLong"),
        (record("m.example.com", "MX", "mail.example.net"), "MX record doesn't have 2 fields"),
        (record("example.com", "CNAME", "a.example.net"), "not permitted at apex in zone example.com."),
        (record("a.example.org", "TXT", '"x"'), "is not permitted in zone example.com."),
        (record("a.example.com", "A", "not an address"), "InvalidRecordData"),
        (record("c.example.com", "CNAME", "a.example.net", "b.example.net"), "exactly one"),
    ],
    ids=["unquoted", "long", "no priority", "apex", "outside", "address", "two targets"],
)
def test_what_cannot_be_is_refused(
    client: Client, refused: Refused, zone: str, wanted: dict[str, Any], text: str
) -> None:
    with refused("InvalidChangeBatch", text):
        change(client, zone, ("CREATE", wanted))


def test_long_texts_are_written_as_several_strings(client: Client, zone: str) -> None:
    change(client, zone, ("CREATE", record("t.example.com", "TXT", f'"{"x" * 255}" "{"y" * 100}"')))

    assert client("route53").get_hosted_zone(Id=zone)["HostedZone"]["ResourceRecordSetCount"] == 3


def test_a_cname_stands_alone(client: Client, refused: Refused, zone: str) -> None:
    change(client, zone, ("CREATE", record("a.example.com", "TXT", '"x"')))

    with refused("InvalidChangeBatch", "conflicts with other records"):
        change(client, zone, ("CREATE", record("a.example.com", "CNAME", "b.example.net")))


def test_creating_what_exists_is_refused_in_aws_words(client: Client, refused: Refused, zone: str) -> None:
    change(client, zone, ("CREATE", record("a.example.com", "TXT", '"x"')))

    text = "[Tried to create resource record set [name='a.example.com.', type='TXT'] but it already exists]"
    with refused("InvalidChangeBatch", text):
        change(client, zone, ("CREATE", record("a.example.com", "TXT", '"y"')))


def test_a_batch_is_made_whole_or_not_at_all(client: Client, refused: Refused, zone: str) -> None:
    good, bad = record("a.example.com", "TXT", '"x"'), record("b.example.com", "TXT", "x")
    with refused("InvalidChangeBatch"):
        change(client, zone, ("CREATE", good), ("CREATE", bad))

    assert client("route53").get_hosted_zone(Id=zone)["HostedZone"]["ResourceRecordSetCount"] == 2


def test_deleting_needs_the_very_values(client: Client, refused: Refused, zone: str) -> None:
    change(client, zone, ("UPSERT", record("a.example.com", "TXT", '"x"')))

    with refused("InvalidChangeBatch", "values provided do not match the current values"):
        change(client, zone, ("DELETE", record("a.example.com", "TXT", '"y"')))
    with refused("InvalidChangeBatch", "but it was not found"):
        change(client, zone, ("DELETE", record("b.example.com", "TXT", '"x"')))
    change(client, zone, ("DELETE", record("a.example.com", "TXT", '"x"')))
    assert client("route53").get_hosted_zone(Id=zone)["HostedZone"]["ResourceRecordSetCount"] == 2


def test_zones_by_name_go_on_with_those_that_follow(client: Client) -> None:
    r53 = client("route53")
    for number, name in enumerate(["example.com", "a.example.com", "example.org", "example.net"]):
        r53.create_hosted_zone(Name=name, CallerReference=str(number))

    found = r53.list_hosted_zones_by_name(DNSName="example.com", MaxItems="3")

    assert [one["Name"] for one in found["HostedZones"]] == ["example.com.", "a.example.com.", "example.net."]
    assert found["IsTruncated"] is True
    assert found["NextDNSName"] == "example.org."
    pages = r53.get_paginator("list_hosted_zones").paginate(PaginationConfig={"PageSize": 3})
    assert sum(len(page["HostedZones"]) for page in pages) == 4
    assert r53.get_hosted_zone_count()["HostedZoneCount"] == 4


def test_a_private_zone_is_not_served(practice: Practice, client: Client) -> None:
    made = client("route53").create_hosted_zone(
        Name="example.com", CallerReference="p", VPC={"VPCRegion": "eu-west-1", "VPCId": "vpc-1"}
    )

    assert made["HostedZone"]["Config"]["PrivateZone"] is True
    assert practice.zones.get("example.com") is None


def test_two_zones_of_one_name_have_one_that_is_served(practice: Practice, client: Client, zone: str) -> None:
    twin = client("route53").create_hosted_zone(Name="example.com", CallerReference="2")["HostedZone"]["Id"]
    change(client, twin, ("CREATE", record("a.example.com", "TXT", '"twin"')))
    practice.clock.jump(timedelta(seconds=10))

    assert twin != zone
    assert resolved(practice, "a.example.com", "TXT") == []


def test_zones_are_deleted_only_when_empty(practice: Practice, client: Client, refused: Refused, zone: str) -> None:
    change(client, zone, ("CREATE", record("a.example.com", "TXT", '"x"')))
    with refused("HostedZoneNotEmpty"):
        client("route53").delete_hosted_zone(Id=zone)
    change(client, zone, ("DELETE", record("a.example.com", "TXT", '"x"')))

    client("route53").delete_hosted_zone(Id=zone)

    assert practice.zones.get("example.com") is None
    with refused("NoSuchHostedZone"):
        client("route53").get_hosted_zone(Id=zone)


def test_what_is_not_there_is_named(client: Client, refused: Refused, zone: str) -> None:
    with refused("NoSuchChange"):
        client("route53").get_change(Id="C123")
    with refused("HostedZoneAlreadyExists"):
        client("route53").create_hosted_zone(Name="example.net", CallerReference="1")
    with refused("InvalidDomainName"):
        client("route53").create_hosted_zone(Name="com", CallerReference="3")


def test_a_zone_in_another_account_is_reached_by_its_role(client: Client) -> None:
    client("route53", account="210987654321").create_hosted_zone(Name="example.com", CallerReference="1")
    assert client("route53").list_hosted_zones()["HostedZones"] == []

    keys = client("sts").assume_role(RoleArn="arn:aws:iam::210987654321:role/dns", RoleSessionName="sendready")[
        "Credentials"
    ]
    theirs = {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }
    assert [zone["Name"] for zone in client("route53", **theirs).list_hosted_zones()["HostedZones"]] == ["example.com."]
    me = client("sts", **theirs).get_caller_identity()
    assert (me["Account"], me["Arn"]) == (
        "210987654321",
        "arn:aws:sts::210987654321:assumed-role/dns/sendready",
    )


def test_what_others_put_into_the_zone_is_shown(practice: Practice, client: Client, zone: str) -> None:
    practice.put("example.com", "_dmarc.example.com", "TXT", ['"v=DMARC1; p=none"'])

    found = client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]

    assert found[-1]["ResourceRecords"] == [{"Value": '"v=DMARC1; p=none"'}]
