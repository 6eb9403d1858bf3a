"""The test send: five messages, eleven events, and nothing left behind however it ends."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from practising import DOMAIN, Asking, HandClock, Intercepted, Worlds, all_of, look, of_type, planned, request, until

from sendready.engine.cleanup import clean_up, leftovers
from sendready.engine.prove import prove
from sendready.model.change import Change, SendTest
from sendready.model.errors import Rejected, ServiceFailure, Unreachable
from sendready.model.events import Changed, Event, Failed, Note, Sent, SimulatorEvent
from sendready.model.observation import Observation, Unseen
from sendready.model.ports import ResourceKind, World
from sendready.practice.aws.errors import AwsError
from sendready.practice.aws.events import Events
from sendready.practice.aws.outages import Outage
from sendready.practice.aws.ses_state import Ses
from sendready.practice.aws.sns import Sns
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice

BOXES = ("success", "bounce", "complaint", "ooto", "suppressionlist")


@pytest.fixture
def clock() -> HandClock:
    """Stands still while events are on their way, so that a slow machine loses none."""
    return HandClock()


@pytest.fixture
def world(world: World, clock: HandClock, practice: Practice) -> World:
    practice.finish(DOMAIN)
    return replace(world, clock=clock)


@dataclass
class Proof:
    """The one change of a plan that asks for the test, and what was seen when it was made."""

    change: Change
    seen: Observation

    def begin(self, world: World) -> AsyncGenerator[Event, None]:
        assert isinstance(self.change.action, SendTest)
        return prove(self.change, self.change.action, self.seen, world)


@pytest.fixture
async def proof(world: World) -> Proof:
    seen, plan = await planned(request(test=True, tag=("team=mail",)), world)
    (change,) = plan.open
    return Proof(change, seen)


def names_in(practice: Practice) -> set[str]:
    """Everything temporary in the account: queues, topics with subscriptions, rules, configuration sets."""
    cloud, at = practice.cloud, (practice.account_id, practice.region)
    topics = cloud.state(Sns, *at).topics.values()
    return {
        *cloud.state(Sqs, *at).queues,
        *cloud.state(Events, *at).rules,
        *(topic.arn.rpartition(":")[2] for topic in topics),
        *cloud.state(Ses, *at).sets,
    }


def journal(tmp_path: Path) -> list[dict[str, str]]:
    (path,) = (tmp_path / "state").glob("*/*/*/journal.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_five_messages_are_proven_by_eleven_events(practice: Practice, world: World, proof: Proof) -> None:
    events = await all_of(proof.begin(world))

    sent = of_type(events, Sent)
    assert [event.address.partition("+")[0] for event in sent] == list(BOXES)
    assert len({event.message_id for event in sent}) == 5
    arrived = {(event.address.partition("+")[0], event.event) for event in of_type(events, SimulatorEvent)}
    assert len(of_type(events, SimulatorEvent)) == 11
    assert arrived == {
        *((box, "Send") for box in BOXES),
        ("success", "Delivery"), ("ooto", "Delivery"), ("complaint", "Delivery"),
        ("bounce", "Bounce"), ("suppressionlist", "Bounce"), ("complaint", "Complaint"),
    }  # fmt: skip
    assert events[-1] == Changed(proof.change, "all 11 events of 5 messages arrived")
    assert of_type(events, Note) == []
    assert names_in(practice) == set()


async def test_everything_is_journalled_before_it_is_created_and_removed_in_reverse(
    practice: Practice, world: World, proof: Proof, asking: Asking, tmp_path: Path
) -> None:
    asking.forget()

    await all_of(proof.begin(world))

    entries = journal(tmp_path)
    kinds = [kind.value for kind in ResourceKind if kind is not ResourceKind.RULE]
    assert [entry["begin"] for entry in entries[:4]] == kinds
    assert [entry["end"] for entry in entries[4:]] == kinds[::-1]
    (run,) = {entry["name"] for entry in entries}
    assert run.startswith("sendready-")
    created = [name for name in asking.aws if name.startswith(("Create", "Subscribe", "Delete", "Unsubscribe"))]
    assert [name for name in created if name != "DeleteMessage"] == [
        "CreateQueue", "CreateTopic", "Subscribe", "CreateConfigurationSet", "CreateConfigurationSetEventDestination",
        "DeleteConfigurationSet", "Unsubscribe", "DeleteTopic", "DeleteQueue",
    ]  # fmt: skip


async def test_what_is_created_bears_the_users_tags(practice: Practice, world: World, proof: Proof) -> None:
    async with aclosing(proof.begin(world)) as events:
        await until(events, Sent)
        (configuration_set,) = practice.ses.sets.values()

    assert configuration_set.tags == {"created-by": "sendready", "team": "mail"}


async def test_a_proof_is_remembered_and_a_failure_is_not(
    practice: Practice, world: World, proof: Proof, clock: HandClock
) -> None:
    practice.aws.fail("SendEmail", AwsError("MessageRejected", "No."))
    await all_of(proof.begin(world))
    assert world.store.past(DOMAIN, practice.region).test_proven is None

    await all_of(proof.begin(world))

    assert world.store.past(DOMAIN, practice.region).test_proven == clock.now()
    seen, plan = await planned(request(test=True), world)
    assert plan.open == ()
    assert seen.past.test_proven == clock.now()


@pytest.mark.parametrize(("production", "pause"), [(True, 1 / 14), (False, 1.0)])
async def test_it_sends_as_fast_as_the_account_may(
    practice: Practice, world: World, proof: Proof, clock: HandClock, *, production: bool, pause: float
) -> None:
    practice.ses.granted = False
    if not production:
        practice.ses.review = None
        proof.seen = (await look(request(), world)).observation
    clock.slept.clear()

    await all_of(proof.begin(world))

    assert clock.slept == pytest.approx([pause] * 4)


async def test_an_event_tells_how_long_after_its_message_was_accepted_it_came(
    world: World, proof: Proof, clock: HandClock
) -> None:
    times = {}
    sent = 0
    async with aclosing(proof.begin(world)) as events:
        async for event in events:
            sent += isinstance(event, Sent)
            if isinstance(event, Sent) and sent == 5:
                clock.elapsed += 1.5
            if isinstance(event, SimulatorEvent):
                times[event.address.partition("+")[0]] = event.ms

    assert times["suppressionlist"] == pytest.approx(1500)
    assert times["success"] == pytest.approx(1500 + 4000 / 14)


NO_EVENTS_OF_OURS = (
    "hello",
    "",
    "null",
    "[]",
    '"Delivery"',
    "{}",
    '{"eventType": "Delivery"}',
    '{"eventType": "Delivery", "mail": "MESSAGE"}',
    '{"eventType": "Delivery", "mail": {}}',
    '{"eventType": "Delivery", "mail": {"messageId": ["MESSAGE"]}}',
    '{"eventType": {"a": "Delivery"}, "mail": {"messageId": "MESSAGE"}}',
    '{"eventType": "Delivery", "mail": {"messageId": "of-somebody-else"}}',
    "[" * 200_000,
)
"""Bodies that may lie in the queue; MESSAGE is the id of a message that was sent."""


async def test_messages_that_are_no_events_of_ours_are_ignored(practice: Practice, world: World, proof: Proof) -> None:
    events = await all_of(disturbed(practice, proof.begin(world), *NO_EVENTS_OF_OURS))

    assert len(of_type(events, SimulatorEvent)) == 11
    assert isinstance(events[-1], Changed)


async def test_an_event_that_comes_again_counts_once(practice: Practice, world: World, proof: Proof) -> None:
    body = '{"eventType": "Send", "mail": {"messageId": "MESSAGE"}}'

    events = await all_of(disturbed(practice, proof.begin(world), body, body))

    assert len(of_type(events, SimulatorEvent)) == 11


async def disturbed(
    practice: Practice, proving: AsyncGenerator[Event, None], *bodies: str
) -> AsyncGenerator[Event, None]:
    """Puts messages into the run's queue as soon as the first one is sent, whose id they may name."""
    async with aclosing(proving) as events:
        async for event in events:
            if isinstance(event, Sent) and event.address.startswith("success"):
                (queue,) = practice.cloud.state(Sqs, practice.account_id, practice.region).queues.values()
                for body in bodies:
                    queue.put(body.replace("MESSAGE", event.message_id), practice.clock.now())
            yield event


