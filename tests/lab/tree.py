"""A DNS of its own below 127/8: a signed root and top level, hosts on four kinds of server, a validating resolver."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from daemons import Daemon
from odd import Oddity, OddServer, Silent
from signing import Signed, sign

SERVERS = {"bind": 11, "knot": 12, "nsd": 13, "odd": 14, "odd2": 15, "silent": 21, "dead": 22}
"""The last number of each server's address; at the dead one nobody listens, the silent one hears and says nothing."""

HOST = "lab.net"
"""Whose servers `bind.lab.net`, `knot.lab.net`, … are."""

ALIASES = {
    "ada.ns.cloudflare.com": "bind",
    "bob.ns.cloudflare.com": "knot",
    "ns51.domaincontrol.com": "bind",
    "ns52.domaincontrol.com": "knot",
}
"""Further names of the same servers, by which the company that hosts a zone is told."""

SOA = "@ 300 SOA bind.lab.net. admin.lab.net. {serial} 3600 600 604800 900"


@dataclass(frozen=True)
class Served:
    """One zone: what each server has of it, and what the zone above says about it."""

    apex: str
    text: dict[str, str]
    """By kind of server: the records without SOA, which is put in front unless there is one."""
    delegated_to: Sequence[str] | None = ("bind.lab.net", "knot.lab.net")
    """Name servers that the top level names; None: it does not know the name at all."""
    own_ns: Sequence[str] | None = None
    """Name servers that the zone names; None: those it is delegated to."""
    serial: dict[str, int] = field(default_factory=dict)
    signed: tuple[int, int] | None = None
    """From and until when its signatures are valid, seconds from now."""
    ds: str = "own"
    """What the zone above says of its key: `own`, `none`, or a DS record's data that fits no key."""
    oddity: Oddity = field(default_factory=Oddity)


def whole(zone: Served, kind: str) -> str:
    """A zone as one server has it, SOA and NS included."""
    text = zone.text[kind]
    soa = "" if " SOA " in text else SOA.format(serial=zone.serial.get(kind, 1)) + "\n"
    names = zone.own_ns if zone.own_ns is not None else zone.delegated_to or ("bind.lab.net", "knot.lab.net")
    return soa + "".join(f"@ 300 NS {name}.\n" for name in names) + text + "\n"


@dataclass(frozen=True)
class Lab:
    """Where everything is."""

    base: str
    """The first three numbers of all addresses."""
    hosts: dict[str, Daemon] = field(default_factory=dict)
    """The servers that hold the zones, by kind."""

    def address(self, kind: str) -> str:
        return f"{self.base}.{SERVERS[kind]}"

    @property
    def resolver(self) -> str:
        return f"{self.base}.31"


@contextmanager
def started(folder: Path, base: str, zones: Sequence[Served], keys: dict[str, str]) -> Iterator[Lab]:
    """The whole tree with these zones below `com`; `keys` are texts by name that SES publishes."""
    lab = Lab(base)
    signed = {zone.apex: _signed(zone, folder / "keys" / zone.apex) for zone in zones if zone.signed is not None}
    hosts = _host_zone(lab)
    top = {
        "com": sign("com", _top(lab, "com", zones, signed), folder / "keys" / "com"),
        "net": sign("net", _top(lab, "net", (), {}), folder / "keys" / "net"),
    }
    root = sign("", _root(lab, top), folder / "keys" / "root")
    with ExitStack() as running:
        running.enter_context(_address(lab.address("bind")))
        start = running.enter_context
        start(
            Daemon(
                "knot",
                folder / "top",
                [f"{base}.1", f"{base}.2"],
                {"": root.text, **{apex: zone.text for apex, zone in top.items()}},
            )
        )
        for kind in ("bind", "knot", "nsd"):
            served = {z.apex: signed[z.apex].text if z.signed else whole(z, kind) for z in zones if kind in z.text}
            common = {HOST: hosts, "amazonses.com": _amazon(keys)}
            lab.hosts[kind] = start(Daemon(kind, folder / kind, [lab.address(kind)], {**common, **served}))
        odd = [zone for zone in zones if "odd" in zone.text]
        start(
            OddServer(
                [lab.address("odd"), lab.address("odd2")],
                {zone.apex: whole(zone, "odd") for zone in odd},
                {zone.apex: zone.oddity for zone in odd},
            )
        )
        start(Silent([lab.address("silent")]))
        (folder / "hints").write_text(f". 3600 NS root.lab.net.\nroot.lab.net. 3600 A {base}.1\n")
        settings = f'    root-hints: "{folder}/hints"\n    trust-anchor: "{root.ds}"\n'
        start(Daemon("unbound", folder / "unbound", [lab.resolver], settings=settings))
        yield lab


