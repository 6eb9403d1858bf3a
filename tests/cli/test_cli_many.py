"""Many domains in one process: files and memory are bounded, and nothing is lost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys

import pytest
from commandline import WorldOf

from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.dns.zones import CUSTOMER_SERVERS
from sendready.practice.servers import Practice

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are Unix's")

FILES = 128
"""As many as a process may have here; a domain alone needs some forty queries."""


def looked_at(names: list[str], environment: dict[str, str]) -> tuple[list[dict[str, object]], int]:
    """What is said of each domain, and the most memory the process had, kilobytes."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))

    command = [sys.executable, "-m", "sendready", "check", *names, "--dns-only", "--format", "json"]
    with subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
    ) as process:
        assert process.stdout is not None
        told = [json.loads(line) for line in process.stdout]
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return told, usage.ru_maxrss


def test_a_long_list_takes_no_more_files_and_memory_than_a_short_one(practice: Practice, world_of: WorldOf) -> None:
    names = [f"shop-{number:03}.example" for number in range(150)]
    for name in names:
        practice.register(name)

    few, short = looked_at(names[:40], world_of(practice))
    told, long = looked_at(names, world_of(practice))

    assert sorted(str(one["domain"]) for one in few) == names[:40]
    assert sorted(str(one["domain"]) for one in told) == names
    assert {one["verdict"] for one in told} == {"incomplete"}
    assert long < short * 1.1


def test_a_domain_whose_servers_are_away_holds_nobody_up_for_good(practice: Practice, world_of: WorldOf) -> None:
    names = [f"shop-{number:03}.example" for number in range(20)]
    for name in names:
        practice.register(name)
    for name in names[:3]:
        for server in CUSTOMER_SERVERS:
            practice.dns.behave(server, Behaviour(silent=True), zone=name)

    told, _ = looked_at(names, world_of(practice))

    assert told[0]["domain"] not in names[:3]  # each is told as it is there, and these come first in the list
    assert {one["domain"] for one in told if one["verdict"] == "unknown"} == set(names[:3])
    assert {one["domain"] for one in told if one["verdict"] == "incomplete"} == set(names[3:])