async def test_a_lost_event_is_named(practice: Practice, world: World, proof: Proof, clock: HandClock) -> None:
    events: list[Event] = []
    async with aclosing(proof.begin(world)) as proving:
        async for event in proving:
            events.append(event)
            if isinstance(event, Sent) and event.address.startswith("success"):
                (configuration_set,) = practice.ses.sets.values()
                (destination,) = configuration_set.destinations.values()
                destination.types.remove("COMPLAINT")
            if len(of_type(events, SimulatorEvent)) == 10:
                clock.elapsed += 121

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, Rejected)
    assert "within 120 s: Complaint for complaint" in failed.error.message
    assert names_in(practice) == set()


async def test_a_path_that_stays_dumb_is_said_and_the_messages_are_sent_all_the_same(
    practice: Practice, world: World, proof: Proof, clock: HandClock, intercepted: Intercepted
) -> None:
    practice.cloud.events_lost = True

    def give_up() -> None:
        practice.cloud.events_lost = False
        clock.elapsed += 31

    intercepted.after("ReceiveMessage", give_up)

    events = await all_of(proof.begin(world))

    assert isinstance(events[0], Note)
    assert "validation message did not arrive" in events[0].text
    assert isinstance(events[-1], Changed)


@pytest.mark.parametrize(
    ("error", "expected"),
    [(AwsError("MessageRejected", "Email address is not verified."), Rejected), (Outage.SERVER_ERROR, ServiceFailure)],
)
async def test_a_refused_message_ends_the_run_and_is_not_sent_again(
    practice: Practice, world: World, proof: Proof, asking: Asking, error: AwsError | Outage, expected: type
) -> None:
    practice.aws.fail("SendEmail", error)

    events = await all_of(proof.begin(world))

    (failed,) = of_type(events, Failed)
    assert isinstance(failed.error, expected)
    assert of_type(events, Sent) == []
    assert asking.aws.count("SendEmail") == 1
    assert names_in(practice) == set()


