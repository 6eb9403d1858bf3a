"""Which DMARC record applies to a domain: found by the tree walk, as receivers find it (RFC 9989, section 4.10)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from sendready.mailauth.dmarc.parse import addresses, parse
from sendready.mailauth.lookup import Lookup, Status, Strings
from sendready.model.dmarc import POLICIES, DmarcDiscovery, DmarcRecord
from sendready.model.names import labels

MOST_QUERIES = 8
"""A tree walk asks no more names than this (RFC 9989, section 4.10)."""


def names_of_walk(domain: str) -> list[str]:
    """The domains a tree walk visits, the author domain first, the top-level domain last (RFC 9989, 4.10)."""
    parts = labels(domain)
    rest = parts[1:] if len(parts) < MOST_QUERIES else parts[-(MOST_QUERIES - 1) :]
    return [domain, *(".".join(rest[start:]) for start in range(len(rest)))]


async def discover(domain: str, lookup: Lookup) -> DmarcDiscovery:
    """Finds the record that receivers apply to mail from `domain` and the policy that follows from it.

    All names of the walk are asked at once; the walk is then done over the answers.
    """
    names = names_of_walk(domain)
    answers = await asyncio.gather(*(lookup(f"_dmarc.{name}", "TXT") for name in names))
    statuses = {name: status for name, (status, _) in zip(names, answers, strict=True)}
    found = {name: _records(strings) for name, (_, strings) in zip(names, answers, strict=True)}

    competing = tuple(record.text for record in found[domain]) if len(found[domain]) > 1 else ()
    records = {name: several[0] for name, several in found.items() if len(several) == 1}
    # What lies above the record that ends the walk cannot change the result; what was passed on the way can.
    complete = all(statuses[name].conclusive for name in _decisive(names, records))
    applies = _applies(domain, names, records) if statuses[domain].conclusive else None
    walk = tuple(records.items())
    if applies is None:
        return DmarcDiscovery(domain, None, None, None, complete, competing, walk=walk)
    record, exists = records[applies], True
    if applies != domain and record.tag("np") is not None:
        status, _ = await lookup(domain, "TXT")
        exists, complete = status is not Status.NXDOMAIN, complete and status.conclusive
    tags = ("p",) if applies == domain else ("sp", "p") if exists else ("np", "sp", "p")
    return DmarcDiscovery(domain, record, f"_dmarc.{applies}", _policy(record, tags), complete, competing, walk=walk)


def organizational(domain: str, records: Mapping[str, DmarcRecord]) -> str:
    """The organisational domain of a name, by the records of the domains above it (section 4.10.2).

    The name with `psd=n`; the one below a name with `psd=y`, unless that is the name itself; else the one with the
    fewest labels; the name itself where there is no record.
    """
    found = domain
    for name in names_of_walk(domain):
        match records[name].psd if name in records else None:
            case None:
                pass
            case "n":
                return name
            case "y" if name != domain:
                return ".".join(labels(domain)[-len(labels(name)) - 1 :])
            case _:
                found = name
    return found


def _decisive(names: Sequence[str], records: dict[str, DmarcRecord]) -> Sequence[str]:
    """The names whose records decide: those up to the author domain's own, or to the first `psd=y` or `psd=n`."""
    for number, name in enumerate(names):
        if name in records and (number == 0 or records[name].psd != "u"):
            return names[: number + 1]
    return names


def _records(strings: list[Strings]) -> list[DmarcRecord]:
    return [record for record in map(parse, strings) if record is not None]


def _applies(domain: str, names: Sequence[str], records: dict[str, DmarcRecord]) -> str | None:
    """The name whose record applies: the author domain's, the organisational domain's, the suffix's (4.10.1)."""
    if domain in records:
        return domain
    organisational: str | None = None
    suffix: str | None = None
    for name in names:
        record = records.get(name)
        if record is None:
            continue
        match record.psd:
            case "n":
                return name
            case "y":
                # One label below, counted from the author domain: the walk may have skipped that very name.
                depth = len(labels(name)) + 1
                below = ".".join(labels(domain)[-depth:])
                organisational = below if below in records else None
                suffix = name
                break
            case _:
                organisational = name
    return organisational or suffix


def _policy(record: DmarcRecord, tags: Sequence[str]) -> str | None:
    """The effective policy: the first of `tags` that is there, and one step down with `t=y`.

    Without a valid `p`, or with an invalid `sp` or `np`, a record counts as `p=none` where it asks for reports, and
    not at all where it does not (section 4.10.1).
    """
    stated = [value.lower() for value in map(record.tag, ("p", "sp", "np")) if value is not None]
    if record.tag("p") is None or not set(stated) <= set(POLICIES):
        return "none" if addresses(record, "rua") else None
    policy = next(value for value in map(record.tag, tags) if value is not None).lower()
    if record.testing:
        policy = POLICIES[max(0, POLICIES.index(policy) - 1)]
    return policy
