"""What is asked around an identity: only where something points at it, in parallel, and never for long."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from dataclasses import replace

import pytest
from practising import ANOTHER_ACCOUNT, DOMAIN, Asking, Intercepted, Worlds, look, request, ses_looks_no_more

from sendready.engine import around
from sendready.model.errors import AccessDenied, NoCredentials
from sendready.model.finding import Verdict
from sendready.model.identity import Identity, IdentityKind
from sendready.model.observation import Seen, Unseen
from sendready.model.ports import World
from sendready.model.surroundings import Surroundings, Target
from sendready.practice.aws.cloudwatch import Reputation
from sendready.practice.aws.errors import AwsError
from sendready.practice.aws.kms import Key, Kms
from sendready.practice.aws.ses_state import Identity as Held
from sendready.practice.aws.ses_state import Ses
from sendready.practice.listening import listening
from sendready.practice.servers import Practice

ALWAYS = {"GetAccount", "GetCallerIdentity", "GetEmailIdentity", "ListEmailIdentities"}


async def surroundings(world: World, asked: str = DOMAIN) -> Surroundings:
    seen = (await look(request(asked), world)).observation.around
    assert seen is not None
    return seen


def verified_address(practice: Practice, name: str) -> None:
    now = practice.clock.now()
    practice.ses.identities[name] = Held(name, now, confirmed=now)


async def test_a_default_configuration_set_is_followed_to_whoever_listens(
    practice: Practice, world: World, asking: Asking
) -> None:
    listening(practice, DOMAIN)
    ses_looks_no_more(practice)
    asking.forget()

    seen = await surroundings(world)

    assert set(asking.aws) - ALWAYS == {
        "GetConfigurationSet", "GetConfigurationSetEventDestinations", "GetIdentityNotificationAttributes",
        "GetTopicAttributes", "ListSubscriptionsByTopic", "GetQueueUrl", "GetQueueAttributes",
    }  # fmt: skip
    assert set(Counter(asking.aws).values()) == {1}
    assert isinstance(seen.hops, Seen)
    (hops,) = seen.hops.value
    assert hops.destination.target is Target.SNS
    assert isinstance(hops.topic, Seen)
    assert hops.topic.value is not None
    assert isinstance(hops.topic.value.subscriptions, Seen)
    (subscription,) = hops.topic.value.subscriptions.value
    assert subscription.confirmed
    assert isinstance(subscription.queue, Seen)
    assert list(seen.unseen()) == []


async def test_a_key_is_followed_to_its_policy(practice: Practice, world: World) -> None:
    found = listening(practice, DOMAIN)
    kms = practice.cloud.state(Kms, practice.account_id, practice.region)
    kms.keys["k"] = Key("k", f"arn:aws:kms:{practice.region}:{practice.account_id}:key/k", json.dumps({}))
    kms.aliases["alias/mine"] = "k"
    found.topic.attributes["KmsMasterKeyId"] = "alias/mine"

    broken = await look(request(), world)
    (finding,) = [one for one in broken.diagnosis.findings if one.id == "SES017"]
    assert "policy of the key" in finding.detail

    statement = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Resource": "*"}
    kms.keys["k"].policy = json.dumps({"Statement": [{**statement, "Action": ["kms:GenerateDataKey*", "kms:Decrypt"]}]})
    assert (await look(request(), world)).diagnosis.findings == ()


async def test_what_is_hidden_is_unseen_in_its_place_and_the_rest_is_there(practice: Practice, world: World) -> None:
    listening(practice, DOMAIN)
    practice.aws.deny("sqs:*")

    observed = await look(request(), world)

    assert observed.observation.around is not None
    hidden = list(observed.observation.around.unseen())
    assert [type(one.reason) for one in hidden] == [AccessDenied]
    assert [(one.id, one.subject) for one in observed.diagnosis.findings] == [("ENV015", "sqs:GetQueueUrl")]
    assert observed.diagnosis.verdict is Verdict.READY


async def test_rates_are_asked_for_once_mail_is_sent_or_aws_minds(
    practice: Practice, world: World, asking: Asking
) -> None:
    practice.finish(DOMAIN)
    practice.cloud.state(Reputation, practice.account_id, practice.region).rates = {"Reputation.BounceRate": 0.03}
    assert (await surroundings(world)).rates is None
    assert "GetMetricData" not in asking.aws

    practice.ses.sent.append(practice.clock.now())
    rates = (await surroundings(world)).rates

    assert isinstance(rates, Seen)
    assert (rates.value.bounce, rates.value.complaint) == (0.03, None)
    practice.ses.sent.clear()
    practice.ses.sending = False
    assert isinstance((await surroundings(world)).rates, Seen)


async def test_recommendations_are_read_only_where_they_are_paid_for(
    practice: Practice, world: World, asking: Asking
) -> None:
    practice.finish(DOMAIN)
    arn = f"arn:aws:ses:{practice.region}:{practice.account_id}:identity/{DOMAIN}"
    row = {"ResourceArn": arn, "Type": "BIMI", "Description": "No BIMI record", "Status": "OPEN", "Impact": "LOW"}
    practice.ses.recommendations = [row, {**row, "Status": "FIXED"}, {**row, "ResourceArn": f"{arn}.other"}]
    assert (await surroundings(world)).recommendations is None
    assert "ListRecommendations" not in asking.aws

    practice.ses.vdm = {"VdmEnabled": "ENABLED"}
    found = (await surroundings(world)).recommendations

    assert isinstance(found, Seen)
    assert [one.text for one in found.value] == ["No BIMI record"]
    assert "PutAccountVdmAttributes" not in asking.aws


async def test_few_addresses_are_looked_at_and_the_one_mail_comes_from_first(
    practice: Practice, world: World, asking: Asking
) -> None:
    practice.finish(DOMAIN)
    for local in ("anna", "bert", "carl", "dora", "hello"):
        verified_address(practice, f"{local}@{DOMAIN}")
    verified_address(practice, "hello@another.example")
    asking.forget()

    neighbours = (await surroundings(world)).neighbours

    assert isinstance(neighbours, Seen)
    assert len(neighbours.value.listed) == 5
    assert [one.name for one in neighbours.value.looked_at] == [
        f"hello@{DOMAIN}", f"anna@{DOMAIN}", f"bert@{DOMAIN}"
    ]  # fmt: skip
    assert asking.aws.count("GetEmailIdentity") == 1 + around.IDENTITIES


async def test_a_suppressed_address_is_asked_for_out_of_the_sandbox_only(
    practice: Practice, world: World, asking: Asking
) -> None:
    practice.finish(DOMAIN)
    name = f"hello@{DOMAIN}"
    verified_address(practice, name)
    asked = replace(request(), identity=Identity(name, IdentityKind.ADDRESS))
    practice.aws.fail("GetSuppressedDestination", AwsError("NotFoundException", "not there"))

    seen = (await look(asked, world)).observation.around

    assert seen is not None
    assert seen.suppressed == Seen(None)
    practice.ses.review = None
    asking.forget()
    await look(asked, world)
    assert "GetSuppressedDestination" not in asking.aws


async def test_other_regions_are_asked_only_where_the_identity_is_missing(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    assert (await surroundings(world)).regions == ()
    assert {call.region for call in practice.aws.calls} == {practice.region}

    there = practice.cloud.state(Ses, practice.account_id, "ap-south-1")
    there.identities[DOMAIN] = practice.ses.identities.pop(DOMAIN)
    seen = await surroundings(world)

    assert [one.region for one in seen.found_in()] == ["ap-south-1"]
    assert len(seen.regions) == len(world.regions.names)
    assert all(one.answered for one in seen.regions)


async def test_a_region_that_is_not_enabled_is_passed_over(practice: Practice, world: World) -> None:
    practice.register(DOMAIN)

    class Half:
        names = ("us-east-1", "me-south-1")

        async def identity(self, region: str, name: str) -> None:
            if region == "me-south-1":
                raise NoCredentials("AWS does not know these credentials", action="ses:GetEmailIdentity")

    observed = await look(request(), replace(world, regions=Half()))

    assert observed.observation.around is not None
    assert [one.answered for one in observed.observation.around.regions] == [True, False]
    assert {one.id for one in observed.diagnosis.findings} == {"SES001", "SES005", "DMC001"}


async def test_regions_are_asked_together_a_few_at_a_time(
    practice: Practice, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.register(DOMAIN)
    await world.ses.account()  # the first client is made
    handle, lock, asked = practice.aws.handle, threading.Lock(), Counter[str]()
    together = threading.Barrier(around.REGIONS_AT_ONCE)
    first = True

    def counted(http: object) -> object:
        nonlocal first
        with lock:
            asked["now"] += 1
            asked["most"] = max(asked["most"], asked["now"])
            wait = first
        try:
            if wait:
                together.wait(5)
                first = False
            return handle(http)  # type: ignore[arg-type]
        finally:
            with lock:
                asked["now"] -= 1

    monkeypatch.setattr(practice.aws, "handle", counted)

    found = await around.search(world, DOMAIN, world.regions.names)

    assert asked["most"] == around.REGIONS_AT_ONCE
    assert len(found) == len(world.regions.names)


async def test_a_region_that_never_answers_holds_no_look_up(
    practice: Practice, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(around, "SEARCH_SECONDS", 0.2)
    asleep = asyncio.Event()

    class Far:
        names = ("us-east-1", "us-west-2")

        async def identity(self, region: str, name: str) -> None:
            if region == "us-west-2":
                await asleep.wait()

    found = await around.search(replace(world, regions=Far()), DOMAIN, Far.names)

    assert [one.region for one in found] == ["us-east-1"]


async def test_regions_of_a_wait_are_not_searched_again(practice: Practice, world: World, asking: Asking) -> None:
    practice.register(DOMAIN)
    first = (await look(request(), world)).observation
    asking.forget()

    again = (await look(request(), world, before=first)).observation

    assert first.around is not None
    assert again.around is not None
    assert again.around.regions == first.around.regions
    assert asking.aws.count("GetEmailIdentity") == 1


async def test_a_region_of_the_past_counts_in_its_own_account_only(
    practice: Practice, world: World, worlds: Worlds
) -> None:
    practice.finish(DOMAIN)
    await look(request(), world)

    here = await worlds.open(region="us-west-2")
    elsewhere = await worlds.open(region="us-west-2", account=ANOTHER_ACCOUNT)

    assert (await surroundings(here)).remembered == (practice.region,)
    assert (await surroundings(elsewhere)).remembered == ()
    assert (await surroundings(world)).remembered == ()


async def test_nothing_is_asked_for_checks_that_are_skipped(practice: Practice, world: World, asking: Asking) -> None:
    listening(practice, DOMAIN)
    ses_looks_no_more(practice)
    skipped = frozenset(
        {"SES004", "SES035", "KIM035", "KIM036", "DMC026", "MFR016", "SES011", "SES012", "SES013", "SES022"}
        | {f"SES0{number}" for number in range(14, 20)}
    )
    asking.forget()

    await look(replace(request(), skip=skipped), world)

    assert set(asking.aws) == ALWAYS - {"ListEmailIdentities"}


async def test_what_was_seen_around_is_kept_until_the_account_is_asked_again(
    practice: Practice, world: World, intercepted: Intercepted
) -> None:
    from sendready.engine.observe import Part

    listening(practice, DOMAIN)
    first = (await look(request(), world)).observation

    again = (await look(request(), world, before=first, parts=frozenset({Part.DNS, Part.SES}))).observation

    assert again.around is first.around


async def test_an_account_that_may_only_see_its_identity_is_told_what_else_there_would_be(
    practice: Practice, world: World
) -> None:
    practice.finish(DOMAIN)
    practice.aws.deny("ses:List*")

    observed = await look(request(), world)

    assert observed.observation.around is not None
    assert isinstance(observed.observation.around.neighbours, Unseen)
    (finding,) = observed.diagnosis.findings
    assert "which other identities have a say" in finding.detail


async def test_a_set_that_is_only_named_is_followed_too(practice: Practice, world: World) -> None:
    found = listening(practice, DOMAIN)
    found.identity.configuration_set = None
    found.destination.enabled = False

    observed = await look(request(configuration_set=found.set.name), world)

    assert "SES015" in {one.id for one in observed.diagnosis.findings}
    assert "SES015" not in {one.id for one in (await look(request(), world)).diagnosis.findings}
