"""DMARC: the record that tells receivers what to do with forgeries; one that exists or is inherited is kept."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.change import Kept
from sendready.model.observation import Observation
from sendready.model.step import Step


def kept(seen: Observation) -> Iterator[Kept]:
    """The policy that applies already, and where the answers asked for another."""
    found, answered = seen.dmarc_seen, seen.answered
    if found is None or found.record is None:
        return
    asked = answered.answers.dmarc.value
    other = f"; you asked for {asked}" if answered.given("dmarc") and asked != found.policy else ""
    yield Kept(Step.DMARC, f"p={found.policy} at {found.found_at}{other}")
