"""The Textual app: paints at once, loads the rest while the first screen stands, leaves at once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import WorkerError

from sendready.model.identity import Identity
from sendready.model.records import WantedRecord, master_form
from sendready.tui.theme import DAY, NIGHT, theme_for
from sendready.wiring import Connection, Wizard

if TYPE_CHECKING:
    from sendready.model.answers import Answered
    from sendready.model.ports import Preferences, World
    from sendready.report.lines import Line
    from sendready.tui.screens.setup import SetupScreen
    from sendready.wiring.practising import PracticeWorld

TWICE_WITHIN = 3.0
"""Seconds in which a second Ctrl-C leaves."""

ENDS_WITHIN = 8.0
"""Seconds a change that is under way has to end when the user leaves."""

SLOW_DISK = 1.0
"""Seconds that leaving waits for what was chosen to be written; a disk that takes longer keeps nobody here."""

KEEP_TITLE, RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"
"""The terminal keeps its title aside, and takes it back (xterm's window operations)."""

TOLD = 20
"""Sequences for the terminal that are remembered."""

MFA_PATIENCE = 300
"""Seconds somebody has to find their phone."""


class SendreadyApp(App[int]):
    """The wizard. `return_value` is the exit code."""

    CSS_PATH = str(Path(__file__).with_name("app.tcss"))
    TITLE = "sendready"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit"),
        Binding("ctrl+q", "quit_typing", "Quit", priority=True),
        Binding("ctrl+q", "quit_anyway", show=False, priority=True),
        Binding("ctrl+c", "interrupt", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        wizard: Wizard,
        connection: Connection,
        practice: PracticeWorld | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        super().__init__()
        for theme in (NIGHT, DAY):
            self.register_theme(theme)
        self._preferences = preferences
        self._keeping: set[asyncio.Task[None]] = set()
        """What is being written of them."""
        remembered = preferences.theme if preferences is not None else ""
        self.theme = theme_for(os.environ, self.available_themes, remembered)
        self.told_terminal: deque[str] = deque(maxlen=TOLD)
        self.wizard = wizard
        self.connection = connection
        self.practice = practice
        self._configured_region = connection.region
        self._interrupted = 0.0
        self._opened: SetupScreen | None = None
        self._world: tuple[Connection, World] | None = None

    @property
    def banner(self) -> str:
        """What every screen says first in a practice world."""
        return "practice: nothing leaves this machine" if self.connection.rehearses else ""

    def compose(self) -> ComposeResult:
        """What is painted before anything slow is even imported."""
        name = self.wizard.identity.name if self.wizard.identity is not None else "sendready"
        yield Static(f"{name}   {self.banner}", id="opening-title", markup=False)
        yield Static("looking…", id="opening")

    def on_ready(self) -> None:
        """The first paint is done; now the rest."""
        self.tell_terminal(KEEP_TITLE)
        self._open()

    async def on_unmount(self) -> None:
        """The terminal has its own title back, and what was chosen last is on the disk, unless that is slow."""
        self.tell_terminal(RESTORE_TITLE)
        if self._keeping:
            await asyncio.wait(self._keeping, timeout=SLOW_DISK)

    def watch_theme(self, before: str, now: str) -> None:
        """The theme that was chosen is there again the next time."""
        if self._preferences is not None and self.is_running and before != now:
            keeping = asyncio.create_task(self._preferences.keep_theme(now))
            self._keeping.add(keeping)
            keeping.add_done_callback(self._keeping.discard)

    def tell_terminal(self, sequence: str) -> None:
        """Writes what is for the terminal around the screen; tests read it in `told_terminal`."""
        if sequence and self._driver is not None:
            self.told_terminal.append(sequence)
            if not self.is_headless and os.environ.get("TERM") != "linux":  # a console without windows shows it as text
                self._driver.write(sequence)

    @work
    async def _open(self) -> None:
        from sendready.wiring import in_daemon_thread

        await in_daemon_thread(_import_screens)
        if self.wizard.identity is not None:
            self.open_identity(self.wizard.identity)
        else:
            from sendready.tui.screens.identities import IdentitiesScreen

            await self.push_screen(IdentitiesScreen())

    def open_identity(self, identity: Identity) -> None:
        """Opens the set-up of one identity."""
        from sendready.tui.screens.setup import SetupScreen

        self._opened = SetupScreen(
            identity,
            self.open_world,
            self.answered,
            lambda: self.connection.flags,
            self.banner,
            practice=self.practice is not None,
        )
        self.push_screen(self._opened)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette: everything this screen can do, and the theme."""
        from sendready.tui.palette import commands

        yield from commands(self, screen)
        yield SystemCommand("Theme", "dark, light or another; it is remembered", self.action_change_theme)

    def action_open_link(self, address: str) -> None:
        """A link in a text: opens in the browser where there is one, else it is copied."""
        from sendready.tui.clipboard import has_local_display

        if address.startswith("https://") and has_local_display(os.environ):
            self.open_url(address)
            self.say(f"opened {address}")
        else:
            self.copy_to_clipboard(address)
            self.say(f"copied {address}")

    async def open_world(self, anew: bool = False) -> World:
        """The world behind the connection; one-time codes are asked for in a dialog.

        It is opened once for all screens, for AWS takes no one-time code twice; `anew` with credentials that may have
        been renewed since.
        """
        if anew or self._world is None or self._world[0] != self.connection:
            self._world = self.connection, await self.make_world()
        return self._world[1]

    async def make_world(self) -> World:
        """A new one."""
        from sendready.wiring import in_daemon_thread, open_world

        opening = open_world(self.connection, self._ask_code)
        return (await asyncio.gather(opening, in_daemon_thread(_import_judges)))[0]

    def use_region(self, region: str) -> None:
        """From now on another region; an empty one is the one that was configured."""
        self.connection = replace(self.connection, region=region or self._configured_region)

    def answered(self, identity: Identity, world: World) -> Answered:
        """The answers about an identity from every source."""
        from sendready.wiring import answers_about

        return answers_about(identity, world, self.connection, self.wizard.flags, self.wizard.file, {})

    def click(self, address: str) -> bool:
        """In practice: opens the link that AWS would have mailed."""
        return self.practice is not None and self.practice.click(address)

    def add_by_hand(self, domain: str, records: Sequence[WantedRecord]) -> None:
        """In practice: adds records at the DNS host, as a person with its form would."""
        if self.practice is None:
            return
        for record in records:
            self.practice.put(domain, record.name, record.type.value, [master_form(record)])

    def action_interrupt(self) -> None:
        """Ctrl-C: copies what is selected; else the second one within three seconds leaves, the first one says so."""
        if isinstance(self.focused, Input) and self.focused.selected_text:
            self.focused.action_copy()
            return
        if selected := self.screen.get_selected_text():
            self.copy_to_clipboard(selected)
            self.say("copied what is selected")
            return
        now = time.monotonic()
        if now - self._interrupted < TWICE_WITHIN:
            self.exit(130)
        self._interrupted = now
        self.say("press Ctrl-C again to leave; nothing is lost")

    async def action_quit(self) -> None:
        """Leaves at once: answers are kept as they are given, and reality is the state.

        Only a change under way is ended first, so that a test send takes its temporary resources along.
        """
        await self._end_changes()
        self.exit(0)

    async def action_quit_typing(self) -> None:
        """The same, by the key that is offered while letters go into a text."""
        await self.action_quit()

    async def action_quit_anyway(self) -> None:
        """The same; this key leaves everywhere."""
        await self.action_quit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While somebody types, letters are text: only keys that are none are offered."""
        if action in ("quit", "quit_typing"):
            return isinstance(self.focused, Input) is (action == "quit_typing")
        return super().check_action(action, parameters)

    async def _end_changes(self) -> None:
        running = [worker for worker in self.workers if worker.group == "change" and not worker.is_finished]
        for worker in running:
            self.say("removing what was made for the test…")
            worker.cancel()
        for worker in running:
            with contextlib.suppress(WorkerError, TimeoutError):
                await asyncio.wait_for(worker.wait(), ENDS_WITHIN)

    def farewell(self) -> tuple[Line, ...]:
        """Where the identity stands and how to come back; nothing where none was looked at."""
        now = self._opened.conductor.snapshot if self._opened is not None else None
        if now is None or now.observation is None or now.diagnosis is None:
            return ()
        from sendready.report.farewell import farewell

        return tuple(farewell(now.observation, now.diagnosis, self.connection.flags))

    def say(self, text: str) -> None:
        """One line where the screen has one."""
        from sendready.tui.screens.setup import SetupScreen

        for screen in reversed(self.screen_stack):
            if isinstance(screen, SetupScreen):
                screen.say(text)
                return
        if status := self.screen.query("#status"):
            status.first(Static).update(text)

    def _ask_code(self, prompt: str) -> str:
        """Called by botocore on a worker thread: waits for the dialog's answer."""
        from sendready.model.errors import MfaNeeded
        from sendready.tui.screens.dialogs import MfaCode

        answer: Future[str] = Future()
        self.call_from_thread(self.push_screen, MfaCode(prompt), lambda code: answer.set_result(code or ""))
        try:
            code = answer.result(timeout=MFA_PATIENCE)
        except TimeoutError:
            code = ""
        if not code:
            raise MfaNeeded("no one-time code was given", "Press r to be asked again")
        return code

    def _fatal_error(self) -> None:
        """A crash shows where it happened and no local variables: they may hold secrets."""
        from rich.segment import Segments
        from rich.traceback import Traceback

        self.bell()
        traceback = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(traceback, self.console.options)))
        self._close_messages_no_wait()


