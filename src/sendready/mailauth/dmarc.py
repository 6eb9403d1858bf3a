"""DMARC records: parsed with every problem kept, and found the way receivers find them (RFC 9989)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from sendready.mailauth.lookup import Lookup, Status, Strings, joined
from sendready.model.dmarc import DmarcDiscovery, DmarcRecord
from sendready.model.names import labels
from sendready.model.records import DMARC_VERSION

POLICIES = ("none", "quarantine", "reject")
"""The values of `p`, `sp` and `np`, weakest first."""

MOST_QUERIES = 8
"""A tree walk asks no more names than this (RFC 9989, section 4.10)."""

_REPORT_URI = re.compile(r"mailto:[^@\s]+@[^@\s]+", re.IGNORECASE)
_REMOVED = frozenset({"pct", "rf", "ri"})
_KNOWN = frozenset({"v", "p", "sp", "np", "rua", "ruf", "adkim", "aspf", "fo", "t", "psd"})


def is_record(text: str) -> bool:
    """Whether a TXT record counts as DMARC: it starts `v=DMARC1`, the value being case-sensitive (section 4.7)."""
    return DMARC_VERSION.match(text) is not None


def parse(strings: Sequence[bytes]) -> DmarcRecord | None:
    """Reads one TXT record; None where it is not a DMARC record at all. Raises nothing, whatever the bytes."""
    text = joined(tuple(strings))
    if not is_record(text):
        return None
    tags: list[tuple[str, str]] = []
    problems: list[str] = []
    for part in text.split(";"):
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        name, value = name.strip(" \t").lower(), value.strip(" \t")
        if not equals or not (name.isascii() and name.isalpha()):
            problems.append(f"`{part.strip()}` is not a tag; tags are `name=value`, separated by `;`")
            continue
        if any(name == known for known, _ in tags):
            problems.append(f"`{name}` stands twice")
        tags.append((name, value))
        problems.extend(_problems_of(name, value))
    if not any(name == "p" for name, _ in tags):
        problems.append("no `p`: Gmail counts the record as one without a policy")
    return DmarcRecord(text, tuple(tags), tuple(problems))


def _problems_of(name: str, value: str) -> list[str]:
    if name in ("p", "sp", "np") and value.lower() not in POLICIES:
        return [f"`{name}={value}` is not one of none, quarantine, reject"]
    if name in ("rua", "ruf"):
        return [
            f"`{uri.strip()}` in `{name}` lacks `mailto:`"
            for uri in value.split(",")
            if not uri.strip().lower().startswith("mailto:")
        ]
    if name in _REMOVED:
        return [f"`{name}` was removed by RFC 9989; newer receivers ignore it"]
    if name not in _KNOWN:
        return [f"`{name}` is not a registered tag"]
    return []


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
    if applies is None:
        return DmarcDiscovery(domain, None, None, None, complete, competing)
    record, exists = records[applies], True
    if applies != domain and record.tag("np") is not None:
        status, _ = await lookup(domain, "TXT")
        exists, complete = status is not Status.NXDOMAIN, complete and status.conclusive
    tags = ("p",) if applies == domain else ("sp", "p") if exists else ("np", "sp", "p")
    return DmarcDiscovery(domain, record, f"_dmarc.{applies}", _policy(record, tags), complete, competing)


def _decisive(names: Sequence[str], records: dict[str, DmarcRecord]) -> Sequence[str]:
    """The names whose records decide: those up to the author domain's own, or to the first `psd=y` or `psd=n`."""
    for number, name in enumerate(names):
        if name in records and (number == 0 or _psd(records[name]) != "u"):
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
        match _psd(record):
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


def _psd(record: DmarcRecord) -> str:
    """`y`, `n`, or `u` where it says neither; an invalid value counts as the default (section 4.8)."""
    value = (record.tag("psd") or "u").lower()
    return value if value in ("y", "n") else "u"


def _policy(record: DmarcRecord, tags: Sequence[str]) -> str | None:
    """The effective policy: the first of `tags` that is there, and one step down with `t=y`.

    Without a valid `p`, or with an invalid `sp` or `np`, a record counts as `p=none` where it asks for reports, and
    not at all where it does not (section 4.10.1).
    """
    stated = [value.lower() for value in map(record.tag, ("p", "sp", "np")) if value is not None]
    if record.tag("p") is None or not set(stated) <= set(POLICIES):
        return "none" if _asks_for_reports(record) else None
    policy = next(value for value in map(record.tag, tags) if value is not None).lower()
    if (record.tag("t") or "").lower() == "y":
        policy = POLICIES[max(0, POLICIES.index(policy) - 1)]
    return policy


def _asks_for_reports(record: DmarcRecord) -> bool:
    """Whether `rua` holds an address that reports can be sent to."""
    return any(_REPORT_URI.fullmatch(uri.strip()) for uri in (record.tag("rua") or "").split(","))


__all__ = ["POLICIES", "Status", "discover", "is_record", "names_of_walk", "parse"]
