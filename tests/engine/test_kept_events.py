"""Events that are kept: made in the practice world call by call, made once, and proven through what was made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from practising import DOMAIN, Asking, HandClock, Intercepted, all_of, of_type, planned, request

from sendready.engine.apply import apply
from sendready.engine.prove import prove
from sendready.model.answers import EventRoute
from sendready.model.change import Mode, SendTest
from sendready.model.errors import (
    AccessDenied,
    AwsError,
    ConfigurationSetGone,
    ConfigurationSetPaused,
    EventsLost,
    Rejected,
)
from sendready.model.events import Changed, Conflicted, Event, Failed, Note, Sent, SimulatorEvent
from sendready.model.ports import World
from sendready.practice.aws.events import Events, Rule
from sendready.practice.aws.ses_state import ConfigurationSet, EventDestination, Ses
from sendready.practice.aws.sns import Sns, Subscription, Topic
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice

SET = "sendready-shop-example"
ADDRESS = "postmaster@shop.example"
ALL = ["SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY"]
KEEP: dict[str, Any] = {"events": EventRoute.KEEP, "events_to": ADDRESS}
OWN: dict[str, Any] = {"events": EventRoute.OWN, "test": True}


@pytest.fixture
def world(world: World, practice: Practice) -> World:
    practice.finish(DOMAIN)
    return replace(world, clock=HandClock())


def arn(practice: Practice, service: str, name: str) -> str:
    return f"arn:aws:{service}:{practice.region}:{practice.account_id}:{name}"


def topics(practice: Practice) -> dict[str, Topic]:
    return practice.cloud.state(Sns, practice.account_id, practice.region).topics


def temporary(practice: Practice) -> set[str]:
    """Queues, rules and queue subscriptions: nothing that stays has any."""
    at = (practice.account_id, practice.region)
    listening = {s.endpoint for topic in topics(practice).values() for s in topic.subscriptions.values()}
    queues = {endpoint for endpoint in listening if ":sqs:" in endpoint}
    return {*practice.cloud.state(Sqs, *at).queues, *practice.cloud.state(Events, *at).rules, *queues}


async def applied(world: World, **answers: Any) -> list[Event]:  # noqa: ANN401
    asked = request(**answers)
    seen, plan = await planned(asked, world)
    return await all_of(apply(asked, seen, plan, world))


async def proven(world: World, **answers: Any) -> list[Event]:  # noqa: ANN401
    """What the test send alone says."""
    seen, plan = await planned(request(**answers), world)
    (change,) = (one for one in plan.open if isinstance(one.action, SendTest))
    assert isinstance(change.action, SendTest)
    return await all_of(prove(change, change.action, seen, world))


def their_topic(practice: Practice, name: str = "theirs", **policy: object) -> str:
    """A topic of the user's, to which SES may publish."""
    topic = arn(practice, "sns", name)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
        **policy,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    topics(practice)[topic] = Topic(topic, practice.account_id, {"Policy": document}, {})
    return topic


def their_set(practice: Practice, target: dict[str, Any], types: list[str] | None = None) -> ConfigurationSet:
    """A configuration set of the user's, the identity's default."""
    there = ConfigurationSet("theirs")
    there.destinations["hook"] = EventDestination("hook", True, list(types or ALL), target)
    practice.ses.sets["theirs"] = there
    practice.ses.identities[DOMAIN].configuration_set = "theirs"
    return there


async def test_bounces_and_complaints_reach_a_mailbox_from_now_on(practice: Practice, world: World) -> None:
    events = await applied(world, **KEEP, tag=("team=mail",))

    assert [event.change.key for event in of_type(events, Changed)] == [
        "events.set", "events.topic", "events.subscribe", "events.destination", "events.default",
    ]  # fmt: skip
    assert practice.ses.identities[DOMAIN].configuration_set == SET
    there = practice.ses.sets[SET]
    (destination,) = there.destinations.values()
    assert destination.types == ["BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY"]
    assert there.tags == {"team": "mail"}
    (subscription,) = topics(practice)[arn(practice, "sns", SET)].subscriptions.values()
    assert (subscription.protocol, subscription.endpoint) == ("email", ADDRESS)


async def test_once_made_nothing_is_made_again(practice: Practice, world: World, asking: Asking) -> None:
    await applied(world, **KEEP)
    asking.forget()

    seen, plan = await planned(request(**KEEP), world)
    await all_of(apply(request(**KEEP), seen, plan, world))

    assert plan.changes == ()
    assert not [call for call in asking.aws if call.startswith(("Create", "Put", "Subscribe", "Update", "Delete"))]


@pytest.mark.parametrize("stop", range(1, 5))
async def test_a_set_up_that_was_cut_off_goes_on_where_it_was(practice: Practice, world: World, stop: int) -> None:
    seen, plan = await planned(request(**KEEP), world)
    await all_of(apply(request(**KEEP), seen, replace(plan, changes=plan.changes[:stop]), world))

    events = await applied(world, **KEEP)

    assert len(of_type(events, Changed)) == 5 - stop
    assert practice.ses.identities[DOMAIN].configuration_set == SET
    assert len(practice.ses.sets[SET].destinations) == 1
    assert len(topics(practice)[arn(practice, "sns", SET)].subscriptions) == 1


