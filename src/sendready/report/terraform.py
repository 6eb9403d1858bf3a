"""The records as Terraform: resources of the zone's host where it is known, else a map for any provider's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from sendready.hosts import host_seen
from sendready.model.names import absolute
from sendready.model.observation import Observation
from sendready.model.records import STRING_LIMIT, RecordType, WantedRecord, quoted
from sendready.report.lines import escape

Block = Callable[[str, WantedRecord], Iterator[str]]
"""The lines of one record under a label."""


def terraform(seen: Observation) -> str:
    """A file that plans nothing but creations: no resource in it replaces what it did not make.

    Where the host has no dialect here, the records are a map of objects for `for_each` of the user's own resource.
    """
    host = host_seen(seen)
    head = [f"# {seen.identity.name}: records for Amazon SES in {seen.region}"]
    records = [record.wanted for record in seen.records]
    block = _BLOCKS.get(host.key) if host is not None else None
    if block is None:
        return "\n".join([*head, *_map(records)]) + "\n"
    zone = f'\nvariable "zone_id" {{\n  description = "Id of the zone {seen.zone}"\n  type        = string\n}}'
    blocks = ["\n".join(block(_label(record), record)) for record in records]
    return "\n".join([*head, zone, *blocks]) + "\n"


def string(text: str) -> str:
    """A quoted string in which nothing is a template (Terraform language, "Strings and Templates")."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f").replace("${", "$${").replace("%{", "%%{")


def _label(record: WantedRecord) -> str:
    """A resource name: letters, digits and underscores, another one for every record."""
    return f"ses_{record.type.value.lower()}_{re.sub(r'[^a-z0-9]+', '_', record.name)}"


def _route53(label: str, record: WantedRecord) -> Iterator[str]:
    """The provider writes the quotes of a text itself; a longer one holds `""` where it is cut."""
    value = record.value
    if record.type is RecordType.TXT:
        cuts = range(0, len(value), STRING_LIMIT)
        value = '""'.join(value[start : start + STRING_LIMIT] for start in cuts)
    yield f'\nresource "aws_route53_record" "{label}" {{  # {record.purpose}'
    yield "  zone_id = var.zone_id"
    yield f"  name    = {string(record.name)}"
    yield f"  type    = {string(record.type.value)}"
    yield f"  ttl     = {record.ttl}"
    yield f"  records = [{string(value)}]"
    yield "}"


def _cloudflare(label: str, record: WantedRecord) -> Iterator[str]:
    """Provider version 5; never proxied, or the record could not be seen (KIM014)."""
    priority, content = _parts(record)
    yield f'\nresource "cloudflare_dns_record" "{label}" {{  # {record.purpose}'
    yield "  zone_id  = var.zone_id"
    yield f"  name     = {string(record.name)}"
    yield f"  type     = {string(record.type.value)}"
    yield f"  ttl      = {record.ttl}"
    yield f"  content  = {string(quoted(content) if record.type is RecordType.TXT else content)}"
    if priority is not None:
        yield f"  priority = {priority}"
    yield "  proxied  = false"
    yield "}"


def _google(label: str, record: WantedRecord) -> Iterator[str]:
    """Cloud DNS wants every name absolute and every text in quotes."""
    priority, value = _parts(record)
    value = quoted(value) if record.type is RecordType.TXT else absolute(value)
    yield f'\nresource "google_dns_record_set" "{label}" {{  # {record.purpose}'
    yield "  managed_zone = var.zone_id"
    yield f"  name         = {string(absolute(record.name))}"
    yield f"  type         = {string(record.type.value)}"
    yield f"  ttl          = {record.ttl}"
    yield f"  rrdatas      = [{string(f'{priority} {value}' if priority is not None else value)}]"
    yield "}"


_BLOCKS: dict[str, Block] = {"cloudflare": _cloudflare, "google-cloud-dns": _google, "route53": _route53}
"""By the key of the host."""


def _map(records: list[WantedRecord]) -> Iterator[str]:
    yield "# Use it with `for_each = local.ses_records` in the record resource of your DNS host's provider."
    yield "\nlocals {"
    yield "  ses_records = {"
    for record in records:
        priority, value = _parts(record)
        yield f"    {string(_label(record))} = {{  # {record.purpose}"
        yield f"      name     = {string(record.name)}"
        yield f"      type     = {string(record.type.value)}"
        yield f"      ttl      = {record.ttl}"
        yield f"      value    = {string(value)}"
        yield f"      priority = {priority if priority is not None else 'null'}"
        yield "    }"
    yield "  }"
    yield "}"


def _parts(record: WantedRecord) -> tuple[str | None, str]:
    """The priority of an MX record apart from the rest of its value, made printable."""
    if record.type is not RecordType.MX:
        return None, escape(record.value)
    priority, _, exchanger = record.value.partition(" ")
    return priority, exchanger
