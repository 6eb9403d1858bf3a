"""DKIM records that are in DNS, but not as CNAMEs at their own names: each way they got lost (KIM)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.dkim import WAITS, dkim_records, subject
from sendready.checks.entering import name_field
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation, Slip
from sendready.model.step import Step


@check(
    "KIM004",
    "doubled-domain",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DNS host appended the domain to a name that had it already",
    explains=("KIM001", *WAITS),
)
def doubled_domain(seen: Observation) -> Iterator[Hit]:
    """The records are proven absent at their own names and live at `tok._domainkey.example.com.example.com`."""
    doubled = [
        (record, stray)
        for record in dkim_records(seen)
        for stray in seen.strays_of(Slip.DOUBLED)
        if stray.wanted == record.wanted and record.absent
    ]
    if not doubled:
        return
    records = tuple(record for record, _ in doubled)
    typed = name_field(records[0].wanted.name, seen)
    yield Hit(
        subject=subject(records, seen),
        detail=f"the first of them is at {doubled[0][1].at}" if len(doubled) > 1 else f"it is at {doubled[0][1].at}",
        expected=records[0].wanted.name,
        observed=tuple(stray.at for _, stray in doubled),
        evidence=tuple(sighting for _, stray in doubled for sighting in stray.sightings),
        fix=Fix(
            f"Enter only `{typed}` in the name field of your DNS host, then delete the doubled record",
            tuple(record.wanted for record in records),
        ),
    )
