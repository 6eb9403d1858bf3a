"""Text on its way into HTML: made harmless twice, for terminals' sake and for the page's."""

from __future__ import annotations

import re
from html import escape as escaped

from sendready.report.lines import Span, Style, escape

_CLASSES = {
    Style.GOOD: "good",
    Style.BAD: "bad",
    Style.WARN: "warn",
    Style.BUSY: "busy",
    Style.STRONG: "todo",
    Style.QUIET: "quiet",
    Style.PLAIN: "plain",
}


def text(value: str) -> str:
    """A text of anybody's, for an element or a quoted attribute."""
    return escaped(escape(value))


def code(value: str) -> str:
    """A value, to be read letter by letter."""
    return f"<code>{text(value)}</code>"


def prose(value: str) -> str:
    """A sentence in which `code` stands between backticks."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", text(value))


def class_of(span: Span) -> str:
    """The class that colours what has this style."""
    return _CLASSES[span.style]


def mark(span: Span) -> str:
    """Glyph and word, in their colour."""
    return f'<span class="mark {class_of(span)}">{text(span.text)}</span>'
