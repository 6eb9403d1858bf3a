"""SNS: standard topics with policies, subscriptions to queues, to mailboxes and to HTTP endpoints of this machine."""

from __future__ import annotations

import json
import re
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sendready.practice.aws import sns_messages, sqs
from sendready.practice.aws.cloud import Call, Cloud, Members, Operations, page, with_token
from sendready.practice.aws.errors import AwsError

OPERATIONS = Operations()
NAME = re.compile(r"[A-Za-z0-9_-]{1,256}(?:\.fifo)?")
SETTABLE = frozenset({
    "Policy", "DisplayName", "DeliveryPolicy", "KmsMasterKeyId", "SignatureVersion", "TracingConfig",
    "FifoTopic", "ContentBasedDeduplication", "ArchivePolicy", "FifoThroughputScope",
    "DataProtectionPolicy",
})  # fmt: skip
PAGE = 100
TOKEN_HOLDS = timedelta(days=2)
"""How long a subscription can be confirmed (SNS API reference, Subscribe)."""


@dataclass
class Subscription:
    """One subscriber of a topic."""

    arn: str
    protocol: str
    endpoint: str
    owner: str
    confirmed: bool
    attributes: dict[str, str] = field(default_factory=dict)
    token: str = ""
    """What confirms it; empty where nobody has to be asked."""
    token_until: datetime | None = None

    @property
    def raw(self) -> bool:
        """Whether the message travels without its envelope."""
        return self.attributes.get("RawMessageDelivery", "false").lower() == "true"


@dataclass
class Topic:
    """One topic."""

    arn: str
    owner: str
    attributes: dict[str, str]
    tags: dict[str, str]
    subscriptions: dict[str, Subscription] = field(default_factory=dict)


@dataclass
class Sns:
    """All topics of one account and region, by ARN."""

    topics: dict[str, Topic] = field(default_factory=dict)


def topic_at(cloud: Cloud, arn: str) -> Topic | None:
    """The topic with this ARN, whoever owns it."""
    parts = arn.split(":")
    if len(parts) != 6:
        return None
    with cloud.lock:
        return cloud.state(Sns, parts[4], parts[3]).topics.get(arn)


def deliver(cloud: Cloud, topic: Topic, message: str, subject: str | None = None) -> str:
    """Sends a message to every confirmed subscriber whose policy lets it in; returns its id."""
    message_id = str(uuid.uuid4())
    for subscription in list(topic.subscriptions.values()):
        if not subscription.confirmed:
            continue
        body = (
            message
            if subscription.raw
            else sns_messages.notification(cloud, topic, subscription, message_id, message, subject)
        )
        if subscription.protocol == "sqs":
            sqs.deliver(
                cloud,
                subscription.endpoint,
                body,
                service="sns.amazonaws.com",
                source_arn=topic.arn,
                source_account=topic.owner,
            )
        else:
            sns_messages.post(topic, subscription, body, "Notification", message_id)
    return message_id


@OPERATIONS("CreateTopic")
def create(call: Call) -> Members:
    """Makes a topic; the same name is the same topic."""
    name = call["Name"]
    if not NAME.fullmatch(name):
        raise AwsError("InvalidParameter", "Invalid parameter: Topic Name")
    attributes = dict(call.get("Attributes", {}))
    for key, value in attributes.items():
        _check_attribute(key, value)
    topics = call.cloud.state(Sns, call.account, call.region).topics
    arn = call.arn("sns", name)
    tags = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    found = topics.get(arn)
    if found is None:
        topics[arn] = Topic(arn, call.account, {"Policy": _own_policy(arn, call.account)} | attributes, tags)
    elif any(found.attributes.get(key) != value for key, value in attributes.items()):
        raise AwsError(
            "InvalidParameter",
            "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
        )
    elif tags and tags != found.tags:
        raise AwsError("InvalidParameter", "Invalid parameter: Tags Reason: Topic already exists with different tags")
    return {"TopicArn": arn}


@OPERATIONS("DeleteTopic")
def delete(call: Call) -> None:
    """Deletes a topic with its subscriptions; one that is gone already is no error."""
    call.cloud.state(Sns, call.account, call.region).topics.pop(call["TopicArn"], None)


@OPERATIONS("ListTopics")
def list_all(call: Call) -> Members:
    """One page of a hundred topics."""
    topics = call.cloud.state(Sns, call.account, call.region).topics
    found, token = page([{"TopicArn": arn} for arn in topics], call, size=PAGE)
    return with_token({"Topics": found}, token)


