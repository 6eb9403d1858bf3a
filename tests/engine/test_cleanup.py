"""What interrupted runs left behind: here, where it can be removed, and elsewhere, where nothing is known of it."""

from __future__ import annotations

import pytest
from practising import ANOTHER_ACCOUNT, DOMAIN, Asking

from sendready.engine.cleanup import Leftovers, clean_up, leftovers
from sendready.model.errors import AccessDenied, StateError
from sendready.model.ports import Resource, ResourceKind, Scope, World
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice

QUEUE, TOPIC = Resource(ResourceKind.QUEUE, "sendready-00000001"), Resource(ResourceKind.TOPIC, "sendready-00000001")


@pytest.fixture
def here(practice: Practice) -> Scope:
    return Scope(practice.account_id, practice.region, DOMAIN)


def queues(practice: Practice) -> list[str]:
    return list(practice.cloud.state(Sqs, practice.account_id, practice.region).queues)


def test_a_machine_that_never_ran_has_nothing(practice: Practice, world: World) -> None:
    assert leftovers(world, practice.account_id) == Leftovers((), ())


def test_what_was_begun_and_not_ended_is_left_newest_first(practice: Practice, world: World, here: Scope) -> None:
    for resource in (QUEUE, TOPIC):
        world.store.begin(here, resource)
    assert leftovers(world, practice.account_id).here == ((here, TOPIC), (here, QUEUE))

    world.store.end(here, TOPIC)

    assert leftovers(world, practice.account_id).here == ((here, QUEUE),)


@pytest.mark.parametrize(
    ("account", "region", "identity", "is_here"),
    [
        (None, "eu-west-1", DOMAIN, True),
        (None, "eu-west-1", "another.example", True),
        (None, "us-east-1", DOMAIN, False),
        (ANOTHER_ACCOUNT, "eu-west-1", DOMAIN, False),
    ],
)
def test_here_is_one_account_in_one_region(
    practice: Practice, world: World, account: str | None, region: str, identity: str, *, is_here: bool
) -> None:
    scope = Scope(account or practice.account_id, region, identity)
    world.store.begin(scope, QUEUE)

    left = leftovers(world, practice.account_id)

    assert left.here == (((scope, QUEUE),) if is_here else ())
    assert left.elsewhere == (() if is_here else ((scope, QUEUE),))


def test_a_journal_of_another_version_is_refused(practice: Practice, world: World, here: Scope) -> None:
    world.store.begin(here, QUEUE)
    world.store.record(here, {"schema": "sendready.state/9", "begin": "lake", "name": "x"})

    with pytest.raises(StateError, match="not written by this version"):
        leftovers(world, practice.account_id)


async def test_what_is_removed_leaves_the_journal_too(practice: Practice, world: World, here: Scope) -> None:
    world.store.begin(here, QUEUE)
    await world.events.create(QUEUE, ())
    assert queues(practice) == [QUEUE.name]

    assert await clean_up(leftovers(world, practice.account_id).here, world) == []

    assert queues(practice) == []
    assert leftovers(world, practice.account_id) == Leftovers((), ())


@pytest.mark.parametrize("kind", list(ResourceKind))
async def test_what_is_gone_already_counts_as_removed(
    practice: Practice, world: World, here: Scope, kind: ResourceKind
) -> None:
    world.store.begin(here, Resource(kind, QUEUE.name))

    assert await clean_up(leftovers(world, practice.account_id).here, world) == []

    assert leftovers(world, practice.account_id) == Leftovers((), ())


async def test_what_cannot_be_removed_stays_known_with_its_reason_and_the_rest_is_removed(
    practice: Practice, world: World, here: Scope, asking: Asking
) -> None:
    for resource in (QUEUE, TOPIC):
        world.store.begin(here, resource)
        await world.events.create(resource, ())
    practice.aws.deny("sns:DeleteTopic")

    ((resource, reason),) = await clean_up(leftovers(world, practice.account_id).here, world)

    assert resource == TOPIC
    assert isinstance(reason, AccessDenied)
    assert queues(practice) == []
    assert leftovers(world, practice.account_id).here == ((here, TOPIC),)
