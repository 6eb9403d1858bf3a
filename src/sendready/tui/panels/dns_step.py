"""DKIM, MAIL FROM and DMARC: why SES or receivers want it, its records server by server, and what SES says of them."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from sendready.model.change import AmendRecord, Change, Mode, Plan
from sendready.model.identity import SesIdentity
from sendready.model.observation import Observation
from sendready.model.step import Step
from sendready.report.lines import Line, Span, Style, line
from sendready.report.marks import OF_RECORD
from sendready.report.text import record_lines
from sendready.tui.panels.panel import Panel, row
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import STEP_OF, Stage


class DnsStepPanel(Panel):
    """The records of one step with every server's answer."""

    SHOWS_WAIT = True

    def steps(self) -> tuple[Step, ...]:
        """The one step this panel is about."""
        return (STEP_OF[self.STAGE],)

    def body_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """SES's word, then each record whole with what each server says."""
        seen = snapshot.observation
        if seen is None:
            return
        said = list(self.ses_says(seen, seen.ses_identity))
        for label, text in said:
            yield row(label, text)
        for number, record in enumerate(seen.records.of_step(STEP_OF[self.STAGE])):
            if number or said:
                yield line()
            yield from record_lines(record.wanted, "")
            for sighting in record.sightings:
                at = f"  {sighting.server.name} ({sighting.server.address})"
                took = f"  {sighting.ms:.0f} ms, {sighting.at.astimezone():%H:%M:%S}"
                mark = OF_RECORD[record.state_at(sighting)]
                yield line("      ", Span(f"{mark.text:11}", mark.style), at, Span(took, Style.QUIET))

    def ses_says(self, seen: Observation, ses: SesIdentity | None) -> Iterable[tuple[str, str]]:
        """What SES holds, in rows."""
        return ()


class DkimPanel(DnsStepPanel):
    """DKIM."""

    STAGE = Stage.DKIM
    ABOUT = "SES signs your mail with keys it publishes behind three CNAMEs. They prove that the domain is yours."

    def ses_says(self, seen: Observation, ses: SesIdentity | None) -> Iterable[tuple[str, str]]:
        """Status, keys and the last check."""
        if ses is None:
            return
        yield "SES says", ses.dkim.status.value
        if ses.last_checked is not None:
            yield "looked at", f"{ses.last_checked.astimezone():%H:%M:%S %Z}"
        if ses.dkim.key_length:
            yield "keys", ses.dkim.key_length.removeprefix("RSA_").removesuffix("_BIT") + " bits"


class MailFromPanel(DnsStepPanel):
    """MAIL FROM."""

    STAGE = Stage.MAIL_FROM
    ABOUT = "Bounces return to the MAIL FROM domain. With one of your own, SPF aligns with your From address."

    def ses_says(self, seen: Observation, ses: SesIdentity | None) -> Iterable[tuple[str, str]]:
        """The domain, its status, and what happens without it."""
        if ses is None or ses.mail_from is None:
            yield "SES says", "not set"
            return
        yield "domain", ses.mail_from.domain
        yield "SES says", ses.mail_from.status.value
        rejects = ses.mail_from.on_mx_failure.value == "REJECT_MESSAGE"
        yield "without MX", "mail is rejected" if rejects else "mail leaves with amazonses.com"


class DmarcPanel(DnsStepPanel):
    """DMARC."""

    STAGE = Stage.DMARC
    ABOUT = (
        "DMARC tells receivers what to do with mail that claims to be yours and is not. Start with none and reports."
    )

    def ses_says(self, seen: Observation, ses: SesIdentity | None) -> Iterable[tuple[str, str]]:
        """The policy that applies and where it stands."""
        found = seen.dmarc_seen
        if found is None or found.record is None:
            return
        yield "applies", f"p={found.policy} from {found.found_at}"
        if found.inherited:
            yield "", "inherited, so no record of its own is needed"

    @staticmethod
    def _amendments(snapshot: Snapshot) -> tuple[Change, ...]:
        """What could be added to the record that is there, once the user has seen both texts."""
        changes = snapshot.plan.changes if snapshot.plan is not None else ()
        return tuple(c for c in changes if isinstance(c.action, AmendRecord) and c.mode is Mode.AUTOMATIC)

    def go_label(self, snapshot: Snapshot) -> tuple[Content | str, bool]:
        """Adding to the record, where that was asked for."""
        return ("Change the record…" if self._amendments(snapshot) else "Continue"), True

    def go(self) -> None:
        """Shows the text before and after; without a change goes on."""
        if self.snapshot is not None and (changes := self._amendments(self.snapshot)):
            self.post_message(self.ConsentAsked(Plan(changes), "changing the record"))
        else:
            super().go()
