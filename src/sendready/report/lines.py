"""Lines of text with meaning instead of colours; painted at the very end, and safe to show in any terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

WIDTH = 80
"""Columns text is wrapped at, with and without a terminal: output is the same in a pipe."""


class Style(Enum):
    """What a piece of text means; the numbers are SGR codes that are legible on dark and light grounds."""

    PLAIN = ""
    STRONG = "1"
    QUIET = "2"
    GOOD = "32"
    BAD = "31"
    WARN = "33"
    BUSY = "36"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Span, ...]


def line(*parts: str | Span) -> Line:
    """A line out of plain strings and styled pieces."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


def wrapped(
    text: str, indent: str, first: str | None = None, style: Style = Style.PLAIN, *, width: int = WIDTH
) -> list[Line]:
    """Text broken into lines of at most `width` columns; a word that is longer (a record) is never cut."""
    pieces = textwrap.wrap(
        escape(text),
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line(Span(piece, style)) for piece in pieces]


def hanging(head: Line, text: str, style: Style = Style.PLAIN, *, width: int = WIDTH) -> list[Line]:
    """Text behind a head, at most `width` columns in all; its further lines begin where the first one's text does."""
    indent = " " * sum(len(escape(span.text)) for span in head)
    rows = wrapped(text, indent, width=width) or [line(indent)]
    pieces = [Span(row[0].text[len(indent) :], style) for row in rows]
    return [(*head, pieces[0]), *(line(indent, piece) for piece in pieces[1:])]


def escape(text: str) -> str:
    """Text from DNS, AWS or a file made harmless: control and direction characters become visible escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def paint(lines: Iterable[Line], *, colour: bool) -> str:
    """The lines as one text that ends in a line break; empty where there are none."""
    return "".join("".join(_painted(span, colour) for span in spans).rstrip() + "\n" for spans in lines)


def _painted(span: Span, colour: bool) -> str:
    text = escape(span.text)
    return f"\x1b[{span.style.value}m{text}\x1b[0m" if colour and span.style.value and text.strip() else text


def columns(rows: Iterable[tuple[str, ...]], gap: str = "  ") -> list[str]:
    """Rows of cells with each column as wide as its widest cell; the last one is ragged."""
    table = [tuple(escape(cell) for cell in row) for row in rows]
    if not table:
        return []
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return [gap.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
