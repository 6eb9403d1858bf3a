"""A real terminal: tmux on a socket of its own, driven by keys and mouse, read as text."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory

PATIENCE = 20.0
"""Real seconds until something that must come is given up."""

POLL = 0.05
"""Seconds between two looks at the screen."""

NOT_OURS = ("COLUMNS", "LINES", "TMUX", "TMUX_PANE")
"""Variables that speak of the terminal the tests themselves were started from."""

PROMPT = "ready>"

Size = tuple[int, int]


def sendready(*words: str) -> str:
    """The command line of the program under test."""
    return shlex.join([sys.executable, "-m", "sendready", *words])


@dataclass(frozen=True)
class Terminal:
    """One window of one tmux server."""

    environment: Mapping[str, str]

    def tmux(self, *arguments: str) -> str:
        """Asks the server something. A missing tmux is an error, not a reason to skip."""
        ran = subprocess.run(
            ["tmux", "-L", "wizard", "-f", "/dev/null", *arguments],
            capture_output=True,
            encoding="utf-8",
            env={name: value for name, value in os.environ.items() if name not in NOT_OURS} | dict(self.environment),
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

    def typing_at(self, label: str) -> None:
        """Waits until somebody can type into a field: letters are no keys then, so the footer offers none."""
        self.until(label, never=" q Quit")

    def press_to_focus(self, key: str, text: str) -> None:
        """Presses a key and waits until the line with a text is drawn in other colours: it has the focus now."""
        before = self._drawn(text)
        self.press(key)
        self.wait(lambda: self._drawn(text) != before, lambda: f"the focus on {text!r}\n{self.screen()}")

    def _drawn(self, text: str) -> str:
        """The line with a text, colours included."""
        plain = self.screen().splitlines()
        row = next((row for row, line in enumerate(plain) if text in line), None)
        return "" if row is None else self.tmux("capture-pane", "-p", "-e").splitlines()[row]

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
    with TemporaryDirectory(prefix="tmux-") as folder:
        opened = Terminal({"TMUX_TMPDIR": folder, **(environment or {})})
        opened.tmux("new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "sh")
        try:
            opened.run(f"PS1='{PROMPT[:1]}''{PROMPT[1:]}'; clear")
            opened.until(PROMPT)
            yield opened
        finally:
            opened.tmux("kill-server")
