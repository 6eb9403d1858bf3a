"""DMARC: the record that tells receivers what to do with forgeries; one that exists or is inherited is kept.

An address for reports that the user names in this run is added to one that exists; nothing else in it changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from sendready.mailauth.dmarc import with_reports_to
from sendready.model.answers import Source
from sendready.model.change import AmendRecord, Change, Kept, Setting
from sendready.model.observation import Observation
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step
from sendready.steps.records import Publishing


def kept(seen: Observation, publishing: Publishing) -> Iterator[Kept]:
    """The policy that applies already, and where the answers asked for something else."""
    found, answered = seen.dmarc_seen, seen.answered
    if found is None or found.record is None:
        return
    asked = answered.answers.dmarc.value
    other = f"; you asked for {asked}" if answered.given("dmarc") and asked != found.policy else ""
    wanted = amended(seen)
    if wanted is not None and not _writable(publishing):
        other += f"; for reports to {answered.answers.dmarc_reports}, too, change it to `{wanted}`"
    yield Kept(Step.DMARC, f"p={found.policy} at {found.found_at}{other}")


def amended(seen: Observation) -> str | None:
    """The domain's own record with the address for reports that was asked for; None where there is nothing to add."""
    found, answered = seen.dmarc_seen, seen.answered
    address = answered.answers.dmarc_reports
    if found is None or found.record is None or found.inherited or found.competing or not found.complete:
        return None
    return with_reports_to(found.record, address) if address and answered.given("dmarc_reports") else None


def changes(seen: Observation, publishing: Publishing) -> Iterator[Change]:
    """The one change, shown as before and after."""
    after, found = amended(seen), seen.dmarc_seen
    if after is None or found is None or found.record is None or not _writable(publishing):
        return
    record = WantedRecord(f"_dmarc.{seen.identity.domain}", RecordType.TXT, after, "DMARC policy", Step.DMARC)
    yield Change(
        key="dmarc.reports",
        step=Step.DMARC,
        action=AmendRecord(found.record.text, record),
        title=f"Add {seen.answered.answers.dmarc_reports} to the DMARC reports",
        api=publishing.api,
        settings=(
            Setting("before", found.record.text, Source.FOUND),
            Setting("after", after, seen.answered.source("dmarc_reports")),
        ),
    )


def _writable(publishing: Publishing) -> bool:
    return publishing.zone is not None and publishing.amends
