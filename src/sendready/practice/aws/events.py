"""EventBridge: rules and targets of the default bus, matched against SES's events and delivered to queues."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from sendready.practice.aws import sqs
from sendready.practice.aws.cloud import Call, Cloud, Members, Operations
from sendready.practice.aws.errors import AwsError

OPERATIONS = Operations()
NAME = re.compile(r"[.\-_A-Za-z0-9]{1,64}")


@dataclass
class Rule:
    """One rule of the default bus."""

    name: str
    arn: str
    pattern: str
    state: str
    description: str | None
    tags: dict[str, str]
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Events:
    """The rules of one account and region, by name."""

    rules: dict[str, Rule] = field(default_factory=dict)


def put(cloud: Cloud, account: str, region: str, event: Members) -> None:
    """Offers an event to the default bus: every enabled rule that matches delivers it to its queues."""
    with cloud.lock:
        rules = list(cloud.state(Events, account, region).rules.values())
    for rule in rules:
        if rule.state != "ENABLED" or not matches(json.loads(rule.pattern), event):
            continue
        for target in rule.targets.values():
            sqs.deliver(
                cloud,
                target["Arn"],
                target.get("Input") or json.dumps(event),
                service="events.amazonaws.com",
                source_arn=rule.arn,
                source_account=account,
            )


def matches(pattern: Any, event: Any) -> bool:  # noqa: ANN401  # any JSON
    """Whether an event fits a pattern (EventBridge user guide, "Event patterns").

    Lists of literals, `prefix`, `suffix`, `equals-ignore-case`, `anything-but` and `exists` are known.
    """
    if not isinstance(event, dict):
        return False
    for key, wanted in pattern.items():
        if isinstance(wanted, dict):
            if not matches(wanted, event.get(key)):
                return False
            continue
        found = event.get(key)
        values = found if isinstance(found, list) else [] if key not in event else [found]
        if not any(_fits(one, values) for one in wanted):
            return False
    return True


@OPERATIONS("PutRule")
def put_rule(call: Call) -> Members:
    """Makes or replaces a rule with an event pattern."""
    name = call["Name"]
    _check_bus(call)
    if call.get("EventPattern") is None:
        raise AwsError("ValidationException", "Practice only offers rules with an EventPattern.")
    _check_pattern(call["EventPattern"])
    rules = call.cloud.state(Events, call.account, call.region).rules
    tags = {tag["Key"]: tag["Value"] for tag in call.get("Tags", [])}
    rule = Rule(
        name,
        call.arn("events", f"rule/{name}"),
        call["EventPattern"],
        call.get("State", "ENABLED"),
        call.get("Description"),
        tags,
    )
    if name in rules:
        rule.targets, rule.tags = rules[name].targets, rules[name].tags
    rules[name] = rule
    return {"RuleArn": rule.arn}


@OPERATIONS("DescribeRule")
def describe(call: Call) -> Members:
    """One rule."""
    return _shown(_rule(call, call["Name"]))


@OPERATIONS("ListRules")
def list_rules(call: Call) -> Members:
    """All rules whose name begins with the prefix."""
    prefix = call.get("NamePrefix", "")
    rules = call.cloud.state(Events, call.account, call.region).rules.values()
    return {"Rules": [_shown(rule) for rule in rules if rule.name.startswith(prefix)]}


@OPERATIONS("DeleteRule")
def delete_rule(call: Call) -> None:
    """Deletes a rule without targets; one that is gone already is no error."""
    rules = call.cloud.state(Events, call.account, call.region).rules
    rule = rules.get(call["Name"])
    if rule is not None and rule.targets:
        raise AwsError("ValidationException", "Rule can't be deleted since it has targets.")
    rules.pop(call["Name"], None)


@OPERATIONS("EnableRule")
def enable(call: Call) -> None:
    """Switches a rule on."""
    _rule(call, call["Name"]).state = "ENABLED"


@OPERATIONS("DisableRule")
def disable(call: Call) -> None:
    """Switches a rule off."""
    _rule(call, call["Name"]).state = "DISABLED"


@OPERATIONS("PutTargets")
def put_targets(call: Call) -> Members:
    """Adds targets to a rule, at most five."""
    rule = _rule(call, call["Rule"])
    for target in call["Targets"]:
        rule.targets[target["Id"]] = target
    if len(rule.targets) > 5:
        raise AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    return {"FailedEntryCount": 0, "FailedEntries": []}


@OPERATIONS("RemoveTargets")
def remove_targets(call: Call) -> Members:
    """Removes targets from a rule."""
    rule = _rule(call, call["Rule"])
    failed = [
        {
            "TargetId": one,
            "ErrorCode": "ResourceNotFoundException",
            "ErrorMessage": f"Target {one} does not exist.",
        }
        for one in call["Ids"]
        if rule.targets.pop(one, None) is None
    ]
    return {"FailedEntryCount": len(failed), "FailedEntries": failed}


@OPERATIONS("ListTargetsByRule")
def list_targets(call: Call) -> Members:
    """The targets of a rule."""
    return {"Targets": list(_rule(call, call["Rule"]).targets.values())}


@OPERATIONS("PutEvents")
def put_events(call: Call) -> Members:
    """Offers the caller's own events to the bus; sources of AWS's own are refused."""
    entries = []
    for entry in call["Entries"]:
        if str(entry.get("Source", "")).startswith("aws."):
            entries.append(
                {
                    "ErrorCode": "NotAuthorizedForSourceException",
                    "ErrorMessage": "Not authorized for the source.",
                }
            )
            continue
        event = envelope(
            call.cloud,
            call.account,
            call.region,
            entry.get("Source", ""),
            entry.get("DetailType", ""),
            entry.get("Resources", []),
            json.loads(entry.get("Detail", "{}")),
        )
        put(call.cloud, call.account, call.region, event)
        entries.append({"EventId": event["id"]})
    return {"FailedEntryCount": sum("ErrorCode" in one for one in entries), "Entries": entries}


@OPERATIONS("TagResource")
def tag(call: Call) -> None:
    """Adds tags to a rule."""
    _tagged(call).tags.update({tag["Key"]: tag["Value"] for tag in call["Tags"]})


@OPERATIONS("ListTagsForResource")
def list_tags(call: Call) -> Members:
    """All tags of a rule."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in _tagged(call).tags.items()]}


