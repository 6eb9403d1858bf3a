"""Where a value differs from the wanted one, marked below it: a lost character is not seen by reading."""

from __future__ import annotations

from difflib import SequenceMatcher

ALIKE = 0.75
"""From this share of common characters on, one value is the other with mistakes in it; below, it is another value."""

SHORTEST = 12
"""Characters of a value that is not taken in at a glance."""

MOST = 3
"""How many times as long a value may be; comparing takes time with the square of it."""

POINTER = "^"
AFTER = "…"
"""Stands where the value ends too early."""


def pointers(wanted: str, found: str) -> str:
    """A line to be shown below `found`: `^` at what is too much or other, and at what something is missing before.

    Empty where both are the same, or so short or so different that pointing helps nobody; and where the wanted one
    leaves something open.
    """
    if len(wanted) < SHORTEST or AFTER in wanted or len(found) > MOST * len(wanted):
        return ""
    matcher = SequenceMatcher(None, wanted, found, autojunk=False)
    if wanted == found or matcher.ratio() < ALIKE:
        return ""
    marks = [" "] * (len(found) + 1)
    for kind, _, _, begin, end in matcher.get_opcodes():
        if kind != "equal":
            marks[begin : max(end, begin + 1)] = POINTER * max(end - begin, 1)
    if marks[-1] == POINTER:
        marks[-1] = AFTER
    return "".join(marks).rstrip()
