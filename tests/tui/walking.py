"""Somebody at the wizard: presses keys, waits until something is on the screen, reads it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from textual.pilot import Pilot
from textual.widgets import Button, Static

from sendready.model.finding import Verdict
from sendready.practice.servers import Practice
from sendready.tui.app import SendreadyApp
from sendready.tui.panels.panel import Panel
from sendready.tui.screens.setup import SetupScreen
from sendready.tui.stage import Stage

PATIENCE = 20.0
"""Real seconds until something that must come is given up."""


@dataclass
class Walker:
    """A user with a keyboard; counts what is pressed."""

    pilot: Pilot[int]
    practice: Practice
    presses: int = 0
    typed: list[str] = field(default_factory=list)

    @property
    def app(self) -> SendreadyApp:
        assert isinstance(self.pilot.app, SendreadyApp)
        return self.pilot.app

    @property
    def setup(self) -> SetupScreen:
        assert isinstance(self.app.screen, SetupScreen)
        return self.app.screen

    @property
    def panel(self) -> Panel:
        panel = self.setup.panel
        assert panel is not None
        return panel

    async def press(self, *keys: str) -> None:
        """Presses keys, one after the other."""
        self.presses += len(keys)
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Types a text; what is typed is not counted, it has to be typed anywhere."""
        self.typed.append(text)
        await self.pilot.press(*text)

    async def until(self, what: Callable[[], object], told: str = "") -> None:
        """Waits until something is so; what is awaited comes from real servers, so it comes when it comes."""
        deadline = time.monotonic() + PATIENCE
        while not _holds(what):
            assert time.monotonic() < deadline, f"never so: {told or what}\n{self.screen_text()}"
            await self.pilot.pause()
            await asyncio.sleep(0.01)
        await self.pilot.pause()

    async def at(self, stage: Stage) -> None:
        """Waits until a stage is open and drawn."""

        def there() -> bool:
            return self.setup.stage is stage and self.setup.panel is not None and self.panel.is_mounted

        await self.until(there, f"at {stage}")

    async def can_press(self, words: str) -> None:
        """Waits until the button that goes on says so, can be pressed and has the focus."""

        def ready() -> bool:
            button = self.panel.query_one("#go", Button)
            return words in str(button.label) and not button.disabled and self.setup.focused is button

        await self.until(ready, f"button {words!r}")

    async def verdict(self, verdict: Verdict) -> None:
        """Waits until the diagnosis says so."""

        def said() -> bool:
            diagnosis = self.setup.conductor.snapshot.diagnosis
            return diagnosis is not None and diagnosis.verdict is verdict

        await self.until(said, f"verdict {verdict}")

    def screen_text(self) -> str:
        """Everything visible, as text."""
        return "\n".join(
            "".join(segment.text for segment in strip) for strip in self.app.screen._compositor.render_strips()
        )

    def status(self) -> str:
        """The status line."""
        return str(self.setup.query_one("#status", Static).content)


Open = Callable[..., AbstractAsyncContextManager[Walker]]
"""Opens the wizard for a name, at a size; the fixture `wizard`."""


def _holds(what: Callable[[], object]) -> bool:
    try:
        return bool(what())
    except (AssertionError, LookupError):
        return False
