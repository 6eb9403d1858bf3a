"""What lies behind an event destination, hop by hop: the first that does not work is the one that is told (SES)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sendready.checks.event_destinations import describe, hops
from sendready.checks.registry import check
from sendready.model.event_pattern import lets_ses_through
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.observation import Observation, Seen
from sendready.model.policy import Access, Visit, judge
from sendready.model.step import Step
from sendready.model.surroundings import EventDestination, Hops, Key, Looked, Queue, Subscription, Target, Topic

_USE_KEY = ("kms:GenerateDataKey", "kms:Decrypt")
"""What a service needs of the key of what it writes to (SES and SNS developer guides)."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One hop that does not let events on."""

    what: str
    expected: str
    observed: str
    fix: str
    awaits: str = ""
    """What is still to come, where nothing is wrong yet."""


@check(
    "SES017",
    "sns-broken",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="Events do not get through the SNS topic",
)
def sns_broken(seen: Observation) -> Iterator[Hit]:
    """Topic, its policy, its key, then its subscribers; where one of several subscribers is broken, a warning."""
    for one in hops(seen) or ():
        destination = one.destination
        if destination.target is not Target.SNS or not destination.enabled:
            continue
        broken = _elsewhere(destination, seen) or _topic(one, seen)
        if broken is not None:
            yield _hit(destination, broken)
            continue
        for fault, all_of_them in _subscribers(one, seen):
            yield _hit(destination, fault, None if all_of_them else Severity.WARNING)


def _hit(destination: EventDestination, broken: Broken, severity: Severity | None = None) -> Hit:
    return Hit(
        subject=describe(destination),
        detail=broken.what,
        expected=broken.expected,
        observed=(broken.observed,),
        fix=Fix(broken.fix),
        state=FindingState.PENDING if broken.awaits else FindingState.FAIL,
        awaits=broken.awaits,
        title="Events wait for their subscriber" if broken.awaits else None,
        severity=severity,
    )


def _elsewhere(destination: EventDestination, seen: Observation) -> Broken | None:
    region = _field(destination.arn, 3)
    if not region or region == seen.region:
        return None
    return Broken(
        f"the topic is in {region}; SES publishes to topics of its own region only",
        f"a topic in {seen.region}",
        destination.arn,
        f"Create a topic in {seen.region} and make it the destination",
    )


def _topic(one: Hops, seen: Observation) -> Broken | None:
    """What keeps SES from publishing to it."""
    if not isinstance(one.topic, Seen):
        return None
    topic, arn = one.topic.value, one.destination.arn
    if topic is None:
        return Broken(
            "the topic does not exist any more", arn, "NotFound", "Create it again, with its policy and subscribers"
        )
    if topic.fifo:
        return Broken(
            "it is a FIFO topic; SES publishes to standard topics only",
            "a standard topic",
            "FifoTopic: true",
            "Create a standard topic and make it the destination",
        )
    visit = _visit(seen, "ses.amazonaws.com", "sns:Publish", arn, _set_arn(seen))
    if judge(topic.policy, visit) is Access.DENIED:
        return Broken(
            "the topic's policy does not let SES publish",
            "sns:Publish for ses.amazonaws.com",
            "denied by the topic's policy",
            f"Add this statement to the topic's policy: {_statement(visit)}",
        )
    return _key(topic.key, "ses.amazonaws.com", "the topic", seen, _set_arn(seen))


def _subscribers(one: Hops, seen: Observation) -> Iterator[tuple[Broken, bool]]:
    """What keeps the topic's messages from each subscriber, and whether no subscriber gets them."""
    topic = one.topic.value if isinstance(one.topic, Seen) else None
    if topic is None or not isinstance(topic.subscriptions, Seen):
        return
    subscribers = topic.subscriptions.value
    if not subscribers:
        yield (
            Broken(
                "nobody is subscribed to the topic",
                "a confirmed subscription",
                "no subscriptions",
                "Subscribe whatever is to act on bounces: a queue, a function, an address",
            ),
            True,
        )
        return
    faults = [fault for subscriber in subscribers if (fault := _subscriber(subscriber, topic, seen)) is not None]
    for fault in faults:
        yield fault, len(faults) == len(subscribers)


def _subscriber(subscriber: Subscription, topic: Topic, seen: Observation) -> Broken | None:
    where = f"{subscriber.protocol} {subscriber.endpoint}"
    if not subscriber.confirmed and subscriber.protocol in ("email", "email-json"):
        return Broken(
            f"{subscriber.endpoint} has still to open the link that AWS mailed to it",
            "confirmed",
            f"{where}: PendingConfirmation",
            "Open the link in that mailbox; it is good for two days, then subscribe the address again",
            awaits=f"{subscriber.endpoint} to open the link that AWS mailed to it",
        )
    if not subscriber.confirmed:
        return Broken(
            f"the subscription of {where} was never confirmed",
            "confirmed",
            f"{where}: PendingConfirmation",
            "Have the endpoint open the SubscribeURL that SNS sent it, or subscribe it again: the URL is good for"
            " two days",
        )
    if not isinstance(subscriber.queue, Seen):
        return None
    queue = subscriber.queue.value
    if queue is None:
        return Broken(
            f"the queue {subscriber.endpoint} does not exist any more",
            subscriber.endpoint,
            "NonExistentQueue",
            "Create the queue again with its policy, or remove the subscription",
        )
    return _queue(queue, topic, seen)


