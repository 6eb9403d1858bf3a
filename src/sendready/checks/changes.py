"""What has changed since everything worked last: most breakages are among it (RUN)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.delegation import RECORDS
from sendready.checks.registry import check
from sendready.checks.since import servers_seen, since_good, told, when
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation
from sendready.model.step import Step


def _moved(seen: Observation) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The name servers before and now, where none of the old ones is left."""
    good, now = seen.past.good, servers_seen(seen)
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