async def test_a_default_that_is_there_is_left_alone(practice: Practice, world: World) -> None:
    their_set(practice, {"SnsDestination": {"TopicArn": their_topic(practice)}})

    events = await applied(world, **KEEP)

    (conflict,) = of_type(events, Conflicted)
    assert conflict.change.mode is Mode.CONFLICT
    assert practice.ses.identities[DOMAIN].configuration_set == "theirs"
    assert set(practice.ses.sets) == {"theirs"}


@pytest.mark.parametrize("kind", ["topic", "bus"])
async def test_a_target_of_the_users_own_is_used(practice: Practice, world: World, kind: str) -> None:
    target = their_topic(practice) if kind == "topic" else arn(practice, "events", "event-bus/default")

    events = await applied(world, events=EventRoute.KEEP, events_to=target, test=True)

    assert [event.change.key for event in of_type(events, Changed)] == [
        "events.set", "events.destination", "events.default", "test.send",
    ]  # fmt: skip
    assert len(topics(practice)) == (1 if kind == "topic" else 0)
    assert temporary(practice) == set()


async def test_a_topic_that_does_not_let_ses_publish_is_refused_by_ses_and_said(
    practice: Practice, world: World
) -> None:
    closed = their_topic(practice, Principal={"Service": "s3.amazonaws.com"})

    events = await applied(world, events=EventRoute.KEEP, events_to=closed)

    (failed,) = of_type(events, Failed)
    assert failed.change.key == "events.destination"
    assert isinstance(failed.error, Rejected)
    assert practice.ses.identities[DOMAIN].configuration_set is None


async def test_what_is_kept_is_proven_by_what_it_sends_on(practice: Practice, world: World) -> None:
    events = await applied(world, **KEEP, test=True)

    assert sorted(event.address.partition("+")[0] for event in of_type(events, Sent)) == [
        "bounce", "complaint", "suppressionlist",
    ]  # fmt: skip
    assert sorted(event.event for event in of_type(events, SimulatorEvent)) == ["Bounce", "Bounce", "Complaint"]
    assert of_type(events, Failed) == []
    assert temporary(practice) == set()
    assert list(world.store.unfinished()) == []
    assert set(practice.ses.sets) == {SET}


@pytest.mark.parametrize("kind", ["topic", "bus"])
async def test_a_set_of_the_users_own_is_proven_and_left_as_it_was(practice: Practice, world: World, kind: str) -> None:
    topic = their_topic(practice)
    listener = Subscription(f"{topic}:1", "https", "https://hook.example", practice.account_id, True)
    topics(practice)[topic].subscriptions[listener.arn] = listener
    bus = {"EventBridgeDestination": {"EventBusArn": arn(practice, "events", "event-bus/default")}}
    their_set(practice, {"SnsDestination": {"TopicArn": topic}} if kind == "topic" else bus)
    rule = Rule("theirs", arn(practice, "events", "rule/theirs"), '{"source":["aws.ses"]}', "ENABLED", None, {})
    rule.targets["1"] = {"Id": "1", "Arn": arn(practice, "lambda", "function:theirs")}
    practice.cloud.state(Events, practice.account_id, practice.region).rules["theirs"] = rule

    events = await proven(world, **OWN)

    assert len(of_type(events, SimulatorEvent)) == 11
    assert isinstance(events[-1], Changed)
    assert of_type(events, Note) == []
    assert temporary(practice) == {"theirs"}
    assert list(topics(practice)[topic].subscriptions) == [listener.arn]
    assert list(world.store.unfinished()) == []
    assert list(practice.ses.sets) == ["theirs"]


async def test_a_set_that_keeps_quiet_about_complaints_is_told(practice: Practice, world: World) -> None:
    their_set(practice, {"SnsDestination": {"TopicArn": their_topic(practice)}}, ["BOUNCE", "DELIVERY"])

    events = await proven(world, **OWN)

    assert isinstance(events[0], Note)
    assert "COMPLAINT" in events[0].text
    assert {event.event for event in of_type(events, SimulatorEvent)} == {"Bounce", "Delivery"}


# Topics of the identity's own, as the older API has them


def their_topics(practice: Practice, **kinds: str) -> None:
    """Topics that the identity itself names, by kind; one may serve several."""
    practice.ses.identities[DOMAIN].topics.update({kind: their_topic(practice, name) for kind, name in kinds.items()})


@pytest.mark.parametrize("name", ["feedback", "complaints"], ids=["one-topic", "two-topics"])
async def test_topics_of_the_identity_are_proven_and_left_as_they_were(
    practice: Practice, world: World, name: str
) -> None:
    their_topics(practice, Bounce="feedback", Complaint=name, Delivery="feedback")

    events = await proven(world, **OWN)

    assert Counter(event.event for event in of_type(events, SimulatorEvent)) == {
        "Bounce": 2, "Delivery": 3, "Complaint": 1
    }  # fmt: skip
    assert isinstance(events[-1], Changed)
    assert temporary(practice) == set()
    assert list(world.store.unfinished()) == []
    assert practice.ses.sets == {}


