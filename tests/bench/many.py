"""A thousand domains, beside checkdmarc on the same list: `uv run python tests/bench/many.py [N]`.

First on the loopback lab, where an answer takes no time at all and processors decide; it needs what the lab needs: the
servers out of Debian's packages, and port 53 of the loopback. Then on practice servers whose every answer takes 20 ms,
as in the other benchmark of a look. checkdmarc asks one resolver there, which itself takes no longer than a server.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path[:0] = [str(Path(__file__).parents[1] / "lab")]

from rows import KEY, TOKENS, ZONE  # noqa: E402
from tree import Served, started  # noqa: E402

from sendready.practice.dns.behaviour import Behaviour  # noqa: E402
from sendready.practice.servers import Practice  # noqa: E402

BASE = "127.59.0"
SAMPLE = 50
"""Domains that checkdmarc is given: it takes them one after the other, so that more would only take longer."""

THEIRS = """
import checkdmarc, sys, time
from dns.nameserver import Do53Nameserver
host, port, *domains = sys.argv[1:]
began = time.perf_counter()
checkdmarc.check_domains(domains, nameservers=[Do53Nameserver(host, int(port))], skip_tls=True, timeout=2.0)
print(time.perf_counter() - began)
"""

LATENCY = 0.020
"""Seconds that every answer of the practice servers takes."""

SERVE = "--serve-slowly"


def zone(number: int) -> Served:
    """A domain that is finished, save for every tenth, which lacks its MX."""
    apex = f"many-{number:05}.com"
    text = "\n".join(f"{token}._domainkey 300 CNAME {token}.{ZONE}." for token in TOKENS)
    text += '\nbounce 300 TXT "v=spf1 include:amazonses.com ~all"\n_dmarc 300 TXT "v=DMARC1; p=none"\n'
    text += '@ 300 MX 10 bind.lab.net.\n@ 300 TXT "v=spf1 -all"\n@ 300 A 192.0.2.1\n'
    if number % 10:
        text += "bounce 300 MX 10 feedback-smtp.eu-west-1.amazonses.com.\n"
    return Served(apex, {"knot": text, "nsd": text}, ("knot.lab.net", "nsd.lab.net"))


def ours(domains: list[str], settings: dict[str, str]) -> tuple[float, float, list[dict[str, object]]]:
    """Seconds, peak megabytes, and what was said of each."""
    command = [sys.executable, "-m", "sendready", "check", *domains, "--dns-only", "--format", "json"]
    with TemporaryDirectory() as state:
        environment = {**os.environ, "AWS_REGION": "eu-west-1", **settings, "SENDREADY_STATE_DIR": state}
        began = time.perf_counter()
        with subprocess.Popen(
            [*command, "--tokens", ",".join(TOKENS)], env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            told = [json.loads(line) for line in process.stdout]
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
    return time.perf_counter() - began, usage.ru_maxrss / 1024, told


def theirs(domains: list[str], resolver: str) -> float:
    """Seconds that checkdmarc takes, its start left out."""
    host, _, port = resolver.partition(":")
    command = [sys.executable, "-c", THEIRS, host, port or "53", *domains]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def serve(count: int) -> None:
    """The slow practice servers with as many zones, in a process of their own."""
    with Practice() as practice:
        for number in range(count):
            for line in zone(number).text["knot"].splitlines():
                name, ttl, rtype, value = line.split(" ", 3)
                apex = f"many-{number:05}.com"
                at = apex if name == "@" else f"{name}.{apex}"
                (practice.zone_of(apex) or practice.zones.create(apex)).put(at, rtype, int(ttl), [value])
        for server in ("resolver", *practice.dns.map):
            practice.dns.behave(server, Behaviour(delay=LATENCY))
        print(json.dumps(practice.environment), flush=True)
        sys.stdin.read()


def on_the_lab(names: list[str]) -> None:
    """Both without latency; and what many domains cost in memory beyond a few."""
    zones = [zone(number) for number in range(len(names))]
    with TemporaryDirectory() as folder:
        keys = {f"{token}.{ZONE}": KEY for token in TOKENS}
        with started(Path(folder) / "lab", BASE, zones, keys) as lab:
            settings = {"SENDREADY_RESOLVER": lab.resolver}
            few, few_memory, _ = ours(names[:SAMPLE], settings)
            print(f"{SAMPLE:6} domains  {few:7.1f} s  {few_memory:6.0f} MB")
            compare(names, settings)


def with_latency(names: list[str]) -> None:
    """Both on practice servers whose every answer takes a while."""
    command = [sys.executable, __file__, SERVE, str(len(names))]
    servers = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    try:
        assert servers.stdout is not None
        print(f"every answer takes {LATENCY * 1000:.0f} ms")
        compare(names, json.loads(servers.stdout.readline()))
    finally:
        servers.terminate()
        servers.wait()


def compare(names: list[str], settings: dict[str, str]) -> None:
    """All of them with sendready, some with checkdmarc."""
    seconds, memory, told = ours(names, settings)
    other = theirs(names[:SAMPLE], settings["SENDREADY_RESOLVER"])
    unknown = sum(one["verdict"] == "unknown" for one in told)
    print(f"{len(names):6} domains  {seconds:7.1f} s  {memory:6.0f} MB  {unknown} of {len(told)} unknown")
    print(f"a domain: {1000 * seconds / len(names):.0f} ms, checkdmarc {1000 * other / SAMPLE:.0f} ms:", end=" ")
    print(f"{other / SAMPLE / (seconds / len(names)):.1f} times as fast (10)", flush=True)


def main() -> None:
    """The table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    names = [f"many-{number:05}.com" for number in range(count)]
    on_the_lab(names)
    with_latency(names)


if __name__ == "__main__":
    serve(int(sys.argv[-1])) if SERVE in sys.argv else main()
