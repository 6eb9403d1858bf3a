"""What to type at a DNS host: the name as its form wants it."""

from __future__ import annotations

from sendready.model.names import is_at_or_below, relative
from sendready.model.observation import Observation


def name_field(name: str, seen: Observation) -> str:
    """The name without the zone, which most forms append; whole where the zone is not known or does not hold it."""
    return relative(name, seen.zone) if seen.zone is not None and is_at_or_below(name, seen.zone) else name
