"""All the records an identity wants, and the change that adds each one that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sendready.model.change import Change, Mode, PublishRecord, Setting
from sendready.model.names import is_at_or_below
from sendready.model.observation import Observation
from sendready.model.publisher import Zone
from sendready.model.records import ObservedRecord, Question, RecordState, RecordType, WantedRecord
from sendready.model.step import Step


@dataclass(frozen=True, slots=True)
class Publishing:
    """Whether records can be written from here, and what is in the zone already."""

    zone: Zone | None
    existing: Mapping[Question, tuple[str, ...]]
    note: str = ""
    """Where the records go, or why nobody can write them from here."""
    api: str = ""
    """The call that adds a record."""
    extends: bool = False
    """Whether a text can be added beside unrelated ones of its name."""
    amends: bool = False
    """Whether a text can be exchanged for another in one step."""
    blocked: bool = False
    """The user asked for this host by name, and what is written there would be seen by nobody."""


def changes(seen: Observation, publishing: Publishing) -> Iterator[Change]:
    """One change for each record that is not live and not on its way; unknown ones are left for the next look."""
    for record in seen.records:
        if record.state in (RecordState.LIVE, RecordState.SPREADING):
            continue
        if record.state is RecordState.UNKNOWN and publishing.zone is None:
            continue
        if record.wanted.step is Step.DMARC and _kept_dmarc(seen, record):
            continue
        change = _change(seen, record, publishing)
        if change is not None:
            yield change


def _kept_dmarc(seen: Observation, record: ObservedRecord) -> bool:
    """A DMARC record is added only where it is proven that none applies."""
    found = seen.dmarc_seen
    return found is None or not found.complete or found.record is not None or bool(found.competing)


def _change(seen: Observation, record: ObservedRecord, publishing: Publishing) -> Change | None:
    wanted_record = record.wanted
    there = publishing.existing.get(wanted_record.question, ())
    alias = publishing.existing.get(Question(wanted_record.name, RecordType.CNAME), ())
    if wanted_record.is_met_by(wanted_record.relevant(there)):
        return None  # written already; the servers will show it
    mode, note = Mode.AUTOMATIC, ""
    existing: tuple[str, ...] = ()
    if redirected := next((s.redirected for s in record.sightings if s.redirected is not None), None):
        mode, existing = Mode.CONFLICT, (f"DNAME {redirected.target} at {redirected.owner}",)
        note = (
            f"every name below {redirected.owner} is read below {redirected.target}; what is added here is never seen"
        )
    elif publishing.zone is None:
        mode, note = Mode.CONFLICT if publishing.blocked else Mode.BY_HAND, publishing.note
        if record.state is RecordState.WRONG:
            mode, existing, note = Mode.CONFLICT, record.found, "another value is there; replace it yourself"
    elif apart := _zone_of_its_own(record, publishing.zone):
        mode, note = Mode.BY_HAND, f"{apart} is a zone of its own and holds this name; add it there"
    elif there and not (publishing.extends and wanted_record.relevant(there) == () and not alias):
        mode, existing, note = Mode.CONFLICT, there, "another value is there and is left alone"
    elif alias and wanted_record.type is not RecordType.CNAME:
        mode, existing = Mode.CONFLICT, tuple(f"CNAME {value}" for value in alias)
        note = "a CNAME holds this name; nothing can stand beside it"
    elif wanted_record.type is RecordType.CNAME and (others := _others(publishing, wanted_record)):
        mode, existing, note = Mode.CONFLICT, others, "other records hold this name; a CNAME cannot stand beside them"
    return Change(
        key=f"record.{wanted_record.type.value.lower()}.{wanted_record.name}",
        step=wanted_record.step,
        action=PublishRecord(wanted_record),
        title=f"Add {wanted_record.type.value} {wanted_record.name}",
        api=publishing.api if mode is not Mode.BY_HAND else "",
        mode=mode,
        settings=_settings(seen, wanted_record),
        note=note,
        existing=existing,
    )


def _zone_of_its_own(record: ObservedRecord, zone: Zone) -> str | None:
    """The zone below ours that was delegated the record's name (DEL019)."""
    cuts = {sighting.zone for sighting in record.sightings if sighting.zone}
    return next((cut for cut in sorted(cuts) if cut != zone.name and is_at_or_below(cut, zone.name)), None)


def _others(publishing: Publishing, record: WantedRecord) -> tuple[str, ...]:
    return tuple(
        f"{question.type.value} {value}"
        for question, values in publishing.existing.items()
        if question.name == record.name and question.type is not RecordType.CNAME
        for value in values
    )


def _settings(seen: Observation, record: WantedRecord) -> tuple[Setting, ...]:
    source = seen.answered.source
    match record.step:
        case Step.DMARC:
            reports = seen.answered.answers.dmarc_reports
            return (
                Setting("policy", seen.answered.answers.dmarc.value, source("dmarc")),
                Setting("reports to", reports or "nobody", source("dmarc_reports")),
            )
        case _:
            return ()
