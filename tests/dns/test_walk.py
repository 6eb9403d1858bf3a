"""From the top-level domain's servers down to the zone that holds a name, whatever the servers on the way do."""

from __future__ import annotations

import asyncio

import pytest
from practising import AMAZON, DOMAIN, NS1, NS2, TLD, Asking

from sendready.model.errors import Unreachable
from sendready.model.observation import Delegation
from sendready.model.ports import World
from sendready.model.records import Outcome, Question, RecordType
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.servers import Practice
from sendready.world.dns.authority import is_registry

BELOW = f"news.{DOMAIN}"


@pytest.fixture(autouse=True)
def registered(practice: Practice) -> None:
    practice.zones.create(DOMAIN)


def servers(cut: Delegation) -> list[str]:
    return [server.name for server in cut.servers]


def trail(cut: Delegation) -> list[tuple[str, Outcome]]:
    return [(sighting.server.name, sighting.outcome) for sighting in cut.sightings]


async def test_a_zone_is_found_with_its_servers_and_what_its_soa_says(practice: Practice, world: World) -> None:
    cut = await world.dns.delegation(DOMAIN)

    assert (cut.name, cut.zone, cut.exists) == (DOMAIN, DOMAIN, True)
    assert servers(cut) == [NS1, NS2]
    assert [server.address for server in cut.servers] == ["198.51.100.1", "198.51.100.2"]
    zone = practice.zone_of(DOMAIN)
    assert zone is not None
    assert cut.primary == NS1
    assert cut.serial == zone.serial
    assert cut.negative_ttl == 900  # the SOA's TTL, which is less than its MINIMUM
    assert trail(cut) == [(TLD, Outcome.NOT_AUTHORITATIVE)]


@pytest.mark.parametrize("name", [BELOW, f"a.b.{DOMAIN}"])
async def test_a_name_without_a_zone_of_its_own_is_in_the_zone_above(world: World, name: str) -> None:
    cut = await world.dns.delegation(name)

    assert (cut.zone, cut.exists) == (DOMAIN, True)
    assert servers(cut) == [NS1, NS2]
    assert trail(cut)[0] == (TLD, Outcome.NOT_AUTHORITATIVE)
    assert trail(cut)[1][1] is Outcome.NXDOMAIN


@pytest.mark.parametrize("name", [BELOW, f"deep.in.{BELOW}"])
async def test_a_subzone_at_other_servers_is_walked_into(practice: Practice, world: World, name: str) -> None:
    practice.zones.create(BELOW, (f"{AMAZON}.",))

    cut = await world.dns.delegation(name)

    assert (cut.zone, cut.exists) == (BELOW, True)
    assert servers(cut) == [AMAZON]
    assert [outcome for _, outcome in trail(cut)][:2] == [Outcome.NOT_AUTHORITATIVE] * 2


@pytest.mark.parametrize("name", [BELOW, f"deep.in.{BELOW}"])
async def test_a_subzone_at_the_very_same_servers_is_told_from_the_zone_above(
    practice: Practice, world: World, name: str
) -> None:
    practice.zones.create(BELOW)

    cut = await world.dns.delegation(name)

    assert (cut.zone, cut.exists) == (BELOW, True)
    assert servers(cut) == [NS1, NS2]


@pytest.mark.parametrize("name", [BELOW, f"deep.in.{BELOW}"])
@pytest.mark.parametrize("slow", [NS1, NS2])
async def test_a_subzone_at_one_server_of_the_zone_above_and_another_one_has_these_two(
    practice: Practice, world: World, name: str, slow: str
) -> None:
    practice.zones.create(BELOW, (f"{NS2}.", f"{AMAZON}."))
    practice.dns.behave(slow, Behaviour(delay=0.1 * practice.clock.speed))  # whoever of them answers first

    cut = await world.dns.delegation(name)

    assert cut.zone == BELOW
    assert servers(cut) == [NS2, AMAZON]


async def test_servers_that_only_the_zone_itself_names_are_asked_too(practice: Practice, world: World) -> None:
    zone = practice.zone_of(DOMAIN)
    assert zone is not None
    zone.put(DOMAIN, "NS", 300, [f"{NS1}.", f"{NS2}.", f"{AMAZON}."])

    assert servers(await world.dns.delegation(DOMAIN)) == [NS1, NS2, AMAZON]


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(lame=True),
        Behaviour(rcode="SERVFAIL"),
        Behaviour(rcode="REFUSED"),
        Behaviour(not_authoritative=True),
        Behaviour(silent=True),
        Behaviour(garbage=True),
    ],
    ids=["lame", "servfail", "refused", "not-authoritative", "silent", "garbage"],
)
@pytest.mark.parametrize("broken", [NS1, NS2])
async def test_one_server_that_does_not_work_stops_nobody(
    practice: Practice, world: World, broken: str, behaviour: Behaviour
) -> None:
    practice.dns.behave(broken, behaviour)

    cut = await world.dns.delegation(BELOW)

    assert (cut.zone, cut.exists, servers(cut)) == (DOMAIN, True, [NS1, NS2])
    assert cut.serial is not None


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "behaviour",
    [Behaviour(lame=True), Behaviour(rcode="REFUSED"), Behaviour(silent=True)],
    ids=["lame", "refused", "silent"],
)
async def test_where_no_server_works_the_zone_is_known_all_the_same(
    practice: Practice, world: World, behaviour: Behaviour
) -> None:
    for server in (NS1, NS2):
        practice.dns.behave(server, behaviour)

    cut = await world.dns.delegation(DOMAIN)

    assert (cut.zone, servers(cut), cut.exists) == (DOMAIN, [NS1, NS2], True)
    assert (cut.serial, cut.own_names) == (None, ())


