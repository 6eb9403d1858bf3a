"""A temporary way for SES's events to reach us: configuration set → SNS topic or EventBridge rule → SQS queue."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sendready.model.errors import AlreadyExists, NotFound
from sendready.model.identity import Caller
from sendready.model.ports import Resource, ResourceKind, Tags
from sendready.world.aws.session import AwsSession

EVENT_TYPES = ("SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "RENDERING_FAILURE")
"""No OPEN and no CLICK: they would put a tracking pixel into the mail."""

RETENTION = 3600
"""Seconds a message stays in the temporary queue."""

LONGEST_POLL = 20
"""Seconds SQS holds a receive at most."""

TARGET = "queue"
"""What the temporary rule calls its one target."""


class Arns:
    """The ARNs of this account and region, which follow from names, and the policies that speak of them."""

    def __init__(self, session: AwsSession, region: str) -> None:
        self._session = session
        self._region = region
        self._caller: Caller | None = None

    async def of(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account in this region."""
        caller = await self.whose()
        return f"arn:{caller.partition}:{service}:{self._region}:{caller.account}:{resource}"

    async def topic_policy(self, topic: str, configuration_set: str) -> dict[str, Any]:
        """Lets SES publish to a topic for one configuration set of this account, and nothing else."""
        condition = {
            "StringEquals": {"AWS:SourceAccount": (await self.whose()).account},
            "ArnEquals": {"AWS:SourceArn": await self.of("ses", f"configuration-set/{configuration_set}")},
        }
        return allow("ses.amazonaws.com", "sns:Publish", await self.of("sns", topic), condition)

    async def whose(self) -> Caller:
        """Whose credentials these are, asked once."""
        if self._caller is None:
            answer = await self._session.call("sts", "GetCallerIdentity")
            self._caller = Caller(answer["Account"], answer["Arn"])
        return self._caller


class TemporaryEventPath:
    """Implements `model.ports.EventPath`. All parts of a run share one name, so their ARNs are known in advance.

    What a part hangs on (`Resource.of`) is the run's own part of the kind before it where nothing else is said.
    """

    def __init__(self, session: AwsSession, region: str) -> None:
        self._session = session
        self._arns = Arns(session, region)
        self._queue_urls: dict[str, str] = {}
        self._subscriptions: dict[tuple[str, str], str] = {}
        """ARNs by run and topic: the list that SNS keeps of a topic's subscriptions may be late."""

    async def create(self, resource: Resource, tags: Tags) -> None:
        """Creates one part; parts are created in the order of `ResourceKind`."""
        name, of = resource.name, resource.of
        pairs = {"created-by": "sendready", **dict(tags)}
        match resource.kind:
            case ResourceKind.QUEUE:
                policy = await self._queue_policy(name, of)
                answer = await self._session.call(
                    "sqs",
                    "CreateQueue",
                    QueueName=name,
                    Attributes={"MessageRetentionPeriod": str(RETENTION), "Policy": json.dumps(policy)},
                    tags=pairs,
                )
                self._queue_urls[name] = answer["QueueUrl"]
            case ResourceKind.TOPIC:
                await self._session.call(
                    "sns",
                    "CreateTopic",
                    Name=name,
                    Attributes={"Policy": json.dumps(await self._arns.topic_policy(name, name))},
                    Tags=as_tags(pairs),
                )
            case ResourceKind.SUBSCRIPTION:
                answer = await self._session.call(
                    "sns",
                    "Subscribe",
                    TopicArn=of or await self._arns.of("sns", name),
                    Protocol="sqs",
                    Endpoint=await self._arns.of("sqs", name),
                    Attributes={"RawMessageDelivery": "true"},
                    ReturnSubscriptionArn=True,
                )
                self._subscriptions[name, of] = answer["SubscriptionArn"]
            case ResourceKind.RULE:
                await self._create_rule(name, of or name, pairs)
            case ResourceKind.CONFIGURATION_SET:
                await self._create_set(name, of, pairs)

    async def _create_rule(self, name: str, configuration_set: str, pairs: Mapping[str, str]) -> None:
        """A rule that takes the events of one configuration set off the default bus."""
        tagged = {"tags": {"ses:configuration-set": [configuration_set]}}
        pattern = {"source": ["aws.ses"], "detail": {"mail": tagged}}
        await self._session.call(
            "events", "PutRule", Name=name, EventPattern=json.dumps(pattern), State="ENABLED", Tags=as_tags(pairs)
        )
        queue = {"Id": TARGET, "Arn": await self._arns.of("sqs", name)}
        await self._session.call("events", "PutTargets", Rule=name, Targets=[queue])

    async def _create_set(self, name: str, of: str, pairs: Mapping[str, str]) -> None:
        target: dict[str, Any] = {"SnsDestination": {"TopicArn": await self._arns.of("sns", name)}}
        if of:
            target = {"EventBridgeDestination": {"EventBusArn": await self._arns.of("events", of)}}
        # Nobody else has a set of this run's name: what is there already is ours, its answer was lost.
        with suppress(AlreadyExists):
            await self._session.call("sesv2", "CreateConfigurationSet", ConfigurationSetName=name, Tags=as_tags(pairs))
        with suppress(AlreadyExists):
            await self._session.call(
                "sesv2",
                "CreateConfigurationSetEventDestination",
                ConfigurationSetName=name,
                EventDestinationName=name,
                EventDestination={"Enabled": True, "MatchingEventTypes": list(EVENT_TYPES), **target},
            )

    async def delete(self, resource: Resource) -> None:
        """Removes one part; nothing happens where it is gone already."""
        name = resource.name
        try:
            match resource.kind:
                case ResourceKind.QUEUE:
                    url = await self._queue_url(name)
                    await self._session.call("sqs", "DeleteQueue", QueueUrl=url)
                case ResourceKind.TOPIC:
                    await self._session.call("sns", "DeleteTopic", TopicArn=await self._arns.of("sns", name))
                case ResourceKind.SUBSCRIPTION:
                    await self._unsubscribe(resource)
                case ResourceKind.RULE:
                    await self._session.call("events", "RemoveTargets", Rule=name, Ids=[TARGET])
                    await self._session.call("events", "DeleteRule", Name=name)
                case ResourceKind.CONFIGURATION_SET:
                    # its event destination goes with it
                    await self._session.call("sesv2", "DeleteConfigurationSet", ConfigurationSetName=name)
        except NotFound:
            return

    async def receive(self, run: str, wait: float) -> tuple[str, ...]:
        """Messages that arrived, deleted as they are taken."""
        url = await self._queue_url(run)
        answer = await self._session.call(
            "sqs",
            "ReceiveMessage",
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=max(0, min(LONGEST_POLL, int(wait))),
        )
        messages = answer.get("Messages", ())
        await asyncio.gather(
            *(
                self._session.call("sqs", "DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                for message in messages
            )
        )
        return tuple(message["Body"] for message in messages)

    async def _unsubscribe(self, resource: Resource) -> None:
        """Takes our queue off the topic, and nobody else: the topic may be the user's own."""
        if (known := self._subscriptions.pop((resource.name, resource.of), None)) is not None:
            await self._session.call("sns", "Unsubscribe", SubscriptionArn=known)
            return
        topic = resource.of or await self._arns.of("sns", resource.name)
        queue = await self._arns.of("sqs", resource.name)
        more: dict[str, Any] = {}
        while True:
            answer = await self._session.call("sns", "ListSubscriptionsByTopic", TopicArn=topic, **more)
            for subscription in answer.get("Subscriptions", ()):
                if subscription.get("Endpoint") == queue and subscription["SubscriptionArn"].startswith("arn:"):
                    await self._session.call("sns", "Unsubscribe", SubscriptionArn=subscription["SubscriptionArn"])
                    return
            if not answer.get("NextToken"):
                return
            more = {"NextToken": answer["NextToken"]}

    async def _queue_policy(self, name: str, of: str) -> dict[str, Any]:
        """Lets in what the queue listens to: the topics in `of` or the run's own, and the run's rule."""
        queue = await self._arns.of("sqs", name)
        topics = of.split() if ":sns:" in of else [await self._arns.of("sns", name)]
        rule = await self._arns.of("events", f"rule/{name}")
        policy = allow("sns.amazonaws.com", "sqs:SendMessage", queue, {"ArnEquals": {"aws:SourceArn": topics}})
        also = allow("events.amazonaws.com", "sqs:SendMessage", queue, {"ArnEquals": {"aws:SourceArn": rule}})
        return {**policy, "Statement": [*policy["Statement"], *also["Statement"]]}

    async def _queue_url(self, name: str) -> str:
        if name not in self._queue_urls:
            answer = await self._session.call("sqs", "GetQueueUrl", QueueName=name)
            self._queue_urls[name] = answer["QueueUrl"]
        return self._queue_urls[name]


def allow(service: str, action: str, resource: str, condition: Mapping[str, Any]) -> dict[str, Any]:
    """A policy with one statement: that service, that action, that resource, and nothing wider."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": action,
                "Resource": resource,
                "Condition": condition,
            }
        ],
    }


def as_tags(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as the API wants them."""
    return [{"Key": key, "Value": value} for key, value in pairs.items()]
