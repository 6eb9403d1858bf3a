"""What AWS holds around the healthy domain of `builders`, and the few words it takes to break it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from builders import ACCOUNT, DOMAIN, REGION, dkim, held, looked

from sendready.model.identity import Dkim, Identity, IdentityKind, ListedIdentity, SesIdentity, Status
from sendready.model.observation import Observation, Records, Seen
from sendready.model.surroundings import (
    ConfigurationSet,
    EventDestination,
    Hops,
    InRegion,
    Looked,
    Neighbours,
    Queue,
    Rule,
    Subscription,
    Surroundings,
    Target,
    Topic,
)

SET = "mail"
SET_ARN = f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{SET}"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:bounces"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:bounces"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
STREAM = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/events"
EVERYTHING = frozenset({"BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY"})
OTHER = "us-east-1"


def lets(service: str, action: str, resource: str, source: str) -> str:
    """A policy of one statement, as AWS's guides have it."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
        "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}, "ArnEquals": {"AWS:SourceArn": source}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


PUBLISH = lets("ses.amazonaws.com", "sns:Publish", TOPIC, SET_ARN)
DELIVER = lets("sns.amazonaws.com", "sqs:SendMessage", QUEUE, TOPIC)


def queue(**changes: Any) -> Queue:  # noqa: ANN401
    """A queue that lets the topic deliver."""
    return replace(Queue(QUEUE, DELIVER), **changes)


def subscribed(looked_at: Looked[Queue | None] = None, **changes: Any) -> Subscription:  # noqa: ANN401
    """The queue's subscription, confirmed."""
    return replace(Subscription("sqs", QUEUE, True, looked_at or Seen(queue())), **changes)


def topic(*subscriptions: Subscription, **changes: Any) -> Topic:  # noqa: ANN401
    """A topic that lets SES publish, with one queue behind it unless others are named."""
    return replace(Topic(TOPIC, PUBLISH, subscriptions=Seen(subscriptions or (subscribed(),))), **changes)


def destination(target: Target = Target.SNS, **changes: Any) -> EventDestination:  # noqa: ANN401
    """A destination that is on and hears everything a sender should."""
    arn = {Target.SNS: TOPIC, Target.EVENT_BRIDGE: BUS, Target.FIREHOSE: STREAM}.get(target, "")
    return replace(EventDestination("feedback", True, EVERYTHING, target, arn), **changes)


def sns(found: Looked[Topic | None] = None, **changes: Any) -> Hops:  # noqa: ANN401
    """An SNS destination that works all the way."""
    return replace(Hops(destination(), topic=found or Seen(topic())), **changes)


def bus(*rules: Rule) -> Hops:
    """An EventBridge destination with these rules on the bus."""
    return Hops(destination(Target.EVENT_BRIDGE), rules=Seen(rules))


def stream(status: str | None) -> Hops:
    """A Firehose destination whose stream has this status."""
    return Hops(destination(Target.FIREHOSE), stream=Seen(status))


def around(*hops: Hops, **changes: Any) -> Surroundings:  # noqa: ANN401
    """A default configuration set with these destinations; without any, one that works."""
    good = Surroundings(
        neighbours=Seen(Neighbours(())),
        configuration_set=Seen(ConfigurationSet(SET, reputation_metrics=True)),
        hops=Seen(hops or (sns(),)),
    )
    return replace(good, **changes)


def with_set(*hops: Hops, ses: SesIdentity | None = None, **changes: Any) -> Observation:  # noqa: ANN401
    """A look at the healthy domain, its default configuration set and what lies behind it."""
    known = ses or held()
    return looked(ses=replace(known, configuration_set=SET), around=around(*hops, **changes))


def silent(**changes: Any) -> Observation:  # noqa: ANN401
    """Bounces are not mailed back, and no configuration set is there either."""
    alone = Surroundings(neighbours=Seen(Neighbours(())), topics=Seen({}))
    return looked(ses=held(feedback_forwarding=False), around=replace(alone, **changes))


def listed(name: str, status: Status = Status.SUCCESS) -> ListedIdentity:
    """A row of the list."""
    kind = IdentityKind.ADDRESS if "@" in name else IdentityKind.DOMAIN
    return ListedIdentity(name, kind, status, status is Status.SUCCESS)


def beside(*others: SesIdentity, complete: bool = True) -> Surroundings:
    """Verified identities beside the one looked at, all of them asked for their settings."""
    rows = tuple(listed(one.name, one.status) for one in others)
    return Surroundings(neighbours=Seen(Neighbours(rows, complete, others)))


def address(name: str = f"hello@{DOMAIN}", status: Status = Status.SUCCESS, **changes: Any) -> SesIdentity:  # noqa: ANN401
    """An address identity that signs with its domain's key and has its MAIL FROM."""
    return replace(held(status), name=name, kind=IdentityKind.ADDRESS, **changes)


def look_at_address(neighbours: Surroundings, **changes: Any) -> Observation:  # noqa: ANN401
    """A look at an address identity."""
    name = f"hello@{DOMAIN}"
    plain = SesIdentity(
        name, IdentityKind.ADDRESS, Status.SUCCESS, True, Dkim(Status.NOT_STARTED, (), "", signing_enabled=False)
    )
    seen = looked(
        identity=Identity(name, IdentityKind.ADDRESS), ses=plain, delegation=None, records=Records(), dmarc=None
    )
    return replace(seen, around=neighbours, **changes)


def elsewhere(*regions: InRegion, remembered: tuple[str, ...] = ()) -> Surroundings:
    """What other regions said, and which of them earlier looks knew."""
    return Surroundings(remembered=remembered, regions=regions)


def there(region: str = OTHER, status: Status = Status.SUCCESS, **changes: Any) -> InRegion:  # noqa: ANN401
    """The same identity in another region, with keys of its own."""
    tokens = ("other" * 6, "region" * 5, "keys" * 7)
    return InRegion(region, Seen(held(status, dkim=dkim(status, tokens=tokens), mail_from=None, **changes)))


def nowhere(region: str = OTHER) -> InRegion:
    """A region that does not have it."""
    return InRegion(region, Seen(None))
