"""How servers take the same question put in several ways, and what a resolver makes of the zone."""

from __future__ import annotations

import pytest
from practising import DOMAIN, NS1, NS2

from sendready.model.ports import World
from sendready.model.soundness import Manners
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.servers import Practice


@pytest.fixture(autouse=True)
def registered(practice: Practice) -> None:
    practice.zones.create(DOMAIN)


async def manners(world: World) -> dict[str, Manners]:
    found = await world.dns.soundness(await world.dns.delegation(DOMAIN))
    return {one.server.name: one for one in found.manners}


async def test_a_good_server_takes_every_question(world: World) -> None:
    for one in (await manners(world)).values():
        assert (one.edns, one.keeps_case, one.tcp) == (True, True, True)


async def test_a_server_that_cannot_be_asked_over_tcp_is_told_from_those_that_can(
    practice: Practice, world: World
) -> None:
    practice.dns.behave(NS1, Behaviour(tcp_refused=True))

    found = await manners(world)

    assert (found[NS1].tcp, found[NS2].tcp) == (False, True)


async def test_where_no_server_takes_tcp_the_zone_above_tells_whether_it_is_the_network(
    practice: Practice, world: World
) -> None:
    cut = await world.dns.delegation(DOMAIN)
    practice.dns.behave(NS1, Behaviour(tcp_refused=True))
    practice.dns.behave(NS2, Behaviour(tcp_refused=True))

    assert (await world.dns.soundness(cut)).tcp_leaves is True


async def test_a_server_from_before_edns_says_so_and_is_not_blamed(practice: Practice, world: World) -> None:
    practice.dns.behave(NS1, Behaviour(no_edns=True))

    assert (await manners(world))[NS1].edns is None


async def test_nothing_is_known_of_a_server_that_never_answers(
    practice: Practice, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sendready.world.dns.soundness.PATIENCE", 0.2)
    cut = await world.dns.delegation(DOMAIN)
    practice.dns.behave(NS1, Behaviour(silent=True))

    found = {one.server.name: one for one in (await world.dns.soundness(cut)).manners}

    assert (found[NS1].edns, found[NS1].keeps_case, found[NS1].tcp) == (None, None, None)


async def test_a_zone_that_the_zone_above_does_not_call_signed_has_no_chain(world: World) -> None:
    assert (await world.dns.soundness(await world.dns.delegation(DOMAIN))).chain is None
