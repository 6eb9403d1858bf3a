"""The command line as a process of its own, over the lab's name servers."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable

import pytest
from commandline import at_once
from lab_worlds import LabWorlds
from tree import Lab

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize(
    ("domain", "first", "status"),
    [
        ("healthy.com", None, 0),
        ("doubled.com", "KIM004", 1),
        ("leftover-ds.com", "DEL016", 1),
        ("dead.com", "DEL003", 3),
    ],
)
def test_a_zone_is_told_within_six_seconds(
    sendready: Run, lab_worlds: LabWorlds, domain: str, first: str | None, status: int
) -> None:
    lab_worlds.hold(domain, "PENDING" if status else "SUCCESS")
    environment = dict(lab_worlds.connection().environment)
    began = time.monotonic()

    done = sendready("check", domain, "--format", "json", "--skip", "SES003", environment=environment)

    took = time.monotonic() - began
    report = json.loads(done.stdout)
    weighty = [f["id"] for f in report["findings"] if f["severity"] in ("error", "critical")]
    assert (done.returncode, weighty[0] if weighty else None) == (status, first), done.stderr
    assert took <= 5.0 + at_once()


def test_without_aws_the_tokens_are_enough(sendready: Run, lab: Lab) -> None:
    tokens = "abcdefghijklmnopqrstuvwxyz234567,q2w3e4r5t6y7uioplkjhgfdsazxcvbnm,zyxwvutsrqponmlkjihgfedcba765432"

    done = sendready(
        *("check", "doubled.com", "--dns-only", "--tokens", tokens, "--region", "eu-west-1", "--format", "json"),
        *("--resolver", lab.resolver),
    )

    report = json.loads(done.stdout)
    assert report["findings"][0]["id"] == "KIM004"
    assert done.returncode == 1