async def test_a_kind_that_has_no_topic_is_told_and_not_waited_for(practice: Practice, world: World) -> None:
    their_topics(practice, Bounce="feedback")

    events = await proven(world, **OWN)

    assert "the identity has no topic for COMPLAINT" in of_type(events, Note)[0].text
    assert {event.event for event in of_type(events, SimulatorEvent)} == {"Bounce"}
    assert isinstance(events[-1], Changed)


async def test_a_topic_that_ses_may_not_publish_to_is_a_lost_event(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    clock = world.clock
    assert isinstance(clock, HandClock)
    intercepted.after("ReceiveMessage", lambda: setattr(clock, "elapsed", clock.elapsed + 121))
    their_topics(practice, Bounce="feedback", Complaint="feedback")
    topics(practice)[arn(practice, "sns", "feedback")].attributes["Policy"] = json.dumps({"Statement": []})

    events = await proven(world, **OWN)

    assert isinstance(events[-1], Failed)
    assert "topic's policy" in (events[-1].error.hint or "")
    assert temporary(practice) == set()


async def test_without_set_and_topics_it_is_asked_for_a_set(practice: Practice, world: World) -> None:
    _, plan = await planned(request(**OWN), world)

    (change,) = (one for one in plan.changes if isinstance(one.action, SendTest))
    assert change.mode is Mode.CONFLICT
    assert "the identity has no topics of its own" in change.note


def _gone(practice: Practice, there: ConfigurationSet) -> None:
    del practice.ses.sets[there.name]


def _paused(practice: Practice, there: ConfigurationSet) -> None:
    there.options["SendingOptions"] = {"SendingEnabled": False}


def _nowhere(practice: Practice, there: ConfigurationSet) -> None:
    there.destinations.clear()


def _off(practice: Practice, there: ConfigurationSet) -> None:
    there.destinations["hook"].enabled = False


def _no_topic(practice: Practice, there: ConfigurationSet) -> None:
    topics(practice).clear()


def _no_subscribing(practice: Practice, there: ConfigurationSet) -> None:
    practice.aws.deny("sns:Subscribe")


@pytest.mark.parametrize(
    ("broken", "expected", "finding"),
    [
        (_gone, ConfigurationSetGone, "SES011"),
        (_paused, ConfigurationSetPaused, "SES012"),
        (_nowhere, EventsLost, "SES014"),
        (_off, EventsLost, "SES015"),
        (_no_topic, EventsLost, "SES017"),
        (_no_subscribing, AccessDenied, "ENV015"),
    ],
)
async def test_the_hop_that_is_broken_is_named_and_nothing_is_sent(
    practice: Practice,
    world: World,
    asking: Asking,
    broken: Callable[[Practice, ConfigurationSet], None],
    expected: type,
    finding: str,
) -> None:
    broken(practice, their_set(practice, {"SnsDestination": {"TopicArn": their_topic(practice)}}))

    events = await proven(world, **OWN)

    (failed,) = of_type(events, Failed)
    assert isinstance(failed.error, expected)
    assert isinstance(failed.error, AwsError)
    assert failed.error.check_id == finding
    assert "SendEmail" not in asking.aws
    assert temporary(practice) == set()
    assert list(world.store.unfinished()) == []


async def test_a_topic_that_no_longer_lets_ses_in_is_found_by_its_silence(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    their_set(practice, {"SnsDestination": {"TopicArn": their_topic(practice)}})
    their_topic(practice, Principal={"Service": "s3.amazonaws.com"})
    clock = world.clock
    assert isinstance(clock, HandClock)
    intercepted.after("ReceiveMessage", lambda: setattr(clock, "elapsed", clock.elapsed + 121))

    events = await proven(world, **OWN)

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, EventsLost)
    assert failed.error.check_id == "SES017"
    assert "topic's policy" in (failed.error.hint or "")
    assert temporary(practice) == set()


async def test_an_address_identity_that_takes_the_place_of_its_domain_is_told(practice: Practice, world: World) -> None:
    identities = practice.cloud.state(Ses, practice.account_id, practice.region).identities
    identities["hello@shop.example"] = replace(
        identities[DOMAIN], name="hello@shop.example", dkim=None, mail_from=None, confirmed=practice.clock.now()
    )

    events = await proven(world, test=True)

    (note,) = of_type(events, Note)
    assert "hello@shop.example" in note.text


async def test_what_is_to_stay_is_named_and_cleanup_knows_it(practice: Practice, world: World) -> None:
    seen, plan = await planned(request(test=True), world)
    (change,) = plan.open
    assert isinstance(change.action, SendTest)

    events = await all_of(prove(change, replace(change.action, keep=True), seen, world))

    note = of_type(events, Note)[-1]
    assert "cleanup" in note.text
    assert {resource.kind.value for _, resource in world.store.unfinished()} == {
        "queue", "topic", "subscription", "configuration-set",
    }  # fmt: skip
