"""SendEmail: who may send what to whom, and the words of every refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from sendready.practice.servers import Practice

Client = Callable[..., Any]
Refused = Callable[..., Any]
SIMPLE = {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "There."}}}}
SUCCESS = "success@simulator.amazonses.com"


@pytest.fixture
def practice() -> Iterator[Practice]:
    """A finished domain in the sandbox; time passes only when a test lets it."""
    with Practice() as world:
        world.throttling = False
        world.finish("example.com", production=False)
        yield world


@pytest.fixture
def send(client: Client) -> Client:
    def send(to: str = SUCCESS, sender: str = "a@example.com", **more: object) -> Any:  # noqa: ANN401  # boto3's
        wanted = {"FromEmailAddress": sender, "Destination": {"ToAddresses": [to]}, "Content": SIMPLE} | more
        return client("sesv2").send_email(**wanted)["MessageId"]

    return send


def test_a_message_id_looks_like_those_of_its_region(send: Client) -> None:
    prefix, *_, suffix = send().split("-")

    assert prefix.startswith("0102")
    assert (len(prefix), suffix) == (16, "000000")


@pytest.mark.parametrize(
    ("sender", "to", "failed"),
    [
        ("a@example.org", SUCCESS, "a@example.org"),
        ("a@example.com", "b@example.org", "b@example.org"),
        ("a@example.org", "b@example.net", "a@example.org, b@example.net"),
        ("a@example.com", "success-x@simulator.amazonses.com", "success-x@simulator.amazonses.com"),
    ],
)
def test_unverified_addresses_are_named_with_the_region_in_capitals(
    send: Client, refused: Refused, sender: str, to: str, failed: str
) -> None:
    text = f"The following identities failed the check in region EU-WEST-1: {failed}"
    with refused("MessageRejected", text):
        send(to, sender)


@pytest.mark.parametrize("sender", ["a@example.com", "A B <a@sub.example.com>", "a+label@deep.sub.example.com"])
def test_a_domain_speaks_for_everything_below_it(send: Client, sender: str) -> None:
    assert send(sender=sender)


def test_a_verified_address_may_receive_in_the_sandbox(practice: Practice, client: Client, send: Client) -> None:
    client("sesv2").create_email_identity(EmailIdentity="me@example.org")
    practice.click("me@example.org")

    assert send("me@example.org")
    assert send("me+label@example.org")


def test_in_production_anybody_may_receive(practice: Practice, send: Client) -> None:
    practice.finish("example.com")

    assert send("stranger@example.net")


def test_a_pending_identity_sends_nothing(client: Client, send: Client, refused: Refused) -> None:
    client("sesv2").create_email_identity(EmailIdentity="example.net")

    with refused("MessageRejected"):
        send(sender="a@example.net")


def test_a_paused_account_sends_nothing(client: Client, send: Client, refused: Refused) -> None:
    client("sesv2").put_account_sending_attributes(SendingEnabled=False)

    with refused("SendingPausedException"):
        send()


def test_a_shut_down_account_sends_nothing(practice: Practice, send: Client, refused: Refused) -> None:
    practice.ses.enforcement = "SHUTDOWN"

    with refused("AccountSuspendedException"):
        send()


def test_a_mail_from_that_must_hold_stops_the_mail(client: Client, send: Client, refused: Refused) -> None:
    client("sesv2").put_email_identity_mail_from_attributes(
        EmailIdentity="example.com", MailFromDomain="other.example.com", BehaviorOnMxFailure="REJECT_MESSAGE"
    )

    with refused("MailFromDomainNotVerifiedException"):
        send()


def test_a_missing_configuration_set_is_not_found(client: Client, send: Client, refused: Refused) -> None:
    with refused("NotFoundException", "Configuration set <none> does not exist."):
        send(ConfigurationSetName="none")

    client("sesv2").create_configuration_set(ConfigurationSetName="default")
    client("sesv2").put_email_identity_configuration_set_attributes(
        EmailIdentity="example.com", ConfigurationSetName="default"
    )
    client("sesv2").delete_configuration_set(ConfigurationSetName="default")
    with refused("NotFoundException", "Configuration set <default> does not exist."):
        send()


def test_a_paused_configuration_set_sends_nothing(client: Client, send: Client, refused: Refused) -> None:
    client("sesv2").create_configuration_set(ConfigurationSetName="s", SendingOptions={"SendingEnabled": False})

    with refused("SendingPausedException"):
        send(ConfigurationSetName="s")


@pytest.mark.parametrize("value", ["a.b", "a@b", "", "x" * 257])
def test_tags_take_only_plain_words(send: Client, refused: Refused, value: str) -> None:
    with refused("BadRequestException"):
        send(EmailTags=[{"Name": "run", "Value": value}])


def test_headers_have_limits(send: Client, refused: Refused) -> None:
    def headers(*pairs: tuple[str, str]) -> dict[str, Any]:
        return {"Simple": SIMPLE["Simple"] | {"Headers": [{"Name": name, "Value": value} for name, value in pairs]}}

    assert send(Content=headers(("List-Unsubscribe", "<https://example.com/u>")))
    with refused("BadRequestException"):
        send(Content=headers(*[(f"X-{number}", "x") for number in range(16)]))
    with refused("BadRequestException"):
        send(Content=headers(("X-Long", "x" * 996)))
    with refused("BadRequestException"):
        send(Content=headers(("X:Colon", "x")))


def test_more_than_fifty_recipients_are_too_many(send: Client, refused: Refused) -> None:
    many = {"ToAddresses": [f"success+{number}@simulator.amazonses.com" for number in range(51)]}
    with refused("BadRequestException", "50"):
        send(Destination=many)


def test_exactly_one_form_of_content(send: Client, refused: Refused) -> None:
    with refused("BadRequestException"):
        send(Content={})
    with refused("BadRequestException"):
        send(Content=SIMPLE | {"Raw": {"Data": b"From: a@example.com\r\n\r\n"}})
    with refused("NotFoundException", "Template none does not exist."):
        send(Content={"Template": {"TemplateName": "none"}})


def test_raw_mail_names_its_sender_and_recipients_itself(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    raw = b"From: A <a@example.com>\nTo: success@simulator.amazonses.com\nSubject: =?utf-8?q?h=C3=A9?=\n\nHi."

    assert ses.send_email(Content={"Raw": {"Data": raw}})["MessageId"]
    with refused("MessageRejected", "x@example.net"):
        ses.send_email(Content={"Raw": {"Data": raw.replace(b"success@simulator.amazonses.com", b"x@example.net")}})
    with refused("BadRequestException"):
        ses.send_email(Content={"Raw": {"Data": b"To: success@simulator.amazonses.com\r\n\r\n"}})


def test_a_domain_name_in_other_letters_is_refused(send: Client, refused: Refused) -> None:
    with refused("BadRequestException", "Domain contains illegal character"):
        send(sender="a@exämple.com")


def test_the_sandbox_sends_once_a_second(practice: Practice, send: Client, refused: Refused) -> None:
    practice.throttling = True
    send()
    with refused("ThrottlingException", "Maximum sending rate exceeded."):
        send()
    practice.clock.jump(timedelta(seconds=1))

    assert send()


def test_two_hundred_mails_a_day_but_the_simulator_is_free(
    practice: Practice, client: Client, send: Client, refused: Refused
) -> None:
    now = practice.clock.now()
    practice.ses.sent = [now] * 200
    assert send()
    assert client("sesv2").get_account()["SendQuota"]["SentLast24Hours"] == 200.0
    with refused("ThrottlingException", "Daily message quota exceeded."):
        send("me@example.com")
    practice.clock.jump(timedelta(hours=25))

    assert send("me@example.com")
    assert client("sesv2").get_account()["SendQuota"]["SentLast24Hours"] == 1.0


def test_raw_mail_needs_another_permission(practice: Practice, client: Client, send: Client, refused: Refused) -> None:
    practice.aws.deny("ses:SendRawEmail")
    assert send()
    with refused("AccessDeniedException", "not authorized to perform: ses:SendRawEmail"):
        send(Content={"Raw": {"Data": b"From: a@example.com\r\n\r\n"}})
