"""What became of a mail arrives through topic or bus and queue, and only where policies allow it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

Client = Callable[..., Any]
Refused = Callable[..., Any]
Pipeline = Callable[..., tuple[str, Callable[[int], list[str]]]]
VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."
TOPIC = "arn:aws:sns:eu-west-1:123456789012:proof"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:proof"
BUS = "arn:aws:events:eu-west-1:123456789012:event-bus/default"


def send(client: Client, to: str, **more: object) -> str:
    message_id: str = client("sesv2").send_email(
        FromEmailAddress="Sender <a@example.com>",
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": "Proof"}, "Body": {"Text": {"Data": "Text."}}}},
        **more,
    )["MessageId"]
    return message_id


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("success", ["Send", "Delivery"]),
        ("bounce", ["Send", "Bounce"]),
        ("suppressionlist", ["Send", "Bounce"]),
        ("complaint", ["Send", "Delivery", "Complaint"]),
        ("ooto", ["Send", "Delivery"]),
    ],
)
def test_each_simulator_address_has_its_sequence(
    practice: Practice, client: Client, pipeline: Pipeline, box: str, expected: list[str]
) -> None:
    practice.finish("example.com", production=False)
    name, read = pipeline()
    assert read(1) == [VALIDATED]

    message_id = send(
        client,
        f"{box}+n1@simulator.amazonses.com",
        ConfigurationSetName=name,
        EmailTags=[{"Name": "run", "Value": "n1"}],
    )

    events = [json.loads(body) for body in read(len(expected))]
    assert [event["eventType"] for event in events] == expected
    for event in events:
        assert event["mail"]["messageId"] == message_id
        assert event["mail"]["tags"]["run"] == ["n1"]
    for event in events:
        if event["eventType"] == "Bounce":
            assert (event["bounce"]["bounceType"], event["bounce"]["bounceSubType"]) == (
                "Permanent",
                "General",
            )


def test_an_event_describes_the_mail(practice: Practice, client: Client, pipeline: Pipeline) -> None:
    practice.finish("example.com")
    name, read = pipeline()
    read(1)
    message_id = send(client, "success@simulator.amazonses.com", ConfigurationSetName=name)

    mail = json.loads(read(1)[0])["mail"]

    assert mail["source"] == "Sender <a@example.com>"
    assert mail["sourceArn"] == "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
    assert mail["sendingAccountId"] == "123456789012"
    assert mail["destination"] == ["success@simulator.amazonses.com"]
    assert {"name": "Subject", "value": "Proof"} in mail["headers"]
    assert mail["commonHeaders"]["from"] == ["Sender <a@example.com>"]
    assert mail["commonHeaders"]["subject"] == "Proof"
    assert mail["commonHeaders"]["messageId"] == message_id
    assert mail["tags"]["ses:configuration-set"] == [name]
    assert mail["tags"]["ses:from-domain"] == ["example.com"]
    assert mail["tags"]["ses:operation"] == ["SendEmail"]


def test_the_address_identity_wins_over_its_domain(practice: Practice, client: Client, pipeline: Pipeline) -> None:
    practice.finish("example.com")
    client("sesv2").create_email_identity(EmailIdentity="a@example.com")
    practice.click("a@example.com")
    name, read = pipeline()
    read(1)
    send(client, "success@simulator.amazonses.com", ConfigurationSetName=name)

    assert json.loads(read(1)[0])["mail"]["sourceArn"].endswith("identity/a@example.com")


def test_without_raw_delivery_the_message_is_a_string_in_an_envelope(
    practice: Practice, client: Client, pipeline: Pipeline
) -> None:
    practice.finish("example.com")
    name, read = pipeline(raw=False)
    note = json.loads(read(1)[0])
    assert (note["Type"], note["Message"], note["TopicArn"]) == ("Notification", VALIDATED, TOPIC)
    send(client, "success@simulator.amazonses.com", ConfigurationSetName=name)

    envelope = json.loads(read(1)[0])

    assert isinstance(envelope["Message"], str)
    assert json.loads(envelope["Message"])["eventType"] == "Send"
    assert envelope["Subject"] == "Amazon SES Email Event Notification"


def test_only_the_chosen_types_are_published(practice: Practice, client: Client, pipeline: Pipeline) -> None:
    practice.finish("example.com")
    name, read = pipeline()
    read(1)
    client("sesv2").update_configuration_set_event_destination(
        ConfigurationSetName=name,
        EventDestinationName="proof",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["BOUNCE"],
            "SnsDestination": {"TopicArn": TOPIC},
        },
    )
    assert read(1) == [VALIDATED]
    send(client, "success@simulator.amazonses.com", ConfigurationSetName=name)
    send(client, "bounce@simulator.amazonses.com", ConfigurationSetName=name)

    assert [json.loads(body)["eventType"] for body in read(2)] == ["Bounce"]


def test_an_address_on_the_suppression_list_bounces_with_its_own_sub_type(
    practice: Practice, client: Client, pipeline: Pipeline
) -> None:
    practice.finish("example.com")
    client("sesv2").put_suppressed_destination(EmailAddress="gone@example.org", Reason="BOUNCE")
    name, read = pipeline()
    read(1)
    send(client, "Gone@example.org", ConfigurationSetName=name)

    events = [json.loads(body) for body in read(2)]

    assert events[1]["bounce"]["bounceSubType"] == "OnAccountSuppressionList"


def test_a_topic_that_does_not_let_ses_in_is_refused(client: Client, refused: Refused) -> None:
    foreign = json.dumps(
        {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::1:root"},
                    "Action": "sns:*",
                    "Resource": "*",
                }
            ]
        }
    )
    client("sns").create_topic(Name="proof", Attributes={"Policy": foreign})
    client("sesv2").create_configuration_set(ConfigurationSetName="proof")
    destination = {"Enabled": True, "MatchingEventTypes": ["SEND"], "SnsDestination": {"TopicArn": TOPIC}}

    with refused("BadRequestException", TOPIC):
        client("sesv2").create_configuration_set_event_destination(
            ConfigurationSetName="proof", EventDestinationName="d", EventDestination=destination
        )
    client("sns").delete_topic(TopicArn=TOPIC)
    with refused("BadRequestException", "not found"):
        client("sesv2").create_configuration_set_event_destination(
            ConfigurationSetName="proof", EventDestinationName="d", EventDestination=destination
        )


def test_a_queue_that_does_not_let_the_topic_in_stays_empty(
    practice: Practice, client: Client, pipeline: Pipeline
) -> None:
    practice.finish("example.com")
    name, read = pipeline()
    read(1)
    url = client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    send(client, "success@simulator.amazonses.com", ConfigurationSetName=name)

    assert read(1) == []


@pytest.mark.parametrize(
    "destination",
    [
        {"Enabled": True, "MatchingEventTypes": ["SEND"]},
        {"Enabled": True, "MatchingEventTypes": [], "EventBridgeDestination": {"EventBusArn": BUS}},
        {
            "Enabled": True,
            "MatchingEventTypes": ["SEND"],
            "EventBridgeDestination": {"EventBusArn": f"{BUS}-other"},
        },
        {
            "Enabled": True,
            "MatchingEventTypes": ["SEND"],
            "EventBridgeDestination": {"EventBusArn": BUS},
            "SnsDestination": {"TopicArn": TOPIC},
        },
    ],
    ids=["no target", "no type", "another bus", "two targets"],
)
def test_a_destination_has_one_target_and_a_type(client: Client, refused: Refused, destination: dict[str, Any]) -> None:
    client("sesv2").create_configuration_set(ConfigurationSetName="s")

    with refused("BadRequestException"):
        client("sesv2").create_configuration_set_event_destination(
            ConfigurationSetName="s", EventDestinationName="d", EventDestination=destination
        )


def bridge(client: Client, pattern: dict[str, Any]) -> str:
    """Configuration set → default bus → rule → queue; returns the queue's address."""
    ses = client("sesv2")
    ses.create_configuration_set(ConfigurationSetName="proof")
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="proof",
        EventDestinationName="bus",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "DELIVERY", "BOUNCE"],
            "EventBridgeDestination": {"EventBusArn": BUS},
        },
    )
    rule = client("events").put_rule(Name="proof", EventPattern=json.dumps(pattern))["RuleArn"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    attributes = {"Policy": json.dumps({"Statement": [allow]})}
    url: str = client("sqs").create_queue(QueueName="proof", Attributes=attributes)["QueueUrl"]
    assert client("events").put_targets(Rule="proof", Targets=[{"Id": "q", "Arn": QUEUE}])["FailedEntryCount"] == 0
    return url


def test_eventbridge_delivers_what_its_rule_matches(practice: Practice, client: Client) -> None:
    practice.finish("example.com")
    url = bridge(
        client,
        {
            "source": ["aws.ses"],
            "detail-type": ["Email Bounced", "Email Delivered"],
            "detail": {"mail": {"tags": {"ses:configuration-set": ["proof"]}}},
        },
    )
    send(client, "bounce@simulator.amazonses.com", ConfigurationSetName="proof")

    found = client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    event = json.loads(found[0]["Body"])

    assert event["detail-type"] == "Email Bounced"
    assert event["source"] == "aws.ses"
    assert event["resources"] == ["arn:aws:ses:eu-west-1:123456789012:identity/example.com"]
    assert event["detail"]["eventType"] == "Bounce"


def test_eventbridge_rules_are_kept_and_taken_down(client: Client, refused: Refused) -> None:
    bridge(client, {"source": ["aws.ses"]})
    events = client("events")

    assert events.describe_rule(Name="proof")["State"] == "ENABLED"
    assert [rule["Name"] for rule in events.list_rules(NamePrefix="pro")["Rules"]] == ["proof"]
    assert events.list_targets_by_rule(Rule="proof")["Targets"] == [{"Id": "q", "Arn": QUEUE}]
    with refused("ValidationException", "targets"):
        events.delete_rule(Name="proof")
    events.remove_targets(Rule="proof", Ids=["q"])
    events.delete_rule(Name="proof")
    with refused("ResourceNotFoundException"):
        events.describe_rule(Name="proof")
    with refused("InvalidEventPatternException"):
        events.put_rule(Name="bad", EventPattern="{}")
    entry = {"Source": "aws.ses", "DetailType": "x", "Detail": "{}"}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 1


def test_configuration_sets_are_made_listed_and_deleted(client: Client, refused: Refused) -> None:
    ses = client("sesv2")
    ses.create_configuration_set(ConfigurationSetName="one", Tags=[{"Key": "k", "Value": "v"}])
    with refused("AlreadyExistsException"):
        ses.create_configuration_set(ConfigurationSetName="one")
    with refused("BadRequestException"):
        ses.create_configuration_set(ConfigurationSetName="not a name")

    fresh = ses.get_configuration_set(ConfigurationSetName="one")
    assert fresh["SendingOptions"] == {"SendingEnabled": True}
    assert fresh["ReputationOptions"] == {"ReputationMetricsEnabled": False}
    ses.put_configuration_set_sending_options(ConfigurationSetName="one", SendingEnabled=False)
    ses.put_configuration_set_reputation_options(ConfigurationSetName="one", ReputationMetricsEnabled=True)
    ses.put_configuration_set_delivery_options(ConfigurationSetName="one", TlsPolicy="REQUIRE")
    ses.put_configuration_set_suppression_options(ConfigurationSetName="one", SuppressedReasons=["BOUNCE"])
    ses.put_configuration_set_tracking_options(ConfigurationSetName="one", CustomRedirectDomain="t.example.com")
    changed = ses.get_configuration_set(ConfigurationSetName="one")
    assert changed["SendingOptions"] == {"SendingEnabled": False}
    assert changed["DeliveryOptions"]["TlsPolicy"] == "REQUIRE"
    assert changed["SuppressionOptions"]["SuppressedReasons"] == ["BOUNCE"]
    assert changed["TrackingOptions"]["CustomRedirectDomain"] == "t.example.com"
    assert ses.list_configuration_sets()["ConfigurationSets"] == ["one"]
    ses.delete_configuration_set(ConfigurationSetName="one")
    with refused("NotFoundException"):
        ses.delete_configuration_set(ConfigurationSetName="one")


def test_an_identity_topic_gets_the_older_notifications(practice: Practice, client: Client, pipeline: Pipeline) -> None:
    practice.finish("example.com")
    _, read = pipeline()
    read(1)
    wide = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": "*",
    }
    client("sns").set_topic_attributes(
        TopicArn=TOPIC, AttributeName="Policy", AttributeValue=json.dumps({"Statement": [wide]})
    )
    client("ses").set_identity_notification_topic(Identity="example.com", NotificationType="Bounce", SnsTopic=TOPIC)
    shown = client("ses").get_identity_notification_attributes(Identities=["example.com", "none.com"])
    assert shown["NotificationAttributes"]["example.com"]["BounceTopic"] == TOPIC
    send(client, "bounce@simulator.amazonses.com")

    event = json.loads(read(1)[0])

    assert event["notificationType"] == "Bounce"
    assert "tags" not in event["mail"]
