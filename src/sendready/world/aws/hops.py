"""The way of SES's events, hop by hop: topics, subscriptions, queues, keys, rules and streams; only ever read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from sendready.model.errors import NotFound, SendreadyError
from sendready.model.event_pattern import lets_ses_through
from sendready.model.observation import Seen, Unseen
from sendready.model.surroundings import Key, Looked, Queue, Rule, Subscription, Topic
from sendready.world.aws.session import AwsSession

T = TypeVar("T")

QUEUES, RULES, PAGES = 3, 5, 3
"""How many queues of a topic, rules of a bus and pages of rules are looked into at most."""


class EventHopsAdapter:
    """Implements `model.ports.EventHops`. What a permission hides is Unseen in its place, and the rest is there."""

    def __init__(self, session: AwsSession, region: str) -> None:
        self._session = session
        self._region = region

    async def topic(self, arn: str) -> Topic | None:
        """The topic with its subscriptions, their queues and its key; None where there is no such topic."""
        listed = asyncio.ensure_future(_looked(self._subscriptions(arn)))
        try:
            answer = await self._session.call("sns", "GetTopicAttributes", TopicArn=arn)
        except NotFound:
            return None
        else:
            held = answer.get("Attributes", {})
            key = held.get("KmsMasterKeyId")
            return Topic(
                arn,
                policy=held.get("Policy", ""),
                key=await _looked(self._key(key)) if key else None,
                fifo=held.get("FifoTopic") == "true",
                subscriptions=await listed,
            )
        finally:
            listed.cancel()

    async def queue(self, arn: str) -> Queue | None:
        """A queue's policy and key; None where there is no such queue."""
        *_, account, name = arn.split(":")
        try:
            address = await self._session.call("sqs", "GetQueueUrl", QueueName=name, QueueOwnerAWSAccountId=account)
            answer = await self._session.call(
                "sqs",
                "GetQueueAttributes",
                QueueUrl=address["QueueUrl"],
                AttributeNames=["Policy", "KmsMasterKeyId"],
            )
        except NotFound:
            return None
        held = answer.get("Attributes", {})
        key = held.get("KmsMasterKeyId")
        return Queue(arn, held.get("Policy", ""), await _looked(self._key(key)) if key else None)

    async def rules(self) -> tuple[Rule, ...]:
        """The rules of the default bus with a pattern; how many targets each has, where SES's events match it."""
        rows: list[Mapping[str, Any]] = []
        more: dict[str, Any] = {}
        for _ in range(PAGES):
            answer = await self._session.call("events", "ListRules", Limit=100, **more)
            rows += answer.get("Rules", ())
            if not answer.get("NextToken"):
                break
            more = {"NextToken": answer["NextToken"]}
        rules = [
            Rule(row["Name"], row.get("State") != "DISABLED", row["EventPattern"])
            for row in rows
            if row.get("EventPattern")
        ]
        ours = [rule for rule in rules if rule.enabled and lets_ses_through(rule.pattern)][:RULES]
        targets = dict(zip(ours, await asyncio.gather(*(_looked(self._targets(rule)) for rule in ours)), strict=True))
        return tuple(Rule(rule.name, rule.enabled, rule.pattern, targets.get(rule)) for rule in rules)

    async def stream(self, arn: str) -> str | None:
        """The status of a Firehose stream; None where there is no such stream."""
        try:
            answer = await self._session.call(
                "firehose", "DescribeDeliveryStream", DeliveryStreamName=arn.rpartition("/")[2]
            )
        except NotFound:
            return None
        status: str = answer["DeliveryStreamDescription"]["DeliveryStreamStatus"]
        return status

    async def _subscriptions(self, topic: str) -> tuple[Subscription, ...]:
        """The first hundred; of the queues among them only a few in this region are looked into."""
        answer = await self._session.call("sns", "ListSubscriptionsByTopic", TopicArn=topic)
        rows = [
            Subscription(row.get("Protocol", ""), row.get("Endpoint", ""), row["SubscriptionArn"].startswith("arn:"))
            for row in answer.get("Subscriptions", ())
            if row["SubscriptionArn"] != "Deleted"
        ]
        queues = [row for row in rows if row.protocol == "sqs" and f":sqs:{self._region}:" in row.endpoint][:QUEUES]
        seen = dict(zip(queues, await asyncio.gather(*(_looked(self.queue(q.endpoint)) for q in queues)), strict=True))
        return tuple(Subscription(row.protocol, row.endpoint, row.confirmed, seen.get(row)) for row in rows)

    async def _key(self, key: str) -> Key:
        """A key by its id, ARN or alias; a policy is only given out for the first two."""
        answer = await self._session.call("kms", "DescribeKey", KeyId=key)
        held = answer["KeyMetadata"]
        managed = held.get("KeyManager") == "AWS"
        return Key(
            key,
            aws_managed=managed,
            enabled=bool(held.get("Enabled", True)),
            policy=None if managed else await _looked(self._key_policy(held["KeyId"])),
        )

    async def _key_policy(self, key_id: str) -> str:
        answer = await self._session.call("kms", "GetKeyPolicy", KeyId=key_id, PolicyName="default")
        policy: str = answer.get("Policy", "")
        return policy

    async def _targets(self, rule: Rule) -> int:
        answer = await self._session.call("events", "ListTargetsByRule", Rule=rule.name, Limit=10)
        return len(answer.get("Targets", ()))


async def _looked(call: Awaitable[T]) -> Looked[T]:
    """What a call brings, or why it could not be had."""
    try:
        return Seen(await call)
    except SendreadyError as error:
        return Unseen(error)
