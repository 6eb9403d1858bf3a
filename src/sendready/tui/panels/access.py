"""Production access: where the account stands, the form AWS asks for, and the review that follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from sendready.model.answers import Language, MailType, flag_of
from sendready.model.change import Change, Mode, Plan
from sendready.model.observation import Observation
from sendready.model.step import Step
from sendready.report.access import remark_lines
from sendready.report.lines import Line, Style, line, wrapped
from sendready.steps import production_access
from sendready.steps.production_access import dossier
from sendready.steps.production_access.lint import Remark, remarks
from sendready.steps.validation import problem_with
from sendready.tui.content import of_lines
from sendready.tui.panels.panel import Panel, row
from sendready.tui.screens.dialogs import dialog_width
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage
from sendready.tui.widgets.field import Field

LABELS = {"website": "Website", "mail_type": "You send", "contacts": "AWS writes to", "language": "Language"}
"""What AWS's own form asks for, as it is called here."""

DOSSIER = {
    "recipients": "Who gets it",
    "volume": "Messages a day",
    "unsubscribe": "How they stop it",
    "sample": "An example",
}
"""What a person at AWS wants to read beyond the form; it goes into the text for the support case."""


class AccessPanel(Panel):
    """Out of the sandbox, region by region."""

    STAGE = Stage.ACCESS
    SHOWS_WAIT = True
    ABOUT = "Until AWS lifts the sandbox, mail goes only to verified recipients. A person at AWS reads this request."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "dossier", "Case"),
        Binding("z", "save", show=False),  # told beside the draft
    ]

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
        yield row("quota", account.allowance)
        if account.review is not None:
            yield row("review", ", ".join(filter(None, (account.review.status, account.review.case_id))))

    def finding_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """What is wrong, and what a reviewer would stumble over while there is a request to be made or answered."""
        yield from super().finding_lines(snapshot)
        seen = snapshot.observation
        if seen is None or not self._can_ask(seen):
            return
        if found := _in_words_of_the_form(remarks(seen, dossier.draft(seen))):
            yield line()
            yield from remark_lines(found, width=self.text_width)
            told = (
                "Who gets it, how many, how they stop it and an example go into a text for the support case: `d` drafts"
                " it, `z` saves it; AWS's form has no room for it"
            )
            yield from wrapped(told, "  ", style=Style.QUIET, width=self.text_width)

    def wait_lines(self, snapshot: Snapshot, now: datetime) -> Iterable[Line]:
        """While a request can be made it is the user who is waited for."""
        seen = snapshot.observation
        return () if seen is None or self._can_ask(seen) else super().wait_lines(snapshot, now)

    def _draft(self) -> tuple[str, str] | None:
        """A title and the text for the case: the request's, or a reply where AWS has said no."""
        seen = self.snapshot.observation if self.snapshot is not None else None
        account = seen.account_seen if seen is not None else None
        if seen is None or account is None or (account.production and account.enforcement == "HEALTHY"):
            return None
        if self._can_ask(seen):
            return "For AWS's support case", dossier.draft(seen)
        return "A reply in the case", dossier.reply(seen)

    def action_dossier(self) -> None:
        """Reads the text for the case."""
        if (drafted := self._draft()) is not None:
            title, text = drafted
            self.post_message(self.ReadAsked(text, title))

    def action_save(self) -> None:
        """Saves it, to be edited and pasted into the case."""
        if self.snapshot is not None and (drafted := self._draft()) is not None:
            self.post_message(self.SaveAsked(f"{self.snapshot.identity.domain}-case.txt", drafted[1]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A text for the case where there is or may be one; while somebody types, letters are text."""
        if action in ("dossier", "save"):
            return self._draft() is not None and not isinstance(self.screen.focused, Input)
        return super().check_action(action, parameters)

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
        for name, label in DOSSIER.items():
            fields.append(Field(name, label, getattr(answers, name), problem=partial(problem, name)))
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
        skips = len(refused) == len(typed) and self._request() is None
        if (typed or refused) and not skips:  # what cannot be used keeps nobody from skipping: it stays as it was typed
            return
        if self.snapshot is not None and (request := self._request()) is not None:
            asked = self.ConsentAsked(
                Plan((request,)), "asking AWS", "This is what AWS will be asked", self._objections(), goes_on=True
            )
            self.post_message(asked)
        else:
            super().go()

    def _objections(self) -> Content | None:
        """What a reviewer would stumble over, to be read before the request is gone: after a denial none is taken."""
        seen = self.snapshot.observation if self.snapshot is not None else None
        found = _in_words_of_the_form(remarks(seen, dossier.draft(seen))) if seen is not None else ()
        width = min(self.text_width, dialog_width(self.screen.size.width))
        return of_lines(remark_lines(found, width=width)) if found else None

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


def _in_words_of_the_form(found: Sequence[Remark]) -> tuple[Remark, ...]:
    """Remarks that name a field where the command line's would name a flag."""

    def said(text: str) -> str:
        for name, label in {**DOSSIER, **LABELS}.items():
            text = text.replace(f"`{flag_of(name)}`", f"“{label}”")
        return text

    return tuple(replace(remark, text=said(remark.text)) for remark in found)