def _signed(zone: Served, folder: Path) -> Signed:
    """Signed once, for all its servers alike."""
    assert zone.signed is not None
    starts, ends = zone.signed
    return sign(
        zone.apex, f"$ORIGIN {zone.apex}.\n{whole(zone, next(iter(zone.text)))}", folder, starts=starts, ends=ends
    )


@contextmanager
def _address(address: str) -> Iterator[None]:
    """Gives the loopback an address: named listens at none that no interface has."""
    subprocess.run(["ip", "address", "replace", f"{address}/32", "dev", "lo"], check=True, capture_output=True)
    try:
        yield
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run(["ip", "address", "del", f"{address}/32", "dev", "lo"], check=True, capture_output=True)


def _root(lab: Lab, top: dict[str, Signed]) -> str:
    text = ". 300 SOA root.lab.net. admin.lab.net. 1 3600 600 604800 900\n. 300 NS root.lab.net.\n"
    for apex, zone in top.items():
        text += f"{apex}. 300 NS {apex}.top.net.\n{zone.ds}\n{apex}.top.net. 300 A {lab.base}.2\n"
    return text + f"root.lab.net. 300 A {lab.base}.1\n"


def _top(lab: Lab, apex: str, zones: Sequence[Served], signed: dict[str, Signed]) -> str:
    text = (
        f"$ORIGIN {apex}.\n@ 300 SOA {apex}.top.net. admin.lab.net. 1 3600 600 604800 900\n@ 300 NS {apex}.top.net.\n"
    )
    if apex == "net":
        text += f"com.top 300 A {lab.base}.2\nnet.top 300 A {lab.base}.2\n"
        text += "".join(
            f"lab 300 NS {kind}.lab\n{kind}.lab 300 A {lab.address(kind)}\n" for kind in ("bind", "knot", "nsd")
        )
        return text
    text += "".join(f"amazonses 300 NS {kind}.lab.net.\n" for kind in ("bind", "knot"))
    for name, kind in ALIASES.items():
        text += f"{name}. 300 A {lab.address(kind)}\n"
    for zone in zones:
        if not zone.apex.endswith(".com") or zone.apex.count(".") > 1 or zone.delegated_to is None:
            continue
        text += "".join(f"{zone.apex}. 300 NS {name}.\n" for name in zone.delegated_to)
        if zone.ds == "own" and zone.signed is not None:
            text += f"{signed[zone.apex].ds}\n"
        elif zone.ds not in ("own", "none"):
            text += f"{zone.apex}. 300 DS {zone.ds}\n"
    return text


def _host_zone(lab: Lab) -> str:
    text = "@ 300 SOA bind.lab.net. admin.lab.net. 1 3600 600 604800 900\n"
    text += "".join(f"@ 300 NS {kind}\n" for kind in ("bind", "knot", "nsd"))
    text += "".join(f"{kind} 300 A {lab.address(kind)}\n" for kind in SERVERS)
    text += f"root 300 A {lab.base}.1\nalias 300 CNAME bind\n"
    # It takes the reports of every domain here, and is an SPF record to include.
    return (
        text + '@ 300 MX 10 bind\n*._report._dmarc 300 TXT "v=DMARC1;"\n@ 300 TXT "v=spf1 ip4:198.51.100.0/24 -all"\n'
    )


def strings(text: str) -> str:
    """A text as a master file holds it: in pieces of at most 255 bytes (RFC 1035, section 3.3)."""
    return " ".join(f'"{text[start : start + 255]}"' for start in range(0, len(text), 255))


def _amazon(keys: dict[str, str]) -> str:
    text = (
        "@ 300 SOA bind.lab.net. admin.lab.net. 1 3600 600 604800 900\n@ 300 NS bind.lab.net.\n@ 300 NS knot.lab.net.\n"
    )
    text += '@ 300 TXT "v=spf1 ip4:192.0.2.0/24 -all"\n'
    text += "".join(f"feedback-smtp.{region} 300 A 192.0.2.25\n" for region in ("eu-west-1", "us-east-1"))
    return text + "".join(f"{name}. 300 TXT {strings(value)}\n" for name, value in keys.items())
