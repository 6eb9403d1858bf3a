"""Report lines as Textual content: the same words in the wizard as on the command line, coloured by its theme."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from sendready.report.lines import Line, Span, Style, escape

STYLES = {
    Style.PLAIN: "",
    Style.STRONG: "bold",
    Style.QUIET: "$text-muted",
    Style.GOOD: "$text-success",
    Style.BAD: "$text-error bold",
    Style.WARN: "$text-warning",
    Style.BUSY: "$text-accent",
}
"""A meaning's style, by the variables every theme has."""


def of_span(span: Span) -> Content:
    """One piece; text is never read as markup, whatever DNS or AWS put into it."""
    return Content.styled(escape(span.text), STYLES[span.style])


def of_line(spans: Line) -> Content:
    """One line."""
    return Content.assemble(*(of_span(span) for span in spans))


def of_page(markdown: str) -> Content:
    """A page as text that flows: headings bold, paragraphs unbroken, lists and indented lines as they are."""
    blocks: list[Content] = []
    for block in markdown.strip().split("\n\n"):
        rows = block.splitlines()
        if rows and rows[0].startswith("#"):
            blocks.append(Content.styled(rows.pop(0).lstrip("# "), "bold"))
        if not rows:
            continue
        as_it_is = any(row[:1] in (" ", "-") or row[:2].rstrip(".").isdigit() for row in rows)
        blocks.append(Content("\n".join(rows) if as_it_is else " ".join(rows)))
    return Content("\n\n").join(blocks)


def of_lines(lines: Iterable[Line]) -> Content:
    """Several lines."""
    return Content("\n").join(of_line(spans) for spans in lines)
