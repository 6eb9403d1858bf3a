"""Fault: the Firehose stream that took the events was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "firehose-gone"
SUMMARY = "The Firehose stream that the event destination names does not exist."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Sends the events to a stream that is not there."""
    found = listening(practice, domain)
    stream = found.topic.arn.replace(":sns:", ":firehose:").rpartition(":")[0] + ":deliverystream/mail-events"
    role = f"arn:aws:iam::{practice.account_id}:role/mail-events"
    found.destination.target = {"KinesisFirehoseDestination": {"IamRoleArn": role, "DeliveryStreamArn": stream}}
