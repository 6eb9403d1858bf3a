"""The road, and `cleanup`, while every call to AWS goes wrong once: in the end all is there, and nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from practising import DOMAIN, Worlds, planned, request

from sendready.engine.apply import apply
from sendready.engine.cleanup import clean_up, leftovers, standing
from sendready.model.answers import MailType
from sendready.model.errors import SendreadyError, Unreachable
from sendready.model.events import Result
from sendready.model.finding import Verdict
from sendready.model.ports import Resource, ResourceKind, Scope
from sendready.practice.aws.outages import Outage
from sendready.practice.aws.sns import Sns
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice

MOST_RUNS = 40
"""Runs of the same command in which every call must have had its turn; with expired credentials each ends a run."""

READ_TIMEOUT = 0.6
"""Seconds until an answer that never comes is given up; the usual ten would make hours of the whole road."""

STRUCK = {
    Outage.CLOCK_SKEW: ("GetCallerIdentity", "GetAccount", "CreateEmailIdentity", "ListHostedZonesByName",
                        "ChangeResourceRecordSets", "CreateQueue", "CreateTopic", "SendEmail"),
}  # fmt: skip
"""Operations that go wrong where not every one of them does: a clock is wrong for all, so some of each service do."""

ONCE = ("CreateEmailIdentity", "PutAccountDetails")
"""What must never be carried out twice."""


async def one_run(worlds: Worlds, *, wait: timedelta = timedelta(minutes=30)) -> Verdict | None:
    """What `apply` comes to; None where it could not even look. What failed is waited for in vain, so not for long."""
    world = await worlds.open(read_timeout=READ_TIMEOUT)
    asked = request(
        website="https://shop.example",
        mail_type=MailType.TRANSACTIONAL,
        request_access=True,
        accept_terms=True,
        test=True,
    )
    try:
        seen, plan = await planned(asked, world)
        events = [event async for event in apply(asked, seen, plan, world, wait=wait)]
    except SendreadyError:
        return None
    assert isinstance(events[-1], Result)
    return events[-1].verdict


@pytest.mark.parametrize("outage", Outage)
async def test_the_same_command_arrives_whatever_goes_wrong_once(
    practice: Practice, worlds: Worlds, outage: Outage
) -> None:
    practice.register(DOMAIN)
    for operation in STRUCK.get(outage, ("*",)):
        practice.aws.fail(operation, outage, times=1, each=True)

    runs = 0
    while await one_run(worlds) is not Verdict.READY:
        runs += 1
        assert runs < MOST_RUNS, Counter(call.operation for call in practice.aws.calls)

    practice.aws.lift()
    world = await worlds.open()
    done = Counter(call.operation for call in practice.aws.calls if call.status == 200)
    assert {operation: done[operation] for operation in ONCE} == dict.fromkeys(ONCE, 1)
    # What could not be removed is written down, and `cleanup` removes it.
    assert await clean_up(leftovers(world, practice.account_id).here, world) == []
    assert leftovers(world, practice.account_id).here == ()
    records = await standing(world, practice.account_id)
    assert len(records) == 6
    assert all(record.ours for record in records)


@pytest.mark.parametrize("outage", Outage)
async def test_what_was_left_is_removed_whatever_goes_wrong_once(
    practice: Practice, worlds: Worlds, outage: Outage
) -> None:
    world = await worlds.open(read_timeout=READ_TIMEOUT)
    scope = Scope(practice.account_id, practice.region, DOMAIN)
    for kind in ResourceKind:
        world.store.begin(scope, Resource(kind, "sendready-00000001"))
    for kind in (ResourceKind.QUEUE, ResourceKind.TOPIC):
        await world.events.create(Resource(kind, "sendready-00000001"), ())
    practice.aws.fail("*", outage, times=1, each=True)

    runs = 0
    while left := await clean_up(leftovers(world, practice.account_id).here, world):
        runs += 1
        assert runs < MOST_RUNS, left

    assert leftovers(world, practice.account_id).here == ()
    assert not any(state.queues for state in practice.cloud.states(Sqs).values())
    assert not any(state.topics for state in practice.cloud.states(Sns).values())


async def test_half_an_answer_is_none(practice: Practice, worlds: Worlds) -> None:
    """A JSON text that is cut off must not be read as an account that may do nothing, or as no identities at all."""
    practice.finish(DOMAIN)
    world = await worlds.open()
    for call in (world.ses.caller, world.ses.account, world.ses.identities, lambda: world.ses.identity(DOMAIN)):
        practice.aws.fail("*", Outage.HALF_ANSWER, times=1, each=True)
        with pytest.raises(Unreachable, match="was cut off"):
            await call()
        practice.aws.lift()
