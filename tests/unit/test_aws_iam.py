"""Whose permissions are simulated: a session stands for its role."""

from __future__ import annotations

import pytest

from sendready.world.aws.iam import role_of


@pytest.mark.parametrize(
    ("principal", "simulated"),
    [
        ("arn:aws:iam::123456789012:user/app", "arn:aws:iam::123456789012:user/app"),
        ("arn:aws:iam::123456789012:role/path/app", "arn:aws:iam::123456789012:role/path/app"),
        ("arn:aws:sts::123456789012:assumed-role/app/i-0abc", "arn:aws:iam::123456789012:role/app"),
        ("arn:aws-us-gov:sts::123456789012:assumed-role/app/me@x", "arn:aws-us-gov:iam::123456789012:role/app"),
    ],
)
def test_a_session_stands_for_its_role(principal: str, simulated: str) -> None:
    assert role_of(principal) == simulated