async def test_what_cannot_be_created_ends_the_run_and_what_was_is_removed(
    practice: Practice, world: World, proof: Proof
) -> None:
    practice.aws.deny("sqs:CreateQueue")

    events = await all_of(proof.begin(world))

    assert [type(event) for event in events] == [Failed]
    assert names_in(practice) == set()
    assert list(world.store.unfinished()) == []


@pytest.mark.parametrize("denied", ["sns:CreateTopic", "sns:Subscribe"])
async def test_where_sns_is_not_allowed_the_events_come_through_eventbridge(
    practice: Practice, world: World, proof: Proof, denied: str
) -> None:
    practice.aws.deny(denied)

    events = await all_of(proof.begin(world))

    assert isinstance(events[0], Note)
    assert denied in events[0].text
    assert len(of_type(events, SimulatorEvent)) == 11
    assert isinstance(events[-1], Changed)
    assert names_in(practice) == set()
    assert list(world.store.unfinished()) == []


async def test_where_neither_is_allowed_nothing_is_sent_and_nothing_left(
    practice: Practice, world: World, proof: Proof
) -> None:
    practice.aws.deny("sns:Subscribe")
    practice.aws.deny("events:PutTargets")

    events = await all_of(proof.begin(world))

    assert [type(event) for event in events] == [Note, Failed]
    assert names_in(practice) == set()
    assert list(world.store.unfinished()) == []


async def test_nothing_is_created_in_an_account_that_is_not_known(
    practice: Practice, world: World, proof: Proof, asking: Asking
) -> None:
    proof.seen = replace(proof.seen, caller=Unseen(Unreachable("no answer")))
    asking.forget()

    events = await all_of(proof.begin(world))

    assert [type(event) for event in events] == [Failed]
    assert asking.aws == []


