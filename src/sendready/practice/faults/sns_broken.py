"""Fault: a hop between SES and the queue does not let events on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws.sns import Sns
from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "sns-broken"
SUMMARY = "Events are lost on their way: at the topic's policy, or =topic, =key, =subscription, =queue."


def accepts(argument: str) -> bool:
    """What it can be told."""
    return argument in {"topic", "key", "subscription", "queue"}


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Breaks the hop named by `argument`."""
    found = listening(practice, domain)
    match argument or "policy":
        case "topic":
            practice.cloud.state(Sns, practice.account_id, practice.region).topics.pop(found.topic.arn)
        case "key":
            found.topic.attributes["KmsMasterKeyId"] = "alias/aws/sns"
        case "subscription":
            found.subscription.confirmed = False
        case "queue":
            found.queue.attributes.pop("Policy")
        case _:
            found.topic.attributes["Policy"] = found.topic.attributes["Policy"].replace("ses.amazonaws", "s3.amazonaws")
