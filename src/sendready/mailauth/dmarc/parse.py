"""DMARC records read by their grammar (RFC 9989, sections 4.7 and 4.8); every fault is kept with its position."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sendready.mailauth.lookup import joined
from sendready.model.dmarc import POLICIES, DmarcFault, DmarcRecord
from sendready.model.problem import Problem
from sendready.model.records import DMARC_VERSION

_PART = re.compile(r"[^;]+")
_URI = re.compile(r"mailto:(?!//)[^@\s,!]+@[^@\s,!?]+(?:\?[^\s,!]*)?(?:![0-9]+[kmgt]?)?", re.IGNORECASE)
_SIZE = re.compile(r"![0-9]+[kmgt]?\Z", re.IGNORECASE)
_TAG_WITHIN = re.compile(r"[\s,:]+([a-z]+)\s*=", re.IGNORECASE)

_REMOVED = frozenset({"pct", "rf", "ri"})
_KNOWN = frozenset({"v", "p", "sp", "np", "rua", "ruf", "adkim", "aspf", "fo", "t", "psd"})
_VALUES = {"adkim": ("r", "s"), "aspf": ("r", "s"), "t": ("y", "n"), "psd": ("y", "n", "u")}
_MISTAKEN = {"policy": "p", "subdomain": "sp", "rau": "rua", "aru": "rua", "ura": "rua", "rfu": "ruf", "fur": "ruf"}

Faults = Iterator[Problem[DmarcFault]]


def is_record(text: str) -> bool:
    """Whether a TXT record counts as DMARC: it starts `v=DMARC1`, the value being case-sensitive (section 4.7)."""
    return DMARC_VERSION.match(text) is not None


def parse(strings: Sequence[bytes]) -> DmarcRecord | None:
    """Reads one TXT record; None where it is not a DMARC record at all. Raises nothing, whatever the bytes."""
    text = joined(tuple(strings))
    if not is_record(text):
        return None
    tags: list[tuple[str, str]] = []
    problems: list[Problem[DmarcFault]] = []
    for found in _PART.finditer(text):
        part = found.group().strip(" \t")
        at = found.start() + found.group().find(part) if part else found.start()
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        name, value = name.strip(" \t").lower(), value.strip(" \t")
        if not equals or not (name.isascii() and name.isalpha()):
            why = f"`{part}` is not a tag; tags are `name=value`, separated by `;`"
            problems.append(Problem(DmarcFault.SEPARATOR, at, part, why))
            continue
        if name in _KNOWN and any(name == known for known, _ in tags):
            problems.append(Problem(DmarcFault.DUPLICATE, at, part, f"`{name}` stands twice"))
        elif name == "p" and len(tags) > 1:
            why = f"`p` stands behind `{tags[-1][0]}`; older receivers look for it right behind `v`"
            problems.append(Problem(DmarcFault.POLICY_NOT_SECOND, at, part, why))
        tags.append((name, value))
        problems.extend(_of_tag(name, value, part, at))
    if not any(name == "p" for name, _ in tags):
        why = "no `p`: Gmail counts the record as one without a policy"
        problems.append(Problem(DmarcFault.POLICY_MISSING, len(text), "", why))
    return DmarcRecord(text, tuple(tags), (*problems, *_of_failure_options(text, tags)))


def _of_tag(name: str, value: str, part: str, at: int) -> Faults:
    within = _TAG_WITHIN.search(value)
    if within is not None and (within.group(1).lower() in _KNOWN | _REMOVED):
        why = f"there is no `;` in front of `{within.group(1)}`, so it counts as a part of `{name}`"
        yield Problem(DmarcFault.SEPARATOR, at + part.rfind(value) + within.start(), within.group().strip(), why)
    if name in ("p", "sp", "np"):
        if value.lower() not in POLICIES:
            why = f"`{name}={value}` is not one of none, quarantine, reject"
            yield Problem(DmarcFault.POLICY_INVALID, at, part, why)
    elif name in ("rua", "ruf"):
        yield from _of_uris(name, value, at + part.rfind(value))
    elif name == "pct":
        if value != "100":
            why = f"`{part}` was removed by RFC 9989; newer receivers ignore it and apply the policy to all mail"
            yield Problem(DmarcFault.PCT, at, part, why)
        else:
            yield Problem(DmarcFault.REMOVED, at, part, "`pct` was removed by RFC 9989; at 100 it never did anything")
    elif name in _REMOVED:
        yield Problem(DmarcFault.REMOVED, at, part, f"`{name}` was removed by RFC 9989; newer receivers ignore it")
    elif name in _VALUES and value.lower() not in _VALUES[name]:
        why = f"`{name}={value}` is not one of {', '.join(_VALUES[name])}; it counts as `{name}={_default(name)}`"
        yield Problem(DmarcFault.VALUE_INVALID, at, part, why)
    elif name not in _KNOWN:
        meant = meant_tag(name)
        why = f"`{name}` is not a registered tag" + (f"; `{meant}` was meant" if meant else "")
        yield Problem(DmarcFault.UNKNOWN_TAG, at, part, why)


def _default(name: str) -> str:
    return {"adkim": "r", "aspf": "r", "t": "n", "psd": "u"}[name]


def meant_tag(name: str) -> str | None:
    """The tag that an unknown one was meant to be: the same letters in another order, or one more or less."""
    if name in _MISTAKEN:
        return _MISTAKEN[name]
    known = sorted(tag for tag in _KNOWN if len(tag) > 2)
    return next((tag for tag in known if _one_apart(name, tag) or sorted(name) == sorted(tag)), None)


def _one_apart(one: str, other: str) -> bool:
    """Whether a letter more, a letter less or another letter makes the one out of the other."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) == 1:
        return any(longer[:cut] + longer[cut + 1 :] == shorter for cut in range(len(longer)))
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def uris(value: str) -> list[tuple[int, str]]:
    """The URIs of a `rua` or `ruf`, each with how many characters stand before it."""
    return [(part.start(), part.group().rstrip()) for part in re.finditer(r"[^,\s][^,]*", value)]


