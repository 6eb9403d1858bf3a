"""What SNS writes to its subscribers, and how that reaches an HTTP endpoint: only ever one on this machine.

The forms: SNS developer guide, "Parsing Amazon SNS message formats" and "HTTP/HTTPS headers".
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import json
import threading
import uuid
from contextlib import suppress
from datetime import UTC
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendready.practice.aws.cloud import Cloud
    from sendready.practice.aws.sns import Subscription, Topic

PATIENCE = 5.0
"""Seconds an endpoint has for its answer."""


def notification(
    cloud: Cloud, topic: Topic, subscription: Subscription, message_id: str, message: str, subject: str | None
) -> str:
    """The envelope in which a message travels, unless its subscriber wants it raw."""
    host = _host(topic)
    return _written(
        cloud,
        topic,
        "Notification",
        message_id,
        ({"Subject": subject} if subject else {}) | {"Message": message},
        {"UnsubscribeURL": f"{host}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}"},
    )


def confirmation(cloud: Cloud, topic: Topic, subscription: Subscription) -> str:
    """The question whether an endpoint wants to hear a topic; its URL leads to this server."""
    query = urlencode({"Action": "ConfirmSubscription", "TopicArn": topic.arn, "Token": subscription.token})
    asked = (
        f"You have chosen to subscribe to the topic {topic.arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message."
    )
    return _written(
        cloud,
        topic,
        "SubscriptionConfirmation",
        str(uuid.uuid4()),
        {"Token": subscription.token, "Message": asked, "SubscribeURL": f"{cloud.url}/?{query}"},
        {},
    )


def post(topic: Topic, subscription: Subscription, body: str, kind: str, message_id: str) -> None:
    """Posts to an `http` endpoint on this machine, in its own time; to any other nothing is ever sent."""
    if subscription.protocol != "http" or not is_here(subscription.endpoint):
        return
    headers = {
        "x-amz-sns-message-type": kind,
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic.arn,
        "Content-Type": "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
    }
    if kind == "Notification":
        headers["x-amz-sns-subscription-arn"] = subscription.arn
        headers |= {"x-amz-sns-rawdelivery": "true"} if subscription.raw else {}
    args = (subscription.endpoint, body.encode(), headers)
    threading.Thread(target=_post, args=args, name="practice-sns", daemon=True).start()


def is_here(endpoint: str) -> bool:
    """Whether an endpoint is an address of the loopback interface, or `localhost`."""
    with suppress(ValueError):
        host = urlsplit(endpoint).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    return False


def _post(endpoint: str, body: bytes, headers: Mapping[str, str]) -> None:
    """One request and no redirect: whoever does not answer has not heard it."""
    with suppress(OSError, ValueError, http.client.HTTPException):
        where = urlsplit(endpoint)
        host = "127.0.0.1" if where.hostname == "localhost" else where.hostname or ""
        connection = http.client.HTTPConnection(host, where.port or 80, timeout=PATIENCE)
        try:
            path = f"{where.path or '/'}{'?' if where.query else ''}{where.query}"
            connection.request("POST", path, body, dict(headers))
            connection.getresponse().read()
        finally:
            connection.close()


def _written(
    cloud: Cloud, topic: Topic, kind: str, message_id: str, about: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    now = cloud.clock.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps(
        {
            "Type": kind,
            "MessageId": message_id,
            "TopicArn": topic.arn,
            **about,
            "Timestamp": now,
            "SignatureVersion": "1",
            "Signature": hashlib.sha256(message_id.encode()).hexdigest(),
            "SigningCertURL": f"{_host(topic)}/SimpleNotificationService-practice.pem",
            **after,
        },
        indent=2,
    )


def _host(topic: Topic) -> str:
    return f"https://sns.{topic.arn.split(':')[3]}.amazonaws.com"
