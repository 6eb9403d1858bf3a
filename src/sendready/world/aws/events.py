"""A temporary way for SES's events to reach us: configuration set → SNS topic → SQS queue, each with its policy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from sendready.model.errors import NotFound
from sendready.model.identity import Caller
from sendready.model.ports import Resource, ResourceKind, Tags
from sendready.world.aws.session import AwsSession

EVENT_TYPES = ("SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY", "RENDERING_FAILURE")
"""No OPEN and no CLICK: they would put a tracking pixel into the mail."""

RETENTION = 3600
"""Seconds a message stays in the temporary queue."""

LONGEST_POLL = 20
"""Seconds SQS holds a receive at most."""


class TemporaryEventPath:
    """Implements `model.ports.EventPath`. All parts of a run share one name, so their ARNs are known in advance."""

    def __init__(self, session: AwsSession, region: str) -> None:
        self._session = session
        self._region = region
        self._caller: Caller | None = None
        self._queue_urls: dict[str, str] = {}

    async def create(self, resource: Resource, tags: Tags) -> None:
        """Creates one part; parts are created in the order of `ResourceKind`."""
        name = resource.name
        pairs = {"created-by": "sendready", **dict(tags)}
        match resource.kind:
            case ResourceKind.QUEUE:
                answer = await self._session.call(
                    "sqs",
                    "CreateQueue",
                    QueueName=name,
                    Attributes={
                        "MessageRetentionPeriod": str(RETENTION),
                        "Policy": json.dumps(
                            _allow(
                                "sns.amazonaws.com",
                                "sqs:SendMessage",
                                await self._arn("sqs", name),
                                {"ArnEquals": {"aws:SourceArn": await self._arn("sns", name)}},
                            )
                        ),
                    },
                    tags=pairs,
                )
                self._queue_urls[name] = answer["QueueUrl"]
            case ResourceKind.TOPIC:
                caller = await self._whose()
                configuration_set = f"{await self._arn('ses', '')}configuration-set/{name}"
                condition = {
                    "StringEquals": {"AWS:SourceAccount": caller.account},
                    "ArnEquals": {"AWS:SourceArn": configuration_set},
                }
                policy = _allow("ses.amazonaws.com", "sns:Publish", await self._arn("sns", name), condition)
                await self._session.call(
                    "sns",
                    "CreateTopic",
                    Name=name,
                    Attributes={"Policy": json.dumps(policy)},
                    Tags=_tags(pairs),
                )
            case ResourceKind.SUBSCRIPTION:
                await self._session.call(
                    "sns",
                    "Subscribe",
                    TopicArn=await self._arn("sns", name),
                    Protocol="sqs",
                    Endpoint=await self._arn("sqs", name),
                    Attributes={"RawMessageDelivery": "true"},
                    ReturnSubscriptionArn=True,
                )
            case ResourceKind.CONFIGURATION_SET:
                await self._session.call(
                    "sesv2", "CreateConfigurationSet", ConfigurationSetName=name, Tags=_tags(pairs)
                )
                await self._session.call(
                    "sesv2",
                    "CreateConfigurationSetEventDestination",
                    ConfigurationSetName=name,
                    EventDestinationName=name,
                    EventDestination={
                        "Enabled": True,
                        "MatchingEventTypes": list(EVENT_TYPES),
                        "SnsDestination": {"TopicArn": await self._arn("sns", name)},
                    },
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
                    await self._session.call("sns", "DeleteTopic", TopicArn=await self._arn("sns", name))
                case ResourceKind.SUBSCRIPTION:
                    await self._unsubscribe(name)
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

    async def _unsubscribe(self, name: str) -> None:
        answer = await self._session.call("sns", "ListSubscriptionsByTopic", TopicArn=await self._arn("sns", name))
        for subscription in answer.get("Subscriptions", ()):
            if subscription["SubscriptionArn"].startswith("arn:"):
                await self._session.call("sns", "Unsubscribe", SubscriptionArn=subscription["SubscriptionArn"])

    async def _queue_url(self, name: str) -> str:
        if name not in self._queue_urls:
            answer = await self._session.call("sqs", "GetQueueUrl", QueueName=name)
            self._queue_urls[name] = answer["QueueUrl"]
        return self._queue_urls[name]

    async def _arn(self, service: str, name: str) -> str:
        caller = await self._whose()
        return f"arn:{caller.partition}:{service}:{self._region}:{caller.account}:{name}"

    async def _whose(self) -> Caller:
        if self._caller is None:
            answer = await self._session.call("sts", "GetCallerIdentity")
            self._caller = Caller(answer["Account"], answer["Arn"])
        return self._caller


def _allow(service: str, action: str, resource: str, condition: Mapping[str, Any]) -> dict[str, Any]:
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


def _tags(pairs: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in pairs.items()]
