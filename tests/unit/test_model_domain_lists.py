"""What the codes of domain lists mean: a refusal is never a listing."""

from __future__ import annotations

import pytest

from sendready.model.domain_lists import DBL, SURBL, why_listed


@pytest.mark.parametrize(
    ("zone", "code", "why"),
    [
        (DBL, "127.0.1.2", "spam"),
        (DBL, "127.0.1.4", "phishing"),
        (DBL, "127.0.1.105", "a good site that others abuse"),
        (DBL, "127.0.1.77", "a reason it does not tell"),
        (DBL, "127.0.1.255", None),
        (DBL, "127.255.255.252", None),
        (DBL, "127.255.255.254", None),
        (DBL, "127.255.255.255", None),
        (DBL, "192.0.2.1", None),
        (SURBL, "127.0.0.80", "malware, abuse"),
        (SURBL, "127.0.0.2", "a reason it does not tell"),
        (SURBL, "127.0.0.1", None),
        (SURBL, "127.0.1.2", None),
        (SURBL, "nonsense", None),
    ],
)
def test_a_code_says_why_or_nothing(zone: str, code: str, why: str | None) -> None:
    assert why_listed(zone, code) == why
