"""How name servers and resolvers are named: an address and a port, or a message that says what is wrong."""

from __future__ import annotations

import pytest
from practising import DOMAIN, Worlds

from sendready.model.errors import BadInput
from sendready.practice.servers import Practice
from sendready.world.dns.transport import Endpoint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", Endpoint("192.0.2.1", 53)),
        ("192.0.2.1:5353", Endpoint("192.0.2.1", 5353)),
        (" 192.0.2.1 ", Endpoint("192.0.2.1", 53)),
        ("2001:db8::1", Endpoint("2001:db8::1", 53)),
        ("2001:DB8:0::1", Endpoint("2001:db8::1", 53)),
        ("[2001:db8::1]", Endpoint("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", Endpoint("2001:db8::1", 5353)),
        ("::1", Endpoint("::1", 53)),
    ],
)
def test_an_address_with_or_without_a_port(text: str, expected: Endpoint) -> None:
    assert Endpoint.parse(text) == expected


BAD = [
    "",
    "dns.example",
    "dns.example:53",
    "192.0.2",
    "192.0.2.1:",
    "192.0.2.1:dns",
    "192.0.2.1:0",
    "192.0.2.1:65536",
    "192.0.2.1:-53",
    "[2001:db8::1",
    "[2001:db8::1]53",
    "[2001:db8::1]:",
    "[2001:db8::1]:dns",
    "2001:db8::g",
    "[]:53",
]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Endpoint.parse(text)


@pytest.mark.parametrize("text", [text for text in BAD if text])
async def test_a_resolver_that_is_no_address_is_a_mistake_of_the_user(worlds: Worlds, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        await worlds.open(resolver=text)

    assert "--resolver" in caught.value.message
    assert text in caught.value.message
    assert "127.0.0.1:5353" in (caught.value.hint or "")


async def test_the_resolver_that_is_named_wins_over_the_environments(practice: Practice, worlds: Worlds) -> None:
    practice.zones.create(DOMAIN)
    environment = {**worlds.connection().environment, "SENDREADY_RESOLVER": "127.0.0.1:1"}

    world = await worlds.open(environment=environment, resolver=practice.dns.resolver)

    assert (await world.dns.delegation(DOMAIN)).exists


@pytest.mark.parametrize(
    "entry",
    ["192.0.2.1", "192.0.2.1:53", "192.0.2.1=", "192.0.2.1=localhost:53", "=127.0.0.1:53", "example=127.0.0.1:53"],
)
async def test_a_map_that_cannot_be_read_is_named(worlds: Worlds, entry: str) -> None:
    environment = {**worlds.connection().environment, "SENDREADY_DNS_MAP": f"192.0.2.9=127.0.0.1:53,{entry}"}

    with pytest.raises(BadInput, match="SENDREADY_DNS_MAP") as caught:
        await worlds.open(environment=environment)

    assert f"`{entry.rpartition('=')[2]}`" in caught.value.message or f"`{entry}`" in caught.value.message


@pytest.mark.parametrize("form", ["{address}={where}", " {address} = {where} ", "{address}={where},"])
async def test_spaces_and_a_comma_at_the_end_are_no_mistake(practice: Practice, worlds: Worlds, form: str) -> None:
    practice.zones.create(DOMAIN)
    entries = ",".join(form.format(address=a, where=w) for a, w in practice.dns.map.items())
    environment = {**worlds.connection().environment, "SENDREADY_DNS_MAP": entries}

    world = await worlds.open(environment=environment)

    assert (await world.dns.delegation(DOMAIN)).zone == DOMAIN


async def test_without_a_map_the_addresses_are_the_real_ones(worlds: Worlds) -> None:
    environment = {**worlds.connection().environment, "SENDREADY_DNS_MAP": ""}

    assert await worlds.open(environment=environment)  # nothing is connected to yet


async def test_a_map_may_write_an_ipv6_address_in_any_form(practice: Practice, worlds: Worlds) -> None:
    zone = practice.zones.create(DOMAIN)
    zone.put(f"ns6.{DOMAIN}", "AAAA", 300, ["2001:db8::53"])
    zone.put(DOMAIN, "NS", 300, ["ns1.practice-dns.net.", f"ns6.{DOMAIN}."])
    plain = worlds.connection().environment
    also = f"2001:DB8:0:0::53={practice.dns.map['198.51.100.2']}"
    world = await worlds.open(environment={**plain, "SENDREADY_DNS_MAP": f"{plain['SENDREADY_DNS_MAP']},{also}"})

    cut = await world.dns.delegation(DOMAIN)

    assert "2001:db8::53" in [server.address for server in cut.servers]
