"""DKIM CNAMEs that are at their own names with a wrong value: each wrong value has exactly one finding (KIM)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from sendready.checks.dkim import WAITS, dkim_records, lost_or_todo, subject
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import bare, is_at_or_below
from sendready.model.observation import Observation, Slip
from sendready.model.records import ObservedRecord, RecordState
from sendready.model.step import Step

Wrong = tuple[ObservedRecord, str]
"""A record and a value that stands there instead of its own."""


class Flaw(Enum):
    """What is wrong with a value; the first that applies, in this order, and no other."""

    WILDCARD = auto()
    SEVERAL = auto()
    QUOTES = auto()
    JUNK = auto()
    APPENDED = auto()
    CROSSED = auto()
    ZONE = auto()
    CHAINED = auto()
    TYPO = auto()
    FOREIGN = auto()


def _wrong(seen: Observation, flaw: Flaw) -> list[Wrong]:
    """The records that no server has right, with those of their values that have this flaw."""
    return [
        (record, bare(found))
        for record in dkim_records(seen)
        if record.state is RecordState.WRONG
        for found in record.found
        if _flaw(record, bare(found), seen) is flaw
    ]


def _flaw(record: ObservedRecord, found: str, seen: Observation) -> Flaw:
    if any(stray.wanted == record.wanted for stray in seen.strays_of(Slip.WILDCARD)):
        return Flaw.WILDCARD
    if any(s.outcome.conclusive and len(s.answers) > 1 for s in record.sightings):
        return Flaw.SEVERAL
    if any(character in _QUOTES for character in _typed(found)):
        return Flaw.QUOTES
    if _junk(found):
        return Flaw.JUNK
    if _appended(record, found, seen):
        return Flaw.APPENDED
    if found in {bare(other.wanted.value) for other in dkim_records(seen)}:
        return Flaw.CROSSED
    if _right_token(record, found):
        return Flaw.ZONE
    if any(stray.wanted == record.wanted and stray.at == found for stray in seen.strays_of(Slip.CHAINED)):
        return Flaw.CHAINED
    return Flaw.TYPO if _typo(record, found) else Flaw.FOREIGN


@check(
    "KIM005",
    "target-gets-domain-appended",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DNS host appended the domain to the value of a DKIM record",
    explains=WAITS,
)
def target_gets_domain_appended(seen: Observation) -> Iterator[Hit]:
    """The target is the right one with the zone's or the domain's name behind it."""
    yield from _replace(
        seen,
        _wrong(seen, Flaw.APPENDED),
        "a name without its final dot was read as relative to the zone",
        "End the value in a dot, or enter it again without the domain behind it",
    )


def _appended(record: ObservedRecord, found: str, seen: Observation) -> bool:
    tails = {seen.identity.domain, seen.zone or seen.identity.domain}
    return any(found == f"{bare(record.wanted.value)}.{tail}" for tail in tails)


@check(
    "KIM009",
    "token-typo",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record has a typing mistake in its value",
    explains=WAITS,
)
def token_typo(seen: Observation) -> Iterator[Hit]:
    """The target is all but the right one: a character lost, exchanged or cut off."""
    yield from _replace(
        seen,
        _wrong(seen, Flaw.TYPO),
        "the value differs from the wanted one in a few characters",
        "Copy the value instead of typing it",
    )


@check(
    "KIM010",
    "cross-wired",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record points to the target of another one",
    explains=WAITS,
)
def cross_wired(seen: Observation) -> Iterator[Hit]:
    """Name A points to token B of the same identity."""
    yield from _replace(
        seen,
        _wrong(seen, Flaw.CROSSED),
        "each name must point to its own token",
        "Give each name the value with the same token",
    )


@check(
    "KIM016",
    "wrong-signing-zone",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record points into the wrong zone of SES",
    explains=WAITS,
)
def wrong_signing_zone(seen: Observation) -> Iterator[Hit]:
    """The token is right and the rest of the target is another region's, or the one printed in most guides."""
    yield from _replace(
        seen,
        _wrong(seen, Flaw.ZONE),
        "the keys of this identity are in another zone of SES; it differs by region and identity",
        "Replace the value, the part behind the token included",
    )


