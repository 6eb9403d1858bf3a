"""One look: what is asked and at whom, what is taken over, what cannot be had, and what is remembered of it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from practising import (
    AMAZON,
    ANOTHER_ACCOUNT,
    DOMAIN,
    NS1,
    NS2,
    TLD,
    Asking,
    Intercepted,
    Worlds,
    look,
    of_type,
    request,
    ses_looks_no_more,
)

from sendready.engine.observe import Part, observe
from sendready.mailauth.spf import Covers, covers_ses
from sendready.model.errors import AccessDenied, Unreachable
from sendready.model.finding import FindingState, Verdict
from sendready.model.identity import Dkim, Identity, IdentityKind, Status
from sendready.model.looks import Looking, Observed
from sendready.model.observation import Seen, Unseen
from sendready.model.ports import Scope, World
from sendready.model.records import Outcome, Question, RecordState, RecordType
from sendready.model.step import Step
from sendready.practice.aws.wire import Request as HttpRequest
from sendready.practice.aws.wire import Response
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.servers import Practice
from sendready.world.locks import locked
from sendready.world.store import Store

DKIM = f"._domainkey.{DOMAIN}"
HEALTHY = ["GetAccount", "GetCallerIdentity", "GetEmailIdentity", "ListEmailIdentities"]
"""What a look at a finished domain asks of AWS: the last of them tells who else has a say in its mail."""


def scope(practice: Practice) -> Scope:
    return Scope(practice.account_id, practice.region, DOMAIN)


async def test_a_look_ends_with_everything_seen_and_judged(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)

    events = [event async for event in observe(request(), world)]

    assert isinstance(events[-1], Observed)
    assert sorted(event.what for event in of_type(events, Looking)) == [
        "account", "caller", "delegation", "records", "ses"
    ]  # fmt: skip
    seen = events[-1].observation
    assert events[-1].diagnosis.verdict is Verdict.READY
    assert seen.account_id == practice.account_id
    assert seen.zone == DOMAIN
    assert [record.state for record in seen.records] == [RecordState.LIVE] * 6
    assert all({s.server.name for s in record.sightings} == {NS1, NS2} for record in seen.records)


async def test_what_needs_nothing_else_is_asked_at_the_same_time(
    practice: Practice, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.finish(DOMAIN)
    all_here = threading.Barrier(4)
    handle = practice.aws.handle

    def together(asked: HttpRequest) -> Response:
        all_here.wait(5)  # breaks, and fails the call, where the fourth does not come while three are waiting
        return handle(asked)

    monkeypatch.setattr(practice.aws, "handle", together)

    seen = (await look(request(), world)).observation

    assert isinstance(seen.caller, Seen)
    assert isinstance(seen.account, Seen)
    assert isinstance(seen.ses, Seen)


async def test_no_record_waits_for_the_dmarc_policy(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    await look(request(), world)  # clients are made, the delegation is known
    for server in (NS1, NS2):
        practice.dns.behave(server, Behaviour(delay=0.3 * practice.clock.speed), zone=f"_dmarc.{DOMAIN}")

    seen = (await look(request(), world)).observation

    policy = min(s.at for s in seen.records.of_step(Step.DMARC)[0].sightings)
    others = [s.at for r in seen.records if r.wanted.step is not Step.DMARC for s in r.sightings]
    assert max(others) < policy


async def test_no_question_is_asked_twice(practice: Practice, world: World, asking: Asking) -> None:
    practice.finish(DOMAIN)
    ses_looks_no_more(practice)
    await look(request(), world)  # the delegation is known
    asking.forget()

    await look(request(), world)

    once = [asked for asked in asking.dns if asked.qtype != "SOA"]  # the SOA is asked for in several ways
    assert len(once) == len(set(once))
    assert sorted(asking.aws) == HEALTHY


@pytest.mark.parametrize(
    ("part", "operations"),
    [
        (Part.ACCOUNT, ["GetAccount", "GetCallerIdentity", "ListEmailIdentities"]),
        (Part.SES, ["GetEmailIdentity"]),
        (Part.DNS, []),
    ],
)
async def test_only_the_parts_wanted_are_asked_again(
    practice: Practice, world: World, asking: Asking, part: Part, operations: list[str]
) -> None:
    practice.finish(DOMAIN)
    ses_looks_no_more(practice)
    first = (await look(request(), world)).observation
    asking.forget()

    again = (await look(request(), world, before=first, parts=frozenset({part}))).observation

    assert sorted(asking.aws) == operations
    ours = {asked.server for asked in asking.dns if asked.qname.endswith(f"{DOMAIN}.")}
    assert bool(ours) is (part is Part.DNS)
    assert (again.account is first.account) is (part is not Part.ACCOUNT)
    assert (again.caller is first.caller) is (part is not Part.ACCOUNT)
    assert (again.ses is first.ses) is (part is not Part.SES)
    assert (again.dmarc is first.dmarc) is (part is not Part.DNS)
    for before, after in zip(first.records, again.records, strict=True):
        assert (before.sightings == after.sightings) is (part is not Part.DNS)


async def test_without_an_earlier_look_everything_is_asked(practice: Practice, world: World, asking: Asking) -> None:
    practice.finish(DOMAIN)

    await look(request(), world, parts=frozenset({Part.DNS}))

    assert sorted(asking.aws) == HEALTHY


async def test_what_ses_wants_anew_has_no_answer_until_dns_is_asked(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)
    first = (await look(request(), world)).observation
    await world.ses.create_identity(DOMAIN, None, ())

    again = (await look(request(), world, before=first, parts=frozenset({Part.SES}))).observation

    assert [record.state for record in again.records.of_step(Step.DKIM)] == [RecordState.UNKNOWN] * 3
    assert [r.sightings for r in again.records.of_step(Step.MAIL_FROM)] == [
        r.sightings for r in first.records.of_step(Step.MAIL_FROM)
    ]


async def test_what_cannot_be_asked_is_unseen_and_the_rest_is_there(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    practice.aws.deny("ses:GetEmailIdentity")

    observed = await look(request(), world)

    seen = observed.observation
    assert isinstance(seen.ses, Unseen)
    assert isinstance(seen.ses.reason, AccessDenied)
    assert not seen.identity_missing
    assert seen.account_seen is not None
    assert {record.wanted.step for record in seen.records} == {Step.MAIL_FROM, Step.DMARC}
    assert observed.diagnosis.verdict is Verdict.UNKNOWN


async def test_without_a_resolver_aws_is_seen_all_the_same(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    practice.dns.behave("resolver", Behaviour(rcode="SERVFAIL"))

    seen = (await look(request(), world)).observation

    assert isinstance(seen.delegation, Unseen)
    assert isinstance(seen.delegation.reason, Unreachable)
    assert [record.state for record in seen.records] == [RecordState.UNKNOWN] * 6
    assert seen.ses_identity is not None
    assert seen.strays == ()


async def test_dns_only_asks_aws_nothing(practice: Practice, world: World, asking: Asking) -> None:
    practice.finish(DOMAIN)

    seen = (await look(request(dns_only=True), world)).observation

    assert asking.aws == []
    assert (seen.caller, seen.account, seen.ses) == (None, None, None)
    assert seen.records.of_step(Step.DKIM) == ()
    assert [record.state for record in seen.records] == [RecordState.LIVE] * 3
    assert list(world.store.unfinished()) == []
    assert world.store.past(DOMAIN, world.ses.region).live_records == frozenset()


async def test_dns_only_with_tokens_looks_for_the_dkim_records_too(
    practice: Practice, world: World, asking: Asking
) -> None:
    tokens = practice.finished(DOMAIN).tokens
    with_tokens = replace(
        request(dns_only=True), dkim=Dkim(Status.NOT_STARTED, tokens, "dkim.amazonses.com", True, "RSA_2048_BIT")
    )

    seen = (await look(with_tokens, world)).observation

    assert asking.aws == []
    assert [record.state for record in seen.records.of_step(Step.DKIM)] == [RecordState.LIVE] * 3


async def test_an_address_needs_no_dns(practice: Practice, world: World, asking: Asking) -> None:
    address = replace(request(), identity=Identity(f"you@{DOMAIN}", IdentityKind.ADDRESS))

    seen = (await look(address, world)).observation

    assert seen.identity_missing
    assert (seen.delegation, seen.dmarc, len(seen.records)) == (None, None, 0)
    assert asking.dns == []
    assert asking.resolver == set()


@pytest.mark.parametrize("there", [True, False], ids=["records-there", "records-missing"])
async def test_a_resolver_is_asked_for_name_servers_and_for_nothing_that_may_not_exist(
    practice: Practice, world: World, asking: Asking, *, there: bool
) -> None:
    practice.finish(DOMAIN)
    if not there:
        practice.inflict("records-missing", DOMAIN)
    ses_looks_no_more(practice)
    asking.forget()

    seen = (await look(request(), world)).observation

    assert all(record.live is there for record in seen.records.of_step(Step.DKIM))
    servers = {("example", "NS"), (TLD, "A"), (TLD, "AAAA")}
    keys = {(record.wanted.value, "TXT") for record in seen.records.of_step(Step.DKIM) if record.live}
    assert asking.resolver == {*servers, ("amazonses.com", "TXT"), *keys}
    assert len(keys) == (3 if there else 0)
    assert {asked.server for asked in asking.dns if asked.qname.endswith(f"{DKIM}.")} == {f"{NS1}.", f"{NS2}."}


async def test_records_at_a_doubled_name_are_found(practice: Practice, world: World) -> None:
    practice.inflict("doubled-domain", DOMAIN)

    seen = (await look(request(), world)).observation

    assert [stray.at for stray in seen.strays] == [f"{record.wanted.name}.{DOMAIN}" for record in seen.records][:3]
    assert all(stray.wanted.is_met_by(stray.sightings[0].answers) for stray in seen.strays)


async def test_records_of_a_subdomain_are_found_where_the_host_appended_the_whole_zone_or_a_part(
    practice: Practice, world: World
) -> None:
    practice.register("shop.example")
    below = "news.shop.example"
    identity = practice.finished(below)
    wholly, partly, _ = (f"{token}._domainkey.{below}" for token in identity.tokens)
    practice.put(below, f"{wholly}.shop.example", "CNAME", practice.take(below, wholly, "CNAME"))
    twice = partly.removesuffix(".shop.example") + f".{below}"
    practice.put(below, twice, "CNAME", practice.take(below, partly, "CNAME"))

    seen = (await look(request(below), world)).observation

    assert {stray.wanted.name: stray.at for stray in seen.strays} == {wholly: f"{wholly}.shop.example", partly: twice}


@pytest.mark.parametrize("silent", [True, False], ids=["unknown", "live"])
async def test_nothing_is_looked_for_elsewhere_unless_it_is_proven_absent(
    practice: Practice, world: World, asking: Asking, *, silent: bool
) -> None:
    practice.finish(DOMAIN)
    if silent:
        for server in (NS1, NS2):
            practice.dns.behave(server, Behaviour(rcode="SERVFAIL"), zone=f"_domainkey.{DOMAIN}")

    seen = (await look(request(), world)).observation

    expected = RecordState.UNKNOWN if silent else RecordState.LIVE
    assert [record.state for record in seen.records.of_step(Step.DKIM)] == [expected] * 3
    assert seen.strays == ()
    assert not [asked for asked in practice.dns.log if f"{DOMAIN}.{DOMAIN}" in asked.qname]


async def test_a_look_is_remembered(practice: Practice, world: World) -> None:
    tokens = practice.finished(DOMAIN).tokens

    observed = await look(request(), world)

    past = world.store.past(DOMAIN, practice.region)
    assert past.account == practice.account_id
    assert past.identity_seen
    assert past.production_seen
    assert past.tokens == tokens
    assert past.signing_zone == "dkim.amazonses.com"
    assert past.last_ready == observed.observation.at
    assert past.live_records == {(r.wanted.name, r.wanted.type.value) for r in observed.observation.records}
    assert (await look(request(), world)).observation.past == past


async def test_a_state_that_another_run_holds_takes_nothing_from_what_was_seen(
    practice: Practice, world: World, tmp_path: Path
) -> None:
    running = set(threading.enumerate())
    practice.finish(DOMAIN)
    await look(request(), world)
    before = world.store.past(DOMAIN, practice.region)
    impatient = replace(world, store=Store(tmp_path / "state", patience=0.05))

    with locked(tmp_path / "state" / DOMAIN / practice.region / practice.account_id / ".lock"):
        practice.inflict("records-missing", DOMAIN)
        observed = await look(request(), impatient)

    assert observed.diagnosis.verdict is Verdict.BROKEN
    assert observed.unwritten == f"another sendready has been holding the state of {DOMAIN} for 0.05 s; try again"
    assert world.store.past(DOMAIN, practice.region) == before
    assert all(thread.daemon for thread in set(threading.enumerate()) - running)  # none holds the process at its end


async def test_what_was_once_there_stays_remembered_when_it_is_gone_or_cannot_be_seen(
    practice: Practice, world: World
) -> None:
    practice.finish(DOMAIN)
    await look(request(), world)
    before = world.store.past(DOMAIN, practice.region)

    practice.inflict("records-missing", DOMAIN)
    practice.aws.deny("ses:Get*")
    observed = await look(request(), world)

    assert isinstance(observed.observation.ses, Unseen)
    assert world.store.past(DOMAIN, practice.region) == before


@pytest.mark.parametrize("again", [True, False], ids=["created-anew", "gone"])
async def test_a_proof_of_another_identity_is_none(practice: Practice, world: World, *, again: bool) -> None:
    practice.finish(DOMAIN)
    await look(request(), world)
    at = world.clock.now()
    world.store.learn(scope(practice), lambda past: replace(past, test_proven=at))
    await look(request(), world)
    assert world.store.past(DOMAIN, practice.region).test_proven == at

    identity = practice.ses.identities.pop(DOMAIN)
    if again:
        practice.ses.identities[DOMAIN] = identity
        identity.tokens = tuple(token[::-1] for token in identity.tokens)
    await look(request(), world)

    past = world.store.past(DOMAIN, practice.region)
    assert past.test_proven is None
    assert past.identity_seen


async def test_what_another_run_learns_during_a_look_is_kept(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    practice.finish(DOMAIN)
    await look(request(), world)
    at = world.clock.now()
    intercepted.after(
        "GetAccount", lambda: world.store.learn(scope(practice), lambda past: replace(past, test_proven=at))
    )

    await look(request(), world)

    assert world.store.past(DOMAIN, practice.region).test_proven == at


async def test_an_identity_in_another_account_starts_without_a_past(
    practice: Practice, world: World, worlds: Worlds
) -> None:
    practice.finish(DOMAIN)
    await look(request(), world)
    other = await worlds.open(account=ANOTHER_ACCOUNT)
    await other.ses.create_identity(DOMAIN, None, ())

    seen = (await look(request(), other)).observation

    assert seen.account_id == ANOTHER_ACCOUNT
    assert seen.past.account is None
    assert not seen.past.identity_seen
    ours = world.store.past(DOMAIN, practice.region, practice.account_id)
    theirs = world.store.past(DOMAIN, practice.region, ANOTHER_ACCOUNT)
    assert ours.production_seen
    assert theirs.identity_seen
    assert not theirs.production_seen
    assert set(ours.tokens).isdisjoint(theirs.tokens)


async def test_an_account_without_the_identity_is_told_whose_it_was_and_leaves_that_memory_alone(
    practice: Practice, world: World, worlds: Worlds
) -> None:
    practice.finish(DOMAIN)
    await look(request(), world)
    before = world.store.past(DOMAIN, practice.region)
    other = await worlds.open(account=ANOTHER_ACCOUNT)

    seen = (await look(request(), other)).observation

    assert seen.identity_missing
    assert seen.past == before
    assert world.store.past(DOMAIN, practice.region) == before
    assert world.store.past(DOMAIN, practice.region, ANOTHER_ACCOUNT).account is None


async def test_a_look_that_is_left_leaves_no_task_behind(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    practice.aws.latency = practice.clock.speed * 0.2
    async with aclosing(observe(request(), world)) as events:
        assert (await anext(events)).type == "looking"

    left = {task.get_coro().__qualname__ for task in asyncio.all_tasks() - {asyncio.current_task()}}  # type: ignore[union-attr]
    assert left <= {"AuthoritativeDns._walk"}  # shared with other looks, which are not to begin again


async def test_time_in_a_look_is_the_worlds(practice: Practice, worlds: Worlds) -> None:
    practice.finish(DOMAIN)
    practice.clock.jump(timedelta(days=10))
    world = await worlds.open()  # the jump is seen by whoever opens the world afterwards

    seen = (await look(request(), world)).observation

    assert abs(seen.at - practice.clock.now()) < timedelta(hours=1)


async def test_servers_of_a_delegated_subzone_are_asked_for_what_lies_in_it(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    zone = practice.zones.create(f"_domainkey.{DOMAIN}", (f"{AMAZON}.",))
    for token in practice.finished(DOMAIN).tokens:
        name = f"{token}{DKIM}"
        zone.put(name, "CNAME", 300, practice.take(DOMAIN, name, "CNAME") or [f"{token}.dkim.amazonses.com."])

    seen = (await look(request(), world)).observation

    dkim = seen.records.of_step(Step.DKIM)
    assert [record.state for record in dkim] == [RecordState.LIVE] * 3
    assert {s.server.name for record in dkim for s in record.sightings} == {AMAZON}


async def test_what_mail_authentication_rests_on_is_seen_with_the_records(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN, dmarc=f"v=DMARC1; p=none; rua=mailto:dmarc@{DOMAIN}")
    practice.put(DOMAIN, DOMAIN, "TXT", ['"v=spf1 mx include:amazonses.com ~all"', '"other"'])
    practice.put(DOMAIN, DOMAIN, "MX", [f"10 mx.{DOMAIN}."])

    auth = (await look(request(), world)).observation.auth

    assert auth.spf is not None
    assert (auth.spf.lookups, auth.spf.voids, auth.spf.complete) == (2, (), True)
    assert auth.mail_from_spf is not None
    assert covers_ses(auth.mail_from_spf) == (Covers.YES, (f"bounce.{DOMAIN}", "amazonses.com"))
    assert [key.outcome for key in auth.keys].count(Outcome.ANSWER) == 1
    assert [(report.host, report.asked, report.receives) for report in auth.reports] == [(DOMAIN, "", True)]
    assert auth.answers(Question(DOMAIN, RecordType.MX)) == (f"10 mx.{DOMAIN}",)


async def test_a_record_that_lets_ses_in_by_a_detour_is_live(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    practice.put(DOMAIN, f"bounce.{DOMAIN}", "TXT", [f'"v=spf1 include:_spf.{DOMAIN} -all"'])
    practice.put(DOMAIN, f"_spf.{DOMAIN}", "TXT", ['"v=spf1 include:amazonses.com ~all"'])

    seen = (await look(request(), world)).observation

    assert [record.state for record in seen.records.of_step(Step.MAIL_FROM)] == [RecordState.LIVE] * 2


async def test_a_list_that_does_not_answer_has_not_said_that_the_domain_is_in_none(
    practice: Practice, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.finish(DOMAIN)

    async def nobody(_: Question) -> None:
        return None

    monkeypatch.setattr(world.dns, "resolve", nobody)

    findings = (await look(replace(request(), blocklists=True), world)).diagnosis.findings

    assert {(f.id, f.state) for f in findings if f.id == "REP003"} == {("REP003", FindingState.UNKNOWN)}
