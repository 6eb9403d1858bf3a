"""Answers that are lost on their way: what was made is ours, what was not seen is not done, nothing is concluded."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from practising import DOMAIN, Intercepted, Worlds, carried_out, look, of_type, planned, request

from sendready.engine.apply import make
from sendready.engine.cleanup import leftovers, standing
from sendready.engine.deliver import link_opened
from sendready.model.answers import Language, MailType
from sendready.model.change import RequestAccess
from sendready.model.errors import AccessDenied, ExitCode
from sendready.model.events import Changed, Failed, Note, Observed, Result
from sendready.model.finding import Verdict
from sendready.model.ports import World
from sendready.practice.aws.errors import HangUpError
from sendready.practice.aws.outages import Outage
from sendready.practice.servers import Practice


def hang_up() -> None:
    """Cuts the connection once the call has been carried out."""
    raise HangUpError


async def test_records_that_were_announced_and_could_not_be_named_are_not_done(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    practice.register(DOMAIN)
    intercepted.after("ChangeResourceRecordSets", lambda: practice.aws.deny("ses:GetEmailIdentity"))

    events = await carried_out(request(), world)

    (told,) = of_type(events, Result)
    assert (told.verdict, told.exit) == (Verdict.UNKNOWN, ExitCode.CANNOT_LOOK)


async def test_what_is_written_is_journalled_though_nobody_says_any_more_whose_account_it_is(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    practice.register(DOMAIN)
    refused = Outage.EXPIRED_TOKEN  # which is not tried again
    intercepted.after("ChangeResourceRecordSets", lambda: practice.aws.fail("GetCallerIdentity", refused, times=None))

    events = await carried_out(request(), world)

    last = of_type(events, Observed)[-1].observation
    assert last.account_id is None
    assert len(list(world.store.written())) == 6


async def test_records_whose_answer_was_lost_are_ours(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(), world)
    intercepted.after("ChangeResourceRecordSets", hang_up)

    events = [e async for e in make([change for change in plan.changes if change.record], seen, world)]

    assert len(of_type(events, Changed)) == 3
    assert not any(event.already for event in of_type(events, Changed))
    there = await standing(world, practice.account_id)
    assert len(there) == 3
    assert all(record.ours for record in there)
    assert [call.operation for call in practice.aws.calls].count("ChangeResourceRecordSets") == 1


async def test_a_change_that_was_throttled_is_tried_again(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(), world)
    practice.aws.fail("ChangeResourceRecordSets", Outage.THROTTLED, times=2)

    events = [e async for e in make([change for change in plan.changes if change.record], seen, world)]

    assert len(of_type(events, Changed)) == 3


async def test_a_request_for_access_whose_answer_was_lost_is_under_review(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    practice.register(DOMAIN)
    asked = request(
        website="https://shop.example", mail_type=MailType.TRANSACTIONAL, request_access=True, accept_terms=True
    )
    seen, plan = await planned(asked, world)
    intercepted.after("PutAccountDetails", hang_up)

    events = [e async for e in make([c for c in plan.changes if c.key == "access.request"], seen, world)]

    assert [repr(event.error) for event in of_type(events, Failed)] == []
    assert [event.change.key for event in of_type(events, Changed)] == ["access.request"]


async def test_a_request_that_somebody_else_made_since_the_plan_is_not_written_over(
    practice: Practice, worlds: Worlds, world: World
) -> None:
    practice.register(DOMAIN)
    asked = request(website="https://shop.example", request_access=True, accept_terms=True)
    seen, plan = await planned(asked, world)
    other = RequestAccess(MailType.TRANSACTIONAL, "https://other.example", (), Language.EN)
    practice.review_seconds = 0  # granted by now: a second request would be taken, and overwrite what was told
    await (await worlds.open()).ses.request_access(other)

    events = [e async for e in make([c for c in plan.changes if c.key == "access.request"], seen, world)]

    assert [event.already for event in of_type(events, Changed)] == [True]
    assert practice.ses.details is not None
    assert practice.ses.details["WebsiteURL"] == "https://other.example"


async def test_without_any_right_to_sns_the_events_come_otherwise_and_nothing_is_said_to_stay(
    practice: Practice, world: World
) -> None:
    practice.finish(DOMAIN)
    practice.aws.deny("sns:*")
    seen, plan = await planned(request(test=True), world)

    events = [e async for e in make(plan.changes, seen, world)]

    assert [event.change.key for event in of_type(events, Changed)] == ["test.send"]
    assert not any("left behind" in event.text for event in of_type(events, Note))
    assert leftovers(world, practice.account_id).here == ()


async def test_a_look_that_cannot_be_kept_is_shown_all_the_same(
    practice: Practice, world: World, tmp_path: Path
) -> None:
    practice.finish(DOMAIN)
    folder = tmp_path / "state" / DOMAIN / practice.region / practice.account_id
    (folder / ".lock").mkdir(parents=True)  # as good as a disk that takes nothing

    observed = await look(request(), world)

    assert observed.diagnosis.verdict is Verdict.READY
    assert "cannot be used" in observed.unwritten


async def test_waiting_for_a_link_outlasts_a_failure_and_no_refusal(practice: Practice, world: World) -> None:
    until = world.clock.now() + timedelta(hours=2)
    practice.aws.fail("GetEmailIdentity", Outage.RESET, times=6)  # as often as one call is tried
    practice.aws.deny("ses:GetEmailIdentity")

    with pytest.raises(AccessDenied):
        await link_opened("somebody@shop.example", world, until)