@OPERATIONS("GetTopicAttributes")
def get_attributes(call: Call) -> Members:
    """All attributes, counts of subscriptions included."""
    topic = _topic(call)
    confirmed = sum(one.confirmed for one in topic.subscriptions.values())
    computed = {
        "TopicArn": topic.arn,
        "Owner": topic.owner,
        "SubscriptionsConfirmed": str(confirmed),
        "SubscriptionsPending": str(len(topic.subscriptions) - confirmed),
        "SubscriptionsDeleted": "0",
        "DisplayName": "",
    }
    return {"Attributes": computed | topic.attributes}


@OPERATIONS("SetTopicAttributes")
def set_attributes(call: Call) -> None:
    """Changes one attribute."""
    value = call.get("AttributeValue", "")
    _check_attribute(call["AttributeName"], value)
    _topic(call).attributes[call["AttributeName"]] = value


@OPERATIONS("Subscribe")
def subscribe(call: Call) -> Members:
    """Adds a subscriber: a queue is confirmed at once, a mailbox has to click, an HTTP endpoint is posted a token."""
    topic = _topic(call)
    protocol, endpoint = call["Protocol"], call.get("Endpoint", "")
    match protocol:
        case "sqs":
            if not re.fullmatch(r"arn:[a-z-]+:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+", endpoint):
                raise AwsError("InvalidParameter", "Invalid parameter: SQS endpoint ARN")
        case "email" | "email-json":
            if "@" not in endpoint:
                raise AwsError("InvalidParameter", "Invalid parameter: Email address")
        case "http" | "https":
            if not endpoint.startswith(f"{protocol}://"):
                raise AwsError("InvalidParameter", "Invalid parameter: Endpoint must match the specified protocol")
        case "lambda" | "sms" | "firehose" | "application":
            pass
        case _:
            raise AwsError("InvalidParameter", "Invalid parameter: Amazon SNS does not support this protocol string")
    attributes = dict(call.get("Attributes", {}))
    for one in topic.subscriptions.values():
        if (one.protocol, one.endpoint) == (protocol, endpoint):
            if one.attributes != attributes:
                raise AwsError(
                    "InvalidParameter",
                    "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
                )
            return {"SubscriptionArn": one.arn}
    arn = f"{topic.arn}:{uuid.uuid4()}"
    confirmed = protocol == "sqs"
    added = Subscription(arn, protocol, endpoint, call.account, confirmed, attributes)
    topic.subscriptions[arn] = added
    if protocol in ("http", "https"):
        added.token, added.token_until = secrets.token_hex(128), call.now + TOKEN_HOLDS
        asked = sns_messages.confirmation(call.cloud, topic, added)
        sns_messages.post(topic, added, asked, "SubscriptionConfirmation", json.loads(asked)["MessageId"])
    shown = confirmed or call.get("ReturnSubscriptionArn")
    return {"SubscriptionArn": arn if shown else "pending confirmation"}


@OPERATIONS("ConfirmSubscription")
def confirm_subscription(call: Call) -> Members:
    """Takes a subscriber in that gives back the token it was sent."""
    return {"SubscriptionArn": confirm_token(call.cloud, call["TopicArn"], call["Token"]).arn}


def confirm_token(cloud: Cloud, topic_arn: str, token: str) -> Subscription:
    """The subscription that a token confirms, as a call or as a visit to the URL that was posted.

    Raises:
        AwsError: There is no such topic, or no subscription of it has this token, or not any more.
    """
    topic = topic_at(cloud, topic_arn)
    if topic is None:
        raise AwsError("NotFound", "Topic does not exist")
    with cloud.lock:
        for one in topic.subscriptions.values():
            if token and one.token == token and one.token_until is not None and cloud.clock.now() < one.token_until:
                one.confirmed = True
                return one
    raise AwsError("InvalidParameter", "Invalid parameter: Token")


def confirm(cloud: Cloud, account: str, region: str, address: str) -> bool:
    """Opens the links that a mailbox was sent for its subscriptions; False where none waits for it."""
    with cloud.lock:
        waiting = [
            one
            for topic in cloud.state(Sns, account, region).topics.values()
            for one in topic.subscriptions.values()
            if one.protocol in ("email", "email-json") and one.endpoint == address and not one.confirmed
        ]
        for one in waiting:
            one.confirmed = True
    return bool(waiting)


@OPERATIONS("Unsubscribe")
def unsubscribe(call: Call) -> None:
    """Removes a subscriber; one that is gone already is no error."""
    topic, subscription = _subscription(call)
    if topic and subscription:
        del topic.subscriptions[subscription.arn]


