"""The DMARC record that applies to the domain (DMC)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.hosts import place
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.observation import Observation
from sendready.model.step import Step


@check(
    "DMC001",
    "missing",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="No DMARC record",
)
def missing(seen: Observation) -> Iterator[Hit]:
    """Nothing applies, neither here nor above, and every name of the walk was asked; or what does states no policy."""
    found = seen.dmarc_seen
    if found is None or not found.complete or found.policy is not None or found.competing:
        return
    if found.record is not None:
        yield Hit(
            subject=found.found_at or f"_dmarc.{found.domain}",
            title="The DMARC record states no policy that receivers apply",
            detail=f"they go on as if there were none: {'; '.join(found.record.problems)}",
            expected="v=DMARC1; p=none, or p=quarantine or p=reject",
            observed=(found.record.text,),
            evidence=found.sightings,
            fix=Fix("Correct this record; `p`, `sp` and `np` must each be none, quarantine or reject"),
        )
        return
    wanted = tuple(record.wanted for record in seen.records.of_step(Step.DMARC))
    name = f"_dmarc.{found.domain}"
    yield Hit(
        subject=name,
        detail="Gmail, Yahoo and Outlook want one from everybody who sends in bulk",
        expected=f"TXT {wanted[0].value}" if wanted else "a TXT record `v=DMARC1; p=none`",
        observed=("none, here and above",),
        evidence=found.sightings,
        fix=Fix(f"Add this TXT record at {place(seen)}", wanted, safe=True),
        state=FindingState.FAIL if (name, "TXT") in seen.past.live_records else FindingState.TODO,
    )


@check(
    "DMC002",
    "several-records",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="More than one DMARC record",
    explains=("DMC001",),
)
def several_records(seen: Observation) -> Iterator[Hit]:
    """Receivers discard them all (RFC 9989, section 4.10); some go on to the domain above, some stop."""
    found = seen.dmarc_seen
    if found is not None and found.competing:
        yield Hit(
            subject=f"_dmarc.{found.domain}",
            detail="receivers discard all of them",
            expected="one record",
            observed=found.competing,
            evidence=found.sightings,
            fix=Fix("Keep one of them and delete the others"),
        )


@check(
    "DMC039",
    "differs-between-servers",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The DMARC record has not reached every name server",
)
def differs_between_servers(seen: Observation) -> Iterator[Hit]:
    """Servers of the zone answer with different DMARC records, or some with none."""
    for record in seen.records.of_step(Step.DMARC):
        told = [s for s in record.sightings if s.outcome.conclusive]
        answers = {record.wanted.relevant(s.answers) for s in told}
        if len(answers) > 1:
            have = [s for s in told if record.wanted.relevant(s.answers)]
            yield Hit(
                subject=record.wanted.name,
                detail=f"{len(have)} of {len(told)} servers have one, and not all the same answer",
                expected="the same answer from every server",
                observed=tuple(
                    f"{s.server.name}: {' '.join(record.wanted.relevant(s.answers)) or 'none'}" for s in told
                ),
                evidence=record.sightings,
                fix=Fix("Wait: the zone's servers copy it from one another within minutes"),
                state=FindingState.PENDING,
                awaits="the DMARC record to reach every name server",
            )
