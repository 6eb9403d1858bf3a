"""Where a configuration set's events go for good: what exists is read, what is missing is created, nothing changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sendready.model.change import (
    AttachConfigurationSet,
    CreateConfigurationSet,
    CreateEventDestination,
    CreateTopic,
    KeptEvents,
    SubscribeAddress,
)
from sendready.model.errors import NotFound
from sendready.model.event_settings import Destination, EventSettings, Subscriber
from sendready.model.ports import Tags
from sendready.world.aws.events import Arns, as_tags
from sendready.world.aws.session import AwsSession


class EventKeeperAdapter:
    """Implements `model.ports.EventKeeper`."""

    def __init__(self, session: AwsSession, region: str) -> None:
        self._session = session
        self._arns = Arns(session, region)

    async def settings(self, configuration_set: str, topic: str) -> EventSettings:
        """What is there of a set and of a topic; a subscription says `PendingConfirmation` until its link is opened."""
        arn = await self._topic_arn(topic) if topic else ""
        try:
            answer = await self._session.call("sesv2", "GetConfigurationSet", ConfigurationSetName=configuration_set)
            rows = await self._session.call(
                "sesv2", "GetConfigurationSetEventDestinations", ConfigurationSetName=configuration_set
            )
        except NotFound:
            answer, rows = None, {}
        subscribers = await self._subscribers(arn) if arn else None
        return EventSettings(
            configuration_set,
            exists=answer is not None,
            sending=bool((answer or {}).get("SendingOptions", {}).get("SendingEnabled", True)),
            destinations=tuple(_destination(row) for row in rows.get("EventDestinations", ())),
            topic=arn,
            topic_exists=subscribers is not None,
            subscribers=subscribers or (),
        )

    async def make(self, part: KeptEvents) -> None:
        """Creates one part; CreateTopic and Subscribe find what is there and leave it as it is."""
        match part:
            case CreateConfigurationSet(name, tags):
                await self._session.call("sesv2", "CreateConfigurationSet", ConfigurationSetName=name, **_tagged(tags))
            case CreateTopic(name, configuration_set, tags):
                policy = await self._arns.topic_policy(name, configuration_set)
                await self._session.call(
                    "sns",
                    "CreateTopic",
                    Name=name,
                    Attributes={"Policy": json.dumps(policy)},
                    **_tagged(tags),
                )
            case SubscribeAddress(topic, address):
                await self._session.call(
                    "sns", "Subscribe", TopicArn=await self._topic_arn(topic), Protocol="email", Endpoint=address
                )
            case CreateEventDestination(configuration_set, name, target, types):
                await self._session.call(
                    "sesv2",
                    "CreateConfigurationSetEventDestination",
                    ConfigurationSetName=configuration_set,
                    EventDestinationName=name,
                    EventDestination={
                        "Enabled": True,
                        "MatchingEventTypes": list(types),
                        **await self._target(target),
                    },
                )
            case AttachConfigurationSet(identity, configuration_set):
                await self._session.call(
                    "sesv2",
                    "PutEmailIdentityConfigurationSetAttributes",
                    EmailIdentity=identity,
                    ConfigurationSetName=configuration_set,
                )

    async def _target(self, target: str) -> dict[str, Any]:
        if ":events:" in target:
            return {"EventBridgeDestination": {"EventBusArn": target}}
        return {"SnsDestination": {"TopicArn": await self._topic_arn(target)}}

    async def _topic_arn(self, topic: str) -> str:
        return topic if topic.startswith("arn:") else await self._arns.of("sns", topic)

    async def _subscribers(self, topic: str) -> tuple[Subscriber, ...] | None:
        """The first hundred; None where there is no such topic."""
        try:
            answer = await self._session.call("sns", "ListSubscriptionsByTopic", TopicArn=topic)
        except NotFound:
            return None
        return tuple(
            Subscriber(row.get("Protocol", ""), row.get("Endpoint", ""), row["SubscriptionArn"].startswith("arn:"))
            for row in answer.get("Subscriptions", ())
            if row["SubscriptionArn"] != "Deleted"
        )


def _tagged(tags: Tags) -> dict[str, Any]:
    """The tags as a parameter; an empty list is refused by SNS."""
    return {"Tags": as_tags(dict(tags))} if tags else {}


def _destination(row: Mapping[str, Any]) -> Destination:
    topic = row.get("SnsDestination", {}).get("TopicArn", "")
    bus = row.get("EventBridgeDestination", {}).get("EventBusArn", "")
    return Destination(
        name=row.get("Name", ""),
        enabled=bool(row.get("Enabled")),
        types=frozenset(row.get("MatchingEventTypes", ())),
        target=topic or bus,
    )
