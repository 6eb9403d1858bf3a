"""The three DKIM CNAMEs: whether they are there, on all servers (KIM)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sendready.checks.legs import DKIM_FAILS
from sendready.checks.registry import check
from sendready.hosts import place
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.identity import Status
from sendready.model.names import is_registry, parent
from sendready.model.observation import Observation, Seen
from sendready.model.records import ObservedRecord, RecordState
from sendready.model.step import Step

WAITS = ("SES003", "KIM030", "KIM031", "KIM034", "MSG001", "MSG002", *DKIM_FAILS)
"""What SES and receivers say because of a record that is missing, elsewhere or wrong."""


def dkim_records(seen: Observation) -> tuple[ObservedRecord, ...]:
    """The CNAMEs of the identity as they were seen; none where it needs none."""
    return seen.records.of_step(Step.DKIM)


def subject(records: Sequence[ObservedRecord], seen: Observation) -> str:
    """The record's name, or how many of the identity's records it is about."""
    if len(records) == 1:
        return records[0].wanted.name
    return f"{len(records)} DKIM records of {seen.identity.domain}"


def lost_or_todo(seen: Observation, records: Sequence[ObservedRecord]) -> FindingState:
    """A failure where SES or an earlier look ever saw one of them, else something never done yet."""
    return FindingState.FAIL if any(_was_there(seen, record) for record in records) else FindingState.TODO


def all_live(seen: Observation) -> bool:
    """Whether every CNAME of an identity that needs them is live."""
    return bool(dkim_records(seen)) and all(record.live for record in dkim_records(seen))


def _was_there(seen: Observation, record: ObservedRecord) -> bool:
    """Whether SES or an earlier look ever saw it."""
    ses = seen.ses_identity
    known = record.wanted.key in seen.past.live_records
    return known or (ses is not None and ses.last_success is not None)


def _add(seen: Observation, records: tuple[ObservedRecord, ...]) -> Fix:
    names = "this CNAME" if len(records) == 1 else f"these {len(records)} CNAMEs"
    return Fix(f"Add {names} at {place(seen)}", tuple(r.wanted for r in records), safe=True)


@check(
    "KIM001",
    "not-published",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The DKIM records are not published",
    explains=WAITS,
)
def not_published(seen: Observation) -> Iterator[Hit]:
    """Every one of the three names is proven absent and none was found elsewhere."""
    records = dkim_records(seen)
    if records and all(record.absent for record in records) and not _strayed(seen) & {r.wanted for r in records}:
        yield Hit(
            subject=seen.identity.domain,
            detail=f"none of the {len(records)} CNAMEs is in the zone{_own_zone(seen)}",
            expected=f"{len(records)} CNAME records",
            observed=("none",),
            evidence=tuple(s for record in records for s in record.sightings),
            fix=_add(seen, records),
            state=lost_or_todo(seen, records),
        )


@check(
    "KIM002",
    "partly-published",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="Only some of the DKIM records are published",
    explains=WAITS,
)
def partly_published(seen: Observation) -> Iterator[Hit]:
    """Some are proven absent, here and at other names, and others are not; SES rotates its keys between all three.

    While SES still looks for the first time, whoever adds them is still at it, and so may be the zone's servers.
    """
    records = dkim_records(seen)
    missing = tuple(record for record in records if record.absent and record.wanted not in _strayed(seen))
    there = sum(_is_there(seen, record) for record in records)
    first_time = seen.ses_identity is not None and seen.ses_identity.dkim.status is Status.PENDING
    if missing and len(missing) < len(records):
        yield Hit(
            subject=subject(missing, seen),
            detail=f"{there} of {len(records)} are there; SES needs all of them, it rotates its keys between them",
            expected=f"{len(records)} CNAME records",
            observed=tuple(f"{record.wanted.name}: {record.state.value}" for record in records),
            evidence=tuple(s for record in missing for s in record.sightings),
            fix=_add(seen, missing),
            state=lost_or_todo(seen, missing) if first_time else FindingState.FAIL,
        )


@check(
    "KIM003",
    "not-on-all-servers",
    step=Step.DKIM,
    severity=Severity.NOTICE,
    title="The DKIM records have not reached every name server",
    explains=("SES003", "KIM029", "DEL011"),
)
def not_on_all_servers(seen: Observation) -> Iterator[Hit]:
    """Live on some servers of the zone and not on others yet."""
    spreading = [record for record in dkim_records(seen) if record.state is RecordState.SPREADING]
    if spreading:
        have = min(len(record.servers_with_it) for record in spreading)
        yield Hit(
            subject=subject(spreading, seen),
            detail=f"on {have} of {len(spreading[0].sightings)} servers",
            expected="the same answer from every server",
            observed=tuple(
                f"{s.server.name}: {record.state_at(s).value}" for record in spreading for s in record.sightings
            ),
            evidence=tuple(s for record in spreading for s in record.sightings),
            fix=Fix("Wait: the zone's servers copy it from one another within minutes"),
            state=FindingState.PENDING,
            awaits="the DKIM records to reach every name server",
        )


def _own_zone(seen: Observation) -> str:
    """Where a subdomain is a zone of its own: that it is, and who serves it; many add records to the zone above."""
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    if cut is None or cut.zone is None or is_registry(above := parent(cut.zone)) or not cut.servers:
        return ""
    servers = ", ".join(dict.fromkeys(server.name for server in cut.servers))
    return f"; {cut.zone} is a zone of its own at {servers}, and what is added to {above} does not count"


def _is_there(seen: Observation, record: ObservedRecord) -> bool:
    """Whether some server has it, right or wrong; neither what a wildcard answers nor what is not known is counted."""
    return record.state not in (RecordState.MISSING, RecordState.UNKNOWN) and record.wanted not in _strayed(seen)


def _strayed(seen: Observation) -> set[object]:
    return {stray.wanted for stray in seen.strays}
