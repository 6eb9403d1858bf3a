"""A real terminal: tmux on a socket of its own, driven by keys and mouse, read as text."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

PATIENCE = 30.0
"""Real seconds until something that must come is given up."""

POLL = 0.05
"""Seconds between two looks at the screen."""

PROMPT = "ready> "

Size = tuple[int, int]


def sendready(*words: str) -> str:
    """The command line of the program under test."""
    return shlex.join([sys.executable, "-m", "sendready", *words])


@dataclass(frozen=True)
class Terminal:
    """One window of one tmux server."""

    socket: str
    environment: Mapping[str, str]

    def tmux(self, *arguments: str) -> str:
        """Asks the server something. A missing tmux is an error, not a reason to skip."""
        ran = subprocess.run(
            ["tmux", "-L", self.socket, "-f", "/dev/null", *arguments],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, **self.environment},
            timeout=PATIENCE,
            check=False,
        )
        assert ran.returncode == 0, f"tmux {arguments}: {ran.stderr}"
        return ran.stdout

    def screen(self) -> str:
        """Everything visible."""
        return self.tmux("capture-pane", "-p")

    def until(self, *wanted: str, never: str = "") -> str:
        """Waits until all of it is on the screen and `never` is not; returns the screen."""
        shown = ""

        def there() -> bool:
            nonlocal shown
            shown = self.screen()
            return all(text in shown for text in wanted) and (not never or never not in shown)

        self.wait(there, lambda: f"{wanted} without {never!r} in\n{shown}")
        return shown

    def wait(self, what: Callable[[], bool], told: Callable[[], str], patience: float = PATIENCE) -> None:
        """Waits until something is so."""
        deadline = time.monotonic() + patience
        while not what():
            assert time.monotonic() < deadline, f"never so: {told()}"
            time.sleep(POLL)

    def press(self, *keys: str) -> None:
        """Presses keys, by tmux's names."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Types a text, or sends a sequence, as it is."""
        self.tmux("send-keys", "-l", text)

    def click(self, text: str) -> None:
        """Presses and releases the left button on a text (SGR mouse mode)."""
        for row, line in enumerate(self.until(text).splitlines(), 1):
            if (column := line.find(text) + 1) > 0:
                self.type(f"\x1b[<0;{column + 1};{row}M")
                self.type(f"\x1b[<0;{column + 1};{row}m")
                return

    def resize(self, size: Size) -> None:
        """Makes the window another size."""
        self.tmux("resize-window", "-x", str(size[0]), "-y", str(size[1]))

    def is_(self, state: str) -> str:
        """A format of tmux, such as `alternate_on`: 1, 0, or a value."""
        return self.tmux("display-message", "-p", f"#{{{state}}}").strip()

    def run(self, command: str) -> None:
        """Types a command at the prompt and Enter."""
        self.type(command)
        self.press("Enter")

    def left(self, patience: float = PATIENCE) -> None:
        """Waits until the full screen is gone and the terminal as it was: cursor shown, mouse free, old text back."""
        restored = ("alternate_on", "mouse_any_flag", "mouse_sgr_flag")

        def so() -> bool:
            return not any(int(self.is_(state)) for state in restored) and self.is_("cursor_flag") == "1"

        self.wait(so, lambda: f"the terminal is restored\n{self.screen()}", patience)


@contextmanager
def terminal(size: Size = (80, 24), environment: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    """A shell in a new tmux server, which ends with the block."""
    opened = Terminal(f"sendready-{uuid.uuid4().hex[:12]}", {"PS1": PROMPT, "ENV": "", **(environment or {})})
    opened.tmux("new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "sh")
    try:
        opened.until(PROMPT)
        yield opened
    finally:
        opened.tmux("kill-server")
