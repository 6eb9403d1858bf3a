"""Records that were written a moment ago are on their way, neither lost nor to be added again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from builders import AT, KEYS, NOWHERE, SPF, looked

from sendready.engine.diagnose import diagnose
from sendready.model.finding import FindingState, Verdict
from sendready.model.observation import Past


def written(at: datetime, *records: tuple[str, str]) -> Past:
    return Past(written=dict.fromkeys(records, at))


KEY_RECORDS = tuple((question.name, question.type.value) for question in KEYS)


def test_records_that_were_just_written_are_waited_for() -> None:
    seen = looked(dns=dict.fromkeys(KEYS, NOWHERE), past=written(AT - timedelta(seconds=20), *KEY_RECORDS))
    diagnosis = diagnose(seen)

    found = diagnosis.findings[0]
    assert (found.id, found.state) == ("KIM001", FindingState.PENDING)
    assert "Add" not in found.fix.text
    assert found.recheck_at == AT - timedelta(seconds=20) + timedelta(minutes=15)
    assert diagnosis.verdict is Verdict.WAITING


@pytest.mark.parametrize(
    "past",
    [
        written(AT - timedelta(minutes=16), *KEY_RECORDS),
        written(AT, *KEY_RECORDS[:2]),
        written(AT, (SPF.name, SPF.type.value)),
        Past(),
    ],
    ids=["too long ago", "not all of them", "another record", "never"],
)
def test_records_that_were_not_are_still_asked_for(past: Past) -> None:
    diagnosis = diagnose(looked(dns=dict.fromkeys(KEYS, NOWHERE), past=past))

    assert diagnosis.findings[0].state is not FindingState.PENDING
    assert "Add" in diagnosis.findings[0].fix.text
