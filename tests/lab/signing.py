"""Zones signed with keys of their own, by BIND's tools: well, long ago, or not much longer."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

DAY = 86400


@dataclass(frozen=True)
class Signed:
    """A signed zone and what the zone above, or a resolver, has to know of its key."""

    text: str
    ds: str
    """One DS record, owner included."""


def sign(apex: str, text: str, folder: Path, *, starts: int = -30 * DAY, ends: int = 30 * DAY) -> Signed:
    """Signs a zone, its signatures valid from and until so many seconds from now."""
    folder.mkdir(parents=True)
    origin = f"{apex}."
    for flags in ((), ("-f", "KSK")):
        _run(folder, "dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", *flags, origin)
    # Keys that stand in the zone are used whatever their timing says, so a zone can be signed in the past.
    keys = "".join(path.read_text() for path in sorted(folder.glob("K*.key")))
    (folder / "zone").write_text(f"{text}\n{keys}\n")
    period = ("-s", f"now{starts:+d}", "-e", f"now{ends:+d}")
    _run(folder, "dnssec-signzone", "-q", "-P", *period, "-o", origin, "-f", "signed", "zone")
    return Signed((folder / "signed").read_text(), (folder / f"dsset-{origin}").read_text().splitlines()[0])


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
