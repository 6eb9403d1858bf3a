"""Test send: five simulator messages, and the events that prove them, as they arrive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Static

from sendready.model.answers import EventRoute
from sendready.model.change import Change, KeptEvents, Mode, Plan, SendTest
from sendready.model.step import Step
from sendready.report.lines import Line, Span, Style, line, wrapped
from sendready.steps import kept_events, test_send
from sendready.steps.questions import open_questions
from sendready.steps.validation import problem_with
from sendready.tui.panels.panel import Panel
from sendready.tui.snapshot import Snapshot, TestMail
from sendready.tui.stage import Stage
from sendready.tui.widgets.field import Field

FORM = {"events": "Events go", "events_to": "Events to", "configuration_set": "Configuration set"}
"""The answers about events and what each is called."""

ROUTES = {
    EventRoute.TEMPORARY: "to this test only",
    EventRoute.KEEP: "to somebody, from now on",
    EventRoute.OWN: "where they go already: my own set or topics",
}

NAME = len("suppressionlist") + 1
"""Columns of a simulator address's local part."""

CELL = len("✓ Complaint 99.9 s") + 2
"""Columns of one event with its time: nothing moves when a time comes in."""


class TestPanel(Panel):
    """A table of address × event with times."""

    __test__ = False  # pytest would take the name for a test class

    STAGE = Stage.TEST
    NEEDS_PLAN = True
    ABOUT = "Messages to AWS's mailbox simulator: nobody reads them, each must cause the events below."

    def steps(self) -> tuple[Step, ...]:
        """The proof itself."""
        return (Step.TEST_SEND,)

    def compose_buttons(self) -> ComposeResult:
        """For a mailbox that has not opened its link to the events that are kept."""
        yield Button("Practice: open the link", id="link", compact=True)

    def draw(self, snapshot: Snapshot) -> None:
        """The table, and above it where events go, as far as that is still open."""
        super().draw(snapshot)
        waits = snapshot.observation is not None and bool(kept_events.unopened(snapshot.observation))
        self.query_one("#link", Button).display = waits and snapshot.practice
        if snapshot.observation is not None and self._open(snapshot) != self._asked:
            self.call_later(self._build_form)

    @property
    def _asked(self) -> tuple[str, ...]:
        return tuple(field.answer_name for field in self.query(Field))

    @staticmethod
    def _open(snapshot: Snapshot) -> tuple[str, ...]:
        """The questions about events that matter now; which set is asked where the identity has none of its own."""
        asked = open_questions(snapshot.observation) if snapshot.observation is not None else ()
        return tuple(name for name in FORM if name in asked)

    async def _build_form(self) -> None:
        """Adds the fields that have come to matter and takes away those that no longer do."""
        snapshot = self.snapshot
        if snapshot is None or snapshot.observation is None:
            return
        identity, answers, asked = snapshot.observation.identity, snapshot.answered.answers, self._open(snapshot)
        for field in self.query(Field):
            if field.answer_name not in asked:
                await field.remove()
        after: Static | Field = self.query_one(".about", Static)
        for name in asked:
            found = [field for field in self.query(Field) if field.answer_name == name]
            if found:
                after = found[0]
                continue
            if name == "events":
                routes = [(label, route.value) for route, label in ROUTES.items()]
                field = Field(name, FORM[name], answers.events.value, choices=routes)
                field.add_class("-first")
            else:
                judge = partial(problem_with, name, identity=identity)
                field = Field(name, FORM[name], str(getattr(answers, name)), problem=judge)
            await self.mount(field, after=after)
            after = field

    def body_lines(self, snapshot: Snapshot) -> Iterable[Line]:
        """The table."""
        mails = snapshot.mails or tuple(TestMail(f"{s.box}@…", s.events) for s in test_send.SCENARIOS)
        for mail in mails:
            arrived = dict(mail.arrived)
            cells: list[str | Span] = []
            for event in mail.expected:
                took = f" {arrived[event] / 1000:.1f} s" if event in arrived else ""
                told = Span(f"✓ {event}", Style.GOOD) if event in arrived else Span(f"○ {event}", Style.QUIET)
                cells += [told, Span(took.ljust(CELL - len(told.text)), Style.QUIET)]
            head = mail.address.partition("@")[0].partition("+")[0]
            beside = 2 * max(1, (self.size.width - 2 - NAME) // CELL)  # an event and its time each
            for start in range(0, len(cells), beside):
                yield line(f"{'' if start else head:{NAME}}", *cells[start : start + beside])
        proven = snapshot.observation.past.test_proven if snapshot.observation is not None else None
        address = kept_events.unopened(snapshot.observation) if snapshot.observation is not None else ""
        if address:
            yield line()
            waits = f"{address} has still to open the link that AWS mailed; until then it hears of no bounce."
            yield from wrapped(waits, "  ", "◐ ", Style.BUSY, width=self.text_width)
        for change in snapshot.plan.conflicts if snapshot.plan is not None else ():
            if change.step is Step.TEST_SEND:
                yield line()
                yield from wrapped(f"{change.title}: {change.note}", "  ", "✗ ", Style.WARN, width=self.text_width)
                yield from (line("    is there: ", value) for value in change.existing)
        if snapshot.left:
            yield line()
            leftover = f"An interrupted run left {', '.join(snapshot.left)}; `sendready cleanup` removes it."
            yield from wrapped(leftover, "  ", "! ", Style.WARN, width=self.text_width)
        if proven is not None:
            yield line()
            yield line(Span("✓ proven", Style.GOOD), f" on {proven.astimezone():%Y-%m-%d %H:%M %Z}")

    def _change(self, snapshot: Snapshot) -> Change | None:
        """The send, whatever the answers say about it: it is asked for here."""
        seen = snapshot.observation
        if seen is None:
            return None
        asking = replace(snapshot.answered, answers=replace(snapshot.answered.answers, test=True))
        again = replace(seen, answered=asking, past=replace(seen.past, test_proven=None))
        return next(test_send.changes(again), None)

    def _kept(self, snapshot: Snapshot) -> tuple[Change, ...]:
        """What has to be made for events to be kept."""
        changes = snapshot.plan.changes if snapshot.plan is not None else ()
        return tuple(c for c in changes if isinstance(c.action, KeptEvents) and c.mode is Mode.AUTOMATIC)

    def _to_do(self, snapshot: Snapshot) -> tuple[Change, ...]:
        """Everything the button does, in its order."""
        proven = snapshot.observation is not None and snapshot.observation.past.test_proven is not None
        send = None if proven else self._change(snapshot)
        may_send = send is not None and send.mode is Mode.AUTOMATIC
        return (*self._kept(snapshot), *((send,) if send is not None and may_send else ()))

    def go_label(self, snapshot: Snapshot) -> tuple[Content | str, bool]:
        """Sending, once SES accepts mail from the identity, and it is known what has to be there for it."""
        if snapshot.plan is None and snapshot.busy:
            return f"{snapshot.busy}…", False
        changes = self._to_do(snapshot)
        if not changes:
            return "Continue", True
        if len(changes) == 1:
            return ("Send the test" if isinstance(changes[0].action, SendTest) else "Keep the events…"), True
        return "Keep the events and send the test…", True

    def pressed(self, button: str) -> None:
        """The link, or the button every panel has."""
        seen = self.snapshot.observation if self.snapshot is not None else None
        if button == "link" and seen is not None:
            self.post_message(self.LinkAsked(kept_events.unopened(seen)))
        else:
            super().pressed(button)

    def go(self) -> None:
        """Sends; what would stay is shown first. Once all is done, goes on."""
        typed = [field for field in self.query(Field) if field.unsettled]
        refused = [field for field in self.query(Field) if not field.settle()]
        snapshot = self.snapshot
        if snapshot is None or typed or refused or snapshot.plan is None:
            return
        match self._to_do(snapshot):
            case ():
                super().go()
            case (change,) if isinstance(change.action, SendTest):
                self.post_message(self.GoAsked((change,), "sending the test"))
            case changes:
                self.post_message(self.ConsentAsked(Plan(changes), "making it"))
