"""Which zone is written to, what stands in the way, and that what was written is read back; on practice Route 53."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from practising import ANOTHER_ACCOUNT, DOMAIN, Intercepted, Worlds, all_of, carried_out, of_type, planned, request

from sendready.engine.apply import apply, make
from sendready.engine.cleanup import standing
from sendready.engine.observe import Request
from sendready.engine.publishing import NoHostedZone
from sendready.model.answers import Answered, Answers, DmarcPolicy, Publish, Source
from sendready.model.change import Mode
from sendready.model.errors import ExitCode, Rejected, StateError
from sendready.model.events import Changed, Conflicted, Event, Failed, Note, Observed, Result
from sendready.model.identity import Identity
from sendready.model.ports import World
from sendready.model.step import Step
from sendready.practice.aws import route53
from sendready.practice.aws.outages import Outage
from sendready.practice.aws.route53 import HostedZone
from sendready.practice.servers import Practice

BOUNCE = f"bounce.{DOMAIN}"
MX, SPF, DMARC = f"record.mx.{BOUNCE}", f"record.txt.{BOUNCE}", f"record.txt._dmarc.{DOMAIN}"
SES_SPF = "v=spf1 include:amazonses.com ~all"


def another(practice: Practice, name: str = DOMAIN, **how: object) -> HostedZone:
    """One more hosted zone in the account; practice serves only the first of its name."""
    return route53.host(practice.cloud, practice.account_id, name, reference=f"another {name}", **how)  # type: ignore[arg-type]


def moved_away(practice: Practice) -> HostedZone:
    """The account's zone, whose domain has been delegated to somebody else."""
    practice.register(DOMAIN)
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    practice.zones.remove(DOMAIN)
    practice.zones.create(DOMAIN, ("ns-aws.practice-dns.net.",))
    zone.served = False
    return zone


def names(zone: HostedZone) -> set[tuple[str, str]]:
    return {(name.rstrip("."), kind) for name, kind in zone.records if kind not in ("SOA", "NS")}


def exit_of(events: list[Event]) -> int:
    (told,) = of_type(events, Result)
    return told.exit


# Which zone


