"""Cloudflare through its octoDNS provider, against a fake of its API: created unproxied, and nothing else is called."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from authorities import DOMAIN, SERVERS, Run, Start
from cloudflare import TOKEN, Cloudflare, running

BOUNCE = f"bounce.{DOMAIN}"


@pytest.fixture
def cloudflare() -> Iterator[Cloudflare]:
    if find_spec("octodns_cloudflare") is None:
        reason = "octodns-cloudflare is not installed: uv sync --group peers"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    account = Cloudflare(DOMAIN, [server.rstrip(".") for server in SERVERS])
    account.add({"name": DOMAIN, "type": "CNAME", "content": "web.example.org", "proxied": True, "ttl": 1})
    account.add({"name": f"*.{DOMAIN}", "type": "A", "content": "192.0.2.1", "proxied": True, "ttl": 1})
    account.add({"name": f"www.{DOMAIN}", "type": "A", "content": "192.0.2.1", "ttl": 60, "comment": "theirs"})
    account.add({"name": f"x.{DOMAIN}", "type": "OPENPGPKEY", "content": "abc"})
    with running(account):
        yield account


def variables(cloudflare: Cloudflare, token: str = TOKEN) -> dict[str, str]:
    return {"CLOUDFLARE_API_TOKEN": token, "CLOUDFLARE_API_URL": cloudflare.url}


def test_records_are_created_unproxied_and_the_others_are_left_alone(
    against: Run, start: Start, cloudflare: Cloudflare
) -> None:
    before = [dict(record) for record in cloudflare.records]

    result = against(
        start("named"), "apply", DOMAIN, "--yes", "--publish", "octodns:cloudflare", environment=variables(cloudflare)
    )

    assert result.returncode == 0, result.stderr
    assert TOKEN not in result.stdout + result.stderr
    assert cloudflare.records[: len(before)] == before
    created = cloudflare.records[len(before) :]
    assert len(created) == 6
    assert {record["proxied"] for record in created} == {False}
    (mx,) = [record for record in created if record["type"] == "MX"]
    assert (mx["name"], mx["content"].rstrip("."), mx["priority"]) == (
        BOUNCE, "feedback-smtp.eu-west-1.amazonses.com", 10
    )  # fmt: skip
    texts = {record["content"].strip('"') for record in created if record["type"] == "TXT"}
    assert texts == {"v=spf1 include:amazonses.com ~all", "v=DMARC1; p=none"}
    assert {call.partition(" ")[0] for call in cloudflare.calls} == {"GET", "POST"}
    assert {call for call in cloudflare.calls if call.startswith("POST")} == {"POST /zones/z1/dns_records"}


def test_a_large_zone_is_read_page_by_page(against: Run, start: Start, cloudflare: Cloudflare) -> None:
    for number in range(5000):
        cloudflare.add({"name": f"h{number}.{DOMAIN}", "type": "A", "content": "192.0.2.1"})

    result = against(
        start("named"), "apply", DOMAIN, "--yes", "--publish", "octodns:cloudflare", environment=variables(cloudflare)
    )

    assert result.returncode == 0, result.stderr
    assert len(cloudflare.records) == 4 + 5000 + 6


@pytest.mark.parametrize(
    ("there", "conflicts"),
    [
        ([{"type": "CNAME", "content": "web.example.org", "proxied": True, "ttl": 1}], ["MX", "TXT"]),
        ([{"type": "MX", "content": "mx.example.org", "priority": 10}], ["MX"]),
        ([{"type": "TXT", "content": f'"v=spf1 {sign}all"'} for sign in "-+"], ["TXT"]),
        ([{"type": "TXT", "content": '"site-verification=1"'}], ["TXT"]),
        (
            [
                {"name": f"_dmarc.{DOMAIN}", "type": "TXT", "content": f'"v=DMARC1; p={policy}"'}
                for policy in ("quarantine", "reject")
            ],
            ["TXT"],
        ),
    ],
    ids=["proxied-alias", "mx", "two-spf", "other-text", "two-dmarc"],
)
def test_what_stands_in_the_way_is_a_conflict_and_the_rest_is_created(
    against: Run, start: Start, cloudflare: Cloudflare, there: list[dict[str, Any]], conflicts: list[str]
) -> None:
    for record in there:
        cloudflare.add({"name": BOUNCE, **record})

    result = against(
        start("named"), "apply", DOMAIN, "--yes", "--format", "json", "--publish", "octodns:cloudflare",
        environment=variables(cloudflare),
    )  # fmt: skip

    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 1
    assert [e["change"]["record"]["type"] for e in events if e["type"] == "conflict"] == conflicts
    assert len(cloudflare.records) == 4 + len(there) + 6 - len(conflicts)


def test_a_token_that_may_not_is_said_and_not_shown(against: Run, start: Start, cloudflare: Cloudflare) -> None:
    wrong = "wrong-sentinel-token"

    result = against(
        start("named"), "plan", DOMAIN, "--publish", "octodns:cloudflare", environment=variables(cloudflare, wrong)
    )

    assert result.returncode == 3, result.stderr
    assert "Cloudflare: Authentication error" in result.stderr
    assert wrong not in result.stdout + result.stderr


def test_a_zone_whose_servers_are_not_the_delegated_ones_is_a_conflict(
    against: Run, start: Start, cloudflare: Cloudflare
) -> None:
    cloudflare.servers[:] = ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"]

    result = against(
        start("named"), "apply", DOMAIN, "--yes", "--publish", "octodns:cloudflare", environment=variables(cloudflare)
    )

    assert result.returncode == 1, result.stderr
    assert "is served by ada.ns.cloudflare.com" in " ".join(result.stderr.split())
    assert len(cloudflare.records) == 4


def test_what_was_created_can_be_taken_back(against: Run, start: Start, cloudflare: Cloudflare) -> None:
    before = [dict(record) for record in cloudflare.records]
    server = start("named")
    against(server, "apply", DOMAIN, "--yes", "--publish", "octodns:cloudflare", environment=variables(cloudflare))

    result = against(server, "cleanup", "--records", "--yes", environment=variables(cloudflare))

    assert result.returncode == 0, result.stderr
    assert cloudflare.records == before


def test_a_batch_that_broke_off_half_way_is_told_record_by_record_and_gone_on_with(
    against: Run, start: Start, cloudflare: Cloudflare
) -> None:
    server = start("named")
    command = ("apply", DOMAIN, "--yes", "--format", "json", "--publish", "octodns:cloudflare")
    cloudflare.breaks_after = 2

    first = against(server, *command, environment=variables(cloudflare))

    events = [json.loads(line) for line in first.stdout.splitlines()]
    told = [event for event in events if event["type"] == "changed" and event["change"]["record"]]
    assert first.returncode == 1, first.stderr
    added = [event["change"]["record"] for event in told if event["ok"]]
    assert sorted(f"{record['type']} {record['name']}" for record in added) == sorted(cloudflare.created)
    assert len([e for e in told if not e["ok"]]) == 4
    assert "quota has been exceeded" in first.stdout

    cloudflare.breaks_after = None
    second = against(server, *command, environment=variables(cloudflare))

    assert second.returncode == 0, second.stderr
    assert len(cloudflare.records) == 4 + 6

    taken_back = against(server, "cleanup", "--records", "--yes", environment=variables(cloudflare))

    assert taken_back.returncode == 0, taken_back.stderr
    assert len(cloudflare.records) == 4