def _queue(queue: Queue, topic: Topic, seen: Observation) -> Broken | None:
    visit = _visit(seen, "sns.amazonaws.com", "sqs:SendMessage", queue.arn, topic.arn)
    if judge(queue.policy, visit) is Access.DENIED:
        return Broken(
            f"the policy of the queue {_field(queue.arn, 5)} does not let the topic deliver",
            "sqs:SendMessage for sns.amazonaws.com",
            "denied by the queue's policy" if queue.policy else "the queue has no policy",
            f"Add this statement to the queue's policy: {_statement(visit)}",
        )
    return _key(queue.key, "sns.amazonaws.com", f"the queue {_field(queue.arn, 5)}", seen, topic.arn)


def _key(looked: Looked[Key], service: str, what: str, seen: Observation, source: str) -> Broken | None:
    """What keeps a service from using the key that something is encrypted with."""
    key = looked.value if isinstance(looked, Seen) else None
    if key is None:
        return None
    if key.aws_managed:
        return Broken(
            f"{what} is encrypted with AWS's own key {key.id}, which {service} may not use",
            "a key of your own, or none",
            key.id,
            f"Encrypt {what} with a key of your own whose policy lets {service} use it, or with none",
        )
    if not key.enabled:
        return Broken(
            f"{what} is encrypted with a key that is switched off", "an enabled key", key.id, "Enable the key again"
        )
    if not isinstance(key.policy, Seen):
        return None
    for action in _USE_KEY:
        visit = _visit(seen, service, action, "*", source)
        if judge(key.policy.value, visit) is Access.DENIED:
            statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(_USE_KEY)}
            return Broken(
                f"the policy of the key that {what} is encrypted with does not let {service} use it",
                f"{action} for {service}",
                "denied by the key's policy",
                f"Add this statement to the key's policy: {json.dumps({**statement, 'Resource': '*'})}",
            )
    return None


@check(
    "SES018",
    "eventbridge-no-rule",
    step=Step.IDENTITY,
    severity=Severity.WARNING,
    title="No EventBridge rule takes SES's events",
)
def eventbridge_no_rule(seen: Observation) -> Iterator[Hit]:
    """No rule of the default bus that is enabled, matches the source aws.ses and has a target."""
    for one in hops(seen) or ():
        if not isinstance(one.rules, Seen):
            continue
        ours = [rule for rule in one.rules.value if lets_ses_through(rule.pattern)]
        live = [rule for rule in ours if rule.enabled]
        if any(not isinstance(rule.targets, Seen) or rule.targets.value for rule in live):
            continue
        if live:
            detail = f"the rule {live[0].name} has no target"
        elif ours:
            detail = f"the rule {ours[0].name} is disabled"
        else:
            detail = "none of the bus's rules matches the source aws.ses"
        yield Hit(
            subject=describe(one.destination),
            detail=f"{detail}; the events reach the bus, and nobody takes them from there",
            expected='an enabled rule with {"source": ["aws.ses"]} and a target',
            observed=tuple(f"{rule.name}: {'enabled' if rule.enabled else 'disabled'}" for rule in ours) or ("none",),
            fix=Fix(
                "Create a rule on the default bus, and give it a target",
                commands=(
                    'aws events put-rule --name ses-events --event-pattern \'{"source":["aws.ses"]}\''
                    f" --region {seen.region}",
                ),
                safe=not ours,
            ),
        )


@check(
    "SES019",
    "firehose-broken",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="The Firehose stream that takes the events does not work",
)
def firehose_broken(seen: Observation) -> Iterator[Hit]:
    """There is no such stream, or it is being deleted, failed, or cannot reach its key."""
    for one in hops(seen) or ():
        if not isinstance(one.stream, Seen) or one.stream.value in ("ACTIVE", "CREATING"):
            continue
        yield Hit(
            subject=describe(one.destination),
            detail="the stream does not exist any more" if one.stream.value is None else f"it is {one.stream.value}",
            expected="ACTIVE",
            observed=(one.stream.value or "ResourceNotFound",),
            fix=Fix("Create the stream again under the same name, or point the event destination at another one"),
        )


def _visit(seen: Observation, service: str, action: str, resource: str, source: str) -> Visit:
    return Visit(service, action, resource, source, seen.account_id or _field(resource, 4))


def _statement(visit: Visit) -> str:
    return json.dumps(
        {
            "Effect": "Allow",
            "Principal": {"Service": visit.service},
            "Action": visit.action,
            "Resource": visit.resource,
            "Condition": {"ArnEquals": {"aws:SourceArn": visit.source_arn}},
        }
    )


def _set_arn(seen: Observation) -> str:
    default = seen.ses_identity.configuration_set if seen.ses_identity is not None else None
    name = default or seen.answered.answers.configuration_set
    return f"arn:{seen.partition}:ses:{seen.region}:{seen.account_id or ''}:configuration-set/{name}"


def _field(arn: str, number: int) -> str:
    """One field of an ARN; empty where it has no such field."""
    parts = arn.split(":")
    return parts[number] if len(parts) > number else ""
