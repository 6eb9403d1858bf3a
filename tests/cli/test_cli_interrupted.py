"""A run that is killed at any change goes on from there: nothing is made twice, asked twice or lost."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commandline import PATIENCE, WHOLE, Contract, Run, Start, WorldOf, changes_made, road_in
from final_world import final_world
from killing import Killer, names_in

from sendready.practice.aws import route53
from sendready.practice.aws.queues import Queue
from sendready.practice.aws.ses_state import ConfigurationSet, Ses
from sendready.practice.aws.sns import Sns, Topic
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice

SETTING_UP = (
    "CreateEmailIdentity",
    "PutEmailIdentityMailFromAttributes",
    "ChangeResourceRecordSets",
    "PutAccountDetails",
    "ChangeResourceRecordSets",
)
"""What a road changes before the test send, in its order."""

TESTING = (
    "CreateQueue",
    "CreateTopic",
    "Subscribe",
    "CreateConfigurationSet",
    "CreateConfigurationSetEventDestination",
    *("SendEmail",) * 5,
    "DeleteConfigurationSet",
    "Unsubscribe",
    "DeleteTopic",
    "DeleteQueue",
)
"""What the test send changes."""

THEIRS = "sendready-0badcafe"
"""The run of another machine: it is called like ours and is none of ours."""


SET_UP = ("apply", "shop.example", "--mail-from", "post", *WHOLE[:-1], "--yes", "--wait", "1h")
TEST = ("apply", "shop.example", "--test", "--yes")


@pytest.fixture(scope="module")
def set_up_undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the whole road comes to where nothing happens on it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with Practice(speed=50.0) as practice:
        practice.register("shop.example")
        done = road_in(folder, practice).run(*SET_UP)
        assert done.returncode == 0, done.stderr
        return final_world(practice, folder / "state")


@pytest.fixture(scope="module")
def tested_undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a test send comes to where nothing happens, beside another machine's."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with Practice(speed=50.0) as practice:
        practice.finish("shop.example")
        _make_theirs(practice)
        done = road_in(folder, practice).run(*TEST)
        assert done.returncode == 0, done.stderr
        return final_world(practice, folder / "state")


@pytest.mark.parametrize("nth", range(1, len(SETTING_UP) + 1), ids=lambda nth: f"{nth}-{SETTING_UP[nth - 1]}")
def test_a_set_up_that_was_killed_goes_on_without_making_or_asking_anything_twice(
    start: Start,
    sendready: Run,
    practice: Practice,
    world_of: WorldOf,
    contract: Contract,
    monkeypatch: pytest.MonkeyPatch,
    set_up_undisturbed: dict[str, Any],
    nth: int,
) -> None:
    practice.register("shop.example")
    environment = world_of(practice)
    killer = Killer(practice, monkeypatch, nth)
    killer.kills(start(*SET_UP, environment=environment))
    assert changes_made(practice) == list(SETTING_UP[:nth])

    again = sendready("apply", "shop.example", "--yes", "--wait", "1h", "--format", "json", environment=environment)

    assert again.returncode == 0, again.stderr
    assert contract.stream(again)[-1]["verdict"] == "ready"
    made = Counter(changes_made(practice))
    assert made["CreateEmailIdentity"] == made["PutEmailIdentityMailFromAttributes"] == made["PutAccountDetails"] == 1
    assert final_world(practice, Path(environment["SENDREADY_STATE_DIR"])) == set_up_undisturbed


def test_records_that_a_killed_run_had_added_can_be_taken_back(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.register("shop.example")
    environment = world_of(practice)
    nth = SETTING_UP.index("ChangeResourceRecordSets") + 1
    killer = Killer(practice, monkeypatch, nth)
    killer.kills(start("apply", "shop.example", "--yes", environment=environment))
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    added = len(zone.records) - 2  # without SOA and NS
    assert added

    removed = sendready("cleanup", "--records", "--yes", environment=environment)

    assert removed.returncode == 0, removed.stderr
    assert f"removed {added} of {added}" in removed.stderr
    assert len(zone.records) == 2


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14], ids=lambda nth: f"{nth}-{TESTING[nth - 1]}")
def test_after_a_killed_test_send_the_same_command_and_a_cleanup_come_to_what_an_undisturbed_one_does(
    start: Start,
    sendready: Run,
    practice: Practice,
    world_of: WorldOf,
    monkeypatch: pytest.MonkeyPatch,
    tested_undisturbed: dict[str, Any],
    nth: int,
) -> None:
    practice.finish("shop.example")
    _make_theirs(practice)
    environment = world_of(practice)
    killer = Killer(practice, monkeypatch, nth)
    killer.kills(start(*TEST, environment=environment))
    assert changes_made(practice) == list(TESTING[:nth])
    (run,) = _runs_of(Path(environment["SENDREADY_STATE_DIR"]))

    again = sendready(*TEST, environment=environment)
    removed = sendready("cleanup", "--yes", environment=environment)

    assert again.returncode == 0, again.stderr
    assert f"an interrupted run left {run}" in " ".join(again.stderr.split())
    assert removed.returncode == 0
    assert f"queue {run}" in removed.stderr
    assert final_world(practice, Path(environment["SENDREADY_STATE_DIR"])) == tested_undisturbed


def test_a_killed_test_send_is_named_by_the_next_run_which_sends_a_whole_new_one(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.finish("shop.example")
    environment = world_of(practice)
    killer = Killer(practice, monkeypatch, TESTING.index("SendEmail") + 2)
    killer.kills(start("apply", "shop.example", "--test", "--yes", environment=environment))
    (run,) = _runs_of(Path(environment["SENDREADY_STATE_DIR"]))

    refused = sendready("cleanup", environment=environment)
    again = sendready("apply", "shop.example", "--yes", environment=environment)

    assert refused.returncode == 2
    assert f"queue {run}" in refused.stderr
    assert "--yes" in refused.stderr
    assert again.returncode == 0
    assert f"an interrupted run left {run}; `sendready cleanup` removes it" in " ".join(again.stderr.split())
    assert "all 11 events of 5 messages arrived" in again.stderr
    assert names_in(practice) == {run}


def test_a_test_send_that_is_interrupted_politely_takes_its_own_away(
    start: Start, practice: Practice, world_of: WorldOf
) -> None:
    practice.finish("shop.example")
    practice.inflict("events-lost", "shop.example")
    process = start("apply", "shop.example", "--test", "--yes", "--format", "json", environment=world_of(practice))
    assert process.stdout is not None
    sent = 0
    while sent < 5:
        sent += '"type": "sent"' in process.stdout.readline()
    process.send_signal(signal.SIGTERM)

    process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert names_in(practice) == set()


@pytest.fixture
def unhurried() -> Iterator[Practice]:
    """A practice world that is hardly faster than the wall: two minutes of waiting for events are half a minute."""
    with Practice(speed=4.0) as world:
        yield world


def test_what_a_test_send_is_still_using_is_spared(
    start: Start, sendready: Run, unhurried: Practice, world_of: WorldOf
) -> None:
    practice = unhurried  # the send must still wait for its events when the other command has looked
    practice.finish("shop.example")
    practice.inflict("events-lost", "shop.example")
    environment = world_of(practice)
    process = start("apply", "shop.example", "--test", "--yes", "--format", "json", environment=environment)
    assert process.stdout is not None
    while '"type": "sent"' not in process.stdout.readline():
        pass
    (run,) = _runs_of(Path(environment["SENDREADY_STATE_DIR"]))

    meanwhile = sendready("cleanup", "--yes", environment=environment)

    assert meanwhile.returncode == 0
    assert "nothing was left behind" in meanwhile.stderr
    assert names_in(practice) == {run}
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert names_in(practice) == set()


def test_what_was_left_in_another_region_is_told_and_kept(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.finish("shop.example")
    environment = world_of(practice)
    Killer(practice, monkeypatch, TESTING.index("SendEmail") + 1).kills(
        start("apply", "shop.example", "--test", "--yes", environment=environment)
    )
    (run,) = _runs_of(Path(environment["SENDREADY_STATE_DIR"]))

    elsewhere = sendready("cleanup", "--yes", "--region", "us-east-1", environment=environment)
    here = sendready("cleanup", "--yes", environment=environment)

    told = f"something was left behind in account {practice.account_id}, {practice.region}"
    assert told in " ".join(elsewhere.stderr.split())
    assert f"queue {run}" in here.stderr
    assert names_in(practice) == set()


def _make_theirs(practice: Practice) -> None:
    """What another machine's run has at this moment in the same account."""
    cloud, account, region = practice.cloud, practice.account_id, practice.region
    arn = f"arn:aws:sns:{region}:{account}:{THEIRS}"
    queue = Queue(THEIRS, arn.replace("sns", "sqs"), cloud.clock.now(), {}, {})
    cloud.state(Sqs, account, region).queues[THEIRS] = queue
    cloud.state(Sns, account, region).topics[arn] = Topic(arn, account, {}, {})
    cloud.state(Ses, account, region).sets[THEIRS] = ConfigurationSet(THEIRS)


def _runs_of(state: Path) -> set[str]:
    """The runs the journal says were begun."""
    lines = [line for path in state.rglob("journal.jsonl") for line in path.read_text().splitlines()]
    return {entry["name"] for entry in map(json.loads, lines) if "begin" in entry}
