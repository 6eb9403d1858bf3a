"""`sendready test`: proof on stdout, the story on stderr, and an exit code that a timer can act on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commandline import Contract, Run, WorldOf, of_type

from sendready.practice.aws.ses_state import ConfigurationSet, Ses
from sendready.practice.aws.sns import Sns
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice

PRACTICE = ("--practice", "--speed", "200", "--yes")


def left_in(practice: Practice) -> list[str]:
    """Queues, topics and configuration sets."""
    at = (practice.account_id, practice.region)
    cloud = practice.cloud
    return [*cloud.state(Sqs, *at).queues, *cloud.state(Sns, *at).topics, *cloud.state(Ses, *at).sets]


def test_five_messages_are_proven(sendready: Run) -> None:
    result = sendready("test", "shop.example", *PRACTICE)

    assert result.returncode == 0
    rows = [line.split()[0] for line in result.stdout.splitlines()]
    assert rows == ["success", "bounce", "complaint", "ooto", "suppressionlist"]
    assert result.stdout.count("✓") == 11
    assert "all 11 events of 5 messages arrived" in " ".join(result.stderr.split())


def test_the_stream_keeps_its_contract(sendready: Run, contract: Contract) -> None:
    result = sendready("test", "shop.example", *PRACTICE, "--format", "json")

    events = contract.stream(result)
    assert len(of_type(events, "sent")) == 5
    assert len(of_type(events, "event")) == 11
    assert (events[-1]["verdict"], events[-1]["exit"]) == ("ready", 0)


def test_lost_events_are_a_failure_with_a_finding(sendready: Run, contract: Contract) -> None:
    result = sendready("test", "shop.example", "--fault", "events-lost", *PRACTICE, "--format", "json")

    (failed,) = [event for event in contract.stream(result) if event.get("ok") is False]
    assert failed["error"]["finding"] == "SES017"
    assert result.returncode == 1


def test_without_yes_nothing_is_sent(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example")

    result = sendready("test", "shop.example", environment=world_of(practice))

    assert result.returncode == 2
    assert "--yes" in result.stderr
    assert "SendEmail" not in [call.operation for call in practice.aws.calls]


def test_an_identity_that_ses_does_not_have_is_not_yet_and_says_what_tells_more(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.register("shop.example")

    result = sendready("test", "shop.example", "--yes", "--format", "json", environment=world_of(practice))

    why = "SES in eu-west-1 does not have shop.example; what is missing: sendready check shop.example"
    assert contract.stream(result)[-1]["detail"] == f"nothing was sent: {why}"
    assert result.returncode == 4


@pytest.mark.parametrize("to", [(), ("--to", "someone@another.example")], ids=["simulator", "mailbox"])
def test_an_identity_that_ses_has_not_verified_is_not_yet_either(
    sendready: Run, practice: Practice, world_of: WorldOf, to: tuple[str, ...]
) -> None:
    practice.finish("shop.example")
    watched = practice.ses.identities["shop.example"].dkim
    assert watched is not None
    watched.status = "FAILED"

    result = sendready("test", "shop.example", "--yes", *to, environment=world_of(practice))

    assert "nothing was sent: SES in eu-west-1 has not verified shop.example" in " ".join(result.stderr.split())
    assert result.returncode == 4


def test_events_that_are_proven_do_not_hide_that_the_domain_is_broken(sendready: Run) -> None:
    broken = sendready("test", "shop.example", "--yes", "--fault", "records-missing")
    whole = sendready("test", "shop.example", *PRACTICE)

    told = " ".join(broken.stderr.split())
    assert "its events are proven, yet the domain is broken:" in told
    assert told.endswith("sendready check shop.example --practice --fault records-missing")
    assert "is broken" not in whole.stderr
    assert (broken.returncode, whole.returncode) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--events", "keep"), "--events-to"),
        (("--events", "own"), "--configuration-set"),
        (("--to", "another.example"), "is not an address"),
        (("--to", "a@another.example", "--keep"), "--keep goes with the simulator"),
        (("--events", "mine"), "events"),
    ],
)
def test_what_is_missing_or_wrong_is_a_mistake_in_the_command_line(
    sendready: Run, arguments: tuple[str, ...], told: str
) -> None:
    result = sendready("test", "shop.example", *PRACTICE, *arguments)

    assert result.returncode == 2
    assert told in result.stderr


def test_kept_events_are_made_and_proven_by_one_command(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example")
    keep = ("--events", "keep", "--events-to", "bounces@shop.example")

    result = sendready("test", "shop.example", *keep, "--yes", environment=world_of(practice))

    assert result.returncode == 0, result.stderr
    assert practice.ses.identities["shop.example"].configuration_set == "sendready-shop-example"
    assert "through sendready-shop-example" in " ".join(result.stderr.split())


def test_another_default_set_is_a_conflict(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example")
    practice.ses.sets["theirs"] = ConfigurationSet("theirs")
    practice.ses.identities["shop.example"].configuration_set = "theirs"
    keep = ("--events", "keep", "--events-to", "bounces@shop.example")

    result = sendready("test", "shop.example", *keep, "--yes", environment=world_of(practice))

    assert result.returncode == 1
    assert "configuration set theirs" in result.stderr
    assert practice.ses.identities["shop.example"].configuration_set == "theirs"
    assert "SendEmail" not in [call.operation for call in practice.aws.calls]


def test_a_message_goes_to_a_real_mailbox(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example")

    result = sendready("test", "shop.example", "--to", "me@another.example", "--yes", environment=world_of(practice))

    assert result.returncode == 0, result.stderr
    assert "Authentication-Results" in result.stderr
    assert left_in(practice) == []


def test_in_the_sandbox_the_recipient_opens_a_link_first(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example", production=False)
    environment = world_of(practice)
    send = ("test", "shop.example", "--to", "me@another.example", "--yes")

    first = sendready(*send, environment=environment)
    assert first.returncode == 4
    assert "has not been opened" in " ".join(first.stderr.split())
    assert practice.click("me@another.example")
    second = sendready(*send, environment=environment)

    assert second.returncode == 0, second.stderr
    operations = [call.operation for call in practice.aws.calls]
    assert operations.count("SendEmail") == 1
    assert operations.count("CreateEmailIdentity") == 1


def test_what_was_kept_on_purpose_is_removed_by_cleanup(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example")
    environment = world_of(practice)

    kept = sendready("test", "shop.example", "--keep", "--yes", environment=environment)
    assert kept.returncode == 0
    assert len(left_in(practice)) == 3
    cleaned = sendready("cleanup", "--yes", environment=environment)

    assert cleaned.returncode == 0
    assert left_in(practice) == []


def test_the_subject_and_the_local_part_are_the_users(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example")
    environment = world_of(practice)

    result = sendready(
        *("test", "shop.example", "--keep", "--subject", "Hello", "--from-local", "news", "--yes"),
        environment=environment,
    )

    assert result.returncode == 0
    journal = next(Path(environment["SENDREADY_STATE_DIR"]).rglob("journal.jsonl")).read_text()
    assert {json.loads(line).get("begin") for line in journal.splitlines()} >= {"queue", "topic"}
    assert "news@shop.example" in result.stderr
