"""Practice AWS beside a real name server: the domain's own servers are the real one, everything else is practice."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import authorities
import pytest
from authorities import DOMAIN, Authority, Run, Start

from sendready.practice.servers import Practice


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server by its program's name, with records beside SOA and NS."""
    kinds = {"named": authorities.bind, "knotd": authorities.knot, "pdns_server": authorities.powerdns}
    numbers = itertools.count()
    with ExitStack() as running:

        def started(
            program: str, records: Sequence[str] = (), others: Sequence[str] = authorities.SERVERS, **how: bool
        ) -> Authority:
            folder = tmp_path / f"{program}{next(numbers)}"  # short: a socket's path has 107 characters at most
            folder.mkdir()
            return running.enter_context(kinds[program](folder, records, others, **how))

        yield started


@pytest.fixture
def against(practice: Practice, tmp_path: Path) -> Run:
    """Runs the command line in a world where the domain is delegated to this server."""
    practice.throttling = False
    practice.zones.create(DOMAIN)

    def run(
        authority: Authority, *arguments: str, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        redirected = dict(entry.split("=") for entry in practice.environment["SENDREADY_DNS_MAP"].split(","))
        redirected |= dict.fromkeys(("198.51.100.1", "198.51.100.2"), authority.address)
        return subprocess.run(
            [sys.executable, "-m", "sendready", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={
                **os.environ,
                **practice.environment,
                "SENDREADY_DNS_MAP": ",".join(f"{asked}={where}" for asked, where in redirected.items()),
                "SENDREADY_STATE_DIR": str(tmp_path / "state"),
                **(environment or {}),
            },
            stdin=subprocess.DEVNULL,
            timeout=120,
            cwd=tmp_path,
            check=False,
        )

    return run
