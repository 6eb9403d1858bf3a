"""Production access: where the account stands, the form AWS asks for, and the review that follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from sendready.model.answers import Language, MailType
from sendready.model.change import Change, Mode, Plan
from sendready.model.observation import Observation
from sendready.model.step import Step
from sendready.report.lines import Line
from sendready.steps import production_access
from sendready.steps.validation import problem_with
from sendready.tui.panels.panel import Panel, row
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage
from sendready.tui.widgets.field import Field


class AccessPanel(Panel):
    """Out of the sandbox, region by region."""

    STAGE = Stage.ACCESS
    ABOUT = "Until AWS lifts the sandbox, mail goes only to verified recipients. A person at AWS reads this request."

    def steps(self) -> tuple[Step, ...]:
        """The sandbox and the review."""
        return (Step.PRODUCTION_ACCESS,)

    def compose_body(self) -> ComposeResult:
        """Where it stands; the form follows where a request can be made."""
        yield Static(classes="body")

    def draw(self, snapshot: Snapshot) -> None:
        """The state, and the form while a request can be made."""
        super().draw(snapshot)
        seen = snapshot.observation
        if seen is None:
            return
        fields = list(self.query(Field))
        if self._can_ask(seen) and not fields:
            self.call_later(self._build_form)
        elif not self._can_ask(seen):
            for field in fields:
                field.remove()

    def body_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """Sandbox or not, quota, review."""
        account = snapshot.observation.account_seen if snapshot.observation is not None else None
        if account is None:
            return
        yield row("now", "production" if account.production else "sandbox")
        yield row("quota", f"{account.daily_quota:.0f} a day, {account.rate:g} a second")
        if account.review is not None:
            yield row("review", ", ".join(filter(None, (account.review.status, account.review.case_id))))

    @staticmethod
    def _can_ask(seen: Observation) -> bool:
        return seen.account_seen is not None and production_access.may_be_asked_for(seen.account_seen)

    async def _build_form(self) -> None:
        snapshot = self.snapshot
        if snapshot is None or snapshot.observation is None or self.query(Field):
            return
        seen, answers = snapshot.observation, snapshot.answered.answers

        def problem(name: str, typed: str) -> str | None:
            value: object = (
                tuple(part.strip() for part in typed.split(",") if part.strip()) if name == "contacts" else typed
            )
            return problem_with(name, value, seen.identity)

        fields = [
            Field("website", "Website", answers.website, problem=lambda typed: problem("website", typed)),
            Field(
                "accept_terms",
                "I mail only people who asked for it, and handle bounces and complaints",
                answers.accept_terms,
            ),
            Field(
                "mail_type",
                "You send",
                answers.mail_type.value,
                choices=[(kind.value, kind.value) for kind in MailType],
            ),
            Field(
                "contacts",
                "AWS writes to",
                ", ".join(answers.contacts),
                problem=lambda typed: problem("contacts", typed),
            ),
            Field(
                "language",
                "Language",
                answers.language.value,
                choices=[("English", Language.EN.value), ("Japanese", Language.JA.value)],
            ),
        ]
        fields[0].add_class("-first")
        await self.mount_all(fields, after=self.query_one(".body"))
        self.focus_first()

    def go_label(self, snapshot: Snapshot) -> tuple[Content | str, bool]:
        """The request, once the form has what AWS needs."""
        seen = snapshot.observation
        if seen is None or not self._can_ask(seen):
            return "Continue", True
        lacking = [name for name in production_access.NEEDED if not getattr(snapshot.answered.answers, name)]
        if lacking:
            return "Skip for now", True
        return "Ask AWS for production access", True

    def go(self) -> None:
        """Sends the request where the form is complete, and goes on either way; what cannot be used is told first."""
        typed = [field for field in self.query(Field) if field.unsettled]
        refused = [field for field in self.query(Field) if not field.settle()]
        if typed or refused:
            return
        if self.snapshot is not None and (request := self._request()) is not None:
            asked = self.ConsentAsked(Plan((request,)), "asking AWS", "This is what AWS will be asked", goes_on=True)
            self.post_message(asked)
        else:
            super().go()

    def _request(self) -> Change | None:
        snapshot = self.snapshot
        if snapshot is None or snapshot.observation is None or not self._can_ask(snapshot.observation):
            return None
        answers = snapshot.answered.answers
        if any(not getattr(answers, name) for name in production_access.NEEDED):
            return None
        asking = replace(snapshot.answered, answers=replace(answers, request_access=True))
        changes = production_access.changes(replace(snapshot.observation, answered=asking))
        return next((change for change in changes if change.mode is Mode.AUTOMATIC), None)

    def still_asks(self, name: str) -> bool:
        """Enter stops only at what AWS needs and nobody has answered; the rest has good defaults."""
        answers = self.snapshot.answered.answers if self.snapshot is not None else None
        return name in production_access.NEEDED and not getattr(answers, name, True)

    def focus_first(self) -> None:
        """The first thing AWS needs and nobody has answered."""
        for field in self.query(Field):
            if self.still_asks(field.answer_name):
                field.focus_input()
                return
        super().focus_first()
