"""SES identities are created, read, listed, changed and deleted as AWS does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

Client = Callable[..., Any]
Refused = Callable[..., Any]
ARN = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"


def test_a_new_domain_gets_three_tokens_and_waits(client: Client) -> None:
    answer = client("sesv2").create_email_identity(EmailIdentity="Example.COM")

    dkim = answer["DkimAttributes"]
    assert answer["IdentityType"] == "DOMAIN"
    assert answer["VerifiedForSendingStatus"] is False
    assert [len(token) for token in dkim["Tokens"]] == [32, 32, 32]
    assert dkim["Status"] == "PENDING"
    assert dkim["SigningEnabled"] is True
    assert dkim["SigningHostedZone"] == "dkim.amazonses.com"
    assert dkim["SigningAttributesOrigin"] == "AWS_SES"
    assert dkim["CurrentSigningKeyLength"] == dkim["NextSigningKeyLength"] == "RSA_2048_BIT"


@pytest.mark.parametrize(
    ("region", "zone"),
    [("eu-central-2", "dkim.eu-central-2.amazonses.com"), ("us-west-2", "dkim.amazonses.com")],
)
def test_the_signing_zone_depends_on_the_region(client: Client, region: str, zone: str) -> None:
    answer = client("sesv2", region=region).create_email_identity(EmailIdentity="example.com")

    assert answer["DkimAttributes"]["SigningHostedZone"] == zone


def test_tokens_are_the_same_after_a_recreation_and_others_elsewhere(client: Client) -> None:
    ses = client("sesv2")
    first = ses.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    ses.delete_email_identity(EmailIdentity="example.com")
    again = ses.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]
    elsewhere = client("sesv2", region="us-east-1").create_email_identity(EmailIdentity="example.com")

    assert first == again
    assert set(first).isdisjoint(elsewhere["DkimAttributes"]["Tokens"])


def test_only_the_first_token_has_a_public_key(practice: Practice, client: Client) -> None:
    tokens = client("sesv2").create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]

    zone = practice.zones.get("amazonses.com")
    assert zone is not None
    key = zone.get(f"{tokens[0]}.dkim.amazonses.com", "TXT")
    assert key is not None
    assert "p=MII" in key.values[0]
    assert zone.get(f"{tokens[1]}.dkim.amazonses.com", "TXT") is None


def test_a_second_creation_is_refused_in_aws_words(client: Client, refused: Refused) -> None:
    client("sesv2").create_email_identity(EmailIdentity="example.com")

    with refused("AlreadyExistsException", "Email identity example.com already exist."):
        client("sesv2").create_email_identity(EmailIdentity="example.com")


@pytest.mark.parametrize("name", ["BAD..domain", "nodot", "-a.example.com", "a b.com", "x@", "@example.com", "ä.com"])
def test_impossible_names_are_refused(client: Client, refused: Refused, name: str) -> None:
    with refused("BadRequestException"):
        client("sesv2").create_email_identity(EmailIdentity=name)


def test_a_fresh_identity_shows_what_aws_showed_for_one_without_mail_from(client: Client) -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="example.com")

    seen = ses.get_email_identity(EmailIdentity="example.com")

    assert seen["MailFromAttributes"] == {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
    assert seen["Policies"] == {}
    assert seen["Tags"] == []
    assert seen["FeedbackForwardingStatus"] is True
    assert seen["VerificationStatus"] == "PENDING"
    assert "ConfigurationSetName" not in seen


def test_an_unknown_identity_is_not_found(client: Client, refused: Refused) -> None:
    with refused("NotFoundException", "Email identity example.com does not exist."):
        client("sesv2").get_email_identity(EmailIdentity="example.com")
    with refused("NotFoundException"):
        client("sesv2").delete_email_identity(EmailIdentity="example.com")


def test_an_address_is_verified_by_its_link_within_a_day(practice: Practice, client: Client) -> None:
    ses = client("sesv2")
    made = ses.create_email_identity(EmailIdentity="Me@Example.com")
    assert made["IdentityType"] == "EMAIL_ADDRESS"
    assert "DkimAttributes" not in made
    assert ses.get_email_identity(EmailIdentity="Me@example.com")["VerificationInfo"] == {}

    assert practice.click("Me@example.com")
    assert ses.get_email_identity(EmailIdentity="Me@example.com")["VerificationStatus"] == "SUCCESS"


def test_identities_come_in_pages_of_25(client: Client) -> None:
    ses = client("sesv2")
    for number in range(30):
        ses.create_email_identity(EmailIdentity=f"d{number}.example.com")

    first = ses.list_email_identities()
    second = ses.list_email_identities(NextToken=first["NextToken"])

    assert (len(first["EmailIdentities"]), len(second["EmailIdentities"])) == (25, 5)
    assert "NextToken" not in second
    assert len(ses.list_email_identities(PageSize=7)["EmailIdentities"]) == 7


def test_identities_can_be_filtered(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    for name in ("example.com", "example.org", "me@example.com"):
        ses.create_email_identity(EmailIdentity=name)

    def names(**wanted: str) -> list[str]:
        return [one["IdentityName"] for one in ses.list_email_identities(Filter=wanted)["EmailIdentities"]]

    assert names(IDENTITY_NAME_CONTAINS=".com") == ["example.com", "me@example.com"]
    assert names(IDENTITY_TYPE="EMAIL_ADDRESS") == ["me@example.com"]
    assert names(VERIFICATION_STATUS="SUCCESS") == []
    with refused("BadRequestException"):
        ses.list_email_identities(NextToken="nonsense")
    with refused("BadRequestException"):
        ses.list_email_identities(PageSize=1001)


def test_mail_from_must_be_below_the_identity(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="example.com")

    for domain in ("example.com", "bounce.example.org", "bounceexample.com"):
        with refused("BadRequestException", f"Provided MAIL-FROM domain <{domain}> is not subdomain"):
            ses.put_email_identity_mail_from_attributes(EmailIdentity="example.com", MailFromDomain=domain)


def test_mail_from_is_set_and_removed(client: Client) -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="example.com")

    ses.put_email_identity_mail_from_attributes(
        EmailIdentity="example.com", MailFromDomain="bounce.example.com", BehaviorOnMxFailure="REJECT_MESSAGE"
    )
    assert ses.get_email_identity(EmailIdentity="example.com")["MailFromAttributes"] == {
        "MailFromDomain": "bounce.example.com",
        "MailFromDomainStatus": "PENDING",
        "BehaviorOnMxFailure": "REJECT_MESSAGE",
    }
    ses.put_email_identity_mail_from_attributes(EmailIdentity="example.com")
    assert ses.get_email_identity(EmailIdentity="example.com")["MailFromAttributes"] == {
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE"
    }


def test_switching_dkim_off_changes_nothing_else(client: Client) -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="example.com")

    ses.put_email_identity_dkim_attributes(EmailIdentity="example.com", SigningEnabled=False)

    dkim = ses.get_email_identity(EmailIdentity="example.com")["DkimAttributes"]
    assert (dkim["SigningEnabled"], dkim["Status"]) == (False, "PENDING")


def test_the_same_key_length_is_refused_and_a_downgrade_is_not(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    tokens = ses.create_email_identity(EmailIdentity="example.com")["DkimAttributes"]["Tokens"]

    def put(length: str) -> Any:  # noqa: ANN401  # boto3's answers
        return ses.put_email_identity_dkim_signing_attributes(
            EmailIdentity="example.com",
            SigningAttributesOrigin="AWS_SES",
            SigningAttributes={"NextSigningKeyLength": length},
        )

    with refused("BadRequestException"):
        put("RSA_2048_BIT")
    assert put("RSA_1024_BIT")["DkimTokens"] == tokens
    with refused("BadRequestException", "once in 24 hours"):
        put("RSA_2048_BIT")


def test_signing_attributes_are_for_domains(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="me@example.com")

    with refused("BadRequestException", "The EmailIdentity value must be a valid domain."):
        ses.put_email_identity_dkim_signing_attributes(
            EmailIdentity="me@example.com", SigningAttributesOrigin="AWS_SES"
        )


def test_policies_are_kept(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="example.com")
    text = json.dumps({"Version": "2012-10-17", "Statement": []})

    ses.create_email_identity_policy(EmailIdentity="example.com", PolicyName="p", Policy=text)
    with refused("AlreadyExistsException"):
        ses.create_email_identity_policy(EmailIdentity="example.com", PolicyName="p", Policy=text)
    ses.update_email_identity_policy(EmailIdentity="example.com", PolicyName="p", Policy=text)
    assert ses.get_email_identity_policies(EmailIdentity="example.com")["Policies"] == {"p": text}
    ses.delete_email_identity_policy(EmailIdentity="example.com", PolicyName="p")
    assert ses.get_email_identity_policies(EmailIdentity="example.com")["Policies"] == {}
    with refused("NotFoundException"):
        ses.update_email_identity_policy(EmailIdentity="example.com", PolicyName="p", Policy=text)
    with refused("BadRequestException"):
        ses.create_email_identity_policy(EmailIdentity="example.com", PolicyName="p", Policy="no JSON")


def test_tags_given_at_creation_are_those_of_the_resource(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="example.com", Tags=[{"Key": "team", "Value": "mail"}])

    ses.tag_resource(ResourceArn=ARN, Tags=[{"Key": "env", "Value": "test"}])
    assert {tag["Key"] for tag in ses.list_tags_for_resource(ResourceArn=ARN)["Tags"]} == {"team", "env"}
    ses.untag_resource(ResourceArn=ARN, TagKeys=["team", "env"])
    assert ses.get_email_identity(EmailIdentity="example.com")["Tags"] == []
    with refused("NotFoundException"):
        ses.list_tags_for_resource(ResourceArn=ARN.replace(".com", ".org"))


def test_feedback_and_default_configuration_set(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="example.com")

    ses.put_email_identity_feedback_attributes(EmailIdentity="example.com", EmailForwardingEnabled=False)
    with refused("NotFoundException", "Configuration set <none> does not exist."):
        ses.put_email_identity_configuration_set_attributes(EmailIdentity="example.com", ConfigurationSetName="none")
    ses.create_configuration_set(ConfigurationSetName="some")
    ses.put_email_identity_configuration_set_attributes(EmailIdentity="example.com", ConfigurationSetName="some")

    seen = ses.get_email_identity(EmailIdentity="example.com")
    assert (seen["FeedbackForwardingStatus"], seen["ConfigurationSetName"]) == (False, "some")


def test_a_replica_takes_its_parents_tokens_and_holds_the_parent(client: Client, refused: Refused) -> None:
    parent = client("sesv2").create_email_identity(EmailIdentity="example.com")["DkimAttributes"]
    replica = client("sesv2", region="us-east-1").create_email_identity(
        EmailIdentity="example.com",
        DkimSigningAttributes={"DomainSigningAttributesOrigin": "AWS_SES_EU_WEST_1"},
    )["DkimAttributes"]

    assert replica["Tokens"] == parent["Tokens"]
    assert replica["SigningAttributesOrigin"] == "AWS_SES_EU_WEST_1"
    with refused("BadRequestException", "replicas"):
        client("sesv2").delete_email_identity(EmailIdentity="example.com")


def test_regions_and_accounts_know_nothing_of_each_other(client: Client) -> None:
    client("sesv2").create_email_identity(EmailIdentity="example.com")

    assert client("sesv2", region="us-east-1").list_email_identities()["EmailIdentities"] == []
    assert client("sesv2", account="210987654321").list_email_identities()["EmailIdentities"] == []


def test_an_address_is_sent_its_link_again_through_the_older_api(practice: Practice, client: Client) -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="me@example.org")
    first = practice.link_of("me@example.org")
    practice.clock.jump(timedelta(hours=25))
    assert ses.get_email_identity(EmailIdentity="me@example.org")["VerificationStatus"] == "FAILED"

    client("ses").verify_email_identity(EmailAddress="me@example.org")

    assert practice.link_of("me@example.org") != first
    assert ses.get_email_identity(EmailIdentity="me@example.org")["VerificationStatus"] == "PENDING"
    assert practice.click("me@example.org")
