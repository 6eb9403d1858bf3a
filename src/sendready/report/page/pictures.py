"""The two pictures of a report as SVG: who vouches for the From domain, and which server has which record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sendready.mailauth.alignment import Leg, Outlook, predict
from sendready.model.observation import Observation
from sendready.model.records import NameServer, ObservedRecord, Sighting
from sendready.report import marks
from sendready.report.lines import Span, Style, escape
from sendready.report.page.words import class_of, text

WIDTH = 360
"""Units; drawn at about one pixel each, so that a phone shows the letters at their size."""

_LETTER = 7.3
"""Width of a monospaced letter, units."""

_OUTLOOKS = {
    Outlook.PASS: Span("✓ passes", Style.GOOD),
    Outlook.FAIL: Span("✗ fails", Style.BAD),
    Outlook.UNKNOWN: Span("? unknown", Style.WARN),
}


def alignment_picture(seen: Observation) -> str:
    """From above, the domains that DKIM and SPF vouch for in the middle, what DMARC makes of them beneath."""
    told, found = predict(seen), seen.dmarc_seen
    half, gap = (WIDTH - 16) // 2, 16
    policy = f"p={found.policy} at {found.found_at}" if found is not None and found.policy else "no policy applies"
    legs = (("DKIM d=", told.dkim), ("MAIL FROM (SPF)", told.spf))
    top = _Box("From", told.author, None, 0, 0, WIDTH)
    boxes = [
        _Box(label, leg.domain or "not known", _of_leg(leg), i * (half + gap), top.bottom + 30, half)
        for i, (label, leg) in enumerate(legs)
    ]
    lowest = max(box.bottom for box in boxes)
    verdict = _Box("DMARC", policy, _OUTLOOKS[told.dmarc], 0, lowest + 30, WIDTH)
    parts: list[str] = []
    for box in boxes:
        parts.append(_line(box.middle, top.bottom, box.y, box.mark))
        parts.append(_line(box.middle, box.bottom, verdict.y, box.mark))
    for box in (top, *boxes, verdict):
        parts.extend(box.drawn())
    said = "; ".join(f"{label} {leg.domain or 'not known'}: {_of_leg(leg).text}" for label, leg in legs)
    title = f"From {told.author}; {said}; DMARC {_OUTLOOKS[told.dmarc].text}, {policy}"
    return _svg("alignment", verdict.bottom, title, parts)


def _of_leg(leg: Leg) -> Span:
    """A leg in a word: what passes for a domain that does not align counts for nothing."""
    if leg.aligned is None:
        return Span("? unknown", Style.WARN)
    return Span("✓ aligned", Style.GOOD) if leg.aligned else Span("✗ does not count", Style.BAD)


class _Box:
    """A labelled box whose height follows from its text."""

    def __init__(self, label: str, value: str, mark: Span | None, x: float, y: float, width: float) -> None:
        self.label, self.mark, self.x, self.y, self.width = label, mark, x, y, width
        self.rows = _broken(value, int((width - 20) / _LETTER))
        self.bottom = y + 28 + 17 * len(self.rows) + (20 if mark is not None else 0) + 6
        self.middle = x + width / 2

    def drawn(self) -> Iterator[str]:
        """Its elements."""
        colour = class_of(self.mark) if self.mark is not None else "plain"
        height = self.bottom - self.y
        place = f'x="{self.x + 1}" y="{self.y + 1}" width="{self.width - 2}" height="{height - 2}"'
        yield f'<rect class="box {colour}" {place} rx="7"/>'
        yield f'<text class="label" x="{self.x + 10}" y="{self.y + 19}">{text(self.label)}</text>'
        for i, row in enumerate(self.rows):
            yield f'<text class="value" x="{self.x + 10}" y="{self.y + 38 + 17 * i}">{text(row)}</text>'
        if self.mark is not None:
            at = self.y + 40 + 17 * len(self.rows)
            yield f'<text class="said {colour}" x="{self.x + 10}" y="{at}">{text(self.mark.text)}</text>'


def _line(x: float, top: float, bottom: float, mark: Span | None) -> str:
    colour = class_of(mark) if mark is not None else "plain"
    return f'<line class="{colour}" x1="{x}" y1="{top}" x2="{x}" y2="{bottom}"/>'


_CELL, _BESIDE = 40, 8
"""Width of a cell, and cells in one row of them."""


def servers_of(records: Sequence[ObservedRecord]) -> tuple[NameServer, ...]:
    """Every server that was asked for any of the records, in the order in which the picture numbers them."""
    return tuple(dict.fromkeys(sighting.server for record in records for sighting in record.sightings))


def matrix_picture(seen: Observation) -> str:
    """A row of cells for each record: what each server, by its number, says of it."""
    numbers = {server: number for number, server in enumerate(servers_of(tuple(seen.records)), 1)}
    parts: list[str] = []
    y = 0.0
    for record in seen.records:
        name = f"{record.wanted.type.value} {_within(record.wanted.name, seen.identity.domain)}"
        for row in _broken(name, int(WIDTH / _LETTER)):
            y += 17
            parts.append(f'<text class="value" x="0" y="{y}">{text(row)}</text>')
        y += 7
        for i, sighting in enumerate(record.sightings):
            down, across = divmod(i, _BESIDE)
            parts.extend(_cell(record, sighting, numbers[sighting.server], across * (_CELL + 5), y + down * 29))
        y += 29 * -(-len(record.sightings) // _BESIDE) + 4
    counted = f"{len(seen.records)} records at {len(numbers)} name servers"
    return _svg("matrix", y, f"{counted}; the list below says the same in words", parts)


def _cell(record: ObservedRecord, sighting: Sighting, number: int, x: float, y: float) -> Iterator[str]:
    span = marks.OF_RECORD[record.state_at(sighting)]
    glyph, _, word = span.text.partition(" ")
    answer = ", ".join(sighting.answers) or sighting.outcome.value
    said = f"{sighting.server.name} ({sighting.server.address}): {word}; {answer}"
    yield f'<g class="cell {class_of(span)}"><title>{text(said)}</title>'
    yield f'<rect x="{x + 1}" y="{y}" width="{_CELL - 2}" height="23" rx="5"/>'
    yield f'<text x="{x + _CELL / 2}" y="{y + 16.5}" text-anchor="middle">{number} {text(glyph)}</text></g>'


def _within(name: str, domain: str) -> str:
    """A name as people say it inside its domain."""
    return name.removesuffix(f".{domain}") if name != domain else name


def _broken(value: str, letters: int) -> list[str]:
    """Rows of at most so many letters, broken behind a dot or a space where there is one; nothing is left out."""
    rows, rest = [], escape(value)
    while len(rest) > letters:
        at = max(rest.rfind(" ", 0, letters), rest.rfind(".", 0, letters)) + 1
        cut = at if at > letters // 3 else letters
        rows.append(rest[:cut])
        rest = rest[cut:]
    return [*rows, rest]


def _svg(name: str, height: float, title: str, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    head = f'<svg class="{name}" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{text(title)}">'
    return f"{head}\n{body}\n</svg>"