async def test_of_two_zones_of_one_name_the_delegated_one_is_written_to(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    (served,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    twin = another(practice)

    _, plan = await planned(request(), world)
    events = await carried_out(request(), world)

    assert exit_of(events) == ExitCode.DONE
    assert len(names(served)) == 6
    assert names(twin) == set()
    assert f"another zone of that name that nobody is sent to: {twin.id}" in plan.zone_note


async def test_a_private_zone_is_none(practice: Practice, world: World) -> None:
    practice.zones.create(DOMAIN)
    private = another(practice, vpc={"VPCId": "vpc-1", "VPCRegion": "eu-west-1"})

    _, plan = await planned(request(), world)
    with pytest.raises(NoHostedZone, match="is private"):
        await planned(request(publish=Publish.ROUTE53), world)

    assert {change.mode for change in plan.changes if change.record} == {Mode.BY_HAND}
    assert names(private) == set()


async def test_the_records_of_a_subdomain_go_into_the_zone_that_holds_it(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    (parent,) = route53.of_account(practice.cloud, practice.account_id).zones.values()

    events = await carried_out(request(f"mail.{DOMAIN}"), world)

    assert exit_of(events) == ExitCode.DONE
    assert (f"_dmarc.mail.{DOMAIN}", "TXT") in names(parent)
    assert (f"bounce.mail.{DOMAIN}", "MX") in names(parent)


async def test_a_name_that_was_delegated_on_is_left_to_the_user(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    (parent,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    practice.zones.create(BOUNCE, ("ns-aws.practice-dns.net.",))

    _, plan = await planned(request(), world)

    by_key = {change.key: change for change in plan.changes}
    assert by_key[MX].mode is by_key[SPF].mode is Mode.BY_HAND
    assert f"{BOUNCE} is a zone of its own" in by_key[MX].note
    assert by_key[DMARC].mode is Mode.AUTOMATIC
    assert parent.records


# A zone that nobody is sent to


async def test_such_a_zone_asked_for_by_name_is_a_conflict_and_the_rest_is_done(
    practice: Practice, world: World
) -> None:
    zone = moved_away(practice)

    events = await carried_out(request(publish=Publish.ROUTE53), world)

    assert exit_of(events) == ExitCode.BROKEN
    conflicts = {event.change.key: event.change.note for event in of_type(events, Conflicted)}
    assert {MX, SPF, DMARC} <= conflicts.keys()
    assert len(conflicts) == 6
    assert zone.id in conflicts[MX]
    assert "the world is sent to ns-aws.practice-dns.net" in conflicts[MX]
    assert "--any-zone" in conflicts[MX]
    assert names(zone) == set()
    assert DOMAIN in practice.ses.identities


async def test_left_to_itself_sendready_shows_the_records_and_names_the_zone(practice: Practice, world: World) -> None:
    zone = moved_away(practice)

    seen, plan = await planned(request(), world)

    assert {change.mode for change in plan.changes if change.record} == {Mode.BY_HAND}
    assert f"Route 53 zone {DOMAIN} ({zone.id}) is another one, which nobody is sent to" in plan.zone_note
    assert seen.zone == DOMAIN


async def test_with_the_users_word_it_is_written_to(practice: Practice, world: World) -> None:
    zone = moved_away(practice)

    events = await carried_out(request(publish=Publish.ROUTE53, any_zone=True), world)

    assert of_type(events, Conflicted) == []
    assert {(BOUNCE, "MX"), (BOUNCE, "TXT"), (f"_dmarc.{DOMAIN}", "TXT")} <= names(zone)


async def test_another_accounts_zone_is_not_in_reach(practice: Practice, world: World) -> None:
    route53.host(practice.cloud, ANOTHER_ACCOUNT, DOMAIN, reference="theirs")

    with pytest.raises(NoHostedZone, match="in this account"):
        await planned(request(publish=Publish.ROUTE53), world)


# What is there already


async def test_a_large_zone_with_a_wildcard_gets_six_records_and_loses_none(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    live = practice.zone_of(DOMAIN)
    assert live is not None
    live.put(f"*.{DOMAIN}.", "A", 300, ["192.0.2.1"])
    for number in range(5000):
        live.put(f"host{number}.{DOMAIN}.", "A", 300, ["192.0.2.2"])

    events = await carried_out(request(), world)

    assert exit_of(events) == ExitCode.DONE
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    assert len(names(zone)) == 5001 + 6


@pytest.mark.parametrize(
    ("name", "rtype", "values", "in_conflict"),
    [
        (BOUNCE, "CNAME", ["parked.example.org."], {MX, SPF}),
        (BOUNCE, "TXT", ['"v=spf1 -all"', '"v=spf1 +all"'], {SPF}),
        (BOUNCE, "TXT", ['"something=else"'], {SPF}),
        (BOUNCE, "MX", ["10 mx.example.org.", "20 mx2.example.org."], {MX}),
        (f"_dmarc.{DOMAIN}", "TXT", ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"'], set()),
    ],
)
async def test_what_stands_in_the_way_is_kept_and_the_rest_is_written(
    practice: Practice, world: World, name: str, rtype: str, values: list[str], in_conflict: set[str]
) -> None:
    practice.register(DOMAIN)
    practice.put(DOMAIN, name, rtype, values)

    events = await carried_out(request(), world)

    assert {event.change.key for event in of_type(events, Conflicted)} == in_conflict
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    assert sorted(zone.records[f"{name}.", rtype][1]) == sorted(values)
    written = {event.change.key for event in of_type(events, Changed) if event.change.record}
    assert written == {MX, SPF, DMARC, *_dkim(practice)} - in_conflict - ({DMARC} if "_dmarc" in name else set())


def _dkim(practice: Practice) -> set[str]:
    return {f"record.cname.{token}._domainkey.{DOMAIN}" for token in practice.ses.identities[DOMAIN].tokens}


# Read back


async def test_a_yes_that_was_not_kept_is_a_failure(practice: Practice, world: World, intercepted: Intercepted) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(), world)
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    intercepted.after("ChangeResourceRecordSets", lambda: zone.records.pop((f"{BOUNCE}.", "MX")))  # type: ignore[arg-type,return-value]

    events = await all_of(make([change for change in plan.changes if change.record], seen, world))

    (failed,) = of_type(events, Failed)
    assert failed.change.key == MX
    assert isinstance(failed.error, Rejected)
    assert "said yes and does not have the record" in failed.error.message
    assert {event.change.key for event in of_type(events, Changed)} == {SPF, DMARC}


async def test_the_journal_holds_where_it_was_written_and_what_was_read_back(
    practice: Practice, worlds: Worlds, tmp_path: Path
) -> None:
    practice.register(DOMAIN)
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()

    await carried_out(request(), await worlds.open())

    (journal,) = (tmp_path / "state").rglob("journal.jsonl")
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    begun, spf = [entry for entry in entries if entry.get("change") == SPF]
    assert (spf["publish"], spf["zone"], spf["zone_id"]) == ("auto", DOMAIN, zone.id)
    assert (spf["name"], spf["type"], spf["value"]) == (BOUNCE, "TXT", SES_SPF)
    assert spf["read_back"] == [SES_SPF]
    assert "read_back" not in begun
    assert spf["at"]


async def test_what_a_killed_run_had_written_is_found_and_not_written_again(
    practice: Practice, worlds: Worlds, intercepted: Intercepted
) -> None:
    practice.register(DOMAIN)

    seen, plan = await planned(request(), await worlds.open())
    stream = make([change for change in plan.changes if change.record], seen, await worlds.open())
    async for _ in stream:  # the first word that something was made, and then nobody listens any more
        break
    await stream.aclose()
    events = await carried_out(request(), await worlds.open())

    assert exit_of(events) == ExitCode.DONE
    assert not {MX, SPF, DMARC} & {event.change.key for event in of_type(events, Changed)}
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    assert len(names(zone)) == 6


# One more address for DMARC reports


ASKED = Answered(Answers(dmarc_reports="new@shop.example"), {"dmarc_reports": Source.FLAG})
THEIRS = "v=DMARC1; p=reject; rua=mailto:old@shop.example"
AFTER = "v=DMARC1; p=reject; rua=mailto:old@shop.example,mailto:new@shop.example"


def reporting(practice: Practice, *beside: str) -> Request:
    """A finished domain with a DMARC record of somebody's own, and the wish for one more address in it."""
    practice.finish(DOMAIN)
    practice.put(DOMAIN, f"_dmarc.{DOMAIN}", "TXT", [f'"{THEIRS}"', *beside])
    return Request(Identity(DOMAIN), ASKED)


def dmarc_of(practice: Practice) -> set[str]:
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    return set(zone.records[f"_dmarc.{DOMAIN}.", "TXT"][1])


async def test_an_address_is_added_to_the_record_that_is_there(practice: Practice, world: World) -> None:
    asked = reporting(practice, '"site-verification=1"')

    seen, plan = await planned(asked, world)
    events = await all_of(apply(asked, seen, plan, world))
    again = (await planned(asked, world))[1]

    (change,) = plan.changes
    assert [(s.name, s.value) for s in change.settings] == [("before", THEIRS), ("after", AFTER)]
    assert dmarc_of(practice) == {f'"{AFTER}"', '"site-verification=1"'}
    assert exit_of(events) == ExitCode.DONE
    assert again.changes == ()


async def test_a_record_that_changed_meanwhile_is_left_alone(practice: Practice, world: World) -> None:
    asked = reporting(practice)
    seen, plan = await planned(asked, world)
    practice.put(DOMAIN, f"_dmarc.{DOMAIN}", "TXT", ['"v=DMARC1; p=quarantine"'])

    events = await all_of(make(plan.changes, seen, world))

    (failed,) = of_type(events, Failed)
    assert "is not what it was any more" in failed.error.message
    assert dmarc_of(practice) == {'"v=DMARC1; p=quarantine"'}


async def test_where_nobody_can_write_the_new_record_is_shown(practice: Practice, world: World) -> None:
    asked = reporting(practice)
    answers = Answers(dmarc_reports="new@shop.example", publish=Publish.NONE)

    _, plan = await planned(replace(asked, answered=replace(ASKED, answers=answers)), world)

    assert plan.changes == ()
    (kept,) = [kept.title for kept in plan.kept if "DMARC1" in kept.title]
    assert f"change it to `{AFTER}`" in kept


async def test_an_address_of_an_earlier_run_changes_nothing(practice: Practice, world: World) -> None:
    asked = reporting(practice)
    saved = replace(ASKED, sources={"dmarc_reports": Source.SAVED})

    _, plan = await planned(replace(asked, answered=saved), world)

    assert plan.changes == ()


# A stronger DMARC policy


def strict(practice: Practice, record: str = "v=DMARC1; p=none; rua=mailto:old@shop.example") -> Request:
    """A finished domain with a DMARC record, and the wish for the strictest policy."""
    practice.finish(DOMAIN)
    practice.put(DOMAIN, f"_dmarc.{DOMAIN}", "TXT", [f'"{record}"'])
    answered = Answered(Answers(dmarc=DmarcPolicy.REJECT), {"dmarc": Source.FLAG})
    return Request(Identity(DOMAIN), answered)


async def test_a_policy_is_made_stronger_on_request_where_both_legs_pass(practice: Practice, world: World) -> None:
    asked = strict(practice)

    seen, plan = await planned(asked, world)
    events = await all_of(apply(asked, seen, plan, world))
    again = (await planned(asked, world))[1]

    (change,) = plan.changes
    assert (change.key, change.title) == ("dmarc.policy", "Make the DMARC policy reject")
    assert dmarc_of(practice) == {'"v=DMARC1; p=reject; rua=mailto:old@shop.example"'}
    assert exit_of(events) == ExitCode.DONE
    assert again.changes == ()


@pytest.mark.parametrize(
    ("break_it", "leg"),
    [
        (lambda practice: practice.put(DOMAIN, BOUNCE, "TXT", ['"v=spf1 -all"']), "SPF"),
        (lambda practice: setattr(practice.ses.identities[DOMAIN], "signing", False), "DKIM"),
    ],
    ids=["spf", "dkim"],
)
async def test_a_policy_waits_until_both_legs_pass(
    practice: Practice, world: World, break_it: Callable[[Practice], None], leg: str
) -> None:
    asked = strict(practice)
    break_it(practice)

    _, plan = await planned(asked, world)

    assert not any(change.key.startswith("dmarc") for change in plan.changes)
    (kept,) = [kept.title for kept in plan.kept if kept.step is Step.DMARC]
    assert "you asked for reject, which waits until both legs pass" in kept
    assert f"{leg}: " in kept


async def test_a_policy_is_not_made_weaker(practice: Practice, world: World) -> None:
    asked = strict(practice, "v=DMARC1; p=reject")
    answered = Answered(Answers(dmarc=DmarcPolicy.NONE), {"dmarc": Source.FLAG})

    _, plan = await planned(replace(asked, answered=answered), world)

    assert plan.changes == ()
    (kept,) = [kept.title for kept in plan.kept if kept.step is Step.DMARC]
    assert "you asked for none, and a policy is not made weaker from here" in kept


async def test_what_was_refused_is_not_taken_for_something_of_ours(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    practice.aws.deny("route53:ChangeResourceRecordSets")

    events = await carried_out(request(), world)

    assert {MX, SPF, DMARC} <= {event.change.key for event in of_type(events, Failed)}
    assert list(world.store.written()) == []


async def test_where_the_answer_was_an_error_the_zone_tells_what_was_added(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(), world)
    records = [change for change in plan.changes if change.record]
    practice.aws.fail("ChangeResourceRecordSets", Outage.SERVER_ERROR, times=None)

    refused = await all_of(make(records, seen, world))

    assert {event.change.key for event in of_type(refused, Failed)} == {MX, SPF, DMARC}
    assert list(world.store.written()) == []


async def test_of_one_that_nobody_knows_the_end_of_the_zone_tells_later(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(), world)
    practice.aws.fail("ChangeResourceRecordSets", Outage.SERVER_ERROR, times=None)
    practice.aws.fail("ListResourceRecordSets", Outage.SERVER_ERROR, times=None)

    await all_of(make([change for change in plan.changes if change.record], seen, world))
    practice.aws.lift()
    begun = await standing(world, practice.account_id)
    await carried_out(request(), world)
    added = await standing(world, practice.account_id)

    assert len(begun) == 3
    assert not any(record.ours for record in begun)
    assert len(added) == 6
    assert all(record.ours for record in added)


async def test_a_record_that_could_not_be_taken_back_is_not_added_and_the_rest_goes_on(
    practice: Practice, world: World, tmp_path: Path
) -> None:
    practice.register(DOMAIN)
    seen, plan = await planned(request(), world)
    folder = tmp_path / "state" / DOMAIN / seen.region / practice.account_id
    (folder / "journal.jsonl").mkdir(parents=True)  # as good as a full disk

    events = await all_of(make(plan.changes, seen, world))

    failed = {event.change.key: event.error for event in of_type(events, Failed)}
    assert set(failed) == {MX, SPF, DMARC}
    assert all(isinstance(error, StateError) for error in failed.values())
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    assert names(zone) == set()
    told = {event.change.key: event.detail for event in of_type(events, Changed)}
    assert "identity.create" in told
    assert all("could not be written down" in detail for detail in told.values())


# Until every name server has it


COPYING = "Route 53 copies the records to its name servers; that takes up to a minute"


@pytest.mark.parametrize("in_time", [True, False], ids=["in-time", "too-long"])
async def test_without_a_wait_it_ends_once_route53_is_in_sync(
    practice: Practice, world: World, monkeypatch: pytest.MonkeyPatch, intercepted: Intercepted, in_time: bool
) -> None:
    practice.register(DOMAIN)
    monkeypatch.setattr(route53, "IN_SYNC", timedelta(days=1))
    if in_time:
        intercepted.after("GetChange", lambda: monkeypatch.setattr(route53, "IN_SYNC", timedelta()))

    events = await carried_out(request(), world)

    late = "Route 53 still copies the records to its name servers; those are asked from now on"
    assert [note.text for note in of_type(events, Note)] == [COPYING, *([] if in_time else [late])]
    assert events.index(of_type(events, Note)[0]) > events.index(of_type(events, Changed)[-1])
    assert events.index(of_type(events, Observed)[-1]) > events.index(
        of_type(events, Note)[-1]
    )  # the end is what is so then
    assert exit_of(events) == ExitCode.DONE


async def test_where_route53_may_not_be_asked_how_far_it_is_that_is_said(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    practice.aws.deny("route53:GetChange")

    events = await carried_out(request(), world)

    (note,) = of_type(events, Note)
    assert "route53:GetChange" in note.text
    assert "the name servers are asked instead" in note.text
    assert exit_of(events) == ExitCode.DONE
