"""Which EventBridge patterns let SES's events through."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sendready.model.event_pattern import lets_ses_through


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.ses"]},
        {"source": ["aws.ec2", "aws.ses"], "detail-type": ["Email Bounced"]},
        {"source": [{"prefix": "aws."}]},
        {"source": [{"suffix": ".ses"}]},
        {"source": [{"equals-ignore-case": "AWS.SES"}]},
        {"source": [{"anything-but": ["aws.ec2"]}]},
        {"source": [{"exists": True}]},
        {"source": [{"wildcard": "aws.*"}]},
        {"detail-type": ["Email Bounced"]},
    ],
)
def test_a_pattern_that_ses_s_events_can_match(pattern: dict[str, Any]) -> None:
    assert lets_ses_through(json.dumps(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.ec2"]},
        {"source": []},
        {"source": "aws.ses"},
        {"source": [{"prefix": "com.example"}]},
        {"source": [{"anything-but": "aws.ses"}]},
        {"source": [{"exists": False}]},
        [],
    ],
)
def test_a_pattern_that_they_never_match(pattern: Any) -> None:  # noqa: ANN401
    assert not lets_ses_through(json.dumps(pattern))


def test_a_pattern_that_cannot_be_read_matches_nothing() -> None:
    assert not lets_ses_through("{")