@OPERATIONS("GetSubscriptionAttributes")
def get_subscription(call: Call) -> Members:
    """All attributes of a subscription."""
    topic, subscription = _subscription(call)
    if topic is None or subscription is None:
        raise AwsError("NotFound", "Subscription does not exist")
    return {
        "Attributes": {
            "SubscriptionArn": subscription.arn,
            "TopicArn": topic.arn,
            "Protocol": subscription.protocol,
            "Endpoint": subscription.endpoint,
            "Owner": subscription.owner,
            "PendingConfirmation": str(not subscription.confirmed).lower(),
            "ConfirmationWasAuthenticated": str(subscription.confirmed).lower(),
            "RawMessageDelivery": str(subscription.raw).lower(),
            "SubscriptionPrincipal": call.principal.arn,
        }
        | subscription.attributes
    }


@OPERATIONS("SetSubscriptionAttributes")
def set_subscription(call: Call) -> None:
    """Changes one attribute of a subscription."""
    _, subscription = _subscription(call)
    if subscription is None:
        raise AwsError("NotFound", "Subscription does not exist")
    subscription.attributes[call["AttributeName"]] = call.get("AttributeValue", "")


@OPERATIONS("ListSubscriptionsByTopic")
def list_by_topic(call: Call) -> Members:
    """One page of a hundred subscriptions of a topic."""
    found, token = page(_listed(_topic(call)), call, size=PAGE)
    return with_token({"Subscriptions": found}, token)


@OPERATIONS("ListSubscriptions")
def list_subscriptions(call: Call) -> Members:
    """One page of a hundred subscriptions of the account."""
    topics = call.cloud.state(Sns, call.account, call.region).topics.values()
    found, token = page([one for topic in topics for one in _listed(topic)], call, size=PAGE)
    return with_token({"Subscriptions": found}, token)


@OPERATIONS("Publish")
def publish(call: Call) -> Members:
    """Sends a message to every confirmed subscriber."""
    topic = topic_at(call.cloud, call.get("TopicArn") or call.get("TargetArn", ""))
    if topic is None:
        raise AwsError("NotFound", "Topic does not exist")
    if not call["Message"]:
        raise AwsError("InvalidParameter", "Invalid parameter: Empty message")
    return {"MessageId": deliver(call.cloud, topic, call["Message"], call.get("Subject"))}


@OPERATIONS("TagResource")
def tag(call: Call) -> None:
    """Adds tags to a topic."""
    _tagged(call).tags.update({tag["Key"]: tag["Value"] for tag in call["Tags"]})


@OPERATIONS("UntagResource")
def untag(call: Call) -> None:
    """Removes tags from a topic."""
    topic = _tagged(call)
    for key in call["TagKeys"]:
        topic.tags.pop(key, None)


@OPERATIONS("ListTagsForResource")
def list_tags(call: Call) -> Members:
    """All tags of a topic."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in _tagged(call).tags.items()]}


def _topic(call: Call) -> Topic:
    found = topic_at(call.cloud, call["TopicArn"])
    if found is None:
        raise AwsError("NotFound", "Topic does not exist")
    return found


def _tagged(call: Call) -> Topic:
    found = topic_at(call.cloud, call["ResourceArn"])
    if found is None:
        raise AwsError("ResourceNotFound", "Resource does not exist")
    return found


def _subscription(call: Call) -> tuple[Topic | None, Subscription | None]:
    arn = call["SubscriptionArn"]
    topic = topic_at(call.cloud, arn.rpartition(":")[0])
    return topic, topic.subscriptions.get(arn) if topic else None


def _listed(topic: Topic) -> list[dict[str, Any]]:
    return [
        {
            "SubscriptionArn": one.arn if one.confirmed else "PendingConfirmation",
            "Owner": one.owner,
            "Protocol": one.protocol,
            "Endpoint": one.endpoint,
            "TopicArn": topic.arn,
        }
        for one in topic.subscriptions.values()
    ]


def _check_attribute(name: str, value: str) -> None:
    if name not in SETTABLE:
        raise AwsError("InvalidParameter", f"Invalid parameter: AttributeName Reason: unknown attribute {name}")
    if name == "Policy":
        try:
            document = json.loads(value)
        except ValueError:
            document = None
        if not isinstance(document, dict) or not document.get("Statement"):
            raise AwsError("InvalidParameter", "Invalid parameter: Policy Error: null")


def _own_policy(arn: str, account: str) -> str:
    """The policy a topic is born with: everything, for what the owner's account does."""
    actions = ["GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic"]
    actions += ["Subscribe", "ListSubscriptionsByTopic", "Publish"]
    return json.dumps(
        {
            "Version": "2008-10-17",
            "Id": "__default_policy_ID",
            "Statement": [
                {
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": [f"SNS:{action}" for action in actions],
                    "Resource": arn,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
                }
            ],
        }
    )
