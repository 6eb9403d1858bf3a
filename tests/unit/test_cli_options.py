"""Durations as people write them, and a flag for every answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.options import Common, read_duration
from sendready.model.answers import ANSWER_NAMES
from sendready.model.errors import BadInput


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("60s", 60),
        ("30m", 1800),
        ("2h", 7200),
        ("3d", 259200),
        ("1h30m", 5400),
        ("1d2h3m4s", 93784),
        ("0", 0),
        ("1.5h", 5400),
        (" 30M ", 1800),
        ("72h", 259200),
    ],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert read_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", " ", "soon", "-5", "5 m", "m", "h30", "30m1h", "1h1h", "1e3", "5min", "1.2.3", ".5h", "5w", "∞", "\x1b[2J"],
)
def test_anything_else_is_refused_with_the_flag_and_examples(text: str) -> None:
    with pytest.raises(BadInput, match=r"^--wait: ") as caught:
        read_duration(text)
    assert caught.value.hint == "Such as 60s, 30m, 2h or 3d"

    with pytest.raises(BadInput, match=r"^--for: "):
        read_duration(text, "--for")


@pytest.mark.parametrize("text", ["9" * 400 + "d", "999999999d", "3000000d", "4000d", "9" * 30])
def test_a_duration_beyond_the_calendar_is_refused_instead_of_overflowing_later(text: str) -> None:
    with pytest.raises(BadInput, match="longer than anybody can wait"):
        read_duration(text)


@given(st.text(alphabet="0123456789.dhms ٣", max_size=12))
def test_whatever_is_written_it_is_a_duration_that_can_be_waited_for_or_refused(text: str) -> None:
    try:
        duration = read_duration(text)
    except BadInput:
        return
    assert timedelta() <= duration
    assert datetime(2026, 11, 24) + duration


def test_every_answer_is_a_flag_that_is_none_until_it_is_given() -> None:
    assert vars(AnswerFlags()) == dict.fromkeys(ANSWER_NAMES)


def test_a_fault_or_a_zone_means_practice() -> None:
    assert not Common().practises
    assert Common(practice=True).practises
    assert Common(fault=["doubled-domain"]).practises
    assert Common(zone=Path("zone")).practises
