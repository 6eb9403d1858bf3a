"""Faults of what AWS holds around the domain, as a user meets them: the finding that names each, and nothing else."""

from __future__ import annotations

import pytest
from commandline import Contract, Run, WorldOf

from sendready.practice.listening import listening
from sendready.practice.servers import Practice


@pytest.mark.parametrize(
    ("fault", "code", "finding", "says"),
    [
        ("other-region", 1, "SES002", "eu-west-1"),
        ("other-region=ap-south-1", 1, "SES002", "--region ap-south-1"),
        ("other-region-in-dns", 1, "KIM017", "--region us-east-1"),
        ("regional-clash", 1, "MFR025", "bounce-eu-west-1.shop.example"),
        ("address-overrides", 0, "KIM036", "DKIM signing: off"),
        ("configuration-set-gone", 1, "SES011", "Configuration set mail does not exist"),
        ("configuration-set-paused", 1, "SES012", "--sending-enabled"),
        ("destination-disabled", 1, "SES015", "Enabled=true"),
        ("bounces-unheard", 1, "SES014", "BOUNCE and COMPLAINT"),
        ("sns-broken", 1, "SES017", "sns:Publish for ses.amazonaws.com"),
        ("sns-broken=topic", 1, "SES017", "does not exist any more"),
        ("sns-broken=key", 1, "SES017", "alias/aws/sns"),
        ("sns-broken=subscription", 1, "SES017", "never confirmed"),
        ("sns-broken=queue", 1, "SES017", "the queue has no policy"),
        ("eventbridge-no-rule", 0, "SES018", "aws.ses"),
        ("firehose-gone", 1, "SES019", "deliverystream/mail-events"),
        ("complaint-rate", 1, "REP002", "0.20%"),
        ("suppression-off", 0, "SES021", "nothing suppressed"),
        ("quota-used-up", 1, "SES009", "50000 of 50000"),
        ("open-policy", 0, "SES031", "Principal: *"),
        ("own-key-missing", 1, "KIM038", "mine._domainkey.shop.example"),
        ("replica-broken", 1, "KIM037", "us-east-1"),
        ("wrong-zone", 1, "DEL020", "which is asked by nobody"),
        ("wrong-zone=twin", 1, "DEL021", "has two zones shop.example"),
    ],
)
def test_a_fault_is_named_and_nothing_else_is_blamed(
    sendready: Run, contract: Contract, fault: str, code: int, finding: str, says: str
) -> None:
    result = sendready("check", "shop.example", "--fault", fault, "--format", "json")

    document = contract.document("check", result)
    serious = [one for one in document["findings"] if one["severity"] not in ("notice", "info")]
    assert [one["id"] for one in serious] == [finding]
    assert says in str(serious[0])
    assert result.returncode == code


DENIED = "access-denied=ses:GetConfigurationSet"


def test_a_set_that_may_not_be_looked_at_is_told_where_the_identity_has_one(sendready: Run) -> None:
    with_a_set = sendready("check", "shop.example", "--fault", "configuration-set-paused", "--fault", DENIED)
    without = sendready("check", "shop.example", "--fault", DENIED)

    assert "could not check the configuration set" in with_a_set.stdout
    assert "ENV015" not in without.stdout  # there is none, so nobody asked
    assert (with_a_set.returncode, without.returncode) == (0, 0)


def test_a_review_is_told_first_and_the_bounces_that_brought_it_beside_it(sendready: Run, contract: Contract) -> None:
    result = sendready("check", "shop.example", "--fault", "bounce-rate", "--format", "json")

    found = {one["id"]: one for one in contract.document("check", result)["findings"]}
    assert {"SES008", "REP001"} <= set(found)
    assert "7.00%" in found["REP001"]["observed"]


def test_an_address_whose_domain_is_not_verified_is_told_that_dmarc_cannot_pass(
    sendready: Run, contract: Contract
) -> None:
    result = sendready("check", "hello@shop.example", "--fault", "address-only", "--format", "json")

    document = contract.document("check", result)
    assert [one["id"] for one in document["findings"]] == ["SES035"]
    assert "sendready apply shop.example" in document["findings"][0]["fix"]["commands"]
    assert (result.returncode, document["verdict"]) == (0, "ready")


def test_a_sender_without_the_configuration_set_in_its_policy_is_told_so(sendready: Run, contract: Contract) -> None:
    who = ("--sender-arn", "arn:aws:sts::123456789012:assumed-role/app/session")
    refused = sendready("check", "shop.example", "--fault", "sender-denied", *who, "--format", "json")

    (finding,) = contract.document("check", refused)["findings"]
    assert finding["id"] == "SES032"
    assert "configuration-set/mail" in finding["fix"]["text"]
    assert refused.returncode == 1


def test_an_smtp_host_of_another_region_is_told(sendready: Run, contract: Contract) -> None:
    host = "email-smtp.us-east-1.amazonaws.com"
    result = sendready("check", "shop.example", "--fault", "throttled", "--smtp-host", host, "--format", "json")

    (finding,) = contract.document("check", result)["findings"]
    assert (finding["id"], finding["expected"]) == ("SES033", "email-smtp.eu-west-1.amazonaws.com")


def test_a_domain_whose_events_are_heard_all_the_way_is_in_good_health(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    listening(practice, "shop.example")

    result = sendready("check", "shop.example", "--format", "json", environment=world_of(practice))

    document = contract.document("check", result)
    assert (result.returncode, document["verdict"], document["findings"]) == (0, "ready", [])


def test_what_a_permission_hides_is_one_warning_and_moves_no_verdict(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    listening(practice, "shop.example")
    for action in ("ses:ListEmailIdentities", "ses:GetConfigurationSet", "sns:GetTopicAttributes"):
        practice.aws.deny(action)

    result = sendready("check", "shop.example", "--format", "json", environment=world_of(practice))

    document = contract.document("check", result)
    assert (result.returncode, document["verdict"]) == (0, "ready")
    (finding,) = document["findings"]
    assert (finding["id"], finding["severity"], finding["state"]) == ("ENV015", "warning", "unknown")
    assert finding["subject"] == "ses:ListEmailIdentities, ses:GetConfigurationSet, sns:GetTopicAttributes"
    assert '"sns:GetTopicAttributes"' in finding["fix"]["text"]


def test_a_region_that_was_used_before_is_remembered(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example")
    environment = world_of(practice)
    assert sendready("check", "shop.example", environment=environment).returncode == 0

    result = sendready("check", "shop.example", "--region", "us-west-2", "--format", "json", environment=environment)

    document = contract.document("check", result)
    (finding,) = document["findings"]
    assert finding["id"] == "ENV014"
    assert {"SES001", "SES002"} <= set(finding["symptoms"])
    assert finding["fix"]["commands"] == ["sendready check shop.example --region eu-west-1"]
    assert result.returncode == 1


def test_regions_are_asked_only_where_the_identity_is_missing_and_not_where_nobody_cares(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.register("shop.example")

    def regions_asked() -> set[str]:
        return {call.region for call in practice.aws.calls if call.operation == "GetEmailIdentity"}

    sendready("check", "shop.example", "--skip", "SES002", environment=world_of(practice))
    assert regions_asked() == {"eu-west-1"}
    sendready("check", "shop.example", environment=world_of(practice))
    assert len(regions_asked()) == 27
    assert not {region for region in regions_asked() if region.startswith("us-gov")}
