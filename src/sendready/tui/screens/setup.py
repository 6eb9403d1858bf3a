"""The set-up of one identity: rail, panels, log, status; a worker pumps the engine's snapshots into it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import getters, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Footer, Input, Log, Static

from sendready.model.change import Change
from sendready.model.identity import Identity
from sendready.report.lines import Style, paint
from sendready.steps.scripted import Option
from sendready.tui.clipboard import copy_beside_the_terminal
from sendready.tui.conductor import Conductor, OpenWorld, Prepare
from sendready.tui.content import STYLES, of_page
from sendready.tui.panels.access import AccessPanel
from sendready.tui.panels.account import AccountPanel
from sendready.tui.panels.dns_step import DkimPanel, DmarcPanel, MailFromPanel
from sendready.tui.panels.health import HealthPanel
from sendready.tui.panels.identity import IdentityPanel
from sendready.tui.panels.panel import Panel
from sendready.tui.panels.ready import ReadyPanel
from sendready.tui.panels.records import RecordsPanel
from sendready.tui.panels.test_send import TestPanel
from sendready.tui.saving import save_beside
from sendready.tui.screens.dialogs import Consent, Reading
from sendready.tui.screens.more import MoreAnswers
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage, next_open, road
from sendready.tui.status import fitting, looked_at, status_of
from sendready.tui.terminal import sign, title, turned
from sendready.tui.widgets.rail import FoldedRail, Rail
from sendready.tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from sendready.tui.app import SendreadyApp

READ_WITHIN = 4.0
"""Seconds that a line in the status stands before what is going on is shown again."""

PANELS: dict[Stage, type[Panel]] = {
    panel.STAGE: panel
    for panel in (
        HealthPanel,
        AccountPanel,
        IdentityPanel,
        RecordsPanel,
        DkimPanel,
        MailFromPanel,
        DmarcPanel,
        AccessPanel,
        TestPanel,
        ReadyPanel,
    )
}


def _app() -> type[SendreadyApp]:
    from sendready.tui.app import SendreadyApp

    return SendreadyApp


class SetupScreen(Screen[None]):
    """One identity from nothing to ready, or from broken to mended."""

    app = getters.app(_app)
    CSS_PATH = str(Path(__file__).with_name("setup.tcss"))
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]  # noqa: RUF012  as Screen declares it
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (18, "-low"), (30, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back"),
        Binding("r", "look", "Look now"),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("f1", "help_typing", "Help"),
        Binding("f1", "help_anyway", show=False),
        Binding("f2", "toggle_log", "Log", show=False),
        *(Binding(str(number), f"open({number})", show=False) for number in range(1, 10)),
        Binding("0", "open(10)", show=False),
    ]

    def __init__(
        self,
        identity: Identity,
        open_world: OpenWorld,
        answered_for: Prepare,
        connection: Callable[[], Mapping[str, Option]],
        banner: str = "",
        *,
        practice: bool = False,
    ) -> None:
        super().__init__()
        self._identity = identity
        self._banner = banner
        self.conductor = Conductor(
            identity, open_world, answered_for, self._shown, connection=connection, practice=practice
        )
        self.stages = road(domain=identity.is_domain, health=False)
        self.stage = Stage.ACCOUNT
        self._panels: dict[Stage, Panel] = {}
        """Those that were opened; looking for one in the whole tree takes milliseconds."""
        self._logged = 0
        self._chosen_by_user = False
        self._said = ("", 0.0)
        self._says_look = False
        """Whether that is what a look has found, which the next look may find otherwise."""
        self._told_of = self.conductor.snapshot
        """What the terminal was told of last."""
        self._asked = False
        """Whether the user asked for the look that is under way."""

    def compose(self) -> ComposeResult:
        """The frame; panels are built when they are first opened."""
        yield Static(id="title", markup=False)
        yield FoldedRail(id="folded")
        with Horizontal(id="body"):
            yield Rail(id="rail")
            yield ContentSwitcher(id="panels")
        yield Log(id="log", highlight=False, max_lines=500)
        yield Static("make the terminal larger, at least 60 × 18, or use `sendready check`", id="too-small")
        yield Static(id="status", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """The first panel, then the engine."""
        self.set_interval(1.0, self._tick)
        self.open_stage(self.stage)
        self._draw(self.conductor.snapshot)
        self._watch()

    @work(exclusive=True, group="watch", exit_on_error=True)
    async def _watch(self) -> None:
        await self.conductor.run()

    @work(group="change")
    async def _carry_out(self, changes: tuple[Change, ...], what: str) -> None:
        asked_at = self.stage
        if working := self.conductor.snapshot.working:
            self.say(f"{working} first; nothing else was begun, ask for it again then")
            return
        await self.conductor.carry_out(changes, what)
        # The button that was pressed lost the focus while it could not be pressed.
        if self.panel is not None and self.stage is asked_at:
            self.panel.focus_first()

    def _shown(self, snapshot: Snapshot) -> None:
        """A new snapshot: everything visible is drawn in one go."""
        if not self._composed:
            return  # not composed yet, or leaving
        seen = snapshot.observation
        if seen is not None and seen.ses_identity is not None and not self._chosen_by_user and self._logged == 0:
            self._meet_existing()
        if self._asked and not snapshot.busy and seen is not None:
            self._asked = False
            self.say(looked_at(snapshot))
            self._says_look = True
        elif self._says_look and not snapshot.busy:  # a second look agrees with the first or not: the later one counts
            self._said = (looked_at(snapshot), self._said[1])
        self._tell_terminal(snapshot)
        with self.app.batch_update():
            self._draw(snapshot)

    def _tell_terminal(self, snapshot: Snapshot) -> None:
        """The title of the window, and a sign to who looks elsewhere when something turned."""
        if snapshot.diagnosis is self._told_of.diagnosis:
            return
        away = not self.app.app_focus
        self.app.tell_terminal(title(snapshot) + sign(turned(self._told_of, snapshot), os.environ, away=away))
        self._told_of = snapshot

    def _meet_existing(self) -> None:
        """The identity was there before we came: Health is part of the road, and the wizard opens there."""
        self._chosen_by_user = True
        self.stages = road(domain=self._identity.is_domain, health=True)
        self.open_stage(Stage.HEALTH)

    def _draw(self, snapshot: Snapshot) -> None:
        self.query_one("#title", Static).update(self._title(snapshot))
        self.query_one(FoldedRail).show(self.stages, self.stage, snapshot)
        self.query_one(Rail).show(self.stages, self.stage, snapshot)
        panel = self.panel
        if panel is not None:
            panel.show(snapshot)
        self._log(snapshot)
        self._tick()

    def _title(self, snapshot: Snapshot) -> Content:
        """Whose set-up this is, where, and whether it is practice; what finds no room is said shorter."""
        seen = snapshot.observation
        where = "".join(f"  {part}" for part in (seen.region, seen.account_id) if part) if seen is not None else ""
        banner = fitting(self._banner.split(": "), ": ", self.size.width - len(self._identity.name) - len(where) - 5)
        return Content.assemble(
            Content.styled(self._identity.name, "bold"),
            Content.styled(where, STYLES[Style.QUIET]),
            Content.styled(f"   {banner}" if banner else "", "$text-warning"),
        )

    def on_resize(self) -> None:
        """What fits into a line is known only now; a terminal that was too small for a while took the focus away."""
        if self._composed:
            self._draw(self.conductor.snapshot)
            self.call_after_refresh(self._focus_again)

    def _focus_again(self) -> None:
        if self.focused is None and self.panel is not None and self.query_one("#body").display:
            self.panel.focus_first()

    def _log(self, snapshot: Snapshot) -> None:
        if new := snapshot.told - self._logged:
            self._chosen_by_user = True
            self.query_one(Log).write(paint(snapshot.log[-new:], colour=False))
            self._logged = snapshot.told

    def _tick(self) -> None:
        """The status line: what is being done or waited for, and when it is looked at next."""
        text, until = self._said
        now = self.conductor.now
        if time.monotonic() > until:
            text = fitting(status_of(self.conductor.snapshot, now), " · ", self.size.width - 2)
        if (status := self.query_one("#status", Static)).content != text:
            status.update(text)
        if now is not None and self.panel is not None:
            self.panel.tick(now)

    @property
    def _composed(self) -> bool:
        return any(child.id == "title" for child in self.children)

    @property
    def panel(self) -> Panel | None:
        """The panel that is open."""
        return self._panels.get(self.stage)

    def open_stage(self, stage: Stage) -> None:
        """Opens a stage; its panel is built at the first visit."""
        self.stage = stage
        self.refresh_bindings()
        self._open()

    @work(exclusive=True, group="open")
    async def _open(self) -> None:
        switcher = self.query_one(ContentSwitcher)
        panel = self.panel
        if panel is None:
            panel = PANELS[self.stage]()
            panel.snapshot = self.conductor.snapshot
            await switcher.add_content(panel)
            self._panels[panel.STAGE] = panel
        switcher.current = panel.id
        panel.query_one(".scroll").scroll_home(animate=False)
        self._draw(self.conductor.snapshot)
        panel.focus_first()

    def on_panel_go_asked(self, event: Panel.GoAsked) -> None:
        """Makes what the panel has shown."""
        self._chosen_by_user = True
        self._carry_out(event.changes, event.what)

    def on_panel_on_asked(self, event: Panel.OnAsked) -> None:
        """On to the next stage that needs the user; from Identity always to the records."""
        self._chosen_by_user = True
        if event.stage is Stage.IDENTITY and Stage.RECORDS in self.stages:
            self.open_stage(Stage.RECORDS)
        elif event.stage is Stage.ACCOUNT:
            self.open_stage(self.stages[self.stages.index(Stage.ACCOUNT) + 1])
        else:
            self.open_stage(next_open(event.stage, self.stages, self.conductor.snapshot))

    def on_panel_answered(self, event: Panel.Answered) -> None:
        """Keeps an answer and looks again where records follow from it."""
        from sendready.steps.answering import read_answer

        self._chosen_by_user = True
        self.conductor.answer(event.name, read_answer(event.name, event.value, event.name))
        self.conductor.look_now()

    def on_panel_look_asked(self) -> None:
        """Looks now."""
        self.action_look()

    def on_panel_link_asked(self, event: Panel.LinkAsked) -> None:
        """Practice only: opens the mailed link."""
        if self.app.click(event.address):
            self.conductor.look_now()
        else:
            self.say("the link is older than 24 hours; mail another one")

    def on_panel_add_asked(self, event: Panel.AddAsked) -> None:
        """Practice only: adds records as a person would."""
        self.app.add_by_hand(self._identity.domain, event.records)
        self._asked = True
        self.conductor.look_now()

    def on_panel_region_asked(self, event: Panel.RegionAsked) -> None:
        """Looks at the same identity in another region; every answer stays."""
        if self.conductor.snapshot.working:
            self.say(f"{self.conductor.snapshot.working} first; then choose the region again")
            return
        self.app.use_region(event.region)
        self._chosen_by_user = True
        self.conductor.start_over()
        self._watch()

    def on_panel_consent_asked(self, event: Panel.ConsentAsked) -> None:
        """Shows a plan, then makes it."""

        def agreed(yes: bool | None) -> None:
            if yes:
                self._carry_out(event.plan.changes, event.what)
                if event.goes_on:
                    self.open_stage(next_open(self.stage, self.stages, self.conductor.snapshot))

        self.app.push_screen(Consent(event.plan, event.title, event.beside), agreed)

    def on_panel_read_asked(self, event: Panel.ReadAsked) -> None:
        """Opens a longer text."""
        self.app.push_screen(Reading(event.title, event.text))

    def on_panel_more_asked(self) -> None:
        """Shows the answers that are seldom given; what was typed there counts like what is typed in a panel."""

        def typed(values: dict[str, object] | None) -> None:
            for name, value in (values or {}).items():
                self.conductor.answer(name, value)
            if values:
                self._chosen_by_user = True
                self.conductor.look_now()

        self.app.push_screen(MoreAnswers(self._identity, self.conductor.snapshot.answered.answers), typed)

    def on_panel_save_asked(self, event: Panel.SaveAsked) -> None:
        """Saves beside where the user is."""
        try:
            self.say(f"saved {save_beside(Path.cwd(), event.name, event.text)}")
        except OSError as error:
            self.say(f"could not save {event.name}: {(error.strerror or str(error)).lower()}")

    def on_record_list_copy_asked(self, event: RecordList.CopyAsked) -> None:
        """Copies by every way there is; the value stays visible, for none of them can be seen to work."""
        self.app.copy_to_clipboard(event.text)
        self._copy(event.text)
        self.say(f"copied {event.what}; if nothing arrives, {event.otherwise}")

    @work(group="copy")
    async def _copy(self, text: str) -> None:
        from sendready.wiring import in_daemon_thread

        await in_daemon_thread(lambda: copy_beside_the_terminal(text, os.environ))

    def on_rail_chosen(self, event: Rail.Chosen) -> None:
        """A click on the rail."""
        self._chosen_by_user = True
        self.open_stage(event.stage)

    def action_open(self, number: int) -> None:
        """Opens a stage by its number."""
        if number <= len(self.stages):
            self._chosen_by_user = True
            self.open_stage(self.stages[number - 1])

    def action_back(self) -> None:
        """The stage before; from the first one nowhere."""
        place = self.stages.index(self.stage)
        if place:
            self._chosen_by_user = True
            self.open_stage(self.stages[place - 1])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """From the first stage there is no way back; while somebody types, letters are text."""
        if action == "back":
            return self.stage is not self.stages[0]
        if action in ("look", "help", "help_typing"):
            return isinstance(self.focused, Input) is (action == "help_typing")
        return super().check_action(action, parameters)

    def action_look(self) -> None:
        """Looks now; after an expired session with new credentials."""
        self._asked = True
        if not self.conductor.look_now(asked=True):
            self._watch()

    def action_help(self) -> None:
        """The page about this stage."""
        from sendready.steps.pages import page_of

        self.app.push_screen(Reading(self.stage.label, of_page(page_of(self.stage.value))))

    def action_help_typing(self) -> None:
        """The same, by the key that is offered while letters go into a text."""
        self.action_help()

    def action_help_anyway(self) -> None:
        """The same; this key helps everywhere."""
        self.action_help()

    def action_toggle_log(self) -> None:
        """Shows or hides the log."""
        log = self.query_one(Log)
        log.set_class(not log.has_class("-shown"), "-shown")

    def say(self, text: str) -> None:
        """One line in the status, for as long as it takes to read it."""
        self._said = (text, time.monotonic() + READ_WITHIN)
        self._says_look = False
        self._tick()
