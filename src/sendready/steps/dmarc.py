"""DMARC: the record that tells receivers what to do with forgeries; one that exists or is inherited is kept.

Two things are changed in one that exists, where a flag, the environment or the file asks for them, and nothing else:
an address for reports is added, and the policy is made stronger once mail from SES passes by both legs. It never
becomes weaker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sendready.mailauth.alignment import predict
from sendready.mailauth.dmarc import is_stronger, parse, with_policy, with_reports_to
from sendready.model.answers import Source
from sendready.model.change import AmendRecord, Change, Kept, Setting
from sendready.model.dmarc import DmarcRecord
from sendready.model.observation import Observation
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step
from sendready.steps.records import Publishing


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a record of the domain's own becomes, and what for."""

    before: str
    after: str
    address: str
    """The address that is added to the reports; empty for none."""
    policy: str
    """The stronger policy; empty where it stays."""

    @property
    def note(self) -> str:
        """What nobody could judge from here."""
        if not self.policy:
            return ""
        record = parse([self.after.encode()])
        below = ", its subdomains included," if record is not None and record.tag("sp") is None else ""
        return (
            f"mail from SES passes; whatever else sends for the domain{below} is not looked at and has to pass, too:"
            " read the DMARC reports first"
        )

    @property
    def title(self) -> str:
        """What is done, in one line."""
        reports = f"add {self.address} to the DMARC reports" if self.address else ""
        policy = f"make the DMARC policy {self.policy}" if self.policy else ""
        title = " and ".join(filter(None, (policy, reports)))
        return title[:1].upper() + title[1:]


def kept(seen: Observation, publishing: Publishing) -> Iterator[Kept]:
    """The policy that applies already, and where the answers asked for something else."""
    found = seen.dmarc_seen
    if found is not None and found.competing:
        several = f"{len(found.competing)} DMARC records at _dmarc.{found.domain}"
        yield Kept(Step.DMARC, f"{several}; receivers discard them all: remove all but one")
    if found is None or found.record is None:
        return
    amendment = amended(seen)
    other = "" if amendment is not None and amendment.policy else _why_not(seen)
    if amendment is not None and not _writable(publishing):
        wish = " and ".join(
            filter(None, (f"reports to {amendment.address}" if amendment.address else "", _p(amendment)))
        )
        other += f"; for {wish}, change it to `{amendment.after}`"
    yield Kept(Step.DMARC, f"p={found.policy} at {found.found_at}{other}")


def _p(amendment: Amendment) -> str:
    return f"p={amendment.policy}" if amendment.policy else ""


def amended(seen: Observation) -> Amendment | None:
    """The domain's own record with what was asked for; None where there is nothing to change."""
    found, answered = seen.dmarc_seen, seen.answered
    if found is None or found.record is None or found.inherited or found.competing or not found.complete:
        return None
    address = answered.answers.dmarc_reports if answered.given("dmarc_reports") else ""
    record, text = found.record, found.record.text
    reported = with_reports_to(record, address) if address else None
    if reported is not None:
        text, record = reported, parse([reported.encode()]) or record
    stronger = with_policy(record, answered.answers.dmarc.value) if _may_be_stronger(seen, record) else None
    text = stronger or text
    if text == found.record.text:
        return None
    return Amendment(
        found.record.text,
        text,
        address if reported is not None else "",
        answered.answers.dmarc.value if stronger is not None else "",
    )


def _may_be_stronger(seen: Observation, record: DmarcRecord) -> bool:
    return seen.answered.given("dmarc") and not _missing_legs(seen)


def _missing_legs(seen: Observation) -> tuple[str, ...]:
    """What does not pass, or is not known to, for mail that SES sends from here: a strict policy would harm it."""
    prediction = predict(seen)
    legs = {"DKIM": prediction.dkim, "SPF": prediction.spf}
    return tuple(f"{name}: {leg.why}" for name, leg in legs.items() if leg.aligned is not True)


def _why_not(seen: Observation) -> str:
    """Why a policy that was asked for is not set; empty where none was, or where it is so already."""
    found, answered = seen.dmarc_seen, seen.answered
    asked = answered.answers.dmarc.value
    if found is None or found.record is None or not answered.given("dmarc") or found.policy is None:
        return ""
    if asked == found.policy:
        return ""
    if not is_stronger(asked, found.policy):
        return f"; you asked for {asked}, and a policy is not made weaker from here"
    missing = _missing_legs(seen)
    if missing and not found.inherited:
        return f"; you asked for {asked}, which waits until both legs pass ({'; '.join(missing)})"
    return f"; you asked for {asked}"


def changes(seen: Observation, publishing: Publishing) -> Iterator[Change]:
    """The one change, shown as before and after."""
    amendment = amended(seen)
    if amendment is None or not _writable(publishing):
        return
    name = f"_dmarc.{seen.identity.domain}"
    record = WantedRecord(name, RecordType.TXT, amendment.after, "DMARC policy", Step.DMARC)
    yield Change(
        key="dmarc.policy" if amendment.policy else "dmarc.reports",
        step=Step.DMARC,
        action=AmendRecord(amendment.before, record),
        title=amendment.title,
        api=publishing.api,
        note=amendment.note,
        settings=(
            Setting("before", amendment.before, Source.FOUND),
            Setting(
                "after",
                amendment.after,
                seen.answered.source("dmarc" if amendment.policy else "dmarc_reports"),
            ),
        ),
    )


def _writable(publishing: Publishing) -> bool:
    return publishing.zone is not None and publishing.amends
