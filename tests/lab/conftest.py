"""The lab: started once for each process that runs tests, where the machine has the servers and lets them listen."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemons import PROGRAMS
from lab_worlds import LabWorlds
from lab_zones import ALL
from rows import KEY, TOKENS, ZONE
from tree import Lab, started

from sendready.practice.servers import Practice


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """All servers with all zones. Skips where a program or the privilege is missing."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        pytest.skip(f"the lab needs {', '.join(missing)}")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    base = f"127.{60 + int(worker) % 100}.0"
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((f"{base}.1", 53))
    except OSError as error:
        pytest.skip(f"the lab needs port 53 of the loopback: {error}")
    keys = {f"{token}.{ZONE}": KEY for token in TOKENS}
    with started(tmp_path_factory.mktemp("lab"), base, ALL, keys) as running:
        yield running


@pytest.fixture(scope="module")
def aws() -> Iterator[Practice]:
    """AWS for a whole table of domains; its own DNS is not used."""
    with Practice(speed=100.0) as practice:
        practice.throttling = False
        yield practice


@pytest.fixture
def lab_worlds(aws: Practice, lab: Lab, tmp_path: Path) -> LabWorlds:
    return LabWorlds(aws, lab, tmp_path / "state")
