"""The records themselves: as a table, as a zone file, as JSON; for whoever puts them into the zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sendready.model.names import absolute, relative
from sendready.model.observation import Observation
from sendready.model.records import ObservedRecord, RecordType, WantedRecord, master_form
from sendready.report import marks
from sendready.report.lines import Line, Span, Style, line


def table_lines(seen: Observation) -> Iterator[Line]:
    """One record a block: state and purpose, then name and value whole, each alone on its line to be copied."""
    for number, record in enumerate(seen.records):
        if number:
            yield line()
        wanted = record.wanted
        yield line(marks.OF_RECORD[record.state], "  ", Span(wanted.type.value, Style.STRONG), f"  {wanted.purpose}")
        if seen.zone is not None and wanted.name != seen.zone and wanted.name.endswith(f".{seen.zone}"):
            yield line(
                Span("  host   ", Style.QUIET),
                relative(wanted.name, seen.zone),
                Span(f"   in zone {seen.zone}", Style.QUIET),
            )
        yield line(Span("  name   ", Style.QUIET), wanted.name)
        if wanted.type is RecordType.MX:
            priority, _, host = wanted.value.partition(" ")
            yield line(Span("  value  ", Style.QUIET), host)
            yield line(Span("  prio   ", Style.QUIET), priority)
        else:
            yield line(Span("  value  ", Style.QUIET), wanted.value)
        if record.found and not record.live:
            for found in record.found:
                yield line(Span("  is     ", Style.QUIET), Span(found, Style.WARN))


def zone_file(seen: Observation) -> str:
    """The records in master file form (RFC 1035, section 5), absolute names throughout."""
    lines = [f"; {seen.identity.name}: records for Amazon SES in {seen.region}"]
    for record in seen.records:
        wanted = record.wanted
        lines.append(f"; {wanted.purpose}")
        lines.append(f"{absolute(wanted.name)}\t{wanted.ttl}\tIN\t{wanted.type.value}\t{master_form(wanted)}")
    return "\n".join(lines) + "\n"


def record_object(record: ObservedRecord) -> dict[str, Any]:
    """One record of the JSON output."""
    wanted = record.wanted
    return {
        "name": wanted.name,
        "type": wanted.type.value,
        "value": wanted.value,
        "ttl": wanted.ttl,
        "purpose": wanted.purpose,
        "step": wanted.step.value,
        "state": record.state.value,
        "found": list(record.found),
        "servers": [
            {
                "server": s.server.name,
                "address": s.server.address,
                "state": record.state_at(s).value,
                "outcome": s.outcome.value,
                "answer": list(s.answers),
            }
            for s in record.sightings
        ],
    }


def records_document(seen: Observation) -> dict[str, Any]:
    """`records --format json`, schema `sendready.records/1`."""
    return {
        "schema": "sendready.records/1",
        "domain": seen.identity.name,
        "region": seen.region,
        "zone": seen.zone,
        "records": [record_object(record) for record in seen.records],
    }


def wanted_lines(records: Sequence[WantedRecord]) -> Iterator[Line]:
    """Records to be added by hand: type, name and value, each whole."""
    for record in records:
        yield line(Span(f"  {record.type.value:6}", Style.STRONG), record.name)
        value = record.value.partition(" ")[2] if record.type is RecordType.MX else record.value
        priority = f"   priority {record.value.partition(' ')[0]}" if record.type is RecordType.MX else ""
        yield line("        ", value, Span(priority, Style.QUIET))
