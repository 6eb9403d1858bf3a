"""Pointers below a value to where it differs from the wanted one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendready.report.differences import pointers

WANTED = "tok1abc.dkim.amazonses.com"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("tok1abc.dkim.amazonses.com", ""),
        ("tokIabc.dkim.amazonses.com", "   ^"),
        ("tok1xabc.dkim.amazonses.com", "    ^"),
        ("tok1bc.dkim.amazonses.com", "    ^"),  # the one before it is lost
        ("tok1abc.dkim.amazonses", " " * 22 + "…"),
        ("tok1abc.dkim.amazonses.com.shop.example", " " * 26 + "^" * 13),
        ("www.example.net", ""),
    ],
    ids=["same", "exchanged", "added", "lost", "cut-off", "appended", "another"],
)
def test_it_points_to_what_differs(found: str, expected: str) -> None:
    assert pointers(WANTED, found) == expected


@given(st.text(), st.text())
def test_it_never_reaches_beyond_the_value(wanted: str, found: str) -> None:
    assert len(pointers(wanted, found)) <= len(found) + 1