def _import_screens() -> None:
    """Everything the first real screen needs, off the event loop."""
    import sendready.engine.apply
    import sendready.tui.screens.identities
    import sendready.tui.screens.setup  # noqa: F401


def _import_judges() -> None:
    """What judges the first look and plans by it, before it is there."""
    import sendready.engine.cleanup
    import sendready.engine.planning
    import sendready.report.receivers
    import sendready.tui.panels.health  # noqa: F401
    from sendready.checks.registry import all_checks

    all_checks()


@dataclass(frozen=True, slots=True)
class Left:
    """How the wizard was left."""

    code: int
    lines: tuple[Line, ...] = ()
    """What to remember once its screen is gone."""


def run(wizard: Wizard) -> Left:
    """Opens the wizard until it is left; a practice world lives as long as it does."""
    from sendready.wiring import open_preferences
    from sendready.wiring.practising import practice_world

    with ExitStack() as stack:
        practice, connection = None, wizard.connection
        if wizard.practice is not None:
            practice, connection = stack.enter_context(practice_world(wizard.domains, **wizard.practice))
        if wizard.no_color:
            os.environ["NO_COLOR"] = "1"  # which is how Textual is told
        app = SendreadyApp(wizard, connection, practice, open_preferences(wizard.connection))
        code = app.run()
        return Left(app.return_value or 0 if code is None else code, app.farewell())
