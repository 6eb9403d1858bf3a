"""A little DNS in memory for the readers of mail authentication: names, types and values, no servers."""

from __future__ import annotations

from collections.abc import Mapping

from sendready.mailauth.lookup import Lookup, Status, Strings

Zone = Mapping[tuple[str, str], list[str] | Status]
"""By name and type: the values, or why there are none. Names without any entry do not exist."""


def answering(zone: Zone, asked: list[tuple[str, str]] | None = None) -> Lookup:
    """A look-up over a zone; a value list is one record each. What was asked is noted in `asked`."""
    names = {name for name, _ in zone}

    async def lookup(name: str, rtype: str) -> tuple[Status, list[Strings]]:
        if asked is not None:
            asked.append((name, rtype))
        found = zone.get((name, rtype))
        if isinstance(found, Status):
            return found, []
        if found:
            return Status.OK, [(value.encode("utf-8", "surrogateescape"),) for value in found]
        exists = any(other == name or other.endswith(f".{name}") for other in names)
        return (Status.NODATA if exists else Status.NXDOMAIN), []

    return lookup
