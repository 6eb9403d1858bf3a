"""What a reply means: the shape in which the tables of receivers' and of SES's own replies tell it."""

from __future__ import annotations

from dataclasses import dataclass

SES = "Amazon SES"
"""Who replies where SES itself refuses what an application hands it; no receiver has seen such a message."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One kind of reply."""

    who: str
    """Whose reply it is; `any receiver` where the code is everybody's."""
    pattern: str
    """What it says, as a regular expression without case; compiled when the first reply is to be explained."""
    title: str
    means: str
    do: str
    findings: tuple[str, ...] = ()
    """Ids that are likely the cause."""
    source: str = "https://www.rfc-editor.org/rfc/rfc3463"
