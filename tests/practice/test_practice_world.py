"""The practice world as a whole: its environment, finished domains, and its faults."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import dns.message
import dns.query
import dns.rcode
import pytest

from sendready.practice import faults
from sendready.practice.dns.zones import ADDRESSES
from sendready.practice.servers import Practice

Client = Callable[..., Any]
Refused = Callable[..., Any]


@pytest.fixture
def practice() -> Iterator[Practice]:
    """Time passes only when a test lets it."""
    with Practice() as world:
        world.throttling = False
        yield world


def resolved(practice: Practice, name: str, rtype: str) -> list[str]:
    host, port = practice.environment["SENDREADY_RESOLVER"].split(":")
    reply = dns.query.udp(dns.message.make_query(name, rtype), host, port=int(port), timeout=3)
    return [record.to_text() for rrset in reply.answer for record in rrset]


def identity(client: Client, domain: str = "example.com") -> dict[str, Any]:
    answer: dict[str, Any] = client("sesv2").get_email_identity(EmailIdentity=domain)
    return answer


def test_the_environment_is_all_a_program_needs(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in practice.environment.items():
        monkeypatch.setenv(name, value)

    assert boto3.Session().client("sts").get_caller_identity()["Account"] == "123456789012"
    assert boto3.Session().client("sesv2").get_account()["SendingEnabled"]
    where = dict(pair.split("=") for pair in practice.environment["SENDREADY_DNS_MAP"].split(","))
    assert all(address.startswith("127.0.0.1:") for address in where.values())
    assert practice.environment["SENDREADY_CLOCK"].count(",") == 2


def test_a_finished_domain_is_finished(practice: Practice, client: Client) -> None:
    practice.finish("example.com")

    seen = identity(client)
    assert seen["VerificationStatus"] == seen["MailFromAttributes"]["MailFromDomainStatus"] == "SUCCESS"
    assert seen["VerificationInfo"]["ErrorType"] == "HOST_NOT_FOUND"
    assert seen["DkimAttributes"]["LastKeyGenerationTimestamp"] < practice.clock.now() - timedelta(days=20)
    for token in seen["DkimAttributes"]["Tokens"]:
        target = f"{token}.{seen['DkimAttributes']['SigningHostedZone']}."
        assert target in resolved(practice, f"{token}._domainkey.example.com", "CNAME")
    assert resolved(practice, "bounce.example.com", "MX") == ["10 feedback-smtp.eu-west-1.amazonses.com."]
    assert resolved(practice, "_dmarc.example.com", "TXT") == ['"v=DMARC1; p=none; rua=mailto:dmarc@example.com"']
    assert client("sesv2").get_account()["Details"]["ReviewDetails"]["Status"] == "GRANTED"
    assert client("route53").list_hosted_zones()["HostedZones"][0]["Name"] == "example.com."


def test_a_finished_domain_stays_so_when_ses_looks_again(practice: Practice, client: Client) -> None:
    practice.finish("example.com", mail_from="mail", dmarc="v=DMARC1; p=reject;")
    practice.clock.jump(timedelta(days=3))

    seen = identity(client)
    assert seen["VerificationStatus"] == "SUCCESS"
    assert seen["MailFromAttributes"]["MailFromDomain"] == "mail.example.com"
    assert seen["MailFromAttributes"]["MailFromDomainStatus"] == "SUCCESS"


def test_a_subdomain_is_finished_in_its_parents_zone(practice: Practice, client: Client) -> None:
    practice.register("example.com")
    practice.finish("news.example.com")

    assert practice.zones.get("news.example.com") is None
    assert identity(client, "news.example.com")["VerificationStatus"] == "SUCCESS"


def test_registering_twice_is_registering_once(practice: Practice, client: Client) -> None:
    practice.register("example.com")
    practice.register("Example.com.")

    assert len(client("route53").list_hosted_zones()["HostedZones"]) == 1


def test_a_zone_file_takes_the_place_of_a_zone(practice: Practice, client: Client) -> None:
    practice.load_zone("example.com", '@ 300 TXT "v=spf1 -all"\nwww 300 CNAME example.net.\n')

    assert resolved(practice, "example.com", "TXT") == ['"v=spf1 -all"']
    assert len(resolved(practice, "example.com", "NS")) == 2
    zone = client("route53").list_hosted_zones()["HostedZones"][0]
    assert zone["ResourceRecordSetCount"] == 4
    with pytest.raises(ValueError, match="zone file"):
        practice.load_zone("example.com", "this is no zone file")


def test_name_servers_of_a_zone_file_keep_what_it_gives_them_and_answer(practice: Practice) -> None:
    practice.load_zone(
        "example.com",
        "@ 300 NS ns1\n@ 300 NS ns2\n@ 300 NS com.\nns1 300 A 203.0.113.5\nns1 300 AAAA 2001:db8::5\n"
        "ns2 300 CNAME dns.provider.example.\n",
    )

    assert resolved(practice, "ns1.example.com", "AAAA") == ["2001:db8::5"]
    assert practice.dns.map["2001:db8::5"] in practice.environment["SENDREADY_DNS_MAP"]
    assert resolved(practice, "ns1.example.com", "A")[0] in ADDRESSES.values()
    zone = practice.zones.get("example.com")
    assert zone is not None
    alias = zone.get("ns2.example.com", "CNAME")
    assert alias is not None
    assert alias.values == ("dns.provider.example.",)
    assert zone.get("ns2.example.com", "A") is None
    assert resolved(practice, "dns.provider.example", "A")[0] in ADDRESSES.values()


def test_name_servers_that_are_aliases_of_each_other_end_nowhere(practice: Practice) -> None:
    practice.load_zone("example.com", "@ 300 NS ns1\nns1 300 CNAME ns2\nns2 300 CNAME ns1\n")

    zone = practice.zones.get("example.com")
    assert zone is not None
    assert zone.get("ns1.example.com", "CNAME") is not None


def test_a_name_server_without_a_name_is_refused_by_its_line(practice: Practice) -> None:
    with pytest.raises(ValueError, match=r"line 2: `\.` is no name server"):
        practice.load_zone("example.com", "www 300 A 203.0.113.5\n@ 300 NS .\n")


def test_amazons_own_zone_is_there(practice: Practice) -> None:
    assert resolved(practice, "amazonses.com", "TXT")[0].startswith('"v=spf1 ip4:')
    assert resolved(practice, "feedback-smtp.eu-west-1.amazonses.com", "A")
    assert resolved(practice, "simulator.amazonses.com", "MX")


def test_the_link_of_an_address_opens_over_http(practice: Practice, client: Client) -> None:
    client("sesv2").create_email_identity(EmailIdentity="me@example.com")
    link = practice.link_of("me@example.com")

    with urllib.request.urlopen(link) as response:  # noqa: S310  # our own server
        assert response.status == 200
    assert identity(client, "me@example.com")["VerificationStatus"] == "SUCCESS"
    with pytest.raises(urllib.error.HTTPError, match="410"):
        urllib.request.urlopen(link + "x")  # noqa: S310  # our own server
    assert not practice.click("nobody@example.com")


def test_stopping_is_quick_and_may_be_done_twice() -> None:
    world = Practice()
    world.start()
    begin = time.monotonic()
    world.stop()
    world.stop()

    assert time.monotonic() - begin < 1.0


def test_stopping_ends_a_long_poll(client: Client) -> None:
    with Practice() as world:
        sqs = client("sqs", world=world)
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        world.cloud.stopped.set()
        begin = time.monotonic()
        sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)

        assert time.monotonic() - begin < 2.0


def test_faults_are_listed_by_name(practice: Practice) -> None:
    assert list(faults.FAULTS) == sorted(faults.FAULTS)
    assert all(fault.SUMMARY.endswith(".") for fault in faults.FAULTS.values())
    with pytest.raises(faults.UnknownFaultError, match=r"no fault 'nonsense'; there are access-denied, "):
        practice.inflict("nonsense", "example.com")


def test_throttled_refuses_the_first_two_calls_of_every_operation(
    practice: Practice, client: Client, refused: Refused
) -> None:
    practice.inflict("throttled", "example.com")

    for _ in range(2):
        with refused("TooManyRequestsException"):
            client("sesv2").get_account()
    client("sesv2").get_account()
    with refused("Throttling"):
        client("sts").get_caller_identity()


def test_access_denied_names_the_action(practice: Practice, client: Client, refused: Refused) -> None:
    practice.inflict("access-denied", "example.com")
    practice.inflict("access-denied", "example.com", "route53:ListHostedZonesByName")

    with refused("AccessDeniedException", "ses:GetEmailIdentity"):
        identity(client)
    with refused("AccessDenied"):
        client("route53").list_hosted_zones_by_name()


def test_expired_credentials_open_nothing(practice: Practice, client: Client, refused: Refused) -> None:
    practice.inflict("expired-credentials", "example.com")

    with refused("ExpiredTokenException"):
        client("sesv2").get_account()
    with refused("ExpiredToken"):
        client("sts").get_caller_identity()


def test_doubled_domain_moves_the_records(practice: Practice, client: Client) -> None:
    practice.inflict("doubled-domain", "example.com")

    seen = identity(client)
    token = seen["DkimAttributes"]["Tokens"][0]
    assert resolved(practice, f"{token}._domainkey.example.com.example.com", "CNAME")
    assert resolved(practice, f"{token}._domainkey.example.com", "CNAME") == []
    assert seen["VerificationStatus"] == "TEMPORARY_FAILURE"


def test_records_missing_is_a_temporary_failure_until_they_return(practice: Practice, client: Client) -> None:
    practice.finish("example.com")
    practice.inflict("records-missing", "example.com")
    seen = identity(client)
    assert (seen["VerificationStatus"], seen["VerifiedForSendingStatus"]) == ("TEMPORARY_FAILURE", True)
    assert seen["VerificationInfo"]["LastSuccessTimestamp"] < practice.clock.now() - timedelta(hours=4)

    practice.finish("example.com")
    assert identity(client)["VerificationStatus"] == "SUCCESS"


def test_review_denied_is_a_sandbox_with_a_case(practice: Practice, client: Client, refused: Refused) -> None:
    practice.inflict("review-denied", "example.com")

    account = client("sesv2").get_account()
    assert account["ProductionAccessEnabled"] is False
    assert account["Details"]["ReviewDetails"]["Status"] == "DENIED"
    with refused("ConflictException"):
        client("sesv2").put_account_details(
            MailType="TRANSACTIONAL", WebsiteURL="https://example.com", ProductionAccessEnabled=True
        )


def test_slow_dns_answers_later_than_anybody_waits(practice: Practice, client: Client) -> None:
    practice.inflict("slow-dns", "example.com")
    host, port = practice.dns.map["198.51.100.1"].split(":")

    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(dns.message.make_query("example.com", "SOA"), host, port=int(port), timeout=0.3)
    assert identity(client)["VerificationStatus"] == "SUCCESS"
    practice.clock.jump(timedelta(minutes=5))
    seen = identity(client)
    assert (seen["VerificationStatus"], seen["VerificationInfo"]["ErrorType"]) == (
        "SUCCESS",
        "DNS_SERVER_ERROR",
    )


def test_events_lost_accepts_mail_and_says_nothing(practice: Practice, client: Client, pipeline: Client) -> None:
    practice.finish("example.com")
    practice.inflict("events-lost", "example.com")
    name, _ = pipeline()
    client("sesv2").send_email(
        FromEmailAddress="a@example.com",
        Destination={"ToAddresses": ["success@simulator.amazonses.com"]},
        Content={"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
        ConfigurationSetName=name,
    )
    practice.clock.jump(timedelta(minutes=1))
    url = client("sqs").get_queue_url(QueueName=name)["QueueUrl"]

    assert "Messages" not in client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)
