"""The hand-over as Markdown (CommonMark), for a ticket or a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sendready.hosts import Field
from sendready.model.observation import Observation
from sendready.report.handoff import Handoff, Item, cautions, handoff
from sendready.report.lines import escape


def markdown(seen: Observation) -> str:
    """The page as Markdown; every value is a code span, so that nothing in it is read as markup."""
    return "\n".join(_lines(handoff(seen))) + "\n"


def code(text: str) -> str:
    """A code span that holds the text just as it is, backticks included (CommonMark 0.31, section 6.1)."""
    shown = escape(text)
    if not shown:
        return "(empty)"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    padded = f" {shown} " if shown[0] in "` " or shown[-1] in "` " else shown
    return f"{fence}{padded}{fence}"


def _lines(page: Handoff) -> Iterator[str]:
    yield f"# DNS records for {code(page.domain)}"
    yield ""
    if not page.items:
        yield "No records are needed."
        return
    yield (
        f"They let Amazon SES ({page.region}) send mail for {code(page.domain)}."
        f" Please add them at {page.place}, in the zone {code(page.zone)}. Nothing here is secret."
    )
    if page.servers:
        yield ""
        yield f"The zone is served by {', '.join(code(server) for server in page.servers)}."
    if page.lacks_dkim:
        yield ""
        yield "**This list is not complete yet:** three CNAME records for DKIM will follow."
    yield from ("", "## Please mind", "")
    for head, text in cautions(page):
        yield f"- **{head}** {text}"
    for item in page.items:
        yield from _item(item)
    yield ""
    yield f"Looked up on {page.at:%Y-%m-%d at %H:%M} UTC."


def _item(item: Item) -> Iterator[str]:
    wanted, entry = item.record.wanted, item.entry
    yield from ("", f"## {item.number}. {wanted.type.value}: {wanted.purpose}", "", item.why, "")
    if item.done:
        yield from ("**Is there already; nothing to do.**", "")
    for value in item.in_the_way:
        yield from (f"**Now {code(value)} is there. Do not delete it; ask first.**", "")
    yield _field(entry.name)
    if entry.name.text != entry.full_name:
        yield _field(Field("whole name", entry.full_name))
    yield _field(entry.value)
    if entry.priority is not None:
        yield _field(entry.priority)
    yield f"- TTL: {entry.ttl} seconds, or what the form proposes"


def _field(field: Field) -> str:
    return f"- {field.word}: {code(field.text)}"
