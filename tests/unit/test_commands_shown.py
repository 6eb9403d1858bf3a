"""Commands that are shown: one that is broken at a screen's width is still one command."""

from __future__ import annotations

import shlex

import pytest

from sendready.report.commands import folded

COMMAND = (
    "aws sesv2 put-email-identity-mail-from-attributes --email-identity shop.example"
    " --mail-from-domain bounce-eu-west-1.shop.example --region eu-west-1"
)


@pytest.mark.parametrize("width", [40, 56, 66, 74, 100, 200])
def test_a_folded_command_is_the_same_command(width: int) -> None:
    rows = folded(COMMAND, width)
    assert shlex.split("\n".join(rows).replace("\\\n", " ")) == shlex.split(COMMAND)
    assert all(len(row) <= width or row.count("--") <= 1 for row in rows)
    assert all(row.endswith(" \\") for row in rows[:-1])


def test_a_command_that_fits_stays_on_its_line() -> None:
    assert folded("sendready apply shop.example", 40) == ["sendready apply shop.example"]
