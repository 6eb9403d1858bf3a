"""A page of the user's own site, as a reviewer's browser would get it, without running what is in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebPage:
    """What stands at an address, redirects followed."""

    url: str
    """Where it was in the end."""
    status: int
    """HTTP status."""
    html: str = ""
    """The first part of it, no more than a bounded number of bytes; empty where it is no text."""
    whole: bool = True
    """Whether that is all of it."""
