"""No secret that a user has lying about gets into anything that is said, kept, reported or seen from outside."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commandline import PATIENCE, WHOLE, Run, Start, WorldOf
from in_process import run

from sendready.cli.app import COMMANDS, WALK
from sendready.practice.servers import Practice

DOMAIN = "shop.example"

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "SENTINEL/secret+wJalrXUtnFEMIK7MDENGbPxRfiCY",
    "AWS_SESSION_TOKEN": "SENTINELtokenIQoJb3JpZ2luX2VjEHkaCXVzLWVhc3QtMSJHMEUCIQ",
    "RFC2136_TSIG_KEY": "update-key",
    "RFC2136_TSIG_SECRET": "SENTINEL0dHNpZy1zZWNyZXQtb2YtdGhlLXpvbmU",
    "CLOUDFLARE_TOKEN": "SENTINEL-cloudflare-token",
    "POWERDNS_API_KEY": "SENTINEL-powerdns-key",
    "SMTP_PASSWORD": "SENTINEL-smtp-BM+2hNvGf9pZBM0lZQ",
    "HTTPS_PROXY": "http://user:SENTINEL-proxy@127.0.0.1:1",
    "NO_PROXY": "127.0.0.1",
}

NOT_SECRET = {"--key-length", "--tokens", "--tsig-algorithm", "--tsig-file", "--tsig-key"}
"""Options that sound like secrets: sizes, the names of public DKIM records, and names of files and keys."""

LOOKING = [
    *(("check", DOMAIN, "--all", "-v", "--format", form) for form in ("text", "json", "junit", "github", "markdown")),
    ("check", DOMAIN, "--format", "html"),
    ("check", DOMAIN, "--dns-only", "-v"),
    ("plan", DOMAIN, "-v", "--out", "plan.json"),
    ("plan", DOMAIN, "--format", "json"),
    ("plan", DOMAIN, "--publish", "rfc2136", "-v"),
    ("plan", DOMAIN, "--publish", "octodns:cloudflare", "-v"),
    ("records", DOMAIN, "--format", "html"),
    ("access", DOMAIN, "-v"),
    ("snippet", DOMAIN, "--for", "smtp"),
    ("snippet", DOMAIN, "--for", "python"),
    ("init", DOMAIN),
    ("policy", "--for", "all"),
    ("support", DOMAIN, "--names"),
    ("cleanup", "-v"),
    ("test", DOMAIN, "-v", "--yes"),
]


@pytest.fixture
def secretive(practice: Practice, world_of: WorldOf) -> dict[str, str]:
    return {**world_of(practice), **SECRETS}


def kept(folder: Path) -> Iterator[str]:
    """The files below that hold a sentinel."""
    for path in folder.rglob("*"):
        if path.is_file() and b"SENTINEL" in path.read_bytes():
            yield str(path)


def test_no_secret_of_the_environment_is_said_or_kept_by_any_command(
    practice: Practice, secretive: dict[str, str], tmp_path: Path
) -> None:
    practice.register(DOMAIN)
    applied = run("apply", DOMAIN, *WHOLE, "--yes", "--wait", "1h", "-v", environment=secretive)
    assert applied.code == 0, applied.stderr
    told = {"apply": applied} | {" ".join(words): run(*words, environment=secretive) for words in LOOKING}

    assert {name for name, one in told.items() if "Traceback" in one.text} == set()
    assert {name: one.code for name, one in told.items() if one.code} == {}
    assert all(one.text for one in told.values())
    spilled = ("SENTINEL", secretive["AWS_ACCESS_KEY_ID"])
    assert [name for name, one in told.items() if any(secret in one.text for secret in spilled)] == []
    assert list(tmp_path.rglob("journal.jsonl"))
    assert (tmp_path / "plan.json").exists()
    assert list(kept(tmp_path)) == []


def test_a_crash_tells_no_secret(secretive: dict[str, str], practice: Practice, tmp_path: Path) -> None:
    """A mistake of ours in the midst of a run: where it happened is told, and what the variables held is not."""
    practice.finish(DOMAIN)
    program = (
        "import sys; from sendready.engine import diagnose;"
        "from sendready.__main__ import main\n"
        "def crash(*_, **__):\n"
        "    import os; secrets = dict(os.environ); raise RuntimeError(f'{len(secrets)} variables')\n"
        "diagnose.diagnose = crash\n"
        "sys.exit(main(['check', 'shop.example', '-v']))"
    )

    crashed = subprocess.run(
        [sys.executable, "-c", program], env=secretive, capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert crashed.returncode not in (0, None)
    assert "variables" in crashed.stderr
    assert "SENTINEL" not in crashed.stdout + crashed.stderr
    assert list(kept(tmp_path)) == []


@pytest.mark.parametrize("command", [*COMMANDS, WALK])
def test_no_option_takes_a_secret_that_the_process_list_would_show(command: str) -> None:
    flags = set(re.findall(r"--[a-z][a-z-]+", run(command, "--help").stdout))

    sounding = {flag for flag in flags if re.search("secret|password|passwd|token|key|code|credential", flag)}
    assert sounding <= NOT_SECRET


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs the process list of Linux")
def test_the_process_list_shows_what_was_typed_and_no_more(
    start: Start, secretive: dict[str, str], practice: Practice
) -> None:
    practice.register(DOMAIN)
    process = start("watch", DOMAIN, "--wait", "1h", "--format", "json", environment=secretive)
    assert process.stdout is not None
    assert process.stdout.readline()  # it is at work by now

    shown = Path(f"/proc/{process.pid}/cmdline").read_bytes() + Path(f"/proc/{process.pid}/comm").read_bytes()
    process.terminate()
    process.communicate(timeout=PATIENCE)

    assert DOMAIN.encode() in shown
    assert b"SENTINEL" not in shown


def test_a_secret_key_that_is_turned_into_a_password_is_in_neither_state_nor_narration(
    sendready: Run, tmp_path: Path
) -> None:
    done = sendready(
        "smtp-password", "--region", "eu-west-1", "-v", stdin=SECRETS["AWS_SECRET_ACCESS_KEY"], environment={}
    )

    assert done.returncode == 0
    assert done.stdout.strip()
    assert done.stdout.strip() not in done.stderr
    assert "SENTINEL" not in done.stdout + done.stderr
    assert list(kept(tmp_path)) == []
    assert not (tmp_path / "state").exists()
