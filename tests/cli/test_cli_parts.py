"""A part of the checks and all of them: `--only` asks for some ids, `--all` shows what a cause explains, too."""

from __future__ import annotations

import json

import pytest
from commandline import Contract, Run, WorldOf

from sendready.practice.servers import Practice


@pytest.fixture
def broken(practice: Practice, world_of: WorldOf) -> dict[str, str]:
    """A domain whose DKIM records are doubled: KIM004, which explains others."""
    practice.finish("shop.example")
    practice.inflict("doubled-domain", "shop.example")
    return world_of(practice)


def test_everything_is_told_with_all_evidence_and_symptoms(
    sendready: Run, broken: dict[str, str], contract: Contract
) -> None:
    text = sendready("check", "shop.example", "--all", environment=broken)
    read = sendready("check", "shop.example", "--all", "--format", "json", environment=broken)
    folded = sendready("check", "shop.example", "--format", "json", environment=broken)

    document = contract.document("check", read)
    (cause,) = document["findings"]
    assert cause["id"] == "KIM004"
    assert sorted(finding["id"] for finding in document["explained"]) == cause["symptoms"]
    assert cause["symptoms"]
    assert all(f"  {symptom}\n" in text.stdout for symptom in cause["symptoms"])
    assert text.stdout.count("    because of KIM004") == len(cause["symptoms"])
    assert "    seen       " in text.stdout
    assert "explained" not in contract.document("check", folded)
    assert (text.returncode, read.returncode) == (1, 1)


@pytest.mark.parametrize("form", ["junit", "github", "markdown"])
def test_pipelines_get_everything_too(sendready: Run, broken: dict[str, str], form: str) -> None:
    look = ("check", "shop.example", "--format", form)

    assert "(SES003)" not in sendready(*look, environment=broken).stdout
    assert "SES003" in sendready(*look, "--all", environment=broken).stdout


def test_what_is_not_asked_for_does_not_count_and_is_not_said_to_be_in_order(
    sendready: Run, broken: dict[str, str], contract: Contract
) -> None:
    look = ("check", "shop.example", "--only", "mfr001", "--only", "MFR007")

    text = sendready(*look, environment=broken)
    document = contract.document("check", sendready(*look, "--format", "json", environment=broken))

    assert text.returncode == 0
    assert "nothing is said of the rest" in text.stdout
    assert (document["verdict"], document["findings"]) == ("ready", [])
    states = {step["step"]: step["status"] for step in document["steps"]}
    assert states.pop("mail-from") == "done"
    assert set(states.values()) == {"skipped"}


def test_a_symptom_that_is_asked_for_speaks_for_itself(sendready: Run, broken: dict[str, str]) -> None:
    result = sendready("check", "shop.example", "--only", "SES003", "--format", "json", environment=broken)

    assert [finding["id"] for finding in json.loads(result.stdout)["findings"]] == ["SES003"]


def test_what_could_not_be_looked_at_counts_whatever_was_asked_for(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.finish("shop.example")
    practice.aws.deny("ses:GetEmailIdentity")

    result = sendready("check", "shop.example", "--only", "DMC001", environment=world_of(practice))

    assert result.returncode == 3


def test_a_part_that_is_in_order_is_no_look_to_compare_later_ones_with(
    sendready: Run, broken: dict[str, str], contract: Contract
) -> None:
    part = sendready("check", "shop.example", "--only", "DMC001", environment=broken)
    whole = sendready("check", "shop.example", "--format", "json", environment=broken)

    assert part.returncode == 0
    assert contract.document("check", whole)["changed"] is None


def test_an_id_that_no_check_has_is_a_mistake(sendready: Run) -> None:
    unknown = sendready("check", "shop.example", "--only", "KIM4")
    nothing = sendready("check", "shop.example", "--only", "KIM004", "--skip", "kim004")

    assert (unknown.returncode, nothing.returncode) == (2, 2)
    assert "--only: `KIM4` is no finding" in unknown.stderr
    assert "Did you mean `KIM004`?" in unknown.stderr
    assert "leave nothing to look for" in nothing.stderr


def test_ids_may_be_given_with_commas_between_them(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example")
    look = ("check", "shop.example", "--format", "json")

    apart = sendready(*look, "--only", "mfr001", "--only", "SES005", environment=world_of(practice))
    together = sendready(*look, "--only", "mfr001, SES005", environment=world_of(practice))
    nothing = sendready(*look, "--only", ",", environment=world_of(practice))

    assert [step["status"] for step in json.loads(apart.stdout)["steps"]] == [
        step["status"] for step in json.loads(together.stdout)["steps"]
    ]
    assert together.returncode == apart.returncode == 0
    assert nothing.returncode == 2
    assert "--only: no finding is named" in nothing.stderr