@check(
    "KIM018",
    "stale-tokens",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record does not point to this identity's key",
    explains=WAITS,
)
def stale_tokens(seen: Observation) -> Iterator[Hit]:
    """Any other wrong target: another identity's, another account's, or nothing of SES's."""
    yield from _replace(seen, _wrong(seen, Flaw.FOREIGN), "SES gave this identity another target", "Replace the value")


@check(
    "KIM020",
    "several-cnames",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM name has more than one CNAME",
    explains=WAITS,
)
def several_cnames(seen: Observation) -> Iterator[Hit]:
    """A name can have one alias only (RFC 1034, section 3.6.2); some servers hand out several all the same."""
    wrong = _wrong(seen, Flaw.SEVERAL)
    right = all(bare(record.wanted.value) in {bare(found) for found in record.found} for record, _ in wrong)
    yield from _replace(
        seen,
        wrong,
        "a name can have one only; receivers take any of them, or none",
        "Keep only the CNAME with this value and delete the others at the same name"
        if right
        else "Delete all CNAMEs at the name, then add this one",
    )


@check(
    "KIM021",
    "wildcard-mimics-record",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A wildcard answers in place of a DKIM record",
    explains=("KIM001", "DEL023", *WAITS),
)
def wildcard_mimics_record(seen: Observation) -> Iterator[Hit]:
    """A name nobody has made gets the same answer: the record itself is not there, which is no failure at first."""
    wrong = _wrong(seen, Flaw.WILDCARD)
    records = tuple(dict.fromkeys(record for record, _ in wrong))
    if records:
        them = (
            "this CNAME with its exact name"
            if len(records) == 1
            else f"these {len(records)} CNAMEs with their exact names"
        )
        yield Hit(
            subject=subject(records, seen),
            detail="a made-up name beside it gets the same answer, so it comes from your `*` record",
            expected=records[0].wanted.value,
            observed=tuple(dict.fromkeys(found for _, found in wrong)),
            evidence=tuple(s for record in records for s in record.sightings),
            fix=Fix(
                f"Add {them}; the `*` record no longer answers there then, and can stay for other names",
                tuple(record.wanted for record in records),
                safe=True,
            ),
            state=lost_or_todo(seen, records),
        )


@check(
    "KIM027",
    "alias-chain",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record gets to its target by a detour",
    explains=WAITS,
)
def alias_chain(seen: Observation) -> Iterator[Hit]:
    """The CNAME points to another name of yours, and only that one to SES: SES compares the first target."""
    wrong = _wrong(seen, Flaw.CHAINED)
    yield from _replace(
        seen,
        wrong,
        "receivers get there in the end, and SES does not: it compares the record's own value",
        "Replace the value by SES's, straight; the name in between can go",
    )


@check(
    "KIM028",
    "ttl-extreme",
    step=Step.DKIM,
    severity=Severity.INFO,
    title="The DKIM records are remembered very briefly, or very long",
)
def ttl_extreme(seen: Observation) -> Iterator[Hit]:
    """Below a minute every receiver asks at every mail; above a day a mistake, or SES's next key, is slow to arrive."""
    ttls = {s.ttl for record in dkim_records(seen) for s in record.servers_with_it if s.ttl is not None}
    extreme = sorted(ttl for ttl in ttls if not SHORTEST_TTL <= ttl <= LONGEST_TTL)
    if extreme:
        records = [r for r in dkim_records(seen) if any(s.ttl in extreme for s in r.servers_with_it)]
        yield Hit(
            subject=subject(records, seen),
            detail="receivers ask for them again at almost every mail, and slow look-ups make signatures fail"
            if extreme[0] < SHORTEST_TTL
            else "a change takes more than a day to reach everybody",
            expected=f"a TTL of {SHORTEST_TTL} to {LONGEST_TTL} s",
            observed=tuple(f"{ttl} s" for ttl in extreme),
            evidence=tuple(s for record in records for s in record.servers_with_it),
            fix=Fix("Set the TTL to 300 s while you set things up and to 3600 s afterwards"),
        )


SHORTEST_TTL, LONGEST_TTL = 60, 86400
"""Seconds."""


@check(
    "KIM022",
    "quotes-in-value",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record has quotation marks in its value",
    explains=WAITS,
)
def quotes_in_value(seen: Observation) -> Iterator[Hit]:
    """A target is a name; the marks around a value in a zone file are for texts (RFC 1035, section 5.1)."""
    yield from _replace(
        seen,
        _wrong(seen, Flaw.QUOTES),
        "the marks became part of the name it points to",
        "Delete the quotation marks: the value is entered without any",
    )


