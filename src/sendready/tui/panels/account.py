"""Account: whose credentials these are, where, and how AWS stands to this account."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.widgets import Static

from sendready.model.errors import AwsError, NoRegion
from sendready.model.finding import Finding
from sendready.model.observation import Seen, Unseen
from sendready.model.regions import SES_REGIONS
from sendready.model.step import Step
from sendready.report.lines import Line, Span, Style, line, wrapped
from sendready.tui.panels.panel import Panel, row
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage
from sendready.tui.widgets.field import Field

_ELSEWHERE = ("SES002",)
"""The identity is in another region, where this one has none."""


class AccountPanel(Panel):
    """Who am I: account, region, sandbox, health."""

    STAGE = Stage.ACCOUNT
    ABOUT = "Everything in SES belongs to one account and one region."

    def steps(self) -> tuple[Step, ...]:
        """Credentials, permissions, pauses and reviews."""
        return (Step.ACCOUNT,)

    def compose_body(self) -> ComposeResult:
        """The region can be chosen; the rest is what AWS says."""
        yield Static(classes="body")
        regions = [("as configured", ""), *((region, region) for region in SES_REGIONS)]
        yield Field("region", "Look in region", "", choices=regions).add_class("-first")

    def show(self, snapshot: Snapshot) -> None:
        """Without a region there is one thing to do here."""
        first = isinstance(snapshot.problem, NoRegion) and not (
            self.snapshot is not None and isinstance(self.snapshot.problem, NoRegion)
        )
        super().show(snapshot)
        if first and self.is_mounted:
            self.query_one(Field).focus_input()

    def findings(self, snapshot: Snapshot) -> list[Finding]:
        """What is said of the account, and where the identity is elsewhere: the region is chosen right here."""
        found = snapshot.diagnosis.findings if snapshot.diagnosis is not None else ()
        return [finding for finding in found if finding.step in self.steps() or finding.id in _ELSEWHERE]

    def finding_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """Where the region is lacking, it is chosen right here."""
        if isinstance(snapshot.problem, NoRegion):
            yield from wrapped(snapshot.problem.message, "  ", "✗ ", Style.BAD, width=self.text_width)
            yield from wrapped("Choose the region you send from above: Enter opens the list", "  ")
        else:
            yield from super().finding_lines(snapshot)

    def answered(self, name: str, value: str | bool) -> None:
        """Another region."""
        if isinstance(value, str):
            self.post_message(self.RegionAsked(value))

    def body_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """What AWS says about the caller and the account."""
        seen = snapshot.observation
        if seen is None:
            if snapshot.problem is None:
                yield line(Span("asking AWS…", Style.BUSY))
            return
        if isinstance(seen.caller, Seen):
            caller = seen.caller.value
            yield row("account", caller.account)
            yield row("as", caller.arn)
            if caller.profile:
                yield row("profile", caller.profile)
        elif isinstance(seen.caller, Unseen) and isinstance(seen.caller.reason, AwsError):
            yield row("account", f"could not be asked: {seen.caller.reason.message}")
        yield row("region", seen.region)
        account = seen.account_seen
        if account is None:
            return
        yield row("sending", "on" if account.sending_enabled else "paused")
        yield row("standing", account.enforcement.lower())
        yield row("access", "production" if account.production else "sandbox: verified recipients only")
        yield row("quota", f"{account.allowance}, {account.sent:.0f} sent today")