def envelope(
    cloud: Cloud,
    account: str,
    region: str,
    source: str,
    detail_type: str,
    resources: list[str],
    detail: Members,
) -> Members:
    """An event as the bus carries it."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": cloud.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": resources,
        "detail": detail,
    }


def _shown(rule: Rule) -> Members:
    shown = {
        "Name": rule.name,
        "Arn": rule.arn,
        "EventPattern": rule.pattern,
        "State": rule.state,
        "EventBusName": "default",
    }
    return shown | ({"Description": rule.description} if rule.description else {})


def _rule(call: Call, name: str) -> Rule:
    _check_bus(call)
    found = call.cloud.state(Events, call.account, call.region).rules.get(name)
    if found is None:
        raise AwsError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus default.")
    return found


def _tagged(call: Call) -> Rule:
    return _rule(call, call["ResourceARN"].rpartition("/")[2])


def _check_bus(call: Call) -> None:
    bus = call.get("EventBusName", "default")
    if bus.rpartition("/")[2] != "default":
        raise AwsError("ResourceNotFoundException", f"Event bus {bus} does not exist.")


def _check_pattern(text: str) -> None:
    reason = "Event pattern is not valid. Reason: "
    try:
        pattern = json.loads(text)
    except ValueError:
        raise AwsError("InvalidEventPatternException", f"{reason}Failed to parse the pattern as JSON") from None
    if not isinstance(pattern, dict) or not pattern or not _well_formed(pattern):
        raise AwsError("InvalidEventPatternException", f"{reason}fields must be objects or arrays of values")


def _well_formed(pattern: dict[str, Any]) -> bool:
    return all(
        _well_formed(wanted) if isinstance(wanted, dict) else isinstance(wanted, list) and bool(wanted)
        for wanted in pattern.values()
    )


def _fits(wanted: Any, values: list[Any]) -> bool:  # noqa: ANN401  # any JSON
    if not isinstance(wanted, dict):
        return wanted in values
    texts = [value for value in values if isinstance(value, str)]
    match wanted:
        case {"exists": bool() as exists}:
            return exists == bool(values)
        case {"prefix": str() as prefix}:
            return any(text.startswith(prefix) for text in texts)
        case {"suffix": str() as suffix}:
            return any(text.endswith(suffix) for text in texts)
        case {"equals-ignore-case": str() as same}:
            return any(text.lower() == same.lower() for text in texts)
        case {"anything-but": other}:
            others = other if isinstance(other, list) else [other]
            return any(value not in others for value in values)
        case _:
            return False
