"""Measures the budgets as ratios in one run and prints a table: `uv run python tests/bench/run.py`.

Ratios hold when the machine's speed drifts: both commands of a row are run in turn, and the median of the paired
ratios is shown. Nothing here fails; it is for people to read.
"""

from __future__ import annotations

import asyncio
import json
import os
import pty
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import dns.asyncquery
import dns.message

from sendready.__main__ import collect_seldom
from sendready.engine.observe import Request, observe
from sendready.engine.watch import Watch
from sendready.model.answers import Answered
from sendready.model.events import RecordTurned, Waiting
from sendready.practice.dns.behaviour import Behaviour
from sendready.practice.servers import Practice
from sendready.steps.naming import read_identity
from sendready.wiring import Connection, Wizard, open_world

RUNS = 11
DNS_LATENCY, AWS_LATENCY = 0.020, 0.060
"""Seconds for one DNS query and one AWS call in the simulated look."""

LONGEST_CHAIN = 6
"""DNS queries that depend on one another: the top-level domain's servers, their addresses, the referral, the zone's own
NS and SOA, the record, and, once that is live, the key it points at. SES is asked meanwhile."""

DOMAIN = "shop.example"
SERVE = "--serve-slowly"
BASELINE = [sys.executable, "-c", "import boto3, dns.asyncquery; boto3.client('sesv2', region_name='eu-west-1')"]


@dataclass(frozen=True, slots=True)
class Row:
    """One budget and what was measured."""

    what: str
    budget: float
    ratio: float
    ours: float
    """Seconds."""
    theirs: float
    """Seconds."""


def seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """Wall time of one run of a command."""
    started = time.perf_counter()
    subprocess.run(command, env=environment, capture_output=True, check=False)
    return time.perf_counter() - started


def compare(what: str, budget: float, ours: Sequence[str], theirs: Sequence[str], environment: dict[str, str]) -> Row:
    """Runs both in turn, after one run of each that does not count."""
    pairs = [(seconds(ours, environment), seconds(theirs, environment)) for _ in range(RUNS + 1)][1:]
    return Row(
        what,
        budget,
        statistics.median(a / b for a, b in pairs),
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
    )


def quietly(practice: Practice) -> None:
    """A finished domain without SES's request rate, which would be measured in our place."""
    practice.finish(DOMAIN)
    practice.throttling = False


def check_as_a_process() -> Row:
    """`check` of a finished domain against the imports and the client that any such program needs."""
    with Practice() as practice, TemporaryDirectory() as state:
        quietly(practice)
        environment = {**os.environ, **practice.environment, "SENDREADY_STATE_DIR": state}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        ours = [sys.executable, "-m", "sendready", "check", DOMAIN]
        return compare("check as a process / boto3 + dnspython + client", 1.5, ours, BASELINE, environment)


def version() -> Row:
    """`--version` against an interpreter that does nothing."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ours = [sys.executable, "-m", "sendready", "--version"]
    return compare("--version / python -c pass", 2.5, ours, [sys.executable, "-c", "pass"], environment)


async def _one_query(environment: dict[str, str]) -> float:
    """What one DNS query takes here, simulated latency included, seconds."""
    host, port = environment["SENDREADY_RESOLVER"].split(":")
    took = []
    for _ in range(RUNS):
        query = dns.message.make_query("com.", "NS")
        started = time.perf_counter()
        await dns.asyncquery.udp(query, host, port=int(port), timeout=5)
        took.append(time.perf_counter() - started)
    return statistics.median(took)


async def _look(environment: dict[str, str]) -> tuple[float, float]:
    """Medians of one look and of one DNS query, seconds."""
    world = await open_world(Connection(environment=environment, practice=True))
    request = Request(read_identity(DOMAIN), Answered())
    took = []
    for _ in range(RUNS + 1):
        world.dns.forget()
        started = time.perf_counter()
        async with aclosing(observe(request, world)) as events:
            async for _event in events:
                pass
        took.append(time.perf_counter() - started)
        await asyncio.sleep(1.1)  # our own pacing, one call a second, is not what is measured
    return statistics.median(took[1:]), await _one_query(environment)


def one_look() -> Row:
    """A look with simulated latency against its longest chain of questions that depend on one another."""
    servers = subprocess.Popen([sys.executable, __file__, SERVE], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    try:
        environment = json.loads(servers.stdout.readline() if servers.stdout else b"{}")
        with TemporaryDirectory() as state:
            took, query = asyncio.run(_look({**environment, "SENDREADY_STATE_DIR": state}))
    finally:
        servers.terminate()
        servers.wait()
    chain = LONGEST_CHAIN * query
    return Row("one look / its longest dependency chain", 1.3, took / chain, took, chain)


MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("shop.example")
Minimal().run()
"""


