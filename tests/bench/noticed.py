"""From a record live on all servers to somebody knowing it: `uv run python tests/bench/noticed.py`.

`sendready watch` beside a loop that asks Unbound for the same record every five seconds, as people do. Both begin
before the record is there. It needs what the lab needs: Debian's packages, and port 53 of the loopback.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dns.message
import dns.query

sys.path[:0] = [str(Path(__file__).parents[1] / "lab")]

from rows import KEY, TOKENS, ZONE, records  # noqa: E402
from tree import Lab, Served, started, whole  # noqa: E402

BASE = "127.58.0"
DOMAIN = "soon.com"
KINDS = ("bind", "knot")
NAME = f"{TOKENS[0]}._domainkey.{DOMAIN}"
NEGATIVE = 60
"""Seconds a resolver may remember that there is no such name; many zones say an hour."""

EVERY = 5.0
"""Seconds between two questions of the loop."""

LATER = 7.0
"""Seconds until the record is published."""


def zone(serial: int, *, without: tuple[str, ...] = ()) -> Served:
    """The domain without some of its records."""
    soa = f"@ 300 SOA bind.lab.net. admin.lab.net. {serial} 3600 600 604800 {NEGATIVE}\n"
    return Served(DOMAIN, dict.fromkeys(KINDS, soa + records(without=without)))


def answered(server: str) -> bool:
    """Whether a server has the record; RD is set, as people's tools set it."""
    reply = dns.query.udp(dns.message.make_query(NAME + ".", "CNAME"), server, timeout=3)
    return bool(reply.answer)


def by_asking(server: str, pause: float) -> float:
    """When a loop of questions got the record (monotonic)."""
    while not answered(server):
        time.sleep(pause)
    return time.monotonic()


def by_watching(resolver: str, until: Callable[[dict[str, Any]], bool]) -> float:
    """When `sendready watch` said that it is live (monotonic)."""
    with TemporaryDirectory() as state:
        environment = {
            **os.environ, "SENDREADY_RESOLVER": resolver, "SENDREADY_STATE_DIR": state, "AWS_REGION": "eu-west-1"
        }  # fmt: skip
        command = [sys.executable, "-m", "sendready", "watch", DOMAIN, "--dns-only", "--tokens", ",".join(TOKENS)]
        with subprocess.Popen(
            [*command, "--format", "json", "--wait", "10m"], env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    if until(json.loads(line)):
                        return time.monotonic()
            finally:
                process.terminate()
    raise RuntimeError("watch ended before it saw the record")


def publish(lab: Lab) -> float:
    """Adds the record on both servers; when both had it (monotonic)."""
    for kind in KINDS:
        lab.hosts[kind].replace(DOMAIN, whole(zone(2), kind))
    return max(by_asking(lab.address(kind), 0.01) for kind in KINDS)


def main() -> None:
    """The two figures."""
    keys = {f"{token}.{ZONE}": KEY for token in TOKENS}
    lacking = zone(1, without=("k1",))
    with (
        TemporaryDirectory() as folder,
        started(Path(folder) / "lab", BASE, [lacking], keys) as lab,
        ThreadPoolExecutor() as threads,
    ):
        watching = threads.submit(by_watching, lab.resolver, _says_live)
        asking = threads.submit(by_asking, lab.resolver, EVERY)
        time.sleep(LATER)
        live = publish(lab)
        ours, theirs = watching.result() - live, asking.result() - live
    print(f"live on all servers → known, where 'no such name' may be remembered for {NEGATIVE} s")
    print(
        f"sendready watch {ours:6.1f} s, Unbound asked every {EVERY:.0f} s {theirs:6.1f} s: {theirs / ours:.0f} times"
    )


def _says_live(event: dict[str, Any]) -> bool:
    record = event.get("record") or {}
    return record.get("name") == NAME and record.get("state") == "live"


if __name__ == "__main__":
    main()
