"""What `check` is asked to look at: lists, everything that SES has, parts of it, and what an earlier run left over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commandline import Contract, Finished, OnTerminal, Run, WorldOf

from sendready.practice.servers import Practice

NAMES = tuple(f"shop-{number}.example" for number in range(6))


@pytest.fixture
def world(practice: Practice, world_of: WorldOf) -> dict[str, str]:
    """Six domains that exist and that SES does not have."""
    for name in NAMES:
        practice.register(name)
    return world_of(practice)


def told(result: Finished, contract: Contract) -> dict[str, dict[str, Any]]:
    """The results by domain, each valid and each there once."""
    values = [json.loads(entry) for entry in result.stdout.splitlines()]
    assert [problem for value in values for problem in contract.problems("check", value)] == []
    assert len({(value["domain"], value["region"]) for value in values}) == len(values)
    return {value["domain"]: value for value in values}


def test_a_list_comes_from_a_file_beside_arguments(
    sendready: Run, world: dict[str, str], contract: Contract, tmp_path: Path
) -> None:
    (tmp_path / "names.txt").write_text(
        f"# ours\n\n {NAMES[0].upper()}.  # the first\n{NAMES[1]}\n{NAMES[2]}\n", "utf-8"
    )

    result = sendready(
        "check", NAMES[2], NAMES[3], "--from", "names.txt", "--dns-only", "--format", "json", environment=world
    )

    assert sorted(told(result, contract)) == list(NAMES[:4])
    assert result.returncode == 4
    assert result.stderr == ""


def test_a_list_comes_from_standard_input(sendready: Run, world: dict[str, str], contract: Contract) -> None:
    result = sendready(
        *("check", "--from", "-", "--dns-only", "--format", "json"), environment=world, stdin="\n".join(NAMES)
    )

    assert sorted(told(result, contract)) == list(NAMES)


def test_names_that_can_be_none_are_all_told_before_anything_is_looked_at(
    sendready: Run, practice: Practice, world: dict[str, str], tmp_path: Path
) -> None:
    lines = ["shop-1.example", "https://shop-2.example/", "", "shop 3.example", *["nonsense"] * 12]
    (tmp_path / "names.txt").write_text("\n".join(lines), "utf-8")

    result = sendready("check", "--from", "names.txt", environment=world)

    assert result.returncode == 2
    assert "names.txt, line 2: `https://shop-2.example/` is a URL" in result.stderr
    assert "names.txt, line 4: `shop 3.example` holds a space" in result.stderr
    assert "and 4 more" in result.stderr
    assert result.stdout == ""
    assert practice.aws.calls == []


def test_text_keeps_the_order_that_was_given(sendready: Run, world: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("\n".join(reversed(NAMES)), "utf-8")

    result = sendready("check", "--from", "names.txt", "--dns-only", environment=world)

    heads = [entry.split()[0] for entry in result.stdout.splitlines() if entry.startswith("shop-")]
    assert heads == list(reversed(NAMES))


def test_everything_that_ses_has_is_looked_at(
    sendready: Run, practice: Practice, world: dict[str, str], contract: Contract
) -> None:
    for name in NAMES[:2]:
        practice.finish(name)
    sendready("apply", "ops@shop-0.example", "--yes", environment=world)

    result = sendready("check", NAMES[5], "--all-identities", "--format", "json", environment=world)

    found = told(result, contract)
    assert sorted(found) == ["ops@shop-0.example", *NAMES[:2], NAMES[5]]
    assert found[NAMES[0]]["verdict"] == "ready"


def test_parts_make_up_the_whole(sendready: Run, world: dict[str, str], contract: Contract) -> None:
    batch = {"AWS_BATCH_JOB_ARRAY_INDEX": "1", "AWS_BATCH_JOB_ARRAY_SIZE": "3"}
    command = ("check", *NAMES, "--dns-only", "--format", "json")

    parts = [sendready(*command, "--shard", f"{number}/3", environment=world) for number in (1, 2, 3)]
    by_batch = sendready(*command, "--shard", "auto", environment={**world, **batch})
    by_kubernetes = sendready(*command, "--shard", "auto/3", environment={**world, "JOB_COMPLETION_INDEX": "1"})
    whole = sendready(*command, environment={**world, **batch})

    names = [sorted(told(part, contract)) for part in parts]
    assert sorted(name for part in names for name in part) == list(NAMES)
    assert sorted(told(by_batch, contract)) == sorted(told(by_kubernetes, contract)) == names[1]
    assert f"part 2 of 3: {len(names[1])} of 6" in by_batch.stderr
    assert sorted(told(whole, contract)) == list(NAMES), "the environment alone takes nothing away"


@pytest.mark.parametrize("shard", ["0/3", "4/3", "half", "1/", "auto", "auto/3"])
def test_a_part_of_nothing_is_refused(sendready: Run, shard: str) -> None:
    result = sendready("check", NAMES[0], "--shard", shard)

    assert result.returncode == 2
    assert "--shard" in result.stderr


def test_a_killed_run_is_gone_on_with(
    sendready: Run, practice: Practice, world: dict[str, str], contract: Contract, tmp_path: Path
) -> None:
    command = ("check", *NAMES, "--format", "json", "--dns-only")
    first = sendready(*command, "--shard", "1/2", environment=world)
    done = told(first, contract)
    unknown = {**next(iter(done.values())), "domain": NAMES[0], "verdict": "unknown"}
    out = tmp_path / "out.jsonl"
    out.write_text(json.dumps(unknown) + "\n" + first.stdout + '{"schema": "sendready.check/1", "dom', "utf-8")

    result = sendready(*command, "--resume", "out.jsonl", environment=world)

    again = told(result, contract)
    assert sorted({*again, *done}) == list(NAMES)
    assert not {*again} & {*done}
    assert f"out.jsonl tells of {len(done)}; {6 - len(done)} are looked at" in " ".join(result.stderr.split())
    assert "cut off half-way" in " ".join(result.stderr.split())


def test_what_could_not_be_seen_is_looked_at_again_and_the_exit_code_is_that_of_all(
    sendready: Run, world: dict[str, str], contract: Contract, tmp_path: Path
) -> None:
    command = ("check", *NAMES[:2], "--format", "json", "--dns-only")
    lines = [json.loads(line) for line in sendready(*command, environment=world).stdout.splitlines()]
    for line, verdict in zip(lines, ("unknown", "broken"), strict=True):
        line["verdict"] = verdict
    (tmp_path / "out.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")

    result = sendready(*command, "--resume", "out.jsonl", environment=world)

    assert list(told(result, contract)) == [lines[0]["domain"]]
    assert result.returncode == 1


def test_half_a_line_is_ended_before_the_file_is_appended_to(world: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text('{"schema": "sendready.check/1", "dom', "utf-8")
    command = [sys.executable, "-m", "sendready", "check", *NAMES, "--format", "json", "--dns-only"]
    with out.open("a") as end:
        subprocess.run(
            [*command, "--resume", str(out)], stdout=end, env={**os.environ, **world}, check=False, timeout=60
        )

    lines = out.read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["domain"] for line in lines[1:]) == list(NAMES)


def test_each_region_is_a_world_of_its_own(
    sendready: Run, practice: Practice, world: dict[str, str], contract: Contract
) -> None:
    practice.finish(NAMES[0])

    result = sendready(
        *("check", NAMES[0], "--region", practice.region, "--region", "us-east-1", "--format", "json"),
        environment=world,
    )

    values = [json.loads(line) for line in result.stdout.splitlines()]
    assert {(value["region"], value["verdict"]) for value in values} == {
        (practice.region, "ready"),
        ("us-east-1", "broken"),
    }


def test_two_profiles_of_one_account_are_looked_into_once(
    sendready: Run, practice: Practice, world: dict[str, str], tmp_path: Path
) -> None:
    practice.finish(NAMES[0])
    config = tmp_path / "config"
    keys = (
        f"aws_access_key_id = {world['AWS_ACCESS_KEY_ID']}\naws_secret_access_key = {world['AWS_SECRET_ACCESS_KEY']}\n"
    )
    config.write_text("".join(f"[profile {name}]\nregion = {practice.region}\n{keys}" for name in ("one", "two")))
    environment = {**world, "AWS_CONFIG_FILE": str(config)}

    result = sendready(
        *("check", NAMES[0], "--profile", "one", "--profile", "two", "--format", "json"), environment=environment
    )

    assert len(result.stdout.splitlines()) == 1
    assert "profile two is of account" in result.stderr


def test_a_bar_is_drawn_for_people_only(on_terminal: OnTerminal, sendready: Run, world: dict[str, str]) -> None:
    command = ("check", *NAMES, "--dns-only", "--format", "json")

    shown = on_terminal(*command, environment=world).rest()
    piped = sendready(*command, environment=world)

    assert "] 0/6" in shown
    assert "/s  " in shown
    assert piped.stderr == ""


def test_what_does_not_go_together_is_refused(sendready: Run) -> None:
    for wrong in (
        ("--all-identities", "--dns-only"),
        ("a.example", "--resume", "out.jsonl"),
        ("a.example", "--region", "eu-west-1", "--region", "eu-west-2", "--fix"),
        ("--from", "-", "--message", "-"),
    ):
        assert sendready("check", *wrong).returncode == 2, wrong
