"""`check --changes` speaks where something is not as the look before saw it, and keeps silent otherwise."""

from __future__ import annotations

import pytest
from commandline import Contract, Run, WorldOf

from sendready.practice.servers import Practice

DOMAIN = "shop.example"


@pytest.fixture
def world(practice: Practice, world_of: WorldOf) -> dict[str, str]:
    practice.register(DOMAIN)
    practice.finish(DOMAIN)
    return world_of(practice)


def test_the_first_look_speaks_the_next_does_not_and_the_codes_stay(
    sendready: Run, practice: Practice, world: dict[str, str]
) -> None:
    first = sendready("check", DOMAIN, "--changes", environment=world)
    second = sendready("check", DOMAIN, "--changes", environment=world)
    practice.inflict("records-missing", DOMAIN)
    third = sendready("check", DOMAIN, "--changes", environment=world)
    fourth = sendready("check", DOMAIN, "--changes", environment=world)

    assert (first.returncode, second.returncode, third.returncode, fourth.returncode) == (0, 0, 1, 1)
    assert f"{DOMAIN}: the first look that is kept" in first.stdout
    assert (second.stdout, second.stderr) == ("", "")
    assert f"{DOMAIN}: since " in third.stdout
    assert "→ nothing" in third.stdout
    assert "new: KIM001 fail" in third.stdout
    assert (fourth.stdout, fourth.stderr) == ("", "")


def test_programs_read_what_changed(
    sendready: Run, practice: Practice, world: dict[str, str], contract: Contract
) -> None:
    sendready("check", DOMAIN, environment=world)
    practice.ses.identities[DOMAIN].signing = False

    result = sendready("check", DOMAIN, "--changes", "--format", "json", environment=world)

    since = contract.document("check", result)["since_last"]
    assert {"subject": "ses", "name": "DKIM signing", "before": ["on"], "now": ["off"]} in since["moves"]
    assert since["begun"]
    assert since["ended"] == []


def test_a_finding_that_moves_no_record_of_ours_is_a_change_too(
    sendready: Run, practice: Practice, world: dict[str, str]
) -> None:
    sendready("check", DOMAIN, environment=world)
    practice.inflict("bounce-rate", DOMAIN)

    told = sendready("check", DOMAIN, "--changes", environment=world)
    practice_again = sendready("check", DOMAIN, "--changes", environment=world)

    assert "new: REP" in told.stdout
    assert practice_again.stdout == ""


def test_what_does_not_count_is_not_told(sendready: Run, practice: Practice, world: dict[str, str]) -> None:
    sendready("check", DOMAIN, environment=world)
    practice.inflict("bounce-rate", DOMAIN)
    ids = [word for word in sendready("explain").stdout.split() if word.startswith("REP")]

    told = sendready("check", DOMAIN, "--changes", "--skip", *ids, environment=world)

    assert told.stdout == ""


def test_a_look_that_sees_nothing_always_speaks(sendready: Run, practice: Practice, world: dict[str, str]) -> None:
    sendready("check", DOMAIN, environment=world)
    practice.inflict("expired-credentials", DOMAIN)

    results = [sendready("check", DOMAIN, "--changes", environment=world) for _ in range(2)]

    assert [result.returncode for result in results] == [3, 3]
    assert all("ENV011" in result.stdout for result in results)


def test_without_an_account_there_is_nothing_to_go_by(sendready: Run) -> None:
    assert sendready("check", DOMAIN, "--changes", "--dns-only").returncode == 2
