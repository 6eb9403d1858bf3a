"""The records themselves: as a table, as a zone file, as JSON; for whoever puts them into the zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sendready.hosts import Host, entry, host_seen
from sendready.model.names import absolute, is_at_or_below
from sendready.model.observation import Observation
from sendready.model.records import ObservedRecord, RecordType, WantedRecord, master_form
from sendready.report import marks
from sendready.report.lines import Line, Span, Style, line, wrapped


def table_lines(seen: Observation) -> Iterator[Line]:
    """One record a block: state and purpose, then what is typed, each alone on its line to be copied.

    Where the host of the zone is known, the fields have its words, and the values the dots and quotes it wants.
    """
    host = host_seen(seen)
    if host is not None and len(seen.records):
        yield from _head(host)
    for number, record in enumerate(seen.records):
        if number:
            yield line()
        wanted = record.wanted
        yield line(marks.OF_RECORD[record.state], "  ", Span(wanted.type.value, Style.STRONG), f"  {wanted.purpose}")
        rows = list(_rows(wanted, seen.zone, host))
        rows += [("is", line(Span(found, Style.WARN))) for found in record.found if not record.live]
        width = max(5, *(len(word) for word, _ in rows))
        for word, told in rows:
            yield line(Span(f"  {word:{width}}  ", Style.QUIET), *told)


def _head(host: Host) -> Iterator[Line]:
    """Where the records go, and what is peculiar there."""
    button = f" (`{host.form.add}`)" if host.form.add else ""
    yield line(f"The DNS host is {host.name}{button}", Span(f"  {host.edit_url or ''}", Style.QUIET))
    if host.note:
        yield from wrapped(host.note, "", style=Style.WARN)
    yield line()


def _rows(wanted: WantedRecord, zone: str | None, host: Host | None) -> Iterator[tuple[str, Line]]:
    """A word and what stands behind it, for each field."""
    typed = entry(wanted, zone or wanted.name, host)
    if zone is not None and is_at_or_below(wanted.name, zone) and (wanted.name != zone or host is not None):
        known = host is not None and wanted.type in host.form.name
        name = typed.name.text or "(leave it empty)"
        yield typed.name.word if known else "host", line(name, Span(f"   in zone {zone}", Style.QUIET))
        yield "whole" if known else "name", line(wanted.name)
    else:
        yield "name", line(wanted.name)
    yield typed.value.word, line(typed.value.text)
    if typed.priority is not None:
        yield typed.priority.word if host is not None and host.form.priority else "prio", line(typed.priority.text)


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
