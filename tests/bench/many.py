"""A thousand domains on the loopback lab, beside checkdmarc on the same list: `uv run python tests/bench/many.py [N]`.

Needs what the lab needs: the servers out of Debian's packages, and port 53 of the loopback.
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

BASE = "127.59.0"
SAMPLE = 50
"""Domains that checkdmarc is given: it takes them one after the other, so that more would only take longer."""

THEIRS = """
import checkdmarc, sys, time
domains, resolver = sys.argv[2:], sys.argv[1]
began = time.perf_counter()
checkdmarc.check_domains(domains, nameservers=[resolver], skip_tls=True, timeout=2.0)
print(time.perf_counter() - began)
"""


def zone(number: int) -> Served:
    """A domain that is finished, save for every tenth, which lacks its MX."""
    apex = f"many-{number:05}.com"
    text = "\n".join(f"{token}._domainkey 300 CNAME {token}.{ZONE}." for token in TOKENS)
    text += '\nbounce 300 TXT "v=spf1 include:amazonses.com ~all"\n_dmarc 300 TXT "v=DMARC1; p=none"\n'
    text += '@ 300 MX 10 bind.lab.net.\n@ 300 TXT "v=spf1 -all"\n@ 300 A 192.0.2.1\n'
    if number % 10:
        text += "bounce 300 MX 10 feedback-smtp.eu-west-1.amazonses.com.\n"
    return Served(apex, {"knot": text, "nsd": text}, ("knot.lab.net", "nsd.lab.net"))


def ours(domains: list[str], resolver: str) -> tuple[float, float, list[dict[str, object]]]:
    """Seconds, peak megabytes, and what was said of each."""
    command = [sys.executable, "-m", "sendready", "check", *domains, "--dns-only", "--format", "json"]
    with TemporaryDirectory() as state:
        environment = {
            **os.environ, "SENDREADY_RESOLVER": resolver, "SENDREADY_STATE_DIR": state, "AWS_REGION": "eu-west-1"
        }  # fmt: skip
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
    done = subprocess.run(
        [sys.executable, "-c", THEIRS, resolver, *domains], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def main() -> None:
    """The table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    zones = [zone(number) for number in range(count)]
    names = [one.apex for one in zones]
    with TemporaryDirectory() as folder:
        keys = {f"{token}.{ZONE}": KEY for token in TOKENS}
        with started(Path(folder) / "lab", BASE, zones, keys) as lab:
            few, few_memory, _ = ours(names[:SAMPLE], lab.resolver)
            seconds, memory, told = ours(names, lab.resolver)
            other = theirs(names[:SAMPLE], lab.resolver)
    unknown = sum(one["verdict"] == "unknown" for one in told)
    print(f"{SAMPLE:6} domains  {few:7.1f} s  {few_memory:6.0f} MB")
    print(f"{count:6} domains  {seconds:7.1f} s  {memory:6.0f} MB  {unknown} of {len(told)} unknown")
    print(f"a domain: {1000 * seconds / count:.0f} ms, checkdmarc {1000 * other / SAMPLE:.0f} ms:", end=" ")
    print(f"{other / SAMPLE / (seconds / count):.1f} times as fast (10)")


if __name__ == "__main__":
    main()
