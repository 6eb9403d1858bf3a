"""The one line that says what is going on and what is waited for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sendready.model.change import Mode
from sendready.model.observation import Unseen
from sendready.report.marks import VERDICT_MEANS
from sendready.tui.snapshot import Snapshot
from sendready.tui.waiting import next_look, span


def status_of(snapshot: Snapshot, now: datetime | None) -> list[str]:
    """What is going on, the most important part first; `now` is the engine's clock, once it has one."""
    if snapshot.working or snapshot.busy:
        return [f"{snapshot.working or snapshot.busy}…"]
    seen = snapshot.observation
    if snapshot.next_look is None or now is None:
        return ["press r once that is mended"] if snapshot.problem is not None or seen is not None else []
    coming = next_look(snapshot, now)
    if seen is not None and isinstance(seen.ses, Unseen):
        return ["SES could not be asked", coming]
    if not snapshot.awaited or (seen is not None and seen.identity_missing):  # then it is SES that waits for the user
        return [coming]
    if unpublished := _unpublished(snapshot, Mode.AUTOMATIC):  # then it is the user who is waited for
        return [f"{unpublished} still to be published", coming]
    since = [f"{span((now - snapshot.since).total_seconds())} so far"] if snapshot.since is not None else []
    leaving = [] if snapshot.practice else ["safe to close"]  # a practice world ends with the wizard
    by_hand = _unpublished(snapshot, Mode.BY_HAND)
    awaited = f"{by_hand} to be published by you" if by_hand else snapshot.awaited[0]
    return [f"waiting for {awaited}", coming, *leaving, *since]


def _unpublished(snapshot: Snapshot, mode: Mode) -> str:
    """How many records a button of ours would write, or the user has to; empty where there are none."""
    changes = snapshot.plan.changes if snapshot.plan is not None else ()
    count = sum(change.record is not None and change.mode is mode for change in changes)
    return f"{count} record{'s' if count > 1 else ''}" if count else ""


def looked_at(snapshot: Snapshot) -> str:
    """What the look that the user asked for has found, in one line."""
    seen = snapshot.observation
    if seen is None or snapshot.diagnosis is None:
        return ""
    at = f"looked at {seen.at.astimezone():%H:%M:%S}"
    verdict = VERDICT_MEANS[snapshot.diagnosis.verdict]
    if not seen.records.observed or seen.identity_missing:  # SES has not named all of them yet
        return f"{at}: {verdict}"
    live = sum(record.live for record in seen.records)
    if not live:
        return f"{at}: none of the {len(seen.records)} records is there yet"
    return f"{at}: {live} of {len(seen.records)} records are live; {verdict}"


def fitting(parts: Sequence[str], between: str, width: int) -> str:
    """As many parts as find room, from the first one on; a part is never cut."""
    told = parts[0] if parts else ""
    for part in parts[1:]:
        if len(told) + len(between) + len(part) > width:
            break
        told += between + part
    return told
