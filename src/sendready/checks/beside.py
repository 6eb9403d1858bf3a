"""What can be wrong with an alias: texts beside it, which nothing may have (RFC 1034, section 3.6.2), and a circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sendready.model.observation import Observation, Slip
from sendready.model.records import Outcome, Sighting
from sendready.model.step import Step


@dataclass(frozen=True, slots=True)
class Beside:
    """What servers said that have both."""

    evidence: tuple[Sighting, ...]
    observed: tuple[str, ...]
    """Each alias and each text once, with its type."""


def texts_beside_alias(aliases: Sequence[Sighting], texts: Sequence[Sighting]) -> Beside | None:
    """The texts that servers hold beside an alias of the same name; None where no server has both."""
    both = {s.server for s in aliases}
    beside = [s for s in texts if s.server in both and s.outcome is Outcome.ANSWER and s.alias is None]
    if not beside:
        return None
    told = [f"CNAME {text}" for s in aliases for text in s.answers]
    told += [f"TXT {text}" for s in beside for text in s.answers]
    return Beside((*aliases, *beside), tuple(dict.fromkeys(told)))


def circular_alias(seen: Observation) -> list[Sighting]:
    """What was seen where the name of the DMARC record is an alias in a circle, at every server that said so."""
    told = [s for stray in seen.strays_of(Slip.ALIAS) if stray.wanted.step is Step.DMARC for s in stray.sightings]
    aliases = [sighting for sighting in told if sighting.alias]
    return aliases if aliases and all(sighting.circular for sighting in aliases) else []