async def test_a_domain_that_is_not_registered_does_not_exist(world: World) -> None:
    cut = await world.dns.delegation("nobodys.example")

    assert cut.exists is False
    assert (cut.zone, servers(cut)) == ("example", [TLD])
    assert trail(cut) == [(TLD, Outcome.NXDOMAIN)]


async def test_nor_does_what_would_be_below_it(world: World) -> None:
    cut = await world.dns.delegation("mail.nobodys.example")

    assert cut.exists is False


async def test_a_top_level_domain_that_there_is_not(world: World, asking: Asking) -> None:
    cut = await world.dns.delegation("shop.nowhere")

    assert (cut.zone, cut.exists, cut.servers) == (None, False, ())
    assert asking.resolver == {("nowhere", "NS"), ("", "NS")}


async def test_a_resolver_that_denies_everything_proves_nothing(practice: Practice, world: World) -> None:
    practice.dns.behave("resolver", Behaviour(rcode="NXDOMAIN"))

    with pytest.raises(Unreachable, match="denies even the root") as caught:
        await world.dns.delegation(DOMAIN)

    assert caught.value.code == "no-resolver"


async def test_what_a_network_denied_is_asked_anew_once_somebody_has_logged_in_to_it(
    practice: Practice, world: World
) -> None:
    practice.dns.behave("resolver", Behaviour(rcode="NXDOMAIN"))
    with pytest.raises(Unreachable):
        await world.dns.delegation(DOMAIN)
    practice.dns.behave("resolver", Behaviour())

    cut = await world.dns.delegation(DOMAIN)

    assert (cut.exists, cut.zone) == (True, DOMAIN)


async def test_a_top_level_domain_is_its_own_zone(world: World) -> None:
    cut = await world.dns.delegation("example")

    assert (cut.zone, cut.exists, servers(cut)) == ("example", True, [TLD])


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED"])
async def test_without_a_resolver_it_says_so_and_how_to_name_another(
    practice: Practice, world: World, rcode: str
) -> None:
    practice.dns.behave("resolver", Behaviour(rcode=rcode))

    with pytest.raises(Unreachable, match="no resolver answered") as caught:
        await world.dns.delegation(DOMAIN)

    assert practice.dns.resolver in caught.value.message
    assert "--resolver" in (caught.value.hint or "")


@pytest.mark.usefixtures("impatient")
async def test_a_network_that_answers_in_everybodys_place_is_not_believed(practice: Practice, world: World) -> None:
    for address in practice.dns.map:
        practice.dns.behave(address, Behaviour(recursive=True))

    with pytest.raises(Unreachable, match="a resolver of this network answered in place of") as caught:
        await world.dns.delegation(DOMAIN)

    assert caught.value.code == "intercepted"


async def test_a_walk_is_remembered_until_it_is_forgotten(world: World, asking: Asking) -> None:
    first = await world.dns.delegation(DOMAIN)
    asking.forget()

    assert await world.dns.delegation(DOMAIN) is first
    assert asking.dns == []

    world.dns.forget()
    await world.dns.delegation(DOMAIN)
    assert asking.dns


async def test_a_walk_that_failed_is_tried_again(practice: Practice, world: World) -> None:
    practice.dns.behave("resolver", Behaviour(rcode="SERVFAIL"))
    with pytest.raises(Unreachable):
        await world.dns.delegation(DOMAIN)
    practice.dns.behave("resolver")

    assert (await world.dns.delegation(DOMAIN)).exists


async def test_who_looks_at_the_same_time_shares_one_walk_and_leaving_it_harms_nobody(
    world: World, asking: Asking
) -> None:
    impatient, patient = (asyncio.ensure_future(world.dns.delegation(DOMAIN)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient

    assert (await patient).zone == DOMAIN
    assert len([asked for asked in asking.dns if asked.server == f"{TLD}."]) == 1


async def test_domains_of_one_top_level_domain_ask_for_its_servers_once(
    practice: Practice, world: World, asking: Asking
) -> None:
    names = [f"shop{number}.example" for number in range(5)]
    for name in names:
        practice.zones.create(name)

    cuts = await asyncio.gather(*(world.dns.delegation(name) for name in names))

    assert [cut.zone for cut in cuts] == names
    assert len([asked for asked in practice.dns.log.of("resolver") if asked.qname == "example."]) == 1


async def test_a_record_below_a_known_zone_needs_no_walk_of_its_own(
    practice: Practice, world: World, asking: Asking
) -> None:
    await world.dns.delegation(DOMAIN)
    asking.forget()

    await world.dns.look(Question(f"token._domainkey.{DOMAIN}", RecordType.CNAME))

    asked = [asked.server for asked in asking.dns if asked.qname.startswith("token.")]
    assert sorted(asked) == [f"{NS1}.", f"{NS2}."]
    assert asking.resolver == set()


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("com", True), ("example", True), ("uk", True), ("co.uk", True), ("com.au", True), ("or.jp", True),
        ("shop.example", False), ("shop.uk", False), ("co.example", False), ("news.shop.uk", False),
    ],
)  # fmt: skip
def test_zones_right_below_which_domains_are_registered(zone: str, expected: bool) -> None:
    assert is_registry(zone) is expected
