"""The SES account: sandbox, production access, pausing, suppression list, and the request limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from sendready.practice.servers import Practice

Client = Callable[..., Any]
Refused = Callable[..., Any]
REQUEST = {
    "MailType": "TRANSACTIONAL",
    "WebsiteURL": "https://example.com",
    "ContactLanguage": "EN",
    "AdditionalContactEmailAddresses": ["ops@example.com"],
    "ProductionAccessEnabled": True,
}


@pytest.fixture
def practice() -> Iterator[Practice]:
    """Time passes only when a test lets it."""
    with Practice() as world:
        world.throttling = False
        yield world


def test_a_new_account_is_in_the_sandbox(client: Client) -> None:
    account = client("sesv2").get_account()

    assert account["ProductionAccessEnabled"] is False
    assert account["SendingEnabled"] is True
    assert account["EnforcementStatus"] == "HEALTHY"
    assert account["SendQuota"] == {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0}
    assert account["SuppressionAttributes"]["SuppressedReasons"] == ["BOUNCE", "COMPLAINT"]
    assert "Details" not in account
    assert "VdmAttributes" not in account


def test_a_request_is_reviewed_then_granted(practice: Practice, client: Client) -> None:
    ses = client("sesv2")
    ses.put_account_details(**REQUEST)
    review = ses.get_account()["Details"]["ReviewDetails"]
    assert review["Status"] == "PENDING"
    assert review["CaseId"].startswith("case-")
    practice.clock.jump(timedelta(seconds=practice.review_seconds))

    account = ses.get_account()

    assert account["Details"]["ReviewDetails"] == review | {"Status": "GRANTED"}
    assert account["ProductionAccessEnabled"] is True
    assert account["SendQuota"]["Max24HourSend"] == 50000.0
    assert account["SendQuota"]["MaxSendRate"] == 14.0


def test_nothing_can_be_changed_during_a_review(client: Client, refused: Refused) -> None:
    client("sesv2").put_account_details(**REQUEST)

    with refused("ConflictException"):
        client("sesv2").put_account_details(**REQUEST)
    with refused("ConflictException"):
        client("sesv2").put_account_details(**(REQUEST | {"ProductionAccessEnabled": False}))


@pytest.mark.parametrize(("outcome", "again"), [("DENIED", False), ("FAILED", True)])
def test_a_denied_request_is_final_and_a_failed_one_is_not(
    practice: Practice, client: Client, refused: Refused, outcome: str, *, again: bool
) -> None:
    practice.review_outcome = outcome
    ses = client("sesv2")
    ses.put_account_details(**REQUEST)
    practice.clock.jump(timedelta(minutes=1))
    assert ses.get_account()["Details"]["ReviewDetails"]["Status"] == outcome

    if again:
        ses.put_account_details(**REQUEST)
        assert ses.get_account()["Details"]["ReviewDetails"]["Status"] == "PENDING"
    else:
        with refused("ConflictException"):
            ses.put_account_details(**REQUEST)


def test_a_bad_url_is_refused_in_aws_words(client: Client, refused: Refused) -> None:
    with refused("BadRequestException", "Url contains invalid format"):
        client("sesv2").put_account_details(**(REQUEST | {"WebsiteURL": "not a url"}))


def test_all_violations_come_in_one_answer(client: Client, refused: Refused) -> None:
    wrong = REQUEST | {
        "MailType": "NONSENSE",
        "ContactLanguage": "FR",
        "AdditionalContactEmailAddresses": ["nobody"],
        "UseCaseDescription": "x" * 5001,
    }
    with refused("BadRequestException", "4 validation errors detected") as _:
        client("sesv2").put_account_details(**wrong)


def test_details_without_a_request_start_no_review(client: Client) -> None:
    client("sesv2").put_account_details(MailType="MARKETING", WebsiteURL="https://example.com")

    assert "ReviewDetails" not in client("sesv2").get_account()["Details"]


def test_production_access_is_per_region(practice: Practice, client: Client) -> None:
    practice.finish("example.com")

    assert client("sesv2").get_account()["ProductionAccessEnabled"] is True
    assert client("sesv2", region="us-east-1").get_account()["ProductionAccessEnabled"] is False


def test_sending_is_paused_and_resumed(client: Client) -> None:
    ses = client("sesv2")
    ses.put_account_sending_attributes(SendingEnabled=False)
    assert ses.get_account()["SendingEnabled"] is False
    assert client("ses").get_account_sending_enabled()["Enabled"] is False
    ses.put_account_sending_attributes(SendingEnabled=True)
    assert ses.get_account()["SendingEnabled"] is True


def test_suppression_reasons_are_kept(client: Client) -> None:
    client("sesv2").put_account_suppression_attributes(SuppressedReasons=["BOUNCE"])

    assert client("sesv2").get_account()["SuppressionAttributes"]["SuppressedReasons"] == ["BOUNCE"]


def test_the_suppression_list_needs_production_and_minds_case(
    practice: Practice, client: Client, refused: Refused
) -> None:
    ses = client("sesv2")
    with refused("BadRequestException", "sandbox"):
        ses.put_suppressed_destination(EmailAddress="a@example.org", Reason="BOUNCE")
    practice.finish("example.com")

    ses.put_suppressed_destination(EmailAddress="a@example.org", Reason="BOUNCE")

    found = ses.get_suppressed_destination(EmailAddress="a@example.org")["SuppressedDestination"]
    assert (found["EmailAddress"], found["Reason"]) == ("a@example.org", "BOUNCE")
    assert len(ses.list_suppressed_destinations(Reasons=["BOUNCE"])["SuppressedDestinationSummaries"]) == 1
    assert ses.list_suppressed_destinations(Reasons=["COMPLAINT"])["SuppressedDestinationSummaries"] == []
    with refused("NotFoundException"):
        ses.get_suppressed_destination(EmailAddress="A@example.org")
    ses.delete_suppressed_destination(EmailAddress="a@example.org")
    with refused("NotFoundException"):
        ses.delete_suppressed_destination(EmailAddress="a@example.org")


def test_insights_need_the_deliverability_manager(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    with refused("NotFoundException"):
        ses.get_message_insights(MessageId="m")
    with refused("NotFoundException"):
        ses.list_recommendations()
    ses.put_account_vdm_attributes(VdmAttributes={"VdmEnabled": "ENABLED"})

    assert ses.get_account()["VdmAttributes"]["VdmEnabled"] == "ENABLED"
    assert ses.list_recommendations()["Recommendations"] == []


def test_one_management_request_a_second_per_operation(practice: Practice, client: Client, refused: Refused) -> None:
    practice.throttling = True
    ses = client("sesv2")
    ses.get_account()
    with refused("TooManyRequestsException"):
        ses.get_account()
    ses.list_email_identities()
    client("sesv2", region="us-east-1").get_account()
    client("sesv2", account="210987654321").get_account()
    practice.clock.jump(timedelta(seconds=1))

    ses.get_account()


def test_the_older_api_tells_the_quota(client: Client) -> None:
    ses = client("ses")

    assert ses.get_send_quota()["Max24HourSend"] == 200.0
    assert ses.get_send_statistics()["SendDataPoints"] == []
