"""What AWS holds of a configuration set and of the topic behind it, as far as events that are kept need to know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Destination:
    """One event destination of a configuration set."""

    name: str
    enabled: bool
    types: frozenset[str]
    """The API's words: BOUNCE, COMPLAINT, DELIVERY, …"""
    target: str
    """ARN of the SNS topic or event bus; empty for a target of another kind."""

    @property
    def to_topic(self) -> bool:
        """Whether it publishes to SNS."""
        return ":sns:" in self.target

    @property
    def to_bus(self) -> bool:
        """Whether it puts events on EventBridge's default bus."""
        return ":events:" in self.target


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who listens to a topic."""

    protocol: str
    endpoint: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class EventSettings:
    """One look at a configuration set and a topic."""

    configuration_set: str
    exists: bool
    sending: bool = True
    """False: mail that names the set is refused."""
    destinations: tuple[Destination, ...] = ()
    topic: str = ""
    """ARN of the topic that was asked for; empty where none was."""
    topic_exists: bool = False
    subscribers: tuple[Subscriber, ...] = ()
