"""DKIM CNAMEs that are at their own names with a wrong value: each wrong value has exactly one finding (KIM)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sendready.checks.dkim import WAITS, dkim_records, subject
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import bare, is_at_or_below
from sendready.model.observation import Observation
from sendready.model.records import ObservedRecord, RecordState
from sendready.model.step import Step


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
        [(record, found) for record, found in _wrong(seen) if _appended(record, found, seen)],
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
    values = {bare(record.wanted.value) for record in dkim_records(seen)}
    yield from _replace(
        seen,
        [(record, found) for record, found in _wrong(seen) if found not in values and _typo(record, found)],
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
    values = {bare(record.wanted.value) for record in dkim_records(seen)}
    yield from _replace(
        seen,
        [(record, found) for record, found in _wrong(seen) if found in values],
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
        [(record, found) for record, found in _wrong(seen) if _right_token(record, found)],
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
    values = {bare(record.wanted.value) for record in dkim_records(seen)}
    rest = [
        (record, found)
        for record, found in _wrong(seen)
        if found not in values
        and not (_right_token(record, found) or _typo(record, found) or _appended(record, found, seen))
    ]
    yield from _replace(seen, rest, "SES gave this identity another target", "Replace the value")


def _wrong(seen: Observation) -> Iterator[tuple[ObservedRecord, str]]:
    for record in dkim_records(seen):
        if record.state is RecordState.WRONG:
            for found in record.found:
                yield record, bare(found)


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


def _replace(seen: Observation, wrong: Sequence[tuple[ObservedRecord, str]], detail: str, do: str) -> Iterator[Hit]:
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
