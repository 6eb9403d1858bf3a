"""DNS servers out of Debian's packages: one process each, bound to addresses of the loopback and ended by its id."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dns.exception
import dns.message
import dns.query

PROGRAMS = ("named", "knotd", "nsd", "unbound", "dnssec-keygen", "dnssec-signzone", "dig", "kdig", "drill", "ip")
"""Of bind9, bind9-dnsutils, bind9-utils, knot, knot-dnsutils, ldnsutils, nsd, unbound and iproute2."""

READY_WITHIN = 15.0
"""Seconds a server is given until its first answer."""

Zones = Mapping[str, str]
"""Master file text by apex, without final dot; the root is an empty string."""


@dataclass
class Daemon:
    """A server that runs for the time of the block."""

    kind: str
    folder: Path
    addresses: Sequence[str]
    zones: Zones = field(default_factory=dict)
    settings: str = ""
    """With a resolver: its root hints and trust anchor."""
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Daemon:
        self.folder.mkdir(parents=True)
        for apex, text in self.zones.items():
            self._file(apex).write_text(text)
        config = self.folder / "config"
        config.write_text(_CONFIG[self.kind](self))
        arguments = [part.format(config=config) for part in _COMMAND[self.kind]]
        program = shutil.which(arguments[0])
        assert program is not None
        with (self.folder / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [program, *arguments[1:]],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
            )
        self._until_it_answers()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def replace(self, apex: str, text: str) -> None:
        """Serves other contents of a zone from now on; named and knotd read their files again at SIGHUP."""
        assert self._process is not None
        self._file(apex).write_text(text)
        self._process.send_signal(signal.SIGHUP)

    def _until_it_answers(self) -> None:
        assert self._process is not None
        query = dns.message.make_query(next(iter(self.zones), "") + ".", "SOA")
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(dns.exception.DNSException, OSError):
                dns.query.udp(query, self.addresses[0], timeout=0.2)
                return
        self.__exit__()
        raise RuntimeError(f"{self.kind} did not answer:\n{(self.folder / 'output').read_text()[-4000:]}")

    def _file(self, apex: str) -> Path:
        return self.folder / f"{apex or 'root'}.zone"


def _bind(daemon: Daemon) -> str:
    zones = "".join(
        f'zone "{apex or "."}" {{ type primary; file "{daemon._file(apex)}"; check-names ignore; }};\n'
        for apex in daemon.zones
    )
    return (
        f'options {{ directory "{daemon.folder}"; listen-on {{ {"; ".join(daemon.addresses)}; }};'
        " listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none; dnssec-validation no;"
        " notify no; minimal-responses no; check-integrity no; };\n"
        f"controls {{}};\n{zones}"
    )


def _knot(daemon: Daemon) -> str:
    zones = "".join(f'  - domain: "{apex}."\n    file: "{daemon._file(apex)}"\n' for apex in daemon.zones)
    listen = ", ".join(f'"{address}@53"' for address in daemon.addresses)
    return (
        f'server:\n    rundir: "{daemon.folder}"\n    listen: [ {listen} ]\n'
        f'database:\n    storage: "{daemon.folder}"\n'
        "log:\n  - target: stderr\n    any: warning\n"
        "template:\n  - id: default\n    zonefile-sync: -1\n    journal-content: none\n    semantic-checks: off\n"
        f"zone:\n{zones}"
    )


def _nsd(daemon: Daemon) -> str:
    listen = "".join(f"    ip-address: {address}@53\n" for address in daemon.addresses)
    zones = "".join(
        f'zone:\n    name: "{apex or "."}"\n    zonefile: "{daemon._file(apex)}"\n' for apex in daemon.zones
    )
    return (
        f'server:\n{listen}    username: ""\n    chroot: ""\n    pidfile: ""\n    database: ""\n'
        f'    zonesdir: "{daemon.folder}"\n    xfrdfile: "{daemon.folder}/xfrd"\n    xfrdir: "{daemon.folder}"\n'
        f'    zonelistfile: "{daemon.folder}/list"\n    server-count: 1\n    rrl-ratelimit: 0\n'
        f"remote-control:\n    control-enable: no\n{zones}"
    )


def _unbound(daemon: Daemon) -> str:
    listen = "".join(f"    interface: {address}@53\n" for address in daemon.addresses)
    return (
        f'server:\n{listen}    access-control: 127.0.0.0/8 allow\n    username: ""\n    chroot: ""\n    pidfile: ""\n'
        f'    directory: "{daemon.folder}"\n    use-syslog: no\n    do-daemonize: no\n    do-not-query-localhost: no\n'
        '    do-ip6: no\n    ede: yes\n    num-threads: 1\n    module-config: "validator iterator"\n'
        f"{daemon.settings}remote-control:\n    control-enable: no\n"
    )


_CONFIG = {"bind": _bind, "knot": _knot, "nsd": _nsd, "unbound": _unbound}
_COMMAND = {
    "bind": ("named", "-g", "-n", "1", "-c", "{config}"),
    "knot": ("knotd", "-c", "{config}"),
    "nsd": ("nsd", "-d", "-c", "{config}"),
    "unbound": ("unbound", "-d", "-c", "{config}"),
}
