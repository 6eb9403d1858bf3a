"""A plan that is saved is carried out as it was shown, or refused with what differs."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from pathlib import Path

import pytest
from commandline import Contract, Run, WorldOf, changes_made

from sendready.practice.servers import Practice

DOMAIN = "shop.example"


@pytest.fixture
def world(practice: Practice, world_of: WorldOf) -> dict[str, str]:
    practice.register(DOMAIN)
    return world_of(practice)


@pytest.fixture
def saved(sendready: Run, world: dict[str, str], tmp_path: Path) -> Path:
    result = sendready(
        *("plan", DOMAIN, "--mail-from", "bounces", "--dmarc", "quarantine", "--out", "plan.json"), environment=world
    )
    assert result.returncode == 5
    assert "sendready apply --plan plan.json" in result.stderr
    return tmp_path / "plan.json"


def test_a_saved_plan_is_for_its_owner_alone_and_has_a_schema(saved: Path, contract: Contract) -> None:
    content = json.loads(saved.read_text("utf-8"))

    assert contract.problems("saved-plan", content) == []
    assert content["identity"] == DOMAIN
    assert {"name": "mail_from", "value": "bounces", "source": "flag"} in content["answers"]
    if sys.platform != "win32":
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_exactly_the_plan_is_done_whatever_the_surroundings_say_by_now(
    sendready: Run, practice: Practice, world: dict[str, str], saved: Path, contract: Contract, tmp_path: Path
) -> None:
    (tmp_path / "sendready.toml").write_text('mail_from = "other"\nrequest_access = true\n', "utf-8")
    planned = [change["key"] for change in json.loads(saved.read_text("utf-8"))["changes"]]

    result = sendready(
        *("apply", "--plan", "plan.json", "--yes", "--wait", "10m", "--format", "json"),
        environment={**world, "SENDREADY_DMARC": "reject"},
    )

    made = {event["change"]["key"] for event in contract.stream(result) if event["type"] == "changed"}
    assert made <= {*planned, *(key for key in made if "_domainkey" in key)}
    assert "dkim.records" in planned
    assert "PutAccountDetails" not in changes_made(practice)
    records = sendready("records", DOMAIN, "--format", "json", environment=world).stdout
    assert f"bounces.{DOMAIN}" in records


def test_a_plan_that_was_done_or_overtaken_is_refused_with_what_differs(
    sendready: Run, practice: Practice, world: dict[str, str], saved: Path
) -> None:
    sendready("apply", DOMAIN, "--yes", "--publish", "none", environment=world)
    before = changes_made(practice)

    result = sendready("apply", "--plan", "plan.json", "--yes", environment=world)

    assert result.returncode == 1
    assert "identity: not in SES then, PENDING now" in result.stderr
    assert "is planned no more" in result.stderr
    assert "sendready plan shop.example --out FILE" in result.stderr
    assert changes_made(practice) == before


def test_a_record_that_appeared_meanwhile_is_named(
    sendready: Run, practice: Practice, world: dict[str, str], saved: Path, contract: Contract
) -> None:
    zone = practice.dns.zones.get(DOMAIN)
    assert zone is not None
    zone.put(f"_dmarc.{DOMAIN}", "TXT", 60, ['"v=DMARC1; p=reject"'])

    result = sendready("apply", "--plan", "plan.json", "--yes", "--format", "json", environment=world)

    end = contract.stream(result)[-1]
    assert result.returncode == 1
    assert f"TXT _dmarc.{DOMAIN}: nothing then, v=DMARC1; p=reject now" in end["detail"]
    assert changes_made(practice) == []


def test_another_region_is_refused(sendready: Run, practice: Practice, world: dict[str, str], saved: Path) -> None:
    result = sendready("apply", "--plan", "plan.json", "--yes", "--region", "us-east-1", environment=world)

    assert result.returncode == 2
    assert f"region: {practice.region} in the plan, us-east-1 here" in result.stderr
    assert changes_made(practice) == []


def test_what_is_no_plan_is_refused(sendready: Run, world: dict[str, str], saved: Path, tmp_path: Path) -> None:
    content = json.loads(saved.read_text("utf-8"))
    wrong = {
        "is no saved plan": sendready("plan", DOMAIN, "--format", "json", environment=world).stdout,
        "was changed after it was saved": json.dumps({**content, "identity": "evil.example"}),
        "was saved as sendready.saved-plan/0": json.dumps({**content, "schema": "sendready.saved-plan/0"}),
    }
    for said, text in wrong.items():
        (tmp_path / "wrong.json").write_text(text, "utf-8")
        result = sendready("apply", "--plan", "wrong.json", "--yes", environment=world)
        assert result.returncode == 2
        assert said in result.stderr
    assert "no such file" in sendready("apply", "--plan", "nowhere.json", environment=world).stderr
    assert "Make the plan with them" in sendready("apply", "--plan", "plan.json", "--test", environment=world).stderr
    assert "the plan is about" in sendready("apply", "a.example", "--plan", "plan.json", environment=world).stderr


def test_nothing_but_an_earlier_plan_is_written_over(
    sendready: Run, practice: Practice, world: dict[str, str], saved: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.json").write_text("{}", "utf-8")
    asked = len(practice.aws.calls)

    refused = sendready("plan", DOMAIN, "--out", "mine.json", environment=world)

    assert refused.returncode == 2
    assert len(practice.aws.calls) == asked
    assert (tmp_path / "mine.json").read_text("utf-8") == "{}"
    first = hashlib.sha256(saved.read_bytes()).digest()
    assert sendready("plan", DOMAIN, "--out", "plan.json", environment=world).returncode == 5
    assert hashlib.sha256(saved.read_bytes()).digest() != first
    assert [name for name in os.listdir(tmp_path) if name.startswith(".plan")] == []
