"""Whatever SES, a hop or a missing permission does to `sendready test`: it is told by name, and nothing is left."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from commandline import Contract, Finished, Run, WorldOf, of_type
from test_cli_policy import allowed
from test_cli_test_send import left_in

from sendready.practice.aws.events import Events
from sendready.practice.listening import NAME, SET, listening
from sendready.practice.servers import Practice

Test = Callable[..., Finished]


@pytest.fixture
def tested(sendready: Run, practice: Practice, world_of: WorldOf) -> Test:
    """Runs `sendready test` in the world of this test, after a fault."""

    def run(fault: str, *more: str) -> Finished:
        practice.finish("shop.example")
        name, _, argument = fault.partition("=")
        practice.inflict(name, "shop.example", argument or None)
        environment = world_of(practice)
        return sendready("test", "shop.example", "--yes", "--format", "json", *more, environment=environment)

    return run


@pytest.mark.parametrize(
    ("fault", "finding", "says"),
    [
        ("account-suspended", "SES008", "AWS has stopped this account from sending"),
        ("sending-paused", "SES007", "sending is paused for the whole account in eu-west-1"),
        ("mail-from-rejects", "MFR019", "the MAIL FROM domain of shop.example is not verified"),
        ("send-refused", "SES009", "more messages a second than the account may send"),
        ("send-refused=quota", "SES009", "the quota of this account in eu-west-1 is used up"),
        ("send-refused=sender", "SES003", "has verified neither hello@shop.example nor its domain"),
        ("send-refused=set", "SES011", "the configuration set mail does not exist in eu-west-1"),
        ("send-refused=set-paused", "SES012", "sending is switched off for the configuration set mail"),
    ],
)
def test_a_refusal_has_its_own_words_and_leaves_nothing(
    tested: Test, practice: Practice, contract: Contract, fault: str, finding: str, says: str
) -> None:
    result = tested(fault)

    failed = _failed(result, contract)
    assert (failed["finding"], result.returncode) == (finding, 1)
    assert says in failed["message"]
    assert failed["hint"]
    assert left_in(practice) == []


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        ("configuration-set-gone", "SES011"),
        ("configuration-set-paused", "SES012"),
        ("destination-disabled", "SES015"),
        ("sns-broken", "SES017"),
    ],
)
def test_a_set_that_is_broken_and_not_tested_is_told_before_anything_is_sent(
    tested: Test, contract: Contract, fault: str, finding: str
) -> None:
    result = tested(fault)

    events = contract.stream(result)
    told = of_type(events, "note")[0]["text"]
    assert "mail, the identity's, is not tested, and it has a fault" in told
    assert f"({finding}). `--events own` tests it" in told
    kinds = [one["type"] for one in events]
    assert kinds.index("note") < kinds.index("sent")
    assert result.returncode == 0


def test_a_set_in_order_is_not_spoken_of(
    sendready: Run, practice: Practice, world_of: WorldOf, contract: Contract
) -> None:
    practice.finish("shop.example")
    listening(practice, "shop.example")

    result = sendready("test", "shop.example", "--yes", "--format", "json", environment=world_of(practice))

    assert result.returncode == 0
    assert of_type(contract.stream(result), "note") == []


@pytest.mark.parametrize(
    ("fault", "finding", "says"),
    [
        ("configuration-set-gone", "SES011", "the configuration set mail does not exist"),
        ("configuration-set-paused", "SES012", "sending is switched off for the configuration set mail"),
        ("destination-disabled", "SES015", "every event destination of mail is switched off"),
        ("firehose-gone", "SES014", "sends its events to no SNS topic and no event bus"),
        ("sns-broken", "SES017", "the topic's policy does not let SES publish"),
        ("sns-broken=topic", "SES017", "there is no such topic"),
        ("sns-broken=key", "SES017", "encrypted with AWS's own key"),
        ("sns-broken=subscription", "SES017", "was never confirmed"),
        ("sns-broken=queue", "SES017", "the policy of the queue mail-events does not let the topic deliver"),
        ("eventbridge-no-rule", "SES018", "nobody takes them from there"),
    ],
)
def test_each_hop_of_a_set_that_stays_is_named_and_only_theirs_is_left(
    tested: Test, practice: Practice, contract: Contract, fault: str, finding: str, says: str
) -> None:
    result = tested(fault, "--events", "own", "--configuration-set", SET)

    failed = _failed(result, contract)
    assert (failed["finding"], result.returncode) == (finding, 1)
    assert says in failed["message"]
    assert failed["hint"]
    left = left_in(practice)
    assert {name.rpartition(":")[2] for name in left} <= {NAME, SET}


def test_a_whole_set_of_their_own_is_proven(tested: Test, practice: Practice, contract: Contract) -> None:
    result = tested("quota-used-up", "--events", "own")  # the simulator does not count, and events have a way

    assert result.returncode == 0, result.stdout
    assert "through mail" in result.stdout


def test_in_the_sandbox_the_simulator_is_written_to_and_a_stranger_only_after_a_link(
    tested: Test, practice: Practice
) -> None:
    assert tested("sandbox").returncode == 0
    result = tested("sandbox", "--to", "me@another.example")

    assert result.returncode == 4
    assert "has not been opened" in json.loads(result.stdout.splitlines()[-1])["detail"]
    assert [call.operation for call in practice.aws.calls].count("SendEmail") == 5


ROAD = (
    "sqs:CreateQueue",
    "ses:CreateConfigurationSet",
    "ses:CreateConfigurationSetEventDestination",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "ses:SendEmail",
)
"""What no test send can do without."""

AROUND = ("sns:CreateTopic", "sns:Subscribe")
"""What EventBridge takes the place of."""

IN_PLACE_OF_SNS = ("events:PutRule", "events:PutTargets")
"""What EventBridge needs for that."""

CLEANING = ("ses:DeleteConfigurationSet", "sns:Unsubscribe", "sns:DeleteTopic", "sqs:DeleteQueue")
"""What takes away what was made."""


@pytest.mark.parametrize("action", ROAD)
def test_without_one_of_its_actions_a_test_says_which_and_leaves_nothing(
    tested: Test, practice: Practice, sendready: Run, contract: Contract, action: str
) -> None:
    result = tested(f"access-denied={action}")

    failed = _failed(result, contract)
    assert (failed["finding"], result.returncode) == ("ENV015", 1)
    assert action in failed["message"]
    assert action in allowed(sendready, "test")
    assert left_in(practice) == []


@pytest.mark.parametrize("action", AROUND)
def test_without_sns_the_events_come_through_eventbridge(
    tested: Test, practice: Practice, sendready: Run, contract: Contract, action: str
) -> None:
    result = tested(f"access-denied={action}")

    assert result.returncode == 0, result.stdout
    notes = [event["text"] for event in of_type(contract.stream(result), "note")]
    assert f"{action} is not allowed: the events come through EventBridge instead" in notes
    assert action in allowed(sendready, "test")
    assert left_in(practice) == []


@pytest.mark.parametrize("action", IN_PLACE_OF_SNS)
def test_without_sns_and_eventbridge_nothing_is_sent_and_nothing_left(
    tested: Test, practice: Practice, sendready: Run, contract: Contract, action: str
) -> None:
    practice.aws.deny("sns:CreateTopic")

    result = tested(f"access-denied={action}")

    failed = _failed(result, contract)
    assert (failed["finding"], result.returncode) == ("ENV015", 1)
    assert action in failed["message"]
    assert action in allowed(sendready, "test")
    assert left_in(practice) == []
    assert practice.cloud.state(Events, practice.account_id, practice.region).rules == {}


@pytest.mark.parametrize("action", CLEANING)
def test_what_may_not_be_removed_is_named_and_left_for_a_later_cleanup(
    tested: Test, practice: Practice, sendready: Run, world_of: WorldOf, contract: Contract, action: str
) -> None:
    result = tested(f"access-denied={action}")

    told = [event["text"] for event in of_type(contract.stream(result), "note")]
    assert any(action in text and "sendready cleanup" in text for text in told), told
    assert action in allowed(sendready, "cleanup")
    practice.aws.lift()
    assert sendready("cleanup", "--yes", environment=world_of(practice)).returncode == 0
    assert left_in(practice) == []


@pytest.mark.parametrize("action", ["ses:GetAccount", "ses:GetEmailIdentity"])
def test_what_cannot_be_looked_at_is_not_sent_from(
    tested: Test, practice: Practice, sendready: Run, action: str
) -> None:
    result = tested(f"access-denied={action}")

    assert result.returncode == 3
    assert action in " ".join((result.stdout + result.stderr).split())
    assert action in allowed(sendready, "test")
    assert "CreateQueue" not in [call.operation for call in practice.aws.calls]


def _failed(result: Finished, contract: Contract) -> dict[str, str]:
    """The error of the one change that failed."""
    (failed,) = [event for event in contract.stream(result) if event.get("ok") is False]
    error: dict[str, str] = failed["error"]
    return error
