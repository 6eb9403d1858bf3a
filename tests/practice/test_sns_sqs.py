"""Topics and queues, on their own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sendready.practice.aws.policies import Access, allows

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

Client = Callable[..., Any]
Refused = Callable[..., Any]
TOPIC = "arn:aws:sns:eu-west-1:123456789012:t"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:q"


@pytest.fixture
def queue(client: Client) -> str:
    url: str = client("sqs").create_queue(QueueName="q", tags={"owner": "me"})["QueueUrl"]
    return url


def test_a_queue_lives_on_the_servers_own_address(practice: Practice, client: Client, queue: str) -> None:
    assert queue == f"{practice.aws.url}/123456789012/q"
    assert client("sqs").get_queue_url(QueueName="q")["QueueUrl"] == queue
    assert client("sqs").list_queues(QueueNamePrefix="q")["QueueUrls"] == [queue]
    assert client("sqs").list_queue_tags(QueueUrl=queue)["Tags"] == {"owner": "me"}


def test_the_same_queue_can_be_made_again_but_no_other(client: Client, refused: Refused, queue: str) -> None:
    assert client("sqs").create_queue(QueueName="q")["QueueUrl"] == queue
    with refused("QueueAlreadyExists"):
        client("sqs").create_queue(QueueName="q", Attributes={"VisibilityTimeout": "5"})
    with refused("InvalidAttributeValue"):
        client("sqs").create_queue(QueueName="r", Attributes={"Policy": "no JSON"})
    with refused("InvalidAttributeName"):
        client("sqs").create_queue(QueueName="r", Attributes={"FifoTopic": "true"})


def test_a_received_message_hides_and_comes_back(practice: Practice, client: Client, queue: str) -> None:
    sqs = client("sqs")
    sent = sqs.send_message(QueueUrl=queue, MessageBody="hello")
    first = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=36000, AttributeNames=["All"])["Messages"][0]
    assert (first["Body"], first["MD5OfBody"]) == ("hello", sent["MD5OfMessageBody"])
    assert first["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    practice.clock.jump(timedelta(hours=11))

    again = sqs.receive_message(QueueUrl=queue)["Messages"][0]

    assert again["MessageId"] == first["MessageId"]
    assert again["ReceiptHandle"] != first["ReceiptHandle"]


def test_messages_are_deleted_one_by_one_and_in_batches(client: Client, refused: Refused, queue: str) -> None:
    sqs = client("sqs")
    for body in "abc":
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=found[0]["ReceiptHandle"])
    entries = [{"Id": str(number), "ReceiptHandle": one["ReceiptHandle"]} for number, one in enumerate(found[1:])]

    answer = sqs.delete_message_batch(QueueUrl=queue, Entries=[*entries, {"Id": "x", "ReceiptHandle": "none"}])

    assert [one["Id"] for one in answer["Successful"]] == ["0", "1"]
    assert [one["Id"] for one in answer["Failed"]] == ["x"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "0"
    assert attributes["QueueArn"] == QUEUE
    with refused("ReceiptHandleIsInvalid"):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle="none")


def test_a_long_poll_waits_in_practice_time(client: Client, queue: str) -> None:
    begin = time.monotonic()
    assert "Messages" not in client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=20)

    assert time.monotonic() - begin < 5


def test_a_long_poll_ends_when_a_message_comes(queue: str, client: Client) -> None:
    sqs = client("sqs")
    bodies: list[str] = []

    def poll() -> None:
        while not bodies:
            found = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20).get("Messages", [])
            bodies.extend(one["Body"] for one in found)

    waiting = threading.Thread(target=poll)
    waiting.start()
    client("sqs").send_message(QueueUrl=queue, MessageBody="at last")
    waiting.join(timeout=10)

    assert bodies == ["at last"]


def test_a_missing_queue_has_the_old_code(client: Client, refused: Refused, queue: str) -> None:
    client("sqs").delete_queue(QueueUrl=queue)

    with refused("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."):
        client("sqs").get_queue_url(QueueName="q")
    sqs = client("sqs")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.receive_message(QueueUrl=queue)


def test_purging_empties_a_queue(client: Client, queue: str) -> None:
    client("sqs").send_message(QueueUrl=queue, MessageBody="x")
    client("sqs").purge_queue(QueueUrl=queue)

    assert "Messages" not in client("sqs").receive_message(QueueUrl=queue)


def test_a_topic_is_made_once(client: Client, refused: Refused) -> None:
    sns = client("sns")
    assert sns.create_topic(Name="t", Tags=[{"Key": "a", "Value": "b"}])["TopicArn"] == TOPIC
    assert sns.create_topic(Name="t", Tags=[{"Key": "a", "Value": "b"}])["TopicArn"] == TOPIC
    with refused("InvalidParameter", "different attributes"):
        sns.create_topic(Name="t", Attributes={"DisplayName": "other"})
    assert sns.list_topics()["Topics"] == [{"TopicArn": TOPIC}]
    assert sns.list_tags_for_resource(ResourceArn=TOPIC)["Tags"] == [{"Key": "a", "Value": "b"}]
    sns.tag_resource(ResourceArn=TOPIC, Tags=[{"Key": "c", "Value": "d"}])
    sns.delete_topic(TopicArn=TOPIC)
    sns.delete_topic(TopicArn=TOPIC)
    with refused("NotFound"):
        sns.get_topic_attributes(TopicArn=TOPIC)


def test_a_queue_subscribes_at_once_and_a_mailbox_has_to_click(client: Client, refused: Refused, queue: str) -> None:
    sns = client("sns")
    sns.create_topic(Name="t")
    arn = sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)["SubscriptionArn"]
    assert arn.startswith(TOPIC)
    mail = sns.subscribe(TopicArn=TOPIC, Protocol="email", Endpoint="me@example.com")["SubscriptionArn"]
    assert mail == "pending confirmation"
    listed = {
        one["Protocol"]: one["SubscriptionArn"]
        for one in sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    }
    assert listed == {"sqs": arn, "email": "PendingConfirmation"}
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (attributes["PendingConfirmation"], attributes["RawMessageDelivery"]) == ("false", "false")
    counts = sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]
    assert (counts["SubscriptionsConfirmed"], counts["SubscriptionsPending"]) == ("1", "1")
    sns.unsubscribe(SubscriptionArn=arn)
    sns.unsubscribe(SubscriptionArn=arn)
    with refused("NotFound"):
        sns.get_subscription_attributes(SubscriptionArn=arn)
    with refused("InvalidParameter"):
        sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint="not an arn")


def test_publishing_reaches_only_queues_that_let_the_topic_in(client: Client, queue: str) -> None:
    sns, sqs = client("sns"), client("sqs")
    sns.create_topic(Name="t")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE, Attributes={"RawMessageDelivery": "true"})
    sns.publish(TopicArn=TOPIC, Message="lost")
    allow = {"Effect": "Allow", "Principal": "*", "Action": "SQS:SendMessage", "Resource": QUEUE}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps({"Statement": allow})})
    sns.publish(TopicArn=TOPIC, Message="found")

    assert [one["Body"] for one in sqs.receive_message(QueueUrl=queue)["Messages"]] == ["found"]


ACCESS = Access("ses.amazonaws.com", "sns:Publish", TOPIC, "arn:aws:ses:eu-west-1:1:configuration-set/s", "1")
SES = {"Service": "ses.amazonaws.com"}


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ({"Principal": SES, "Action": "sns:Publish", "Resource": TOPIC}, True),
        ({"Principal": SES, "Action": ["SNS:*"], "Resource": "*"}, True),
        ({"Principal": {"Service": "s3.amazonaws.com"}, "Action": "sns:Publish", "Resource": TOPIC}, False),
        ({"Principal": SES, "Action": "sns:Subscribe", "Resource": TOPIC}, False),
        ({"Principal": SES, "Action": "sns:Publish", "Resource": f"{TOPIC}2"}, False),
        ({"Condition": {"StringEquals": {"AWS:SourceAccount": "1"}}}, True),
        ({"Condition": {"StringEquals": {"aws:sourceaccount": ["2", "3"]}}}, False),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:ses:*:1:*"}}}, True),
        ({"Condition": {"ArnEquals": {"AWS:SourceArn": "arn:aws:ses:eu-west-1:1:identity/a"}}}, False),
        ({"Condition": {"StringLike": {"AWS:SourceArn": "*configuration-set/?"}}}, True),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, False),
        ({"Condition": {"DateLessThan": {"aws:SourceArn": "2020-01-01"}}}, False),
    ],
)
def test_policies_are_read_as_iam_reads_them(statement: dict[str, Any], *, allowed: bool) -> None:
    whole = {"Effect": "Allow", "Principal": SES, "Action": "sns:Publish", "Resource": TOPIC} | statement

    assert allows(json.dumps({"Statement": [whole]}), ACCESS) is allowed
    assert not allows(json.dumps({"Statement": [whole, whole | {"Effect": "Deny"}]}), ACCESS)
