"""A state directory that takes nothing: said plainly, nothing changed unseen, and the answers are not lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from commandline import PATIENCE, WHOLE, Run, Start, WorldOf, changes_made

from sendready.practice.aws import route53
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice

DOMAIN = "shop.example"


def on_a_full_disk(*words: str, environment: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """A process that may write to no file: every write fails as on a disk that is full, with EFBIG for ENOSPC."""
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        " resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        " from sendready.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-B", "-c", program, *words],
        capture_output=True,
        text=True,
        env=environment,
        cwd=cwd,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs limits of POSIX")
def test_on_a_full_disk_nothing_is_done_that_could_not_be_journalled(
    sendready: Run, practice: Practice, world_of: WorldOf, tmp_path: Path
) -> None:
    practice.register(DOMAIN)
    environment = {**os.environ, **world_of(practice)}
    words = ("apply", DOMAIN, *WHOLE, "--yes", "--wait", "1h")

    full = on_a_full_disk(*words, environment=environment, cwd=tmp_path)

    assert "Traceback" not in full.stderr
    assert full.returncode in (1, 3, 4), full.stderr
    assert "cannot be" in full.stderr
    again = sendready(*words, environment=world_of(practice))
    assert again.returncode == 0, again.stderr
    made = Counter(changes_made(practice))
    assert made["CreateEmailIdentity"] == made["PutAccountDetails"] == 1


def test_a_look_needs_no_disk(practice: Practice, world_of: WorldOf, tmp_path: Path) -> None:
    practice.finish(DOMAIN)

    look = on_a_full_disk("check", DOMAIN, environment={**os.environ, **world_of(practice)}, cwd=tmp_path)

    assert "Traceback" not in look.stderr
    assert look.returncode == 0, look.stderr


def test_two_processes_on_one_domain_make_everything_once(start: Start, practice: Practice, world_of: WorldOf) -> None:
    practice.register(DOMAIN)
    words = ("apply", DOMAIN, *WHOLE, "--yes", "--wait", "1h")

    both = [start(*words, environment=world_of(practice)) for _ in range(2)]
    told = [process.communicate(timeout=2 * PATIENCE) for process in both]

    assert all("Traceback" not in stderr for _, stderr in told)
    assert 0 in {process.returncode for process in both}, told
    assert {process.returncode for process in both} <= {0, 1, 4}
    done = Counter(call.operation for call in practice.aws.calls if call.status == 200)
    assert done["CreateEmailIdentity"] == done["PutAccountDetails"] == 1
    (zone,) = route53.of_account(practice.cloud, practice.account_id).zones.values()
    assert len(zone.records) == 8
    assert all(len(values) == 1 for key, (_, values) in zone.records.items() if key[1] != "NS")
    assert not any(state.queues for state in practice.cloud.states(Sqs).values())
