"""A plan is carried out as it was accepted: no change more, each told once, none held up by another."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from practising import (
    AMAZON,
    DOMAIN,
    NS1,
    NS2,
    Asking,
    Intercepted,
    all_of,
    carried_out,
    of_type,
    planned,
    request,
    until,
)

from sendready.engine.apply import apply, make
from sendready.model.answers import Publish
from sendready.model.change import Mode, Plan
from sendready.model.errors import AccessDenied, AlreadyExists, EventsLost, ExitCode, Rejected
from sendready.model.events import Changed, Conflicted, Event, Failed, Note, Observed, Planned, Result, Waiting
from sendready.model.finding import Verdict
from sendready.model.identity import Identity, IdentityKind
from sendready.model.ports import World
from sendready.practice.aws import route53
from sendready.practice.aws.errors import AwsError
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.servers import Practice

A_DAY, SOON = timedelta(days=1), timedelta(minutes=5)

EVERYTHING = {"request_access": True, "accept_terms": True, "website": "https://shop.example/"}
BOUNCE = f"bounce.{DOMAIN}"
SPF = f"record.txt.{BOUNCE}"
MX = f"record.mx.{BOUNCE}"
DMARC = f"record.txt._dmarc.{DOMAIN}"


def result(events: list[Event]) -> Result:
    """The one result, which must be the last thing said."""
    (told,) = of_type(events, Result)
    assert events[-1] is told
    return told


def made(events: list[Event]) -> list[str]:
    return [event.change.key for event in of_type(events, Changed)]


def failed(events: list[Event]) -> dict[str, type]:
    return {event.change.key: type(event.error) for event in of_type(events, Failed)}


def dkim(practice: Practice) -> set[str]:
    return {f"record.cname.{token}._domainkey.{DOMAIN}" for token in practice.ses.identities[DOMAIN].tokens}


def hosted(practice: Practice) -> dict[tuple[str, str], tuple[str, ...]]:
    """What Route 53 holds in the account's only zone, without what every zone has."""
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    return {key: values for key, (_, values) in zone.records.items() if key[1] not in ("SOA", "NS")}


async def accepted(world: World, plan: Plan, seen: object, **answers: object) -> list[Event]:
    return await all_of(apply(request(**answers), seen, plan, world))  # type: ignore[arg-type]


# The road


async def test_a_new_domain_goes_all_the_way(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)

    events = await carried_out(request(**EVERYTHING), world, wait=A_DAY)

    assert result(events) == Result(Verdict.READY, ExitCode.DONE)
    assert made(events)[:2] == ["identity.create", "mail-from.set"]
    assert set(made(events)) == {
        "identity.create", "mail-from.set", MX, SPF, DMARC, "access.request", *dkim(practice)
    }  # fmt: skip
    assert len(made(events)) == 9
    assert failed(events) == {}
    assert of_type(events, Planned) == of_type(events, Conflicted) == []
    assert len(hosted(practice)) == 6


async def test_without_a_wait_it_ends_when_everything_is_made(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)

    events = await carried_out(request(), world)

    assert result(events).exit == ExitCode.DONE
    assert set(made(events)) == {"identity.create", "mail-from.set", MX, SPF, DMARC, *dkim(practice)}
    assert of_type(events, Waiting) == []


async def test_everything_that_was_made_is_in_the_journal_with_what_was_written(
    practice: Practice, world: World, tmp_path: Path
) -> None:
    practice.register(DOMAIN)

    events = await carried_out(request(), world)

    (journal,) = (tmp_path / "state").glob("*/*/*/journal.jsonl")
    entries = {entry["change"]: entry for entry in map(json.loads, journal.read_text().splitlines())}
    assert list(entries) == made(events)
    assert entries["identity.create"]["api"] == "ses:CreateEmailIdentity"
    assert entries[MX]["value"] == "10 feedback-smtp.eu-west-1.amazonses.com"
    assert entries[MX]["api"] == "route53:ChangeResourceRecordSets"
    assert entries[MX]["detail"].startswith("C")  # the id Route 53 gave the change


