"""A finished domain whose events are heard: default configuration set → SNS topic → SQS queue, each with its policy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sendready.practice.aws.cloud import partition
from sendready.practice.aws.queues import Queue
from sendready.practice.aws.ses_state import ConfigurationSet, EventDestination, Identity
from sendready.practice.aws.sns import Sns, Subscription, Topic
from sendready.practice.aws.sqs import Sqs

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

SET, NAME = "mail", "mail-events"
"""The configuration set, and what its destination, topic and queue are called."""
TYPES = ("SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY")


@dataclass(frozen=True, slots=True)
class Listening:
    """Everything between a domain and whoever hears of its bounces."""

    identity: Identity
    set: ConfigurationSet
    destination: EventDestination
    topic: Topic
    subscription: Subscription
    queue: Queue


def listening(practice: Practice, domain: str) -> Listening:
    """Gives a finished domain all of it, whole and working."""
    identity = practice.finished(domain)
    account, region = practice.account_id, practice.region

    def arn(service: str, resource: str) -> str:
        return f"arn:{partition(region)}:{service}:{region}:{account}:{resource}"

    topic_arn, queue_arn, set_arn = arn("sns", NAME), arn("sqs", NAME), arn("ses", f"configuration-set/{SET}")
    subscription = Subscription(f"{topic_arn}:0", "sqs", queue_arn, account, confirmed=True)
    publish = _lets("ses.amazonaws.com", "sns:Publish", topic_arn, set_arn)
    topic = Topic(topic_arn, account, {"Policy": publish}, {}, {subscription.arn: subscription})
    send = _lets("sns.amazonaws.com", "sqs:SendMessage", queue_arn, topic_arn)
    queue = Queue(NAME, queue_arn, practice.clock.now(), {"Policy": send}, {})
    destination = EventDestination(NAME, True, list(TYPES), {"SnsDestination": {"TopicArn": topic_arn}})
    options: dict[str, dict[str, Any]] = {"ReputationOptions": {"ReputationMetricsEnabled": True}}
    configuration_set = ConfigurationSet(SET, options, {NAME: destination})
    with practice.cloud.lock:
        practice.cloud.state(Sns, account, region).topics[topic_arn] = topic
        practice.cloud.state(Sqs, account, region).queues[NAME] = queue
        practice.ses.sets[SET] = configuration_set
        identity.configuration_set = SET
        identity.forwarding = False
    return Listening(identity, configuration_set, destination, topic, subscription, queue)


def _lets(service: str, action: str, resource: str, source: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