def seconds_to_paint(command: Sequence[str], environment: dict[str, str]) -> float:
    """From spawn to the domain's name on a real terminal's screen, seconds."""
    ours, theirs = pty.openpty()
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    read = b""
    try:
        while DOMAIN.encode() not in read:
            read += os.read(ours, 65536)
        return time.perf_counter() - started
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def first_paint() -> Row:
    """The wizard's first screen against the smallest Textual app there is."""
    with Practice() as practice, TemporaryDirectory() as state:
        quietly(practice)
        environment = {**os.environ, **practice.environment, "SENDREADY_STATE_DIR": state, "TERM": "xterm-256color"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        ours, minimal = [sys.executable, "-m", "sendready", DOMAIN], [sys.executable, "-c", MINIMAL]
        pairs = [
            (seconds_to_paint(ours, environment), seconds_to_paint(minimal, environment)) for _ in range(RUNS + 1)
        ][1:]
    return Row(
        "spawn → first painted screen / a one-widget app",
        1.4,
        statistics.median(a / b for a, b in pairs),
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
    )


async def _worst_gap(environment: dict[str, str]) -> float:
    """The longest the event loop was away from the moment of opening until everything was looked at, seconds."""
    from sendready.tui.app import SendreadyApp

    connection = Connection(environment=environment, practice=True)
    app = SendreadyApp(Wizard(identity=read_identity(DOMAIN)), connection)
    worst, done = 0.0, asyncio.Event()

    async def ticker() -> None:
        nonlocal worst
        while not done.is_set():
            before = time.perf_counter()
            await asyncio.sleep(0.002)
            worst = max(worst, time.perf_counter() - before - 0.002)

    async with app.run_test(size=(120, 40)) as pilot:
        task = asyncio.ensure_future(ticker())
        deadline = time.perf_counter() + 8
        while time.perf_counter() < deadline:
            await pilot.pause(0.1)
        done.set()
        await task
    return worst


def loop_gap() -> Row:
    """The wizard's worst event-loop gap, against its budget of 50 ms."""
    collect_seldom()  # as the program does
    servers = subprocess.Popen([sys.executable, __file__, SERVE], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    try:
        environment = json.loads(servers.stdout.readline() if servers.stdout else b"{}")
        gaps = []
        for _ in range(3):
            with TemporaryDirectory() as state:
                gaps.append(asyncio.run(_worst_gap({**environment, "SENDREADY_STATE_DIR": state})))
        worst = statistics.median(gaps)
    finally:
        servers.terminate()
        servers.wait()
    return Row("worst event-loop gap in the wizard / 50 ms", 1.0, worst / 0.05, worst, 0.05)


async def _noticed(practice: Practice, environment: dict[str, str]) -> list[float]:
    """From a record live on all servers to the watch saying so, seconds, at several moments of its ladder."""
    practice.register(DOMAIN)
    world = await open_world(Connection(environment=environment, practice=True))
    created = await world.ses.create_identity(DOMAIN, None, ())
    took = []
    watch = Watch(Request(read_identity(DOMAIN), Answered()), world)
    waits, published = iter((1, 2, 3)), 0.0
    names = [f"{token}._domainkey.{DOMAIN}" for token in created.dkim.tokens]
    async with aclosing(watch.events()) as events:
        async for event in events:
            if isinstance(event, RecordTurned) and event.record.live and event.record.wanted.name in names:
                took.append(time.perf_counter() - published)
            if len(took) == len(names):
                return took
            if isinstance(event, Waiting) and (turn := next(waits, None)) is not None:
                name = names[turn - 1]
                target = f"{created.dkim.tokens[turn - 1]}.{created.dkim.signing_zone}."
                practice.put(DOMAIN, name, "CNAME", [target])
                published = time.perf_counter()
    return took


def live_to_noticed() -> Row:
    """A record goes live → the wizard says so, in the first seconds of waiting, at real speed."""
    with Practice() as practice, TemporaryDirectory() as state:
        practice.throttling = False
        took = asyncio.run(_noticed(practice, {**practice.environment, "SENDREADY_STATE_DIR": state}))
        return Row("live on all servers → said so / 2.5 s", 1.0, max(took) / 2.5, max(took), 2.5)


def serve() -> None:
    """The far end of `one_look`, in a process of its own so that it does not share our interpreter."""
    with Practice() as practice:
        quietly(practice)
        for server in ("resolver", *practice.dns.map):
            practice.dns.behave(server, Behaviour(delay=DNS_LATENCY))
        practice.aws.latency = AWS_LATENCY
        print(json.dumps(practice.environment), flush=True)
        sys.stdin.read()


def main() -> None:
    """Prints one line for each budget; with names of functions as arguments, those only."""
    rows: list[Callable[[], Row]] = [version, check_as_a_process, one_look, first_paint, loop_gap, live_to_noticed]
    print(f"{'what':50} {'budget':>7} {'ratio':>7} {'ours':>9} {'theirs':>9}")
    for measure in rows:
        if len(sys.argv) > 1 and measure.__name__ not in sys.argv[1:]:
            continue
        row = measure()
        told = f"{row.what:50} {row.budget:7.2f} {row.ratio:7.2f} {row.ours * 1000:6.0f} ms {row.theirs * 1000:6.0f} ms"
        print(told, flush=True)


if __name__ == "__main__":
    serve() if SERVE in sys.argv else main()
