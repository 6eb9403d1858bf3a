"""DMARC: the record that tells receivers what to do with forgeries; one that exists or is inherited is kept."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.answers import Answers
from sendready.model.change import Kept
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.observation import Observation
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step


def wants(domain: str, answers: Answers, found: DmarcDiscovery | None) -> tuple[WantedRecord, ...]:
    """The record at `_dmarc.<domain>`: the one that is there, the one to add, or none where one is inherited.

    `p` stands second, where older receivers look for it (RFC 9989, section 4.7). While DMARC could not be asked
    the record is wanted, and its state says that nothing is known.
    """
    if found is not None and found.inherited:
        return ()
    if found is not None and found.record is not None:
        value = found.record.text
    else:
        reports = f"; rua=mailto:{answers.dmarc_reports}" if answers.dmarc_reports else ""
        value = f"v=DMARC1; p={answers.dmarc.value}{reports}"
    return (
        WantedRecord(
            name=f"_dmarc.{domain}",
            type=RecordType.TXT,
            value=value,
            purpose="DMARC policy",
            step=Step.DMARC,
        ),
    )


def kept(seen: Observation) -> Iterator[Kept]:
    """The policy that applies already, and where the answers asked for another."""
    found, answered = seen.dmarc_seen, seen.answered
    if found is None or found.record is None:
        return
    asked = answered.answers.dmarc.value
    other = f"; you asked for {asked}" if answered.given("dmarc") and asked != found.policy else ""
    yield Kept(Step.DMARC, f"p={found.policy} at {found.found_at}{other}")