STAGES = (
    "CreateQueue",
    "CreateTopic",
    "Subscribe",
    "CreateConfigurationSet",
    "CreateConfigurationSetEventDestination",
    "ReceiveMessage",
    "DeleteMessage",
    "SendEmail",
)


@pytest.mark.parametrize("operation", STAGES)
async def test_nothing_is_left_behind_when_it_is_cancelled(
    practice: Practice, world: World, proof: Proof, intercepted: Intercepted, operation: str
) -> None:
    loop = asyncio.get_running_loop()
    proving = asyncio.ensure_future(all_of(proof.begin(world)))
    intercepted.after(operation, lambda: loop.call_soon_threadsafe(proving.cancel))

    with pytest.raises(asyncio.CancelledError):
        await proving

    assert names_in(practice) == set()
    assert list(world.store.unfinished()) == []
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("operation", STAGES[:5])
async def test_what_was_being_created_when_it_was_cancelled_is_removed_too(
    practice: Practice, world: World, proof: Proof, intercepted: Intercepted, operation: str
) -> None:
    loop = asyncio.get_running_loop()
    removing = threading.Event()
    proving = asyncio.ensure_future(all_of(proof.begin(world)))

    def leave_and_be_slow() -> None:
        loop.call_soon_threadsafe(proving.cancel)
        removing.wait(0.2)  # whoever removes something before this is there removes it in vain

    intercepted.before(operation, leave_and_be_slow)
    intercepted.after("DeleteQueue", removing.set)
    intercepted.after("GetQueueUrl", removing.set)

    with pytest.raises(asyncio.CancelledError):
        await proving

    assert names_in(practice) == set()
    assert list(world.store.unfinished()) == []


@pytest.mark.parametrize("kind", [Sent, SimulatorEvent])
async def test_nothing_is_left_behind_when_nobody_listens_any_more(
    practice: Practice, world: World, proof: Proof, kind: type
) -> None:
    async with aclosing(proof.begin(world)) as events:
        await until(events, kind)

    assert names_in(practice) == set()
    assert list(world.store.unfinished()) == []


@pytest.mark.parametrize("operation", ["DeleteConfigurationSet", "Unsubscribe", "DeleteTopic"])
async def test_what_is_left_by_an_impatient_user_is_known_and_can_be_removed(
    practice: Practice, world: World, proof: Proof, intercepted: Intercepted, operation: str
) -> None:
    loop = asyncio.get_running_loop()
    proving = asyncio.ensure_future(all_of(proof.begin(world)))
    intercepted.after(operation, lambda: loop.call_soon_threadsafe(proving.cancel))
    with pytest.raises(asyncio.CancelledError):
        await proving
    left = leftovers(world, practice.account_id).here
    assert names_in(practice) == {resource.name for _, resource in left}

    kept = await clean_up(left, world)

    assert kept == []
    assert names_in(practice) == set()
    assert list(world.store.unfinished()) == []


async def test_a_run_that_goes_on_is_not_unfinished_for_anybody(
    practice: Practice, world: World, proof: Proof, worlds: Worlds
) -> None:
    another = await worlds.open()
    async with aclosing(proof.begin(world)) as events:
        await until(events, Sent)

        assert len(names_in(practice)) == 1
        assert list(world.store.unfinished()) == []
        assert list(another.store.unfinished()) == []


async def test_what_cannot_be_removed_is_named_and_remembered(practice: Practice, world: World, proof: Proof) -> None:
    practice.aws.deny("sns:DeleteTopic")

    events = await all_of(proof.begin(world))

    note, outcome = events[-2:]
    assert isinstance(outcome, Changed)
    assert isinstance(note, Note)
    assert "left behind: topic sendready-" in note.text
    ((scope, resource),) = world.store.unfinished()
    assert resource.kind is ResourceKind.TOPIC
    assert scope.identity == DOMAIN
    assert names_in(practice) == {resource.name}
