"""Report lines as Textual content: the same words in the wizard as on the command line, coloured by its theme."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from textual.content import Content
from textual.style import Style as VisualStyle

from sendready.report.lines import Line, Span, Style, escape

STYLES = {
    Style.PLAIN: "",
    Style.STRONG: "bold",
    Style.QUIET: "$foreground-muted",
    Style.GOOD: "$text-success",
    Style.BAD: "$text-error bold",
    Style.WARN: "$text-warning",
    Style.BUSY: "$text-accent",
}
"""A meaning's style, by the variables every theme has."""


MEASURE = 72
"""Columns of an item in a list, so that it fits into a dialog on the narrowest common terminal."""

LONGEST_MARK = 3
"""Columns of an item's mark: `- ` or `1. `."""

_ITEM = re.compile(r"(?:-|\d+\.) +")


_LINK = re.compile(r"https://[A-Za-z0-9./_~%#?&=:+-]*[A-Za-z0-9/#]")


def of_span(span: Span) -> Content:
    """One piece; text is never read as markup, whatever DNS or AWS put into it."""
    return with_links(Content.styled(escape(span.text), STYLES[span.style]))


def with_links(content: Content) -> Content:
    """The same, its web addresses to be clicked."""
    for found in _LINK.finditer(content.plain):
        clicked = VisualStyle.from_meta({"@click": f"app.open_link({found[0]!r})"})
        content = content.stylize(clicked, *found.span())
    return content


def of_line(spans: Line) -> Content:
    """One line."""
    return Content.assemble(*(of_span(span) for span in spans))


def of_page(markdown: str) -> Content:
    """A page as text that flows: headings bold, paragraphs and items of lists unbroken, figures as they are."""
    blocks: list[Content] = []
    for block in markdown.strip().split("\n\n"):
        rows = block.splitlines()
        if rows and rows[0].startswith("#"):
            blocks.append(Content.styled(rows.pop(0).lstrip("# "), "bold"))
        if rows:
            blocks.append(Content("\n".join(_flowing(rows))))
    return with_links(Content("\n\n").join(blocks))


def _flowing(rows: list[str]) -> list[str]:
    """The rows of one block: items and what belongs to them wrapped anew, a paragraph in one, a figure untouched."""
    if _ITEM.match(rows[0]):
        items: list[str] = []
        for row in rows:
            if _ITEM.match(row):
                items.append(row)
            else:
                items[-1] += f" {row.strip()}"
        return [row for item in items for row in _wrapped(item, " " * len(_ITEM.match(item)[0]))]  # type: ignore[index]
    if not rows[0].startswith(" "):
        return [" ".join(rows)]
    margin = rows[0][: len(rows[0]) - len(rows[0].lstrip())]
    belongs = len(margin) <= LONGEST_MARK and all(re.match(rf"{margin}\S(?!.*  )", row) for row in rows)
    return _wrapped(margin + " ".join(row.strip() for row in rows), margin) if belongs else rows


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, MEASURE, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def of_lines(lines: Iterable[Line]) -> Content:
    """Several lines."""
    return Content("\n").join(of_line(spans) for spans in lines)
