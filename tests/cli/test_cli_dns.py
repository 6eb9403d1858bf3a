"""What name servers do wrong, seen from the command line: named as what it is, and never as a missing record."""

from __future__ import annotations

from typing import Any

import pytest
from commandline import Contract, Run, WorldOf

from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.dns.zones import ADDRESSES, CUSTOMER_SERVERS, TLD_SERVER
from sendready.practice.servers import Practice

FIRST, SECOND = CUSTOMER_SERVERS


@pytest.fixture
def check(sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract) -> Any:  # noqa: ANN401  a function of the test's own
    practice.finish("shop.example")
    environment = world_of(practice)

    def look(**variables: str) -> dict[str, Any]:
        result = sendready("check", "shop.example", "--format", "json", environment={**environment, **variables})
        document = contract.document("check", result)
        assert result.returncode == {"ready": 0, "broken": 1, "unknown": 3}[document["verdict"]]
        return document

    return look


def found(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding["id"], finding["state"]) for finding in document["findings"]]


@pytest.mark.parametrize("behaviour", [{"rcode": "REFUSED"}, {"lame": True}, {"not_authoritative": True}], ids=str)
def test_a_server_that_does_not_serve_the_zone_is_named(
    check: Any,  # noqa: ANN401
    practice: Practice,
    behaviour: dict[str, Any],
) -> None:
    practice.dns.behave(SECOND, Behaviour(**behaviour), zone="shop.example")

    document = check()

    assert found(document) == [("DEL004", "fail")]
    assert document["findings"][0]["subject"].startswith(SECOND.rstrip("."))
    assert {record["state"] for record in document["records"]} == {"live"}


def test_a_server_that_is_silent_is_named_and_the_rest_is_judged(check: Any, practice: Practice) -> None:  # noqa: ANN401
    practice.dns.behave(SECOND, Behaviour(silent=True), zone="shop.example")

    document = check()

    assert found(document) == [("DEL005", "fail")]
    assert document["verdict"] == "ready"


def test_a_zone_whose_servers_are_all_away_is_unknown(check: Any, practice: Practice) -> None:  # noqa: ANN401
    for server in CUSTOMER_SERVERS:
        practice.dns.behave(server, Behaviour(silent=True), zone="shop.example")

    document = check()

    assert found(document) == [("DEL003", "unknown")]
    assert {record["state"] for record in document["records"]} == {"unknown"}


def test_a_network_that_lets_no_server_be_asked_is_told_from_a_zone_that_is_broken(
    check: Any,  # noqa: ANN401
    nobody_listens: str,
) -> None:
    dead = nobody_listens.rpartition("//")[2]

    document = check(SENDREADY_DNS_MAP=f"{ADDRESSES[TLD_SERVER]}={dead}")

    assert ("ENV002", "unknown") in found(document)
    assert document["verdict"] == "unknown"


def test_a_network_that_answers_in_place_of_every_server_is_told(check: Any, practice: Practice) -> None:  # noqa: ANN401
    for server in ADDRESSES:
        practice.dns.behave(server, Behaviour(recursive=True))

    document = check()

    assert found(document) == [("ENV003", "unknown")]


def test_a_server_that_lags_is_told_by_its_serial(check: Any, practice: Practice) -> None:  # noqa: ANN401
    practice.dns.behave(SECOND, Behaviour(lagging=True), zone="shop.example")
    practice.put("shop.example", "unrelated.shop.example", "TXT", ["later"])

    document = check()

    assert found(document) == [("DEL011", "fail")]
    assert document["verdict"] == "ready"
