"""What each way to set an identity up leads to: who signs, who gets the bounces, and what DMARC makes of it."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.mailauth.alignment import Leg, Outlook, Prediction, predict
from sendready.model.identity import Identity, IdentityKind
from sendready.model.observation import Observation
from sendready.report.lines import WIDTH, Line, Span, Style, escape, hanging, line
from sendready.steps.foreseen import address_at, foreseen
from sendready.steps.wanted import mail_from_domain

_MARKS = {
    Outlook.PASS: Span("✓ passes", Style.GOOD),
    Outlook.FAIL: Span("✗ fails", Style.BAD),
    Outlook.UNKNOWN: Span("? unknown", Style.WARN),
}

_NAMES = ("DKIM", "SPF")
_LABELS = ("only the address", "the domain", "domain, MAIL FROM")
_HEAD = max(map(len, _LABELS)) + 5
_LAST = max(len(mark.text) for mark in _MARKS.values())
_SHORTEST = len("DKIM vouches for")


def choice_lines(seen: Observation, *, width: int = WIDTH, brief: bool = False) -> Iterator[Line]:
    """Three rows, the chosen one marked, and below them why, where not everything of it counts.

    `brief` draws the chosen row alone.

    The scenarios are those of AWS's post on the bulk sender rules ("Figure 1"); the judgement is the same one that
    is made of a domain that sends (`mailauth.alignment`).
    """
    domain = Identity(seen.identity.domain, IdentityKind.DOMAIN)
    bounce = mail_from_domain(domain, seen.ses_identity, seen.answered.answers)
    own = bounce or f"bounce.{domain.name}"
    ways = (
        predict(foreseen(seen, address_at(seen), None)),
        predict(foreseen(seen, domain, None)),
        predict(foreseen(seen, domain, own)),
    )
    chosen = 0 if not seen.identity.is_domain else 1 if bounce is None else 2
    room = width - _HEAD - _LAST - 4
    cells = [max(_SHORTEST, *(len(_of_leg(leg).text) for leg in legs)) for legs in zip(*map(_legs, ways), strict=True)]
    if sum(cells) > room:
        cells = [min(cell, max(room // 2, room - other)) for cell, other in zip(cells, reversed(cells), strict=True)]
    heads = [Span(_head(name, cell).ljust(cell + 2), Style.QUIET) for name, cell in zip(_NAMES, cells, strict=True)]
    yield line(Span("  You verify".ljust(_HEAD), Style.QUIET), *heads, Span("DMARC", Style.QUIET))
    for number, (label, way) in enumerate(zip(_LABELS, ways, strict=True)):
        if number == chosen or not brief:
            yield _row(label, way, cells, chosen=number == chosen)
    way = ways[chosen]
    for name, leg in zip(_NAMES, _legs(way), strict=True):
        if leg.aligned is not True:
            yield from hanging(line(Span(f"    {name}: ", Style.QUIET)), leg.why, Style.QUIET, width=width)


def _row(label: str, way: Prediction, cells: list[int], *, chosen: bool) -> Line:
    parts = [Span(f"{'❯' if chosen else ' '} {label}".ljust(_HEAD), Style.STRONG if chosen else Style.PLAIN)]
    for leg, cell in zip(_legs(way), cells, strict=True):
        told = _of_leg(leg)
        parts.append(Span(_cut(told.text, cell).ljust(cell + 2), told.style if chosen else Style.QUIET))
    verdict = _MARKS[way.dmarc]
    return line(*parts, verdict if chosen else Span(verdict.text, Style.QUIET))


def _head(name: str, width: int) -> str:
    return whole if len(whole := f"{name} vouches for") <= width else name


def _legs(way: Prediction) -> tuple[Leg, Leg]:
    return way.dkim, way.spf


def _of_leg(leg: Leg) -> Span:
    """The domain it vouches for; what passes for a domain that does not align counts for nothing."""
    domain = escape(leg.domain) if leg.domain else "nobody"
    if leg.aligned is None:
        return Span(f"? {domain}", Style.WARN)
    return Span(f"✓ {domain}", Style.GOOD) if leg.aligned else Span(f"✗ {domain}", Style.BAD)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
