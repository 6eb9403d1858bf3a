"""Where a configuration set's events go: an SNS topic or EventBridge (the other targets are only kept)."""

from __future__ import annotations

import re

from sendready.practice.aws.cloud import Call, Members, Operations
from sendready.practice.aws.configuration_sets import set_of
from sendready.practice.aws.errors import already_exists, bad_request, not_found
from sendready.practice.aws.publishing import VALIDATED, publish_text, topic_refusal
from sendready.practice.aws.ses_state import ConfigurationSet, EventDestination

OPERATIONS = Operations()
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
LIMIT = 10
TARGETS = (
    "KinesisFirehoseDestination",
    "CloudWatchDestination",
    "SnsDestination",
    "EventBridgeDestination",
    "PinpointDestination",
)


@OPERATIONS("CreateConfigurationSetEventDestination")
def create(call: Call) -> None:
    """Adds a destination; SES publishes a note to a topic first, and refuses one that does not let it."""
    found = set_of(call)
    name = call["EventDestinationName"]
    if not NAME.fullmatch(name):
        raise bad_request(f"Invalid event destination name <{name}>.")
    if name in found.destinations:
        raise already_exists(f"Event destination <{name}> already exists in configuration set <{found.name}>.")
    if len(found.destinations) >= LIMIT:
        raise bad_request(f"A configuration set can have at most {LIMIT} event destinations.")
    found.destinations[name] = _checked(call, found, name, call["EventDestination"])


@OPERATIONS("UpdateConfigurationSetEventDestination")
def update(call: Call) -> None:
    """Replaces a destination."""
    found = set_of(call)
    old = _destination(call, found)
    current = {"Enabled": old.enabled, "MatchingEventTypes": old.types} | old.target
    wanted = call["EventDestination"]
    if any(target in wanted for target in TARGETS):
        current = {key: value for key, value in current.items() if key not in TARGETS}
    found.destinations[old.name] = _checked(call, found, old.name, current | wanted)


@OPERATIONS("GetConfigurationSetEventDestinations")
def get(call: Call) -> Members:
    """All destinations of a set."""
    return {
        "EventDestinations": [
            {"Name": one.name, "Enabled": one.enabled, "MatchingEventTypes": list(one.types)} | one.target
            for one in set_of(call).destinations.values()
        ]
    }


@OPERATIONS("DeleteConfigurationSetEventDestination")
def delete(call: Call) -> None:
    """Removes a destination."""
    found = set_of(call)
    del found.destinations[_destination(call, found).name]


def _destination(call: Call, found: ConfigurationSet) -> EventDestination:
    destination = found.destinations.get(call["EventDestinationName"])
    if destination is None:
        raise not_found(
            f"Event destination <{call['EventDestinationName']}> does not exist in configuration set <{found.name}>."
        )
    return destination


def _checked(call: Call, found: ConfigurationSet, name: str, wanted: Members) -> EventDestination:
    targets = [target for target in TARGETS if wanted.get(target) is not None]
    if len(targets) != 1:
        raise bad_request("Exactly one destination type must be specified.")
    if not wanted.get("MatchingEventTypes"):
        raise bad_request("At least one matching event type must be specified.")
    target = wanted[targets[0]]
    match targets[0]:
        case "SnsDestination":
            _check_topic(call, found, target["TopicArn"])
        case "EventBridgeDestination":
            if target["EventBusArn"] != call.arn("events", "event-bus/default"):
                raise bad_request("Only the default event bus is supported.")
        case "PinpointDestination":
            raise bad_request("Pinpoint destinations are no longer supported.")
    types = list(dict.fromkeys(wanted["MatchingEventTypes"]))
    return EventDestination(name, bool(wanted.get("Enabled", False)), types, {targets[0]: target})


def _check_topic(call: Call, found: ConfigurationSet, topic_arn: str) -> None:
    source = call.arn("ses", f"configuration-set/{found.name}")
    refused = topic_refusal(call.cloud, topic_arn, source, call.account, call.region)
    if refused:
        raise bad_request(refused)
    publish_text(call.cloud, topic_arn, VALIDATED, subject="Amazon SES Email Event Notification")
