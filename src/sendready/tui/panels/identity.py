"""Identity: what is to be set up, every choice with its default, the plan, and go."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Static

from sendready.model.answers import DmarcPolicy, KeyLength, MailType, Publish
from sendready.model.change import (
    AmendRecord,
    Change,
    KeptEvents,
    Mode,
    PublishDkimLater,
    PublishRecord,
    RequestAccess,
    SendTest,
)
from sendready.model.finding import Finding, FindingState
from sendready.model.identity import IdentityKind
from sendready.model.observation import Observation
from sendready.model.step import Step
from sendready.report.choices import choice_lines
from sendready.report.lines import Line
from sendready.report.plan import plan_lines
from sendready.steps.identity import resend
from sendready.steps.questions import open_questions
from sendready.steps.validation import problem_with
from sendready.tui.panels.panel import Panel
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage
from sendready.tui.widgets.field import Field

ROOMY = 24
"""Rows of the panel from which everything has room beside the plan of what will be done."""


class IdentityPanel(Panel):
    """The choices are made here once, before the first record is shown, so that DNS needs one trip."""

    STAGE = Stage.IDENTITY
    NEEDS_PLAN = True
    ABOUT = "Every question has an answer already: change what you like, then go."

    def steps(self) -> tuple[Step, ...]:
        """Whether SES has verified it; for a domain the steps of its records say that."""
        address = self.snapshot is not None and not self.snapshot.identity.is_domain
        return (Step.IDENTITY,) if address else ()

    def findings(self, snapshot: Snapshot) -> list[Finding]:
        """Of a domain only what is wrong with it: that it waits for its records is told where they are."""
        if not snapshot.identity.is_domain and snapshot.diagnosis is not None:
            # First what is waited for here: the link.
            return sorted(super().findings(snapshot), key=lambda f: f.state is not FindingState.PENDING)
        found = snapshot.diagnosis.findings if snapshot.diagnosis is not None else ()
        return [f for f in found if f.step is Step.IDENTITY and f.state is FindingState.FAIL]

    def compose_body(self) -> ComposeResult:
        """The form is filled in once the first look says what is there already."""
        yield Static(classes="body")
        yield Static(classes="figure", markup=False)
        yield Static(classes="plan", markup=False)

    def compose_buttons(self) -> ComposeResult:
        """For an address whose link has not been opened; and for the answers that are seldom given."""
        yield Button("Mail the link again", id="resend", compact=True)
        yield Button("Practice: open the link", id="link", compact=True)
        yield Button("About bulk mail", id="bulk", compact=True)
        yield Button("More…", id="more", compact=True)

    def draw(self, snapshot: Snapshot) -> None:
        """The form of what is still open, and the plan that follows from it."""
        seen = snapshot.observation
        ses = seen.ses_identity if seen is not None else None
        # An address is asked nothing; on a small terminal the plan needs the room.
        self.query_one(".about").display = snapshot.identity.is_domain and self.size.height >= ROOMY
        waits = ses is not None and ses.kind is IdentityKind.ADDRESS and not ses.verified
        self.query_one("#resend", Button).display = waits
        self.query_one("#link", Button).display = waits and snapshot.practice
        marketing = snapshot.answered.answers.mail_type is MailType.MARKETING
        self.query_one("#bulk", Button).display = marketing and seen is not None
        if snapshot.identity.is_domain and snapshot.observation is not None and not self.query(Field):
            self.call_later(self._build_form)
        # The form comes first: a plan that stood there alone would be pushed down by it.
        shown = snapshot.plan if self.query(Field) or not snapshot.identity.is_domain else None
        self.fill(".plan", plan_lines(shown, width=self.text_width) if shown else ())
        self.fill(".figure", self._choices(seen) if shown and seen is not None else ())
        super().draw(snapshot)

    def _choices(self, seen: Observation) -> Iterable[Line]:
        """What the answers lead to; on a small terminal without what other answers would."""
        brief = self.size.height < ROOMY and seen.identity.is_domain
        return choice_lines(seen, width=self.text_width, brief=brief)

    async def _build_form(self) -> None:
        """One field for each choice that reality has not made already."""
        snapshot = self.snapshot
        if snapshot is None or snapshot.observation is None or self.query(Field):
            return
        seen, answers = snapshot.observation, snapshot.answered.answers
        asked = open_questions(seen)
        fields: list[Field] = []

        def text(name: str, label: str) -> Field:
            value = str(getattr(answers, name))
            return Field(name, label, value, problem=lambda typed: problem_with(name, typed, seen.identity))

        kinds = [(kind.value, kind.value) for kind in MailType]
        fields.append(Field("mail_type", "You send", answers.mail_type.value, choices=kinds))
        if "key_length" in asked:
            lengths = [(f"{length.value} bits", length.value) for length in KeyLength]
            fields.append(Field("key_length", "DKIM keys", answers.key_length.value, choices=lengths))
        if "mail_from" in asked:
            fields.append(text("mail_from", "MAIL FROM label"))
        if "dmarc" in asked:
            policies = [(policy.value, policy.value) for policy in DmarcPolicy]
            fields.append(Field("dmarc", "DMARC policy", answers.dmarc.value, choices=policies))
            fields.append(text("dmarc_reports", "DMARC reports to"))
        fields.append(text("from_local", "Test mail from"))
        ways = [(way.label, way.value) for way in Publish]
        fields.append(Field("publish", "Records go in", answers.publish.value, choices=ways))
        await self.mount_all(fields, after=self.query_one(".body"))
        if self.snapshot is not None:  # a newer one may have come meanwhile
            self.draw(self.snapshot)

    def changes(self, snapshot: Snapshot) -> tuple[Change, ...]:
        """What this panel's button does: everything in SES that is neither a request to people nor a send."""
        plan = snapshot.plan
        if plan is None:
            return ()
        others = (PublishRecord, AmendRecord, RequestAccess, KeptEvents, SendTest)
        return tuple(c for c in plan.changes if c.mode is Mode.AUTOMATIC and not isinstance(c.action, others))

    def go_label(self, snapshot: Snapshot) -> tuple[Content | str, bool]:
        """How many changes it makes; the records have a screen of their own."""
        now = [c for c in self.changes(snapshot) if c.api and not isinstance(c.action, PublishDkimLater)]
        count = len(now)
        if snapshot.plan is None:
            return f"{snapshot.busy or 'looking'}…", False
        return (f"Go: make {count} change{'s' if count > 1 else ''} in SES", True) if count else ("Continue", True)

    def pressed(self, button: str) -> None:
        """The link, or the button every panel has."""
        match button:
            case "resend" if self.snapshot is not None and self.snapshot.observation is not None:
                self.post_message(self.GoAsked((resend(self.snapshot.observation),), "mailing the link"))
            case "link" if self.snapshot is not None:
                self.post_message(self.LinkAsked(self.snapshot.identity.name))
            case "bulk":
                self.read_about_bulk()
            case "more":
                self.post_message(self.MoreAsked())
            case _:
                super().pressed(button)

    def go(self) -> None:
        """Makes the changes, or goes on where there are none. What is typed wrong is told first."""
        typed = [field for field in self.query(Field) if field.unsettled]
        refused = [field for field in self.query(Field) if not field.settle()]
        if self.snapshot is None or refused or typed:
            return  # the plan on the screen does not know yet what was just typed; the next press finds it there
        changes = self.changes(self.snapshot)
        if changes:
            self.post_message(self.GoAsked(changes, "making the changes"))
        if not changes or self.snapshot.identity.is_domain:  # an address waits here for its link
            self.post_message(self.OnAsked(self.STAGE))
