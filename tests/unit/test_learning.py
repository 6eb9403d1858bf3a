"""What is kept of a look about how long all has been well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import AT, DMARC, KEYS, NOWHERE, looked, policy

from sendready.engine.diagnose import diagnose
from sendready.engine.learning import learnt
from sendready.model.errors import Unreachable
from sendready.model.finding import Verdict
from sendready.model.observation import Observation, Past, Unseen

WELL = Past(identity_seen=True, ready_since=AT - timedelta(days=40))
UNSEEN = Unseen(Unreachable("no answer", "try again", action="ses", code="x"))


def kept(past: Past, seen: Observation) -> Past:
    return learnt(past, seen, diagnose(seen))


def test_what_breaks_begins_anew_when_it_is_well_again() -> None:
    broken = replace(
        looked(dmarc=policy(), dns={DMARC: NOWHERE, **dict.fromkeys(KEYS, NOWHERE)}),
        past=replace(WELL, live_records=frozenset({(key.name, key.type.value) for key in KEYS})),
    )
    assert diagnose(broken).verdict is Verdict.BROKEN
    past = kept(broken.past, broken)
    assert past.ready_since is None

    assert kept(past, looked()).ready_since == AT


@pytest.mark.parametrize("seen", [looked(), looked(ses=UNSEEN)])
def test_what_is_well_or_cannot_be_seen_ends_nothing(seen: Observation) -> None:
    assert kept(WELL, seen).ready_since == WELL.ready_since


def test_what_cannot_be_seen_begins_nothing() -> None:
    assert kept(Past(), looked(ses=UNSEEN)).ready_since is None
