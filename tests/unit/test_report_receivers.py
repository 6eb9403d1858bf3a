"""What receivers make of mail, as rows."""

from __future__ import annotations

from builders import LOST, NOWHERE, SPF, looked

from sendready.report.lines import paint
from sendready.report.receivers import receiver_lines


def test_of_a_healthy_domain_everything_passes_in_four_rows() -> None:
    text = paint(receiver_lines(looked()), colour=False)

    assert [row.split()[:3] for row in text.splitlines()[1:] if row[2] != " "] == [
        ["DKIM", "✓", "passes"],
        ["SPF", "✓", "passes"],
        ["DMARC", "✓", "passes"],
        ["bulk", "✓", "passes"],
    ]


def test_a_leg_that_fails_is_named_with_who_minds() -> None:
    text = paint(receiver_lines(looked(dns={SPF: NOWHERE})), colour=False)

    assert "SPF     ✗ fails    there is no SPF record at bounce.example.com" in text
    assert "DMARC   ✓ passes" in text
    assert "Gmail   ✗ fails    only if you send in bulk: SPF does not pass 4.7.27" in text


def test_what_could_not_be_looked_up_is_unknown_and_never_failing() -> None:
    text = paint(receiver_lines(looked(dns={SPF: LOST})), colour=False)

    assert "SPF     ? unknown" in text
    assert "✗" not in text


def test_without_an_identity_there_is_nothing_to_tell() -> None:
    assert list(receiver_lines(looked(missing=True))) == []