@check(
    "KIM023",
    "junk-in-value",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="A DKIM record has a stray character in its value",
    explains=WAITS,
)
def junk_in_value(seen: Observation) -> Iterator[Hit]:
    """A space, something invisible, `http://`, a comma or semicolon at the end: pasted along with the value."""
    wrong = _wrong(seen, Flaw.JUNK)
    if wrong:
        junk = _junk(wrong[0][1])
        first = "the first of them: " if len({record for record, _ in wrong}) > 1 else ""
        rest = f", and there is more: {len(junk)} in all" if len(junk) > 1 else ""
        yield from _replace(
            seen,
            wrong,
            f"{first}{junk[0]}{rest}",
            "Empty the value field and paste the value as plain text, with nothing before and nothing behind it",
        )


_QUOTES = frozenset("\"'`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb")

_BELONGS = re.compile(r"[a-z0-9._-]")
"""What a target of SES is made of; the underscore is no mistake that could be told from a label of somebody's."""

_PASTED = re.compile(r"https?://")


def _typed(target: str) -> str:
    r"""The characters of a name, out of presentation format: `\DDD` is a byte, `\X` is X (RFC 1035, section 5.1).

    An escaped dot keeps its backslash, which tells it from the dots between labels; bytes that are no UTF-8 become
    surrogates.
    """
    raw = bytearray()
    for part in re.findall(r"\\\d{3}|\\?.", target):
        if re.fullmatch(r"\\\d{3}", part) and int(part[1:]) < 256:
            raw.append(int(part[1:]))
        else:
            raw += part.removeprefix("\\" if part not in ("\\.", "\\") else "").encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "surrogateescape")


def _junk(target: str) -> list[str]:
    """What does not belong into a target, each with its place, counted from 1."""
    typed = _typed(target)
    pasted = _PASTED.match(typed)
    start = pasted.end() if pasted else 0
    found = [f"it begins with `{pasted.group()}`"] if pasted else []
    return found + [
        f"character {place} is {_called(character)}"
        for place, character in enumerate(typed[start:], start + 1)
        if not _BELONGS.fullmatch(character)
    ]


def _called(character: str) -> str:
    """A character by a name that can be read aloud, whether it can be seen or not."""
    if "\udc80" <= character <= "\udcff":
        return f"the byte 0x{ord(character) - 0xDC00:02X}"
    if character in _NAMES:
        return _NAMES[character]
    if character.isascii() and character.isprintable():
        return f"`{character}`"
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name').lower()}"


_NAMES = {" ": "a space", "\t": "a tab", "\n": "a line break", "\r": "a line break", "\\": "a backslash"}


def _token(target: str) -> str:
    return target.partition(".")[0]


def _suffix(target: str) -> str:
    return bare(target.partition(".")[2])


def _right_token(record: ObservedRecord, found: str) -> bool:
    return _token(found) == _token(record.wanted.value) and is_at_or_below(found, "amazonses.com")


def _typo(record: ObservedRecord, found: str) -> bool:
    wanted, token = _token(record.wanted.value), _token(found)
    return found.endswith(f".{_suffix(record.wanted.value)}") and token != wanted and _near(token, wanted)


def _near(one: str, other: str) -> bool:
    """Whether two tokens differ by at most three edits, or one is a beginning of the other cut short."""
    if one and other.startswith(one) and len(one) >= len(other) // 2:
        return True
    if abs(len(one) - len(other)) > _MOST_EDITS:
        return False
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1] <= _MOST_EDITS


_MOST_EDITS = 3


def _replace(seen: Observation, wrong: Sequence[Wrong], detail: str, do: str) -> Iterator[Hit]:
    """One finding for all records that are wrong in the same way: they were entered by the same hand."""
    if not wrong:
        return
    records = tuple(dict.fromkeys(record for record, _ in wrong))
    yield Hit(
        subject=subject(records, seen),
        detail=detail,
        expected=records[0].wanted.value,
        observed=tuple(found for _, found in wrong),
        evidence=tuple(s for record in records for s in record.sightings),
        fix=Fix(do, tuple(record.wanted for record in records)),
    )