def address_of(uri: str) -> str | None:
    """The mail address in a `mailto:` URI; None where it is none that a report can be sent to."""
    if _URI.fullmatch(uri) is None:
        return None
    return _SIZE.sub("", uri)[len("mailto:") :].partition("?")[0]


def addresses(record: DmarcRecord, tag: str) -> list[str]:
    """The mail addresses of `rua` or `ruf` that reports can be sent to."""
    found = (address_of(uri) for _, uri in uris(record.tag(tag) or ""))
    return [address for address in found if address is not None]


def _of_uris(name: str, value: str, at: int) -> Faults:
    def problem(fault: DmarcFault, before: int, uri: str, why: str) -> Problem[DmarcFault]:
        return Problem(fault, at + before, uri, f"`{uri}` in `{name}` {why}")

    found = uris(value)
    if not found:
        yield Problem(DmarcFault.URI, at, value, f"`{name}` names no address")
    for number, (before, uri) in enumerate(found):
        if _SIZE.search(uri) and address_of(uri) is not None:
            yield problem(DmarcFault.SIZE, before, uri, "has a size behind it, which RFC 9989 dropped")
        elif uri.lower().startswith("mailto:") and "!" in uri:
            yield problem(DmarcFault.URI_CHARACTER, before, uri, "has a `!` in it, which must be written `%21`")
        elif uri.lower().startswith("mailto:") and "@" not in uri and number + 1 < len(found):
            yield problem(DmarcFault.URI_CHARACTER, before, uri, "ends at a comma, which must be written `%2C`")
        elif not uri.lower().startswith("mailto:"):
            yield problem(DmarcFault.URI, before, uri, "lacks `mailto:`")
        elif uri.lower().startswith("mailto://"):
            yield problem(DmarcFault.URI, before, uri, "has `//` behind `mailto:`, which only web addresses have")
        elif address_of(uri) is None:
            yield problem(DmarcFault.URI, before, uri, "is no mail address")


def _of_failure_options(text: str, tags: Sequence[tuple[str, str]]) -> Faults:
    """`fo`: 0 and 1 exclude each other, nothing stands twice, and without `ruf` it is ignored (section 4.7)."""
    value = next((value for name, value in tags if name == "fo"), None)
    if value is None:
        return
    at = max(text.lower().find("fo"), 0)
    options = [option.strip().lower() for option in value.split(":")]
    if not set(options) <= {"0", "1", "d", "s"}:
        yield Problem(DmarcFault.VALUE_INVALID, at, value, f"`fo={value}` holds what is not one of 0, 1, d, s")
    elif len(set(options)) < len(options) or {"0", "1"} <= set(options):
        yield Problem(DmarcFault.FO, at, value, f"`fo={value}` holds options that exclude each other")
    if not any(name == "ruf" for name, _ in tags):
        yield Problem(DmarcFault.FO_UNUSED, at, value, f"`fo={value}` is ignored, for there is no `ruf`")
