"""Copies by every way that may reach the user's own clipboard; none of them says whether it did."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

PATIENCE = 1.0
"""Seconds that a helper program may take."""


def in_tmux(environment: Mapping[str, str]) -> bool:
    """Whether tmux stands between us and the terminal: it drops the escape sequence unless it is told otherwise."""
    return bool(environment.get("TMUX")) and shutil.which("tmux") is not None


def has_local_display(environment: Mapping[str, str]) -> bool:
    """Whether this machine's clipboard is the user's: not over SSH, and a display is there."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return False
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY"))


def copy_beside_the_terminal(text: str, environment: Mapping[str, str] | None = None) -> None:
    """The ways besides the terminal's own escape sequence (OSC 52); blocking, to be called off the event loop.

    tmux takes the text into its buffer and hands it on to the outer terminal (`load-buffer -w`, since 3.2).
    """
    environment = os.environ if environment is None else environment
    if in_tmux(environment):
        try:
            subprocess.run(
                ["tmux", "load-buffer", "-w", "-"],
                input=text.encode(),
                timeout=PATIENCE,
                check=False,
                capture_output=True,
            )
        except (OSError, subprocess.SubprocessError):
            return
    if has_local_display(environment):
        import pyperclip

        try:
            pyperclip.copy(text)
        except (pyperclip.PyperclipException, OSError):
            return
