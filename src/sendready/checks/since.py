"""What a look saw, in the form it is kept in, and what is not as it was when the domain was ready last."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sendready.model.finding import Finding, FindingState, Severity, Verdict
from sendready.model.history import MOST_VALUES, Difference, Move, PastLook, SinceLast, Subject, short
from sendready.model.observation import Observation, Seen
from sendready.model.records import RecordState

NOTHING = "nothing"


def as_kept(seen: Observation, verdict: Verdict, findings: Sequence[Finding] = ()) -> PastLook:
    """What a look saw, in the form that later ones are compared with; what could not be seen is left out."""
    return PastLook(
        seen.at,
        seen.at,
        verdict,
        servers_seen(seen),
        dict(_records(seen)),
        dict(_settings(seen)),
        dict(_account(seen)),
        None if verdict is Verdict.UNKNOWN else tuple(sorted({_as_word(f) for f in findings if _counts(f)})),
    )


def _counts(finding: Finding) -> bool:
    """Whether it is more than a remark, and known; that something has changed is no finding of its own here."""
    known = finding.state is not FindingState.UNKNOWN
    return known and (finding.severity >= Severity.WARNING or finding.state is FindingState.PENDING)


def _as_word(finding: Finding) -> str:
    return f"{finding.id} {finding.state.value}"


def since_last(seen: Observation, findings: Sequence[Finding], ignored: Collection[str] = ()) -> SinceLast:
    """What differs from the look before; `findings` are all root causes, `ignored` ids of which nothing is told.

    What one of the two could not see says nothing.
    """
    if not seen.past.looks:
        return SinceLast(None)
    last, now = seen.past.looks[-1], as_kept(seen, Verdict.BROKEN, findings)
    moves = tuple(
        Move(subject, name, was, now.facts[subject, name])
        for (subject, name), was in last.facts.items()
        if now.facts.get((subject, name), was) != was
    )
    before = next((look.findings for look in reversed(seen.past.looks) if look.findings is not None), None)
    if before is None:
        return SinceLast(last.last, moves)
    old, new = ({word for word in words if word.split()[0] not in ignored} for words in (before, now.findings or ()))
    return SinceLast(last.last, moves, tuple(sorted(new - old)), tuple(sorted(old - new)))


def since_last_told(since: SinceLast) -> Iterator[str]:
    """The same in sentences."""
    for move in since.moves:
        yield f"{move.name}: {told(move.before)} → {told(move.now)}"
    if since.begun:
        yield f"new: {', '.join(since.begun)}"
    if since.ended:
        yield f"gone: {', '.join(since.ended)}"


def servers_seen(seen: Observation) -> tuple[str, ...]:
    """Names of the domain's name servers, sorted; empty where they are not known."""
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
    exactly = "%Y-%m-%d %H:%M:%S" if first - last < timedelta(minutes=2) else "%Y-%m-%d %H:%M"
    zone = "" if last.utcoffset() == first.utcoffset() else f" {last:%Z}"
    return f"between {last:{exactly}}{zone} and {first:{exactly} %Z}"


def told(values: Sequence[str]) -> str:
    """Values on one line."""
    return ", ".join(values) or NOTHING
