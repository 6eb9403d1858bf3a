"""What was written a moment ago and does not show yet is on its way: it is neither to be added again nor lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sendready.model.finding import Finding, FindingState, Fix
from sendready.model.observation import Observation
from sendready.model.records import WantedRecord

SHOWS_WITHIN = timedelta(minutes=15)
"""How long a DNS host may take to hand a new record to its servers before something else must be wrong.

Route 53 says 60 seconds (Amazon Route 53 developer guide, ChangeResourceRecordSets); others run their jobs every few
minutes.
"""


def written_lately(records: Sequence[WantedRecord], seen: Observation) -> datetime | None:
    """When the last of these records was written; None unless each of them was, within `SHOWS_WITHIN` of the look."""
    times = [seen.past.written.get(record.key) for record in records]
    latest = max((at for at in times if at is not None), default=None)
    return latest if latest is not None and None not in times and seen.at - latest <= SHOWS_WITHIN else None


def on_its_way(finding: Finding, seen: Observation) -> Finding:
    """The finding, as a wait where every record that it asks for was written from here a moment ago."""
    records = finding.fix.records
    at = written_lately(records, seen)
    if at is None or finding.state not in (FindingState.FAIL, FindingState.TODO):
        return finding
    it, what = ("it", "A record was") if len(records) == 1 else ("them", f"{len(records)} records were")
    return replace(
        finding,
        state=FindingState.PENDING,
        title=f"{what} just added",
        detail=f"written at {at.astimezone():%H:%M:%S %Z}; the name servers do not show {it} yet",
        fix=Fix("Wait: name servers show a new record within a minute or two, those of some hosts within fifteen"),
        awaits=f"the name servers to show {'it' if len(records) == 1 else 'the new records'}",
        recheck_at=at + SHOWS_WITHIN,
    )
