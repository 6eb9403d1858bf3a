"""Firehose: delivery streams by name and status; what is put into one goes nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sendready.practice.aws.cloud import Call, Members, Operations
from sendready.practice.aws.errors import AwsError

OPERATIONS = Operations()


@dataclass
class Stream:
    """One delivery stream."""

    name: str
    arn: str
    created: datetime
    status: str = "ACTIVE"


@dataclass
class Firehose:
    """All streams of one account and region."""

    streams: dict[str, Stream] = field(default_factory=dict)


@OPERATIONS("CreateDeliveryStream")
def create(call: Call) -> Members:
    """Makes a stream, active at once."""
    streams = call.cloud.state(Firehose, call.account, call.region).streams
    name = call["DeliveryStreamName"]
    if name in streams:
        raise AwsError("ResourceInUseException", f"Firehose {name} under accountId {call.account} already exists")
    streams[name] = Stream(name, call.arn("firehose", f"deliverystream/{name}"), call.now)
    return {"DeliveryStreamARN": streams[name].arn}


@OPERATIONS("DescribeDeliveryStream")
def describe(call: Call) -> Members:
    """One stream."""
    found = _stream(call)
    return {
        "DeliveryStreamDescription": {
            "DeliveryStreamName": found.name,
            "DeliveryStreamARN": found.arn,
            "DeliveryStreamStatus": found.status,
            "DeliveryStreamType": "DirectPut",
            "VersionId": "1",
            "CreateTimestamp": found.created,
            "Destinations": [],
            "HasMoreDestinations": False,
        }
    }


@OPERATIONS("DeleteDeliveryStream")
def delete(call: Call) -> None:
    """Deletes a stream."""
    del call.cloud.state(Firehose, call.account, call.region).streams[_stream(call).name]


def _stream(call: Call) -> Stream:
    found = call.cloud.state(Firehose, call.account, call.region).streams.get(call["DeliveryStreamName"])
    if found is None:
        raise AwsError(
            "ResourceNotFoundException",
            f"Firehose {call['DeliveryStreamName']} under account {call.account} not found.",
        )
    return found
