"""IAM policies: nothing that is called is missing, nothing is in them that nobody calls, none is wider than needed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sendready.world.aws
from sendready.steps.permissions import Purpose, actions, policy

TAGGING = {"events:TagResource", "ses:TagResource", "sns:TagResource", "sqs:TagQueue"}
"""Asked for by the calls that create something with tags."""

APPLICATION = {"ses:SendRawEmail"}
"""What applications call, and we do not."""

CALL = re.compile(r"\.call(?:_once)?\(\s*\"(\w+)\",\s*\"(\w+)\"")


def called() -> set[str]:
    """Every action that the adapters may call."""
    folder = Path(sendready.world.aws.__file__).parent
    found = {call for file in folder.glob("*.py") for call in CALL.findall(file.read_text())}
    return {f"{'ses' if service == 'sesv2' else service}:{operation}" for service, operation in found}


def test_every_call_is_allowed_and_nothing_else_is() -> None:
    assert actions(Purpose.ALL) - TAGGING - APPLICATION == called()


def test_looking_changes_nothing() -> None:
    reading = ("Get", "List", "Describe", "Simulate")

    assert all(action.partition(":")[2].startswith(reading) for action in actions(Purpose.CHECK))


@pytest.mark.parametrize("purpose", Purpose)
def test_a_policy_is_whole_and_names_each_statement_once(purpose: Purpose) -> None:
    document = policy([purpose], "us-gov-west-1", "example.com")

    sids = [statement["Sid"] for statement in document["Statement"]]
    assert document["Version"] == "2012-10-17"
    assert len(set(sids)) == len(sids)
    assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)
    assert "{" not in str([statement["Resource"] for statement in document["Statement"]])
    assert "arn:aws:" not in str(document)


def test_only_cleaning_up_and_publishing_touch_records() -> None:
    may = {purpose for purpose in Purpose if "route53:ChangeResourceRecordSets" in actions(purpose)}

    assert may == {Purpose.PUBLISH, Purpose.CLEANUP, Purpose.ALL}


def test_sending_is_held_to_the_identity() -> None:
    (statement,) = policy([Purpose.SEND], "eu-west-1", "example.com")["Statement"]

    assert statement["Action"] == ["ses:SendEmail", "ses:SendRawEmail"]
    assert statement["Resource"][0] == "arn:aws:ses:*:*:identity/example.com"
