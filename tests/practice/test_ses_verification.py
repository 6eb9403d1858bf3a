"""SES turns a status only by what the DNS really answers, and by the time that passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.servers import Practice

Client = Callable[..., Any]
FEEDBACK = "10 feedback-smtp.eu-west-1.amazonses.com."


@pytest.fixture
def practice() -> Iterator[Practice]:
    """Time passes only when a test lets it."""
    with Practice() as world:
        world.throttling = False
        yield world


def later(practice: Practice, **time: float) -> None:
    practice.clock.jump(timedelta(**time))


def begin(practice: Practice, client: Client) -> list[str]:
    practice.register("example.com")
    tokens: list[str] = client("sesv2").create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    return tokens


def publish(practice: Practice, tokens: list[str], zone: str = "dkim.amazonses.com") -> None:
    for token in tokens:
        practice.put("example.com", f"{token}._domainkey.example.com", "CNAME", [f"{token}.{zone}."])


def unpublish(practice: Practice, tokens: list[str]) -> None:
    for token in tokens:
        practice.take("example.com", f"{token}._domainkey.example.com", "CNAME")


def seen(client: Client) -> dict[str, Any]:
    answer: dict[str, Any] = client("sesv2").get_email_identity(EmailIdentity="example.com")
    return answer


def test_nothing_was_looked_at_before_the_first_look(practice: Practice, client: Client) -> None:
    publish(practice, begin(practice, client))

    assert seen(client)["VerificationInfo"] == {}


def test_two_records_of_three_are_not_enough(practice: Practice, client: Client) -> None:
    publish(practice, begin(practice, client)[:2])
    later(practice, seconds=10)

    answer = seen(client)

    assert answer["VerificationStatus"] == answer["DkimAttributes"]["Status"] == "PENDING"
    assert answer["VerificationInfo"]["ErrorType"] == "HOST_NOT_FOUND"
    assert answer["VerificationInfo"]["SOARecord"]["PrimaryNameServer"] == "ns1.practice-dns.net"
    assert answer["VerifiedForSendingStatus"] is False


def test_all_three_records_verify_and_an_old_error_stays_beside_success(practice: Practice, client: Client) -> None:
    tokens = begin(practice, client)
    later(practice, seconds=10)
    assert seen(client)["VerificationInfo"]["ErrorType"] == "HOST_NOT_FOUND"
    publish(practice, tokens)
    later(practice, seconds=10)

    answer = seen(client)

    assert answer["VerificationStatus"] == answer["DkimAttributes"]["Status"] == "SUCCESS"
    assert answer["VerifiedForSendingStatus"] is True
    assert answer["VerificationInfo"]["ErrorType"] == "HOST_NOT_FOUND"
    assert answer["VerificationInfo"]["LastSuccessTimestamp"] == answer["VerificationInfo"]["LastCheckedTimestamp"]


def test_a_record_that_was_looked_for_too_early_is_seen_once_it_is_there(practice: Practice, client: Client) -> None:
    tokens = begin(practice, client)
    for _ in range(3):
        later(practice, seconds=10)
        seen(client)
    publish(practice, tokens)
    later(practice, seconds=10)

    assert seen(client)["VerificationStatus"] == "SUCCESS"


def test_a_wrong_target_is_an_invalid_value(practice: Practice, client: Client) -> None:
    publish(practice, begin(practice, client), zone="dkim.us-west-2.amazonses.com")
    later(practice, seconds=10)

    assert seen(client)["VerificationInfo"]["ErrorType"] == "INVALID_VALUE"


def test_another_type_at_the_name_is_a_type_not_found(practice: Practice, client: Client) -> None:
    for token in begin(practice, client):
        practice.put("example.com", f"{token}._domainkey.example.com", "TXT", ['"here"'])
    later(practice, seconds=10)

    assert seen(client)["VerificationInfo"]["ErrorType"] == "TYPE_NOT_FOUND"


def test_failing_servers_are_a_dns_server_error(practice: Practice, client: Client) -> None:
    publish(practice, begin(practice, client))
    zone = practice.zone_of("example.com")
    assert zone is not None
    for server in zone.servers:
        practice.dns.behave(server, Behaviour(rcode="SERVFAIL"), zone="example.com")
    later(practice, seconds=10)

    assert seen(client)["VerificationInfo"]["ErrorType"] == "DNS_SERVER_ERROR"


def test_one_dead_server_of_two_stops_nobody(practice: Practice, client: Client) -> None:
    publish(practice, begin(practice, client))
    zone = practice.zone_of("example.com")
    assert zone is not None
    practice.dns.behave(zone.servers[0], Behaviour(silent=True), zone="example.com")
    later(practice, seconds=10)

    assert seen(client)["VerificationStatus"] == "SUCCESS"


def test_after_72_hours_ses_gives_up_and_looks_no_more(practice: Practice, client: Client) -> None:
    tokens = begin(practice, client)
    later(practice, hours=73)
    assert seen(client)["VerificationStatus"] == "FAILED"
    publish(practice, tokens)
    later(practice, hours=1)

    answer = seen(client)

    assert answer["VerificationStatus"] == answer["DkimAttributes"]["Status"] == "FAILED"
    assert answer["VerifiedForSendingStatus"] is False


def test_a_failed_verification_is_restarted_with_the_same_tokens(practice: Practice, client: Client) -> None:
    tokens = begin(practice, client)
    later(practice, hours=73)
    seen(client)
    publish(practice, tokens)

    answer = client("sesv2").put_email_identity_dkim_signing_attributes(
        EmailIdentity="example.com",
        SigningAttributesOrigin="AWS_SES",
        SigningAttributes={"NextSigningKeyLength": "RSA_2048_BIT"},
    )

    assert (answer["DkimStatus"], answer["DkimTokens"]) == ("PENDING", tokens)
    later(practice, seconds=10)
    assert seen(client)["VerificationStatus"] == "SUCCESS"


def test_records_that_vanish_are_forgiven_for_72_hours(practice: Practice, client: Client) -> None:
    tokens = begin(practice, client)
    publish(practice, tokens)
    later(practice, seconds=10)
    assert seen(client)["VerificationStatus"] == "SUCCESS"
    unpublish(practice, tokens)
    later(practice, minutes=2)

    answer = seen(client)
    assert answer["VerificationStatus"] == answer["DkimAttributes"]["Status"] == "TEMPORARY_FAILURE"
    assert answer["VerifiedForSendingStatus"] is True

    publish(practice, tokens)
    later(practice, minutes=2)
    assert seen(client)["VerificationStatus"] == "SUCCESS"

    unpublish(practice, tokens)
    later(practice, minutes=2)
    assert seen(client)["VerificationStatus"] == "TEMPORARY_FAILURE"
    later(practice, hours=73)
    answer = seen(client)
    assert answer["VerificationStatus"] == "FAILED"
    assert answer["VerifiedForSendingStatus"] is False


def mail_from(practice: Practice, client: Client) -> str:
    status: str = seen(client)["MailFromAttributes"]["MailFromDomainStatus"]
    return status


def test_mail_from_needs_exactly_one_mx_and_no_spf(practice: Practice, client: Client) -> None:
    begin(practice, client)
    client("sesv2").put_email_identity_mail_from_attributes(
        EmailIdentity="example.com", MailFromDomain="bounce.example.com"
    )
    practice.put("example.com", "bounce.example.com", "MX", [FEEDBACK, "20 mx.example.net."])
    later(practice, seconds=10)
    assert mail_from(practice, client) == "PENDING"

    practice.put("example.com", "bounce.example.com", "MX", [FEEDBACK])
    later(practice, seconds=10)
    assert mail_from(practice, client) == "SUCCESS"

    practice.put("example.com", "bounce.example.com", "MX", ["10 feedback-smtp.us-east-1.amazonses.com."])
    later(practice, minutes=2)
    assert mail_from(practice, client) == "TEMPORARY_FAILURE"


def test_mail_from_fails_after_72_hours_until_it_is_put_again(practice: Practice, client: Client) -> None:
    begin(practice, client)
    put = {"EmailIdentity": "example.com", "MailFromDomain": "bounce.example.com"}
    client("sesv2").put_email_identity_mail_from_attributes(**put)
    later(practice, hours=73)
    assert mail_from(practice, client) == "FAILED"
    practice.put("example.com", "bounce.example.com", "MX", [FEEDBACK])
    later(practice, hours=1)
    assert mail_from(practice, client) == "FAILED"

    client("sesv2").put_email_identity_mail_from_attributes(**put)
    assert mail_from(practice, client) == "PENDING"
    later(practice, seconds=10)
    assert mail_from(practice, client) == "SUCCESS"


def test_a_mail_from_zone_of_its_own_is_found(practice: Practice, client: Client) -> None:
    begin(practice, client)
    practice.register("bounce.example.com")
    practice.put("bounce.example.com", "bounce.example.com", "MX", [FEEDBACK])
    client("sesv2").put_email_identity_mail_from_attributes(
        EmailIdentity="example.com", MailFromDomain="bounce.example.com"
    )
    later(practice, seconds=10)

    assert mail_from(practice, client) == "SUCCESS"


def test_ses_can_be_given_a_resolver(practice: Practice, client: Client) -> None:
    with Practice(dns_resolver=practice.dns.resolver) as other:
        tokens = client("sesv2", world=other).create_email_identity(EmailIdentity="example.com")["DkimAttributes"][
            "Tokens"
        ]
        practice.register("example.com")
        publish(practice, tokens)
        later(other, seconds=10)

        answer = client("sesv2", world=other).get_email_identity(EmailIdentity="example.com")

    assert answer["VerificationStatus"] == "SUCCESS"


def test_a_link_works_for_a_day(practice: Practice, client: Client) -> None:
    client("sesv2").create_email_identity(EmailIdentity="me@example.com")
    later(practice, hours=25)

    assert not practice.click("me@example.com")
    assert client("sesv2").get_email_identity(EmailIdentity="me@example.com")["VerificationStatus"] == "FAILED"
