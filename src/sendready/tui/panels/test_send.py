"""Test send: five simulator messages, and the events that prove them, as they arrive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual.content import Content

from sendready.model.change import Change, Mode
from sendready.model.step import Step
from sendready.report.lines import Line, Span, Style, line, wrapped
from sendready.steps import test_send
from sendready.tui.panels.panel import Panel
from sendready.tui.snapshot import Snapshot, TestMail
from sendready.tui.stage import Stage

NAME = len("suppressionlist") + 1
"""Columns of a simulator address's local part."""

CELL = len("✓ Complaint 99.9 s") + 2
"""Columns of one event with its time: nothing moves when a time comes in."""


class TestPanel(Panel):
    """A table of address × event with times."""

    __test__ = False  # pytest would take the name for a test class

    STAGE = Stage.TEST
    ABOUT = (
        "Five messages to AWS's mailbox simulator: nobody reads them, each must cause the events below. "
        "A queue, a topic and a configuration set are created for it and removed again."
    )

    def steps(self) -> tuple[Step, ...]:
        """The proof itself."""
        return (Step.TEST_SEND,)

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

    def go_label(self, snapshot: Snapshot) -> tuple[Content | str, bool]:
        """Sending, once SES accepts mail from the identity."""
        seen, change = snapshot.observation, self._change(snapshot)
        if seen is not None and seen.past.test_proven is not None:
            return "Continue", True
        if change is None or change.mode is not Mode.AUTOMATIC:
            return "Continue", True
        return "Send the test", True

    def go(self) -> None:
        """Sends; once it is proven, goes on."""
        snapshot = self.snapshot
        change = self._change(snapshot) if snapshot is not None else None
        proven = snapshot is not None and snapshot.observation is not None and snapshot.observation.past.test_proven
        if change is None or change.mode is not Mode.AUTOMATIC or proven:
            super().go()
        else:
            self.post_message(self.GoAsked((change,), "sending the test"))
