"""What is kept of a look for later ones: only what was seen for certain."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sendready.checks.since import as_kept
from sendready.engine.journal import scope_of
from sendready.model.errors import StateError
from sendready.model.finding import Diagnosis, Verdict
from sendready.model.history import PastLook
from sendready.model.identity import SesIdentity
from sendready.model.observation import Observation, Past, Seen, Unseen
from sendready.model.ports import World

GRAIN = timedelta(minutes=1)
"""How exactly it is kept when something was seen last: a watch does not write at every look."""


async def remember(seen: Observation, world: World, diagnosis: Diagnosis) -> str:
    """Keeps what a look knows for certain; why it could not, for a full disk takes nothing away from what was seen.

    A test send or another look may have learnt something meanwhile: that is kept, too.
    """
    scope = scope_of(seen)
    if scope is None:
        return ""
    if seen.past.account not in (None, seen.account_id) and not holds_identity(seen.ses):
        return ""  # another account without this identity: what the right one knew is not overwritten
    try:
        # A lock and a disk may take their time: the event loop does not wait for them.
        await world.store.learn_in_turn(scope, lambda past: learnt(past, seen, diagnosis))
    except StateError as error:
        return error.message
    return ""


def holds_identity(ses: Seen[SesIdentity | None] | Unseen | None) -> bool:
    """Whether SES has it."""
    return isinstance(ses, Seen) and ses.value is not None


def learnt(past: Past, seen: Observation, diagnosis: Diagnosis) -> Past:
    """What earlier looks knew together with what this one saw."""
    verdict = diagnosis.verdict
    ses = seen.ses_identity
    live = {r.wanted.key for r in seen.records if r.live}
    # What was seen and proven of an identity that is gone, or was created anew, counts no longer.
    another = seen.identity_missing or (ses is not None and bool(past.tokens) and ses.dkim.tokens != past.tokens)
    return Past(
        account=seen.account_id,
        identity_seen=past.identity_seen or ses is not None,
        live_records=past.live_records | live,
        written={key: at for key, at in past.written.items() if key not in live},
        production_seen=past.production_seen or bool(seen.account_seen and seen.account_seen.production),
        tokens=ses.dkim.tokens if ses is not None else past.tokens,
        signing_zone=ses.dkim.signing_zone if ses is not None else past.signing_zone,
        ready_since=_since(None if another else past.ready_since, verdict, seen.at),
        last_ready=_at(past.last_ready, seen.at) if verdict is Verdict.READY else past.last_ready,
        test_proven=None if another else past.test_proven,
        looks=with_look(past.looks, as_kept(seen, verdict, diagnosis.findings)),
    )


def _since(kept: datetime | None, verdict: Verdict, now: datetime) -> datetime | None:
    """Since when it has been well; what is not known, or only waited for, ends nothing and begins nothing."""
    match verdict:
        case Verdict.READY:
            return kept or now
        case Verdict.BROKEN:
            return None
        case _:
            return kept


def _at(kept: datetime | None, now: datetime) -> datetime:
    return kept if kept is not None and abs(now - kept) < GRAIN else now


def with_look(looks: tuple[PastLook, ...], now: PastLook) -> tuple[PastLook, ...]:
    """Earlier looks and this one. One that saw the same again moves the time of the last and costs nothing more.

    One that could see only a part of it, the same, says nothing new about the rest: that is not seen now.
    """
    if not now.facts:
        return looks
    if not looks:
        return (now,)
    newest = looks[-1]
    as_before = now.verdict in (newest.verdict, Verdict.UNKNOWN) and now.facts.items() <= newest.facts.items()
    if not as_before or (None not in (now.findings, newest.findings) and now.findings != newest.findings):
        return (*looks, now)
    if newest.findings is None and now.findings is not None and now.facts == newest.facts:
        return (*looks[:-1], replace(newest, last=now.last, findings=now.findings))
    if now.facts != newest.facts or now.verdict is not newest.verdict or now.last - newest.last < GRAIN:
        return looks
    return (*looks[:-1], replace(newest, last=now.last))
