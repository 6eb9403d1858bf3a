"""One queue and its messages: visible, hidden, or waiting for their delay."""

from __future__ import annotations

import hashlib
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

DEFAULTS = {
    "VisibilityTimeout": "30",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "DelaySeconds": "0",
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
}


@dataclass
class Message:
    """One message."""

    body: str
    sent: datetime
    visible: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    receipt: str = ""
    received: int = 0
    first_received: datetime | None = None
    attributes: dict[str, Any] | None = None

    @property
    def md5(self) -> str:
        """MD5 of the body, as SQS tells it for comparison."""
        return hashlib.md5(self.body.encode(), usedforsecurity=False).hexdigest()


class Queue:
    """A standard queue; thread-safe. `changed` is notified when a message comes."""

    def __init__(
        self, name: str, arn: str, created: datetime, attributes: dict[str, str], tags: dict[str, str]
    ) -> None:
        self.name = name
        self.arn = arn
        self.created = created
        self.attributes = attributes
        self.tags = tags
        self.deleted = False
        self.changed = threading.Condition(threading.RLock())
        self._messages: list[Message] = []
        self._receipts: set[str] = set()

    def attribute(self, name: str) -> str:
        """An attribute's value, or its default."""
        return self.attributes.get(name, DEFAULTS.get(name, ""))

    def all_attributes(self, now: datetime) -> dict[str, str]:
        """Every attribute, computed ones included."""
        with self.changed:
            self._expire(now)
            delayed = [one for one in self._messages if one.visible > now and not one.received]
            hidden = [one for one in self._messages if one.visible > now and one.received]
            visible = len(self._messages) - len(delayed) - len(hidden)
        stamp = str(int(self.created.timestamp()))
        return (
            DEFAULTS
            | self.attributes
            | {
                "QueueArn": self.arn,
                "CreatedTimestamp": stamp,
                "LastModifiedTimestamp": stamp,
                "ApproximateNumberOfMessages": str(visible),
                "ApproximateNumberOfMessagesDelayed": str(len(delayed)),
                "ApproximateNumberOfMessagesNotVisible": str(len(hidden)),
            }
        )

    def put(
        self,
        body: str,
        now: datetime,
        *,
        delay: timedelta = timedelta(0),
        attributes: dict[str, Any] | None = None,
    ) -> Message:
        """Adds a message, visible after `delay`."""
        message = Message(body, now, now + delay, attributes=attributes)
        with self.changed:
            self._messages.append(message)
            self.changed.notify_all()
        return message

    def take(self, most: int, now: datetime, hidden: timedelta) -> list[Message]:
        """Receives up to `most` visible messages and hides them."""
        with self.changed:
            self._expire(now)
            found = [one for one in self._messages if one.visible <= now][:most]
            for message in found:
                message.visible = now + hidden
                message.received += 1
                message.first_received = message.first_received or now
                message.receipt = f"AQEB{uuid.uuid4().hex}{uuid.uuid4().hex}"
                self._receipts.add(message.receipt)
            return found

    def hide(self, receipt: str, until: datetime) -> bool:
        """Changes until when a received message is hidden; False for an unknown receipt."""
        with self.changed:
            for message in self._messages:
                if message.receipt == receipt:
                    message.visible = until
                    self.changed.notify_all()
                    return True
            return receipt in self._receipts

    def delete(self, receipt: str) -> bool:
        """Deletes a received message; False for a receipt this queue never gave out."""
        with self.changed:
            self._messages = [one for one in self._messages if one.receipt != receipt]
            return receipt in self._receipts

    def purge(self) -> None:
        """Deletes every message."""
        with self.changed:
            self._messages.clear()

    def close(self) -> None:
        """Ends the waits of those who poll; the queue is gone."""
        with self.changed:
            self.deleted = True
            self._messages.clear()
            self.changed.notify_all()

    def _expire(self, now: datetime) -> None:
        oldest = now - timedelta(seconds=int(self.attribute("MessageRetentionPeriod")))
        self._messages = [one for one in self._messages if one.sent >= oldest]
