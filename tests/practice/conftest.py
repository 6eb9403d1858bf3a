"""A practice world per test, and boto3 clients that speak to it."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sendready.practice.servers import Practice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SPEED = 500.0
"""Practice seconds in a real one: what takes AWS a while takes a test no time."""


@pytest.fixture(autouse=True)
def no_aws_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture
def practice() -> Iterator[Practice]:
    """A world in which SES does not throttle; tests of the limits switch that on again."""
    with Practice(speed=SPEED) as world:
        world.throttling = False
        yield world


@pytest.fixture
def client(practice: Practice) -> Callable[..., Any]:
    """Makes boto3 clients of the world, of another account or region if asked; they never retry."""

    def make(  # noqa: ANN202  # boto3 makes its classes at run time
        service: str,
        *,
        world: Practice = practice,
        account: str | None = None,
        region: str | None = None,
        **overrides: object,
    ):
        keys = world.credentials(account or world.account_id)
        options: dict[str, Any] = {
            "endpoint_url": world.aws.url,
            "region_name": region or world.region,
            "aws_access_key_id": keys["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": keys["AWS_SECRET_ACCESS_KEY"],
            "config": Config(retries={"total_max_attempts": 1}, read_timeout=10),
        }
        return boto3.client(service, **(options | overrides))  # type: ignore[call-overload]

    return make


@pytest.fixture
def refused() -> Callable[..., contextlib.AbstractContextManager[None]]:
    """`with refused("NotFoundException", "does not exist"):` the block's call answers this error."""

    @contextlib.contextmanager
    def expect(code: str, text: str = "") -> Iterator[None]:
        with pytest.raises(ClientError) as caught:
            yield
        error = caught.value.response["Error"]
        assert error["Code"] == code, error
        assert text in error["Message"], error["Message"]

    return expect


@pytest.fixture
def pipeline(client: Callable[..., Any]) -> Callable[..., tuple[str, Callable[[int], list[str]]]]:
    """Configuration set → topic → queue as AWS documents them; gives the set and a reader of the queue."""

    def build(name: str = "proof", *, raw: bool = True) -> tuple[str, Callable[[int], list[str]]]:
        topic = f"arn:aws:sns:eu-west-1:123456789012:{name}"
        queue = f"arn:aws:sqs:eu-west-1:123456789012:{name}"
        source = f"arn:aws:ses:eu-west-1:123456789012:configuration-set/{name}"
        url = client("sqs").create_queue(
            QueueName=name,
            Attributes={"Policy": policy("sns.amazonaws.com", "sqs:SendMessage", queue, source=topic)},
        )["QueueUrl"]
        client("sns").create_topic(
            Name=name, Attributes={"Policy": policy("ses.amazonaws.com", "sns:Publish", topic, source=source)}
        )
        attributes = {"RawMessageDelivery": "true"} if raw else {}
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes=attributes)
        ses = client("sesv2")
        ses.create_configuration_set(ConfigurationSetName=name)
        ses.create_configuration_set_event_destination(
            ConfigurationSetName=name,
            EventDestinationName="proof",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT"],
                "SnsDestination": {"TopicArn": topic},
            },
        )
        return name, lambda count: read(client("sqs"), url, count)

    return build


def policy(service: str, action: str, resource: str, *, source: str) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": action,
                    "Resource": resource,
                    "Condition": {"ArnEquals": {"aws:SourceArn": source}},
                }
            ],
        }
    )


def read(sqs: Any, url: str, count: int) -> list[str]:  # noqa: ANN401  # boto3 makes its classes at run time
    """Waits for `count` messages, deletes and returns them; fewer when a long poll stays empty."""
    bodies: list[str] = []
    while len(bodies) < count:
        found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, MaxNumberOfMessages=10).get("Messages", [])
        if not found:
            break
        for message in found:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies
