"""Fault: events go to EventBridge, and nobody takes them from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.listening import listening

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "eventbridge-no-rule"
SUMMARY = "Events are put on EventBridge's default bus, where no rule takes them."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Sends the events to the bus instead of the topic."""
    found = listening(practice, domain)
    bus = found.topic.arn.replace(":sns:", ":events:").rpartition(":")[0] + ":event-bus/default"
    found.destination.target = {"EventBridgeDestination": {"EventBusArn": bus}}
