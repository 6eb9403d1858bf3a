"""Real name servers on loopback that take updates: BIND, Knot and PowerDNS, each with one zone and one key."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
import pytest

DOMAIN = "shop.example"
KEY_NAME, ALGORITHM = "sendready-test", "hmac-sha256"
SECRET = "c2VuZHJlYWR5LXNlbnRpbmVsLXNlY3JldC0wMDAwMDE="
"""The sentinel: it must never be seen anywhere but on the wire's far side."""

SERVERS = ("ns1.practice-dns.net.", "ns2.practice-dns.org.")
"""Those that practice delegates to."""

PATIENCE = 20.0
"""Seconds after which a server that should have come up is given up on."""

SOA = f"{SERVERS[0]} hostmaster.{DOMAIN}. 1 7200 900 1209600 60"


@dataclass(frozen=True, slots=True)
class Authority:
    """A server that runs."""

    program: str
    port: int
    folder: Path
    """Its configuration, and what it keeps."""
    api: str = ""
    """URL of PowerDNS's HTTP API."""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def dig(self, name: str, rtype: str) -> list[str]:
        """What the server answers, by BIND's own client."""
        command = ["dig", "+short", "+norecurse", "@127.0.0.1", "-p", str(self.port), name, rtype]
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
        return told.stdout.splitlines()

    def zone(self) -> set[str]:
        """Every record but the SOA, by transfer."""
        command = ["dig", "+noall", "+answer", "@127.0.0.1", "-p", str(self.port), "AXFR", DOMAIN]
        told = subprocess.run([*command, *_SIGNED], capture_output=True, text=True, check=True, timeout=PATIENCE)
        rows = [line.split(maxsplit=4) for line in told.stdout.splitlines() if line and not line.startswith(";")]
        return {f"{name} {rtype} {value}" for name, _, _, rtype, value in rows if rtype not in ("SOA", "TSIG")}

    def listed(self) -> set[str]:
        """Name and type of every record but SOA and NS, as the server's own tool lists what it holds."""
        tool = {
            "named": ["dig", "+noall", "+answer", "@127.0.0.1", "-p", str(self.port), "AXFR", DOMAIN, *_SIGNED],
            "knotd": ["knotc", "-s", str(self.folder / "knot.sock"), "zone-read", DOMAIN],
            "pdns_server": ["pdnsutil", "--config-dir", str(self.folder), "list-zone", DOMAIN],
        }[self.program]
        command = [require(tool[0]), *tool[1:]]
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout
        rows = [line.removeprefix(f"[{DOMAIN}.] ").split() for line in told.splitlines()]
        found = {
            (row[0].rstrip("."), next((w for w in row[1:4] if w.isupper() and w != "IN"), "")) for row in rows if row
        }
        return {f"{name} {rtype}" for name, rtype in found if rtype not in ("", "SOA", "NS", "TSIG")}


_SIGNED = ("-y", f"{ALGORITHM}:{KEY_NAME}:{SECRET}")

Start = Callable[..., Authority]
"""Starts a server by its program's name, with records beside SOA and NS."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]
"""Runs the command line in a world where the domain is delegated to a server."""


def require(program: str) -> str:
    """Where a program is; the test skips without it, except where everything must be there."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        reason = f"{program} is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return found


def zone_file(records: Sequence[str], servers: Sequence[str]) -> str:
    head = [f"@ 300 IN SOA {SOA}", *(f"@ 300 IN NS {server}" for server in servers)]
    return "\n".join([f"$ORIGIN {DOMAIN}.", *head, *records]) + "\n"


@contextmanager
def bind(
    folder: Path, records: Sequence[str] = (), servers: Sequence[str] = SERVERS, *, mute: bool = False
) -> Iterator[Authority]:
    """One that is `mute` takes updates and answers no question, whoever asks."""
    program, port = require("named"), _free_port()
    (folder / "zone").write_text(zone_file(records, servers))
    (folder / "named.conf").write_text(
        f"""
key "{KEY_NAME}" {{ algorithm {ALGORITHM}; secret "{SECRET}"; }};
options {{
  directory "{folder}"; pid-file none; session-keyfile none; managed-keys-directory "{folder}";
  listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no; allow-query {{ any; }};
}};
controls {{ }};
zone "{DOMAIN}" {{
  type primary; file "zone"; check-names ignore;
  allow-update {{ key "{KEY_NAME}"; }}; allow-transfer {{ key "{KEY_NAME}"; }};
  allow-query {{ {"none" if mute else "any"}; }};
}};
"""
    )
    with _running([program, "-g", "-c", str(folder / "named.conf")], folder, port, mute=mute):
        yield Authority("named", port, folder)