async def test_nothing_to_do_is_done(practice: Practice, world: World, asking: Asking) -> None:
    practice.finish(DOMAIN)

    events = await carried_out(request(), world, wait=A_DAY)

    assert result(events) == Result(Verdict.READY, ExitCode.DONE)
    assert made(events) == []
    assert not {name for name in asking.aws if not name.startswith(("Get", "List"))}


async def test_an_address_is_created_and_waited_for_until_its_link_is_opened(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)  # for the production access
    address = replace(request(), identity=Identity("you@elsewhere.example", IdentityKind.ADDRESS))
    seen, plan = await planned(address, world)
    events: list[Event] = []
    async with aclosing(apply(address, seen, plan, world, wait=A_DAY)) as stream:
        async for event in stream:
            events.append(event)
            if isinstance(event, Waiting):
                assert practice.click("you@elsewhere.example")

    assert made(events) == ["identity.create"]
    assert result(events) == Result(Verdict.READY, ExitCode.DONE)


# Consent


async def test_a_change_that_the_accepted_plan_did_not_name_is_not_made(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    practice.put(DOMAIN, f"_dmarc.{DOMAIN}", "TXT", ['"v=DMARC1; p=reject"'])
    seen, plan = await planned(request(), world)
    assert DMARC not in plan.keys
    practice.take(DOMAIN, f"_dmarc.{DOMAIN}", "TXT")  # now one would be wanted

    events = await all_of(apply(request(), seen, plan, world, wait=SOON))

    assert DMARC not in made(events)
    assert ("_dmarc.shop.example.", "TXT") not in hosted(practice)
    assert dkim(practice) <= set(made(events))  # announced, and named only once SES had the tokens


async def test_what_was_shown_as_left_to_the_user_is_not_made_when_it_could_be(
    practice: Practice, world: World
) -> None:
    practice.register(DOMAIN)
    by_hand = request(publish=Publish.NONE)
    seen, plan = await planned(by_hand, world)
    assert {change.mode for change in plan.changes if change.record} == {Mode.BY_HAND}

    events = await all_of(apply(request(), seen, plan, world))  # Route 53 is in reach after all

    assert made(events) == ["identity.create", "mail-from.set"]
    assert hosted(practice) == {}


async def test_signing_that_is_switched_off_meanwhile_is_left_off(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    practice.take(DOMAIN, BOUNCE, "TXT")
    seen, plan = await planned(request(), world)
    practice.ses.identities[DOMAIN].signing = False

    events = await all_of(apply(request(), seen, plan, world, wait=SOON))

    assert made(events) == [SPF]
    assert not practice.ses.identities[DOMAIN].signing


async def test_what_the_plan_announced_for_later_is_made_when_its_time_has_come(
    practice: Practice, world: World
) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(test=True, **EVERYTHING), world)
    (later,) = plan.later
    practice.cloud.events_lost = True  # its outcome is none of this test's business

    events = await all_of(apply(request(test=True, **EVERYTHING), seen, plan, world, wait=A_DAY))

    assert later.key == "test.send"
    assert failed(events) == {"test.send": EventsLost}
    assert result(events).exit == ExitCode.BROKEN


async def test_make_makes_what_it_is_given_and_nothing_else(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(), world)
    (dmarc,) = (change for change in plan.changes if change.key == DMARC)

    events = await all_of(make([dmarc], seen, world))

    assert [type(event) for event in events] == [Changed]
    assert list(hosted(practice)) == [(f"_dmarc.{DOMAIN}.", "TXT")]
    assert practice.ses.identities == {}


# What is left to the user


@pytest.mark.parametrize("wait", [None, SOON])
async def test_records_to_add_by_hand_are_told_once_and_all_together(
    practice: Practice, world: World, wait: timedelta | None
) -> None:
    practice.zones.create(DOMAIN)

    events = await carried_out(request(), world, wait=wait)

    (told,) = of_type(events, Planned)
    assert {change.key for change in told.plan.by_hand} == {MX, SPF, DMARC, *dkim(practice)}
    assert "ns1.practice-dns.net" in told.plan.zone_note
    assert made(events) == ["identity.create", "mail-from.set"]
    assert result(events).exit == ExitCode.NOT_YET


async def test_records_added_by_hand_are_seen_and_it_goes_on(practice: Practice, world: World) -> None:
    practice.zones.create(DOMAIN)
    asked = request(**EVERYTHING)
    seen, plan = await planned(asked, world)
    events: list[Event] = []
    async with aclosing(apply(asked, seen, plan, world, wait=A_DAY)) as stream:
        async for event in stream:
            events.append(event)
            if isinstance(event, Planned):
                for change in event.plan.by_hand:
                    assert change.record is not None
                    value = f'"{change.record.value}"' if change.record.type == "TXT" else f"{change.record.value}."
                    practice.put(DOMAIN, change.record.name, change.record.type, [value])

    assert len(of_type(events, Planned)) == 1
    assert result(events) == Result(Verdict.READY, ExitCode.DONE)


async def test_a_conflict_is_told_once_and_the_rest_is_done(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    practice.put(DOMAIN, BOUNCE, "MX", ["10 mx.other.example."])

    events = await carried_out(request(), world, wait=SOON)

    (conflict,) = of_type(events, Conflicted)
    assert conflict.change.key == MX
    assert conflict.change.existing == ("10 mx.other.example",)
    assert set(made(events)) == {"identity.create", "mail-from.set", SPF, DMARC, *dkim(practice)}
    assert hosted(practice)[f"{BOUNCE}.", "MX"] == ("10 mx.other.example.",)
    assert result(events).exit == ExitCode.BROKEN


# Publishing


async def test_all_records_known_by_then_go_in_one_batch(practice: Practice, world: World, asking: Asking) -> None:
    practice.finish(DOMAIN)
    for name, kind in ((BOUNCE, "MX"), (BOUNCE, "TXT"), (f"_dmarc.{DOMAIN}", "TXT")):
        practice.take(DOMAIN, name, kind)

    events = await carried_out(request(), world)

    assert made(events) == [MX, SPF, DMARC]
    assert asking.aws.count("ChangeResourceRecordSets") == 1
    assert len({event.detail for event in of_type(events, Changed)}) == 1


async def test_the_very_same_record_that_appeared_meanwhile_was_there_already(
    practice: Practice, world: World, asking: Asking
) -> None:
    practice.finish(DOMAIN)
    practice.take(DOMAIN, BOUNCE, "MX")
    spf = practice.take(DOMAIN, BOUNCE, "TXT")
    seen, plan = await planned(request(), world)
    practice.put(DOMAIN, BOUNCE, "TXT", spf)

    events = await accepted(world, plan, seen)

    assert [(event.change.key, event.already) for event in of_type(events, Changed)] == [(MX, False), (SPF, True)]
    assert asking.aws.count("ChangeResourceRecordSets") == 3  # both together, then one by one
    assert result(events).exit == ExitCode.DONE


async def test_another_record_that_appeared_meanwhile_is_left_and_the_others_are_added(
    practice: Practice, world: World
) -> None:
    practice.finish(DOMAIN)
    practice.take(DOMAIN, BOUNCE, "MX")
    practice.take(DOMAIN, BOUNCE, "TXT")
    seen, plan = await planned(request(), world)
    practice.put(DOMAIN, BOUNCE, "TXT", ['"v=spf1 -all"'])

    events = await accepted(world, plan, seen)

    assert made(events) == [MX]
    assert failed(events) == {SPF: AlreadyExists}
    assert hosted(practice)[f"{BOUNCE}.", "TXT"] == ('"v=spf1 -all"',)
    assert result(events).exit == ExitCode.BROKEN


async def test_a_batch_that_is_refused_as_a_whole_is_tried_one_by_one(
    practice: Practice, world: World, asking: Asking
) -> None:
    practice.finish(DOMAIN)
    practice.take(DOMAIN, BOUNCE, "MX")
    practice.take(DOMAIN, BOUNCE, "TXT")
    practice.aws.fail("ChangeResourceRecordSets", AwsError("InvalidInput", "Something about one of them."))

    events = await carried_out(request(), world)

    assert made(events) == [MX, SPF]
    assert asking.aws.count("ChangeResourceRecordSets") == 3


async def test_a_batch_that_route_53_may_not_be_asked_for_is_not_tried_again(
    practice: Practice, world: World, asking: Asking
) -> None:
    practice.finish(DOMAIN)
    practice.take(DOMAIN, BOUNCE, "MX")
    practice.take(DOMAIN, BOUNCE, "TXT")
    practice.aws.deny("route53:ChangeResourceRecordSets")

    events = await carried_out(request(), world, wait=SOON)

    assert failed(events) == {MX: AccessDenied, SPF: AccessDenied}
    assert asking.aws.count("ChangeResourceRecordSets") == 1
    assert result(events).exit == ExitCode.BROKEN


async def test_a_zone_that_is_gone_by_then_fails_every_record(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(), world)
    route53.of_account(practice.cloud, practice.account_id).zones.clear()

    events = await all_of(make([change for change in plan.changes if change.record], seen, world))

    assert failed(events) == {MX: Rejected, SPF: Rejected, DMARC: Rejected}


# Route 53 in the middle of a wait


async def test_records_written_a_moment_ago_are_not_left_to_the_user_when_route_53_cannot_be_asked_again(
    practice: Practice, world: World
) -> None:
    practice.register(DOMAIN)
    for server in (NS1, NS2):
        practice.dns.behave(server, Behaviour(lagging=True), zone=DOMAIN)  # they take their time to show
    asked = request(**EVERYTHING)
    seen, plan = await planned(asked, world)
    events: list[Event] = []
    async with aclosing(apply(asked, seen, plan, world, wait=A_DAY)) as stream:
        async for event in stream:
            events.append(event)
            if len(of_type(events, Waiting)) == 1:
                assert dkim(practice) <= set(made(events))
                practice.aws.deny("route53:*")
            if len(of_type(events, Waiting)) == 3:
                practice.dns.behave(NS1, zone=DOMAIN)
                practice.dns.behave(NS2, zone=DOMAIN)

    assert of_type(events, Planned) == []
    assert result(events) == Result(Verdict.READY, ExitCode.DONE)


async def test_records_that_could_not_be_seen_yet_do_not_change_the_result_when_route_53_cannot_be_asked_again(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    practice.finish(DOMAIN)
    practice.take(DOMAIN, BOUNCE, "MX")
    for server in (NS1, NS2):
        practice.dns.behave(server, Behaviour(lagging=True), zone=DOMAIN)
    intercepted.after("ChangeResourceRecordSets", lambda: practice.aws.deny("route53:List*"))

    events = await carried_out(request(), world)

    assert made(events) == [MX]
    assert of_type(events, Planned) == []
    assert result(events).exit == ExitCode.DONE


async def test_a_zone_asked_for_by_name_that_cannot_be_read_for_a_while_is_said_once_and_waited_out(
    practice: Practice, world: World
) -> None:
    practice.register(DOMAIN)
    for server in (NS1, NS2):
        practice.dns.behave(server, Behaviour(lagging=True), zone=DOMAIN)
    asked = request(publish=Publish.ROUTE53, **EVERYTHING)
    seen, plan = await planned(asked, world)
    events: list[Event] = []
    async with aclosing(apply(asked, seen, plan, world, wait=A_DAY)) as stream:
        async for event in stream:
            events.append(event)
            if len(of_type(events, Waiting)) == 1:
                practice.aws.deny("route53:*")
            if len(of_type(events, Waiting)) == 4:
                practice.aws.lift()
                practice.dns.behave(NS1, zone=DOMAIN)
                practice.dns.behave(NS2, zone=DOMAIN)

    (note,) = of_type(events, Note)
    assert "no plan can be made right now" in note.text
    assert result(events) == Result(Verdict.READY, ExitCode.DONE)


# What fails


async def test_a_change_that_fails_is_told_once_and_the_rest_goes_on(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    practice.aws.deny("ses:PutEmailIdentityMailFromAttributes")

    events = await carried_out(request(**EVERYTHING), world, wait=A_DAY)

    assert failed(events) == {"mail-from.set": AccessDenied}
    assert len(of_type(events, Failed)) == 1
    assert {"identity.create", "access.request", MX, SPF, DMARC, *dkim(practice)} == set(made(events))
    assert result(events).exit == ExitCode.BROKEN


async def test_an_identity_that_was_created_meanwhile_is_as_good_as_ours(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(), world)
    await world.ses.create_identity(DOMAIN, None, ())

    events = await accepted(world, plan, seen)

    (there,) = [event for event in of_type(events, Changed) if event.change.key == "identity.create"]
    assert there.already
    assert dkim(practice) <= set(made(events))
    assert result(events).exit == ExitCode.DONE


async def test_a_mail_from_that_ses_wants_only_once_verified_is_set_then(
    practice: Practice, world: World, asking: Asking
) -> None:
    practice.register(DOMAIN)
    refusal = AwsError("BadRequestException", "Identity is not verified.")
    practice.aws.fail("PutEmailIdentityMailFromAttributes", refusal)

    events = await carried_out(request(**EVERYTHING), world, wait=A_DAY)

    (note,) = of_type(events, Note)
    assert "once the identity is verified" in note.text
    assert failed(events) == {}
    assert made(events).count("mail-from.set") == 1
    assert asking.aws.count("PutEmailIdentityMailFromAttributes") == 2
    assert result(events) == Result(Verdict.READY, ExitCode.DONE)


async def test_a_mail_from_refused_for_good_is_a_failure(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    practice.aws.fail("PutEmailIdentityMailFromAttributes", AwsError("BadRequestException", "No."), times=None)

    events = await carried_out(request(), world)

    assert failed(events) == {"mail-from.set": Rejected}
    assert result(events).exit == ExitCode.BROKEN


async def test_a_verification_that_ses_gave_up_is_begun_again_with_the_same_tokens(
    practice: Practice, world: World
) -> None:
    practice.finish(DOMAIN)
    identity = practice.ses.identities[DOMAIN]
    assert identity.dkim is not None
    identity.dkim.status = "FAILED"
    tokens = identity.tokens

    events = await carried_out(request(), world, wait=A_DAY)

    (restarted,) = of_type(events, Changed)
    assert restarted.change.key == "dkim.restart"
    assert restarted.detail == "tokens unchanged"
    assert identity.tokens == tokens
    assert result(events) == Result(Verdict.READY, ExitCode.DONE)


# How it ends


async def test_a_wait_that_is_over_before_the_domain_is_ready_is_not_yet(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    practice.inflict("review-denied", DOMAIN)
    practice.review_seconds = 10_000.0
    practice.ses.review = None

    events = await carried_out(request(**EVERYTHING), world, wait=3 * SOON)  # SOON is half a second of ours

    assert made(events) == ["access.request"]
    assert of_type(events, Waiting)
    assert result(events) == Result(Verdict.WAITING, ExitCode.NOT_YET)


async def test_it_does_not_wait_for_a_sandbox_that_nobody_asked_to_leave(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN, production=False)

    events = await carried_out(request(), world, wait=A_DAY)

    assert of_type(events, Waiting) == []
    assert result(events) == Result(Verdict.INCOMPLETE, ExitCode.NOT_YET)


async def test_it_does_not_wait_for_what_only_a_person_can_mend(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    practice.put(DOMAIN, BOUNCE, "MX", ["10 mx.other.example."])
    identity = practice.ses.identities[DOMAIN]
    assert identity.mail_from is not None
    identity.mail_from.watch.status = "FAILED"

    events = await carried_out(request(), world, wait=A_DAY)

    assert of_type(events, Waiting) == []
    assert result(events) == Result(Verdict.BROKEN, ExitCode.BROKEN)


async def test_what_cannot_be_looked_at_at_the_end_is_said_so(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    seen, plan = await planned(request(), world)
    practice.aws.deny("ses:GetEmailIdentity")

    events = await all_of(apply(request(), seen, plan, world, wait=SOON))

    assert result(events) == Result(Verdict.UNKNOWN, ExitCode.CANNOT_LOOK)


async def test_leaving_in_a_wait_leaves_nothing_running(practice: Practice, world: World) -> None:
    practice.zones.create(DOMAIN, (f"{AMAZON}.",))
    seen, plan = await planned(request(), world)
    async with aclosing(apply(request(), seen, plan, world, wait=A_DAY)) as events:
        waiting = await until(events, Waiting)

    assert len(waiting.records) == 6
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_it_looks_again_once_everything_is_made(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)

    events = await carried_out(request(), world)

    first, *_ = of_type(events, Observed)
    assert len(first.observation.records) == 6
    assert first.observation.ses_identity is not None
