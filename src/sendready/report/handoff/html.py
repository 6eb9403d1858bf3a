"""The hand-over as one HTML page that needs nothing but itself: from a file, on a phone, on paper."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape as escaped
from pathlib import Path

from sendready.hosts import Field
from sendready.model.observation import Observation
from sendready.report.handoff import Handoff, Item, cautions, handoff
from sendready.report.lines import escape

_HERE = Path(__file__).parent


def html(seen: Observation) -> str:
    """The page; its own script is the only one it lets run, and it asks nobody for anything."""
    return "\n".join(_document(handoff(seen))) + "\n"


def _document(page: Handoff) -> Iterator[str]:
    paper, own, script = (
        path.read_text("utf-8") for path in (_HERE.parent / "paper.css", _HERE / "page.css", _HERE / "page.js")
    )
    fingerprint = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{fingerprint}'"
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield '<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">'
    yield f"<title>DNS records for {_text(page.domain)}</title>"
    yield f"<style>\n{paper}{own}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>DNS records for {_code(page.domain)}</h1>"
    if page.items:
        yield from _introduction(page)
        for item in page.items:
            yield from _item(item)
    else:
        yield "<p>No records are needed.</p>"
    yield f'<p class="quiet">Looked up on {page.at:%Y-%m-%d at %H:%M} UTC.</p>'
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>"


def _introduction(page: Handoff) -> Iterator[str]:
    place = _text(page.place)
    if page.host is not None and page.host.edit_url:
        place = f'<a href="{escaped(page.host.edit_url)}">{place}</a>'
    button = page.host.form.add if page.host is not None else None
    yield (
        f"<p>They let Amazon SES ({_text(page.region)}) send mail for {_code(page.domain)}. Please add them at {place}"
        f"{f' ({_code(button)})' if button else ''}, in the zone {_code(page.zone)}. Nothing here is secret.</p>"
    )
    if page.servers:
        yield f'<p class="quiet">The zone is served by {", ".join(_code(server) for server in page.servers)}.</p>'
    if page.lacks_dkim:
        yield (
            '<p class="there">This list is not complete yet: three CNAME records for DKIM will follow, and a new page'
            " with them.</p>"
        )
    yield '<section class="mind">\n<h2>Please mind</h2>\n<ul>'
    yield from (f"<li><strong>{_prose(head)}</strong> {_prose(text)}</li>" for head, text in cautions(page))
    yield "</ul>\n</section>"


def _item(item: Item) -> Iterator[str]:
    wanted, entry = item.record.wanted, item.entry
    yield '<section class="record">'
    yield f'<h2>{item.number}. <span class="type">{wanted.type.value}</span> {_text(wanted.purpose)}</h2>'
    yield f'<p class="why">{_prose(item.why)}</p>'
    if item.done:
        yield '<p class="done">✓ Is there already; nothing to do.</p>'
    for value in item.in_the_way:
        yield f'<p class="there">Now {_code(value)} is there. Do not delete it; ask first.</p>'
    yield "<dl>"
    yield _field(entry.name)
    if entry.name.text != entry.full_name:
        yield _field(Field("whole name", entry.full_name))
    yield _field(entry.value)
    if entry.priority is not None:
        yield _field(entry.priority)
    ttl = f"<dt>TTL</dt><dd>{entry.ttl} seconds, or what the form proposes</dd>"
    yield f'<div class="field">{ttl}</div>\n</dl>\n</section>'


def _field(field: Field) -> str:
    """A row with its button; without script the button stays hidden."""
    if not field.text:
        return f'<div class="field"><dt>{_text(field.word)}</dt><dd class="quiet">leave it empty</dd></div>'
    label = escaped(f"Copy {field.word}")
    button = (
        f'<button type="button" hidden data-copy="{escaped(escape(field.text))}" aria-label="{label}">Copy</button>'
    )
    return f'<div class="field"><dt>{_text(field.word)}</dt><dd>{_code(field.text)}</dd>{button}</div>'


def _text(text: str) -> str:
    return escaped(escape(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _prose(text: str) -> str:
    """A text of ours in which `code` stands between backticks."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", _text(text))
