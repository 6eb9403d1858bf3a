"""What to type into a host's form for one record, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from sendready.hosts.registry import Form, Host
from sendready.model.names import absolute, is_at_or_below, relative
from sendready.model.records import RecordType, WantedRecord, quoted


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    word: str
    """What the form calls it; our own word where the form's is not known."""
    text: str
    """What is typed into it; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is typed."""

    name: Field
    """Relative to the zone, except where the host is known to want it whole."""
    full_name: str
    """The whole name, for forms that do not append the zone and for whoever wants to check."""
    value: Field
    priority: Field | None
    """Of an MX record, where it has a field of its own."""
    ttl: int
    """Seconds."""


def entry(record: WantedRecord, zone: str, host: Host | None = None) -> Entry:
    """What to type for a record of a zone, in the host's own words; in ours where nobody knows the host's."""
    form = host.form if host is not None else Form()
    priority, target = _parts(record)
    if host is not None and priority is not None and host.priority_in_value:
        priority, target = None, f"{priority} {_written(record, target, host)}"
    else:
        target = _written(record, target, host)
    return Entry(
        name=Field(form.name.get(record.type, "name"), _typed_name(record.name, zone, host)),
        full_name=record.name,
        value=Field(form.value.get(record.type, "value"), target),
        priority=Field(form.priority or "priority", priority) if priority is not None else None,
        ttl=record.ttl,
    )


def _typed_name(name: str, zone: str, host: Host | None) -> str:
    if not is_at_or_below(name, zone) or (host is not None and host.appends_domain is False):
        return name
    if name == zone and host is not None:
        return host.form.apex
    return relative(name, zone)


def _parts(record: WantedRecord) -> tuple[str | None, str]:
    """The priority of an MX record apart from the rest of its value."""
    if record.type is not RecordType.MX:
        return None, record.value
    priority, _, exchanger = record.value.partition(" ")
    return priority, exchanger


def _written(record: WantedRecord, value: str, host: Host | None) -> str:
    """With the final dot or the quotes that the host wants."""
    if host is not None and record.type in host.final_dot:
        return absolute(value)
    if host is not None and host.quotes_txt and record.type is RecordType.TXT:
        return quoted(value)
    return value
