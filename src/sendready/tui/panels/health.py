"""Health: where an identity that exists opens. Verdict, findings with root cause first, evidence and fix a key away."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from sendready.checks.since import since_good
from sendready.engine.mending import mending
from sendready.model.change import Change, Plan
from sendready.model.finding import Finding, Verdict
from sendready.model.looks import Observed
from sendready.report import marks
from sendready.report.commands import reaching
from sendready.report.lines import Line, Span, Style, escape, line, wrapped
from sendready.report.receivers import bulk_lines, receiver_lines
from sendready.report.sentence import in_one_sentence
from sendready.report.text import CHANGED, detail_lines, fix_lines, tells_changes
from sendready.tui.content import STYLES, of_lines, of_page, of_span
from sendready.tui.panels.panel import Panel
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage
from sendready.tui.widgets.record_list import RecordList, matrix

ROOMY = 24
"""Rows of the panel from which what changed may take several lines above the findings."""

MOST_NAMES = 4
"""Things that changed, named at the top."""


class Findings(OptionList, can_focus=False):
    """The list; the keys that move in it are the panel's, so that Enter goes on as everywhere."""


class HealthPanel(Panel):
    """Findings as a list, the chosen one whole beneath."""

    STAGE = Stage.HEALTH
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("f", "fix", "Fix"),
        Binding("a", "fix_all", show=False),  # it has a button, and the footer is full
        Binding("e", "explain", "Explain"),
        Binding("v", "evidence", "Evidence"),
        Binding("c", "copy_command", show=False),  # told where there is a command
        Binding("x", "export", "Save"),
    ]
    SOMETIMES = (*Panel.SOMETIMES, "fix", "fix_all", "explain", "evidence", "export", "copy_command")
    SHOWS_WAIT = True

    def __init__(self) -> None:
        super().__init__()
        self._findings: tuple[Finding, ...] = ()
        self._copied: tuple[tuple[str, str], int] = ("", ""), -1
        """The finding whose command was copied last, and which of its commands that was."""

    def compose_body(self) -> ComposeResult:
        """Verdict, list, detail."""
        yield Static(classes="body", markup=False)
        yield Static(classes="wait", markup=False)
        yield Static(id="changed", markup=False)
        yield Findings(id="findings")
        yield Static(id="finding", markup=False)
        yield Static(id="strewn", markup=False)
        yield Static(id="receivers", markup=False)
        yield Static(id="matrix", markup=False)

    def compose_wait(self) -> ComposeResult:
        """It stands beside the verdict already."""
        yield from ()

    def wait_lines(self, snapshot: Snapshot, now: datetime) -> Iterable[Line]:
        """What is wrong comes first: while something is, the status line alone tells what is waited for."""
        waits = snapshot.diagnosis is not None and snapshot.diagnosis.verdict is Verdict.WAITING
        return super().wait_lines(snapshot, now) if waits else ()

    def compose_buttons(self) -> ComposeResult:
        """For what can be mended from here."""
        fix = Button("Fix it…", id="fix", compact=True)
        fix.display = False
        yield fix
        everything = Button("Fix all…", id="fix-all", compact=True)
        everything.display = False
        yield everything

    def draw(self, snapshot: Snapshot) -> None:
        """The verdict and the list anew; the cursor stays on its finding."""
        diagnosis, seen = snapshot.diagnosis, snapshot.observation
        self._offer_fix()
        if diagnosis is None or seen is None:
            return
        verdict = of_span(marks.OF_VERDICT[diagnosis.verdict])
        meaning = Content.styled(f"  {in_one_sentence(diagnosis, seen)}", STYLES[Style.QUIET])
        self.put(".body", Content.assemble(verdict, meaning))
        self.fill("#changed", self._changed(snapshot))
        self.fill("#strewn", self._strewn(snapshot))
        listed = self.query_one("#findings", OptionList)
        at, kept = listed.highlighted or 0, self.chosen
        self._findings = diagnosis.findings
        told = receiver_lines(seen, width=self.text_width)
        self.fill("#receivers", (*told, *bulk_lines(seen, width=self.text_width)))
        heading = Content.styled("Records, a mark for each name server", STYLES[Style.STRONG])
        rows = [heading, *matrix(tuple(seen.records), self.text_width)] if seen.records.observed else []
        self.put("#matrix", Content("\n").join(rows))
        listed.set_options(Option(_line(finding, self.text_width)) for finding in diagnosis.findings)
        listed.display = bool(diagnosis.findings)
        if diagnosis.findings:
            listed.highlighted = next(
                (i for i, finding in enumerate(self._findings) if kept is not None and _same(finding, kept)),
                min(at, len(self._findings) - 1),
            )
        self._detail()

    def _changed(self, snapshot: Snapshot) -> Iterator[Line]:
        """What is not as it was when it worked last, by name; its finding has the values and when it was."""
        seen, diagnosis = snapshot.observation, snapshot.diagnosis
        if seen is None or diagnosis is None or not tells_changes(diagnosis) or seen.past.good is None:
            return
        names = [difference.name for difference in since_good(seen)]
        if self.size.height < ROOMY:
            yield _changed_in_one_line(names, self.text_width)
            return
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        since = (
            f"Changed since it was ready last, on {seen.past.good.last.astimezone():%Y-%m-%d %H:%M %Z} ({CHANGED}): "
        )
        yield from wrapped(f"{since}{', '.join(names[:MOST_NAMES])}{more}", "", width=self.text_width)

    def _strewn(self, snapshot: Snapshot) -> Iterator[Line]:
        """What was mended leaves something behind that only the user can take away."""
        if snapshot.strewn:
            told = "The records are right now. Those at these names are of no use, and can be deleted at the DNS host:"
            yield from wrapped(told, "", style=Style.QUIET, width=self.text_width)
            yield from (line("  ", name) for name in snapshot.strewn)

    def on_option_list_option_highlighted(self) -> None:
        """Shows the finding under the cursor."""
        self._detail()
        self._offer_fix()

    def action_move(self, by: int) -> None:
        """Moves the cursor while the focus stays on the button."""
        listed = self.query_one("#findings", OptionList)
        if by > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def action_evidence(self) -> None:
        """What each server answered."""
        if (finding := self.chosen) is not None:
            told = "\n".join(_evidence(finding)) or "It follows from what SES says; no name server was asked."
            self.post_message(self.ReadAsked(told, f"Evidence for {finding.id}"))

    def pressed(self, button: str) -> None:
        """The fix, or the button every panel has."""
        if button == "fix":
            self.action_fix()
        elif button == "fix-all":
            self.action_fix_all()
        else:
            super().pressed(button)

    def _offer_fix(self) -> None:
        """The button while there is something it can do; once it comes, the focus goes to it, for that is the point."""
        fix, go = self.query_one("#fix", Button), self.query_one("#go", Button)
        came = bool(self._changes()) and not fix.display
        fix.display = bool(self._changes())
        everything = self.query_one("#fix-all", Button)
        everything.display = self._mends_more
        everything.label = f"Fix all {len(self._everything().open)}…"
        if came and self.screen.focused in (go, None):
            self.screen.set_focus(fix, scroll_visible=False)
        elif not fix.display and self.screen.focused is fix:
            self.screen.set_focus(go, scroll_visible=False)

    def _changes(self) -> tuple[Change, ...]:
        """What can be done from here about the chosen finding."""
        finding = self.chosen
        return self._mending(finding).open if finding is not None else ()

    def _everything(self) -> Plan:
        """What mends all the findings, as `check --fix` does."""
        return self._mending(None)

    def _mending(self, chosen: Finding | None) -> Plan:
        if self.snapshot is None or self.snapshot.plan is None or self.snapshot.diagnosis is None:
            return Plan(())
        return mending(self.snapshot.plan, self.snapshot.diagnosis, chosen)

    @property
    def _mends_more(self) -> bool:
        """Whether more can be done at once than what mends the chosen finding."""
        return set(self._everything().open) > set(self._changes())

    @property
    def chosen(self) -> Finding | None:
        """The finding under the cursor."""
        at = self.query_one("#findings", OptionList).highlighted
        return self._findings[at] if at is not None and at < len(self._findings) else None

    def action_explain(self) -> None:
        """The page about the chosen finding."""
        from sendready.checks.pages import page

        if (finding := self.chosen) is not None:
            title, _, text = page(finding.id).text.partition("\n")
            self.post_message(self.ReadAsked(of_page(text), title.removeprefix("# ")))

    def action_fix(self) -> None:
        """The changes that would mend it, as a plan to be agreed to; else how a person mends it, whole."""
        plan, finding = (self.snapshot.plan, self.chosen) if self.snapshot is not None else (None, None)
        if finding is None or self.snapshot is None:
            return
        if plan is not None and (changes := self._changes()):
            self.post_message(self.ConsentAsked(Plan(changes, zone_note=plan.zone_note)))
            return
        lines = list(fix_lines(finding, width=self.text_width, connection=self.snapshot.connection, fold=True))
        self.post_message(self.ReadAsked(of_lines(lines) if lines else "nothing to do", f"How to mend {finding.id}"))

    def action_fix_all(self) -> None:
        """Everything that can be mended from here, as one plan to be agreed to."""
        plan = self._everything()
        if plan.open:
            self.post_message(self.ConsentAsked(Plan(plan.open, zone_note=plan.zone_note)))

    def action_copy_command(self) -> None:
        """A command that mends the chosen finding, the next time the next one: two may be two ways to choose from."""
        if (finding := self.chosen) is None or not finding.fix.commands:
            return
        commands, connection = finding.fix.commands, self.snapshot.connection if self.snapshot is not None else {}
        place = self._copied[1] + 1 if self._copied[0] == (finding.id, finding.subject) else 0
        place %= len(commands)
        self._copied = (finding.id, finding.subject), place
        what = f"command {place + 1} of {len(commands)}" if len(commands) > 1 else "the command"
        otherwise = "`x` saves the report, which has it"
        self.post_message(RecordList.CopyAsked(reaching(commands[place], connection), what, otherwise))

    def action_export(self) -> None:
        """The whole report as a page, in the working directory: for whoever manages the DNS, or a ticket."""
        from sendready.report.page import page

        shown = self.snapshot
        if shown is None or shown.observation is None or shown.diagnosis is None:
            return
        looked = Observed(shown.observation, shown.diagnosis)
        text = page([looked], connection=shown.connection, practice=shown.practice)
        self.post_message(self.SaveAsked(f"{shown.identity.domain}-report.html", text))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing to mend or to explain where nothing is wrong."""
        if action == "export":
            return bool(self.snapshot and self.snapshot.looked)
        if action == "fix_all":
            return bool(self._everything().open)
        if action == "copy_command":
            return self.chosen is not None and bool(self.chosen.fix.commands)
        if action in ("fix", "explain", "evidence"):
            return bool(self.snapshot and self.snapshot.diagnosis and self.snapshot.diagnosis.findings)
        return super().check_action(action, parameters)

    def focus_first(self) -> None:
        """The fix, where there is one to be made from here."""
        fix = self.query_one("#fix", Button)
        if fix.display:
            self.screen.set_focus(fix, scroll_visible=False)
        else:
            super().focus_first()

    def _detail(self) -> None:
        finding = self.chosen
        connection = self.snapshot.connection if self.snapshot is not None else {}
        lines: list[Line] = []
        if finding is not None:
            lines += detail_lines(finding, width=self.text_width, connection=connection, fold=True)
            if finding.fix.commands:
                several = "; again, the next one" if len(finding.fix.commands) > 1 else ""
                lines.append(line(Span(f"{'':6}`c` copies the command{several}", Style.QUIET)))
        self.fill("#finding", lines)


def _changed_in_one_line(names: Sequence[str], width: int) -> Line:
    """As many names as find room, at least one: what is wrong has to be in sight beneath."""
    for told in range(len(names), 0, -1):
        more = f" and {len(names) - told} more" if told < len(names) else ""
        text = f"Changed since it was ready last ({CHANGED}): {', '.join(names[:told])}{more}"
        if len(text) <= width:
            break
    return line(text)


def _same(one: Finding, other: Finding) -> bool:
    return (one.id, one.subject) == (other.id, other.subject)


def _line(finding: Finding, width: int) -> Content:
    """Mark, id and title; a title that finds no room goes on beneath itself."""
    span = marks.of_finding(finding)
    mark, number = f"{span.text:11} ", f"{finding.id}  "
    beside = len(mark) + len(number)
    title = textwrap.wrap(escape(finding.title), max(20, width - beside))
    return Content.assemble(
        Content.styled(mark, STYLES[span.style]),
        Content.styled(number, STYLES[Style.QUIET]),
        f"\n{'':{beside}}".join(title),
    )


def _evidence(finding: Finding) -> list[str]:
    return [
        f"{s.question.type.value} of {s.server.name} ({s.server.address}), {s.ms:.0f} ms, "
        f"{s.at.astimezone():%H:%M:%S %Z}\n  {s.question.name}\n  = {', '.join(s.answers) or s.outcome.value}\n"
        for s in finding.evidence
    ]