@contextmanager
def knot(folder: Path, records: Sequence[str] = (), servers: Sequence[str] = SERVERS) -> Iterator[Authority]:
    program, port = require("knotd"), _free_port()
    (folder / "zone").write_text(zone_file(records, servers))
    (folder / "knot.conf").write_text(
        f"""
server:
    rundir: "{folder}"
    listen: 127.0.0.1@{port}
database:
    storage: "{folder}"
key:
  - id: {KEY_NAME}
    algorithm: {ALGORITHM}
    secret: {SECRET}
acl:
  - id: ours
    key: {KEY_NAME}
    action: [update, transfer]
zone:
  - domain: {DOMAIN}
    file: "{folder}/zone"
    acl: ours
"""
    )
    with _running([program, "-c", str(folder / "knot.conf")], folder, port):
        yield Authority("knotd", port, folder)


@contextmanager
def powerdns(folder: Path, records: Sequence[str] = (), servers: Sequence[str] = SERVERS) -> Iterator[Authority]:
    """With its HTTP API, whose key is the secret."""
    program, port, api = require("pdns_server"), _free_port(), _free_port()
    database = sqlite3.connect(folder / "pdns.db")
    schema = next(Path("/usr/share").glob("**/schema.sqlite3.sql"))
    database.executescript(schema.read_text())
    database.execute("INSERT INTO domains (name, type) VALUES (?, 'NATIVE')", (DOMAIN,))
    rows = [(DOMAIN, "SOA", SOA.replace(". ", " ")), *((DOMAIN, "NS", server.rstrip(".")) for server in servers)]
    for line in records:
        name, _, _, rtype, value = line.split(maxsplit=4)
        rows.append((f"{name}.{DOMAIN}", rtype, value.rstrip(".")))
    insert = "INSERT INTO records (domain_id, name, type, content, ttl, prio) VALUES (1, ?, ?, ?, 300, ?)"
    for name, rtype, value in rows:  # it keeps the preference of an MX in a column of its own
        preference, _, host = value.partition(" ") if rtype == "MX" else ("0", "", value)
        database.execute(insert, (name, rtype, host, int(preference)))
    database.commit()
    database.close()
    settings = {
        "launch": "gsqlite3", "gsqlite3-database": folder / "pdns.db", "local-address": "127.0.0.1",
        "local-port": port, "api": "yes", "api-key": SECRET, "webserver": "yes", "webserver-address": "127.0.0.1",
        "webserver-port": api, "socket-dir": folder, "daemon": "no", "guardian": "no", "cache-ttl": 0,
        "query-cache-ttl": 0, "negquery-cache-ttl": 0, "zone-cache-refresh-interval": 0, "setuid": "", "setgid": "",
    }  # fmt: skip
    (folder / "pdns.conf").write_text(f"launch=gsqlite3\ngsqlite3-database={folder}/pdns.db\n")  # for pdnsutil
    command = [program, "--config-dir=/nonexistent", *(f"--{name}={value}" for name, value in settings.items())]
    with _running(command, folder, port):
        yield Authority("pdns_server", port, folder, f"http://127.0.0.1:{api}")


@contextmanager
def _running(command: list[str], folder: Path, port: int, *, mute: bool = False) -> Iterator[None]:
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(port, mute=mute):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
        yield
    finally:
        process.terminate()
        process.wait()


def _answers(port: int, *, mute: bool) -> bool:
    query = dns.message.make_query(DOMAIN, "SOA")
    try:
        answer = dns.query.tcp(query, "127.0.0.1", timeout=0.2, port=port)
        return bool(answer.answer) or (mute and answer.rcode() is dns.rcode.REFUSED)
    except (OSError, EOFError, dns.exception.DNSException):
        return False


def _free_port() -> int:
    """A port that nobody has, TCP and UDP; none of those that the system gives to whoever asks for any."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = 12_000 + worker % 16 * 1_000 + next(_ports) % 1_000
        with socket.socket() as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            try:
                stream.bind(("127.0.0.1", port))
                datagrams.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


_ports = itertools.count()
