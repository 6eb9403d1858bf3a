"""What has changed since everything worked last: most breakages are among it (RUN)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sendready.checks.delegation import RECORDS
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity, Verdict
from sendready.model.history import MOST_VALUES, Difference, PastLook, Subject, short
from sendready.model.observation import Observation, Seen
from sendready.model.records import RecordState
from sendready.model.step import Step

NOTHING = "nothing"


def as_kept(seen: Observation, verdict: Verdict) -> PastLook:
    """What a look saw, in the form that later ones are compared with; what could not be seen is left out."""
    return PastLook(
        seen.at, seen.at, verdict, _servers(seen), dict(_records(seen)), dict(_settings(seen)), dict(_account(seen))
    )


def _servers(seen: Observation) -> tuple[str, ...]:
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    return tuple(sorted({server.name for server in cut.servers})) if cut is not None else ()


def _records(seen: Observation) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The records whose state is beyond doubt: one that spreads, or that nobody could be asked for, says nothing."""
    for record in seen.records:
        if record.state not in (RecordState.UNKNOWN, RecordState.SPREADING):
            values = sorted(short(value) for value in record.found)
            yield f"{record.wanted.type.value} {record.wanted.name}", tuple(values[:MOST_VALUES])


def _settings(seen: Observation) -> Iterator[tuple[str, str]]:
    held = seen.ses_identity
    if seen.identity_missing:
        yield "identity", "not in SES"
    if held is not None:
        yield "identity", held.status.value
        yield "DKIM", held.dkim.status.value
        yield "DKIM tokens", ", ".join(sorted(held.dkim.tokens)) or NOTHING
        yield "DKIM signing", "on" if held.dkim.signing_enabled else "off"
        yield "DKIM key", held.dkim.key_length or held.dkim.origin.value
        yield "MAIL FROM", held.mail_from.domain if held.mail_from is not None else NOTHING
        if held.mail_from is not None:
            yield "MAIL FROM's MX", held.mail_from.status.value
            yield "without that MX", held.mail_from.on_mx_failure.value
        yield "default configuration set", held.configuration_set or NOTHING
        yield "bounces by mail", "on" if held.feedback_forwarding else "off"


def _account(seen: Observation) -> Iterator[tuple[str, str]]:
    account = seen.account_seen
    if account is not None:
        yield "access", "production" if account.production else "sandbox"
        yield "sending", "on" if account.sending_enabled else "paused"
        yield "health", account.enforcement or NOTHING


def since_good(seen: Observation) -> tuple[Difference, ...]:
    """What differs from the last look at which the domain was ready, and between which looks it changed."""
    good = seen.past.good
    if good is None:
        return ()
    now = as_kept(seen, good.verdict)
    later = seen.past.looks[seen.past.looks.index(good) :]
    found = []
    for (subject, name), was in good.facts.items():
        is_ = now.facts.get((subject, name), was)
        if is_ != was:
            last, first = _window((subject, name), was, (*later, now))
            found.append(Difference(subject, name, was, is_, last, first))
    return tuple(found)


def _window(fact: tuple[Subject, str], was: tuple[str, ...], looks: Sequence[PastLook]) -> tuple[datetime, datetime]:
    """When a fact was seen as it was for the last time, and the first look after that which saw it differ."""
    last, first = looks[0].last, looks[-1].first
    for look in reversed(looks):
        value = look.facts.get(fact)
        if value == was:
            return look.last, max(look.last, first)
        if value is not None:
            first = look.first
    return last, max(last, first)


def when(difference: Difference) -> str:
    """Between which two moments it changed, local and with the zone."""
    last, first = difference.last_as_before.astimezone(), difference.first_different.astimezone()
    return f"between {last:%Y-%m-%d %H:%M} and {first:%Y-%m-%d %H:%M %Z}"


def _moved(seen: Observation) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The name servers before and now, where none of the old ones is left."""
    good, now = seen.past.good, _servers(seen)
    if good is None or not good.servers or not now or set(good.servers) & set(now):
        return None
    return good.servers, now


@check(
    "RUN001",
    "changed-since-good",
    step=Step.IDENTITY,
    severity=Severity.NOTICE,
    title="Something has changed since everything worked",
)
def changed_since_good(seen: Observation) -> Iterator[Hit]:
    """Name servers, records and what SES holds, compared with the last look at which the domain was ready."""
    good, changed = seen.past.good, since_good(seen)
    if good is not None and changed:
        yield Hit(
            subject=seen.identity.name,
            detail=f"it was ready last on {good.last.astimezone():%Y-%m-%d %H:%M %Z}",
            expected="as it was then",
            observed=tuple(f"{d.name}: {told(d.before)} → {told(d.now)}, {when(d)}" for d in changed),
            fix=Fix("Whoever changed it knows why; what it breaks is told by the other findings"),
        )


def told(values: Sequence[str]) -> str:
    """Values on one line."""
    return ", ".join(values) or NOTHING


@check(
    "RUN002",
    "nameservers-moved",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The domain moved to other name servers, and records did not move along",
    explains=(*RECORDS, "RUN001", "KIM033"),
)
def nameservers_moved(seen: Observation) -> Iterator[Hit]:
    """None of the name servers is one of those of the last good look, and records that were there are missing."""
    moved = _moved(seen)
    if moved is None:
        return
    lost = [record.wanted for record in seen.records if record.absent and record.wanted.key in seen.past.live_records]
    if lost:
        before, now = moved
        yield Hit(
            subject=seen.zone or seen.identity.domain,
            detail=f"{len(lost)} record{'s' if len(lost) > 1 else ''} that the old servers had are not at the new ones",
            expected=f"the records at {told(now)}",
            observed=(f"served by {told(before)} before",),
            fix=Fix(f"Add {'these records' if len(lost) > 1 else 'this record'} at the new DNS host", tuple(lost)),
        )
