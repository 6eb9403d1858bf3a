"""What is kept of a look for later ones: only what was seen for certain."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sendready.checks.changes import last_good
from sendready.model.errors import StateError
from sendready.model.identity import SesIdentity
from sendready.model.observation import LastGood, Observation, Past, Seen, Unseen
from sendready.model.ports import Scope, World

GRAIN = timedelta(minutes=15)
"""How exactly the time of the last good look is kept: a watch does not write at every look."""


def remember(seen: Observation, world: World, *, ready: bool) -> str:
    """Keeps what a look knows for certain; why it could not, for a full disk takes nothing away from what was seen.

    A test send or another look may have learnt something meanwhile: that is kept, too.
    """
    if seen.account_id is None:
        return ""
    if seen.past.account not in (None, seen.account_id) and not holds_identity(seen.ses):
        return ""  # another account without this identity: what the right one knew is not overwritten
    scope = Scope(seen.account_id, seen.region, seen.identity.name)
    try:
        world.store.learn(scope, lambda past: learnt(past, seen, ready=ready))
    except StateError as error:
        return error.message
    return ""


def holds_identity(ses: Seen[SesIdentity | None] | Unseen | None) -> bool:
    """Whether SES has it."""
    return isinstance(ses, Seen) and ses.value is not None


def learnt(past: Past, seen: Observation, *, ready: bool) -> Past:
    """What earlier looks knew together with what this one saw."""
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
        first_ready=(None if another else past.first_ready) or (seen.at if ready else None),
        last_ready=_at(past.last_ready, seen.at) if ready else past.last_ready,
        good=_good(past.good, last_good(seen)) if ready else past.good,
        test_proven=None if another else past.test_proven,
    )


def _at(kept: datetime | None, now: datetime) -> datetime:
    return kept if kept is not None and abs(now - kept) < GRAIN else now


def _good(kept: LastGood | None, now: LastGood) -> LastGood:
    """The same again is kept as it is, but for its time."""
    if kept is None or replace(kept, at=now.at) != now:
        return now
    return replace(kept, at=_at(kept.at, now.at))
