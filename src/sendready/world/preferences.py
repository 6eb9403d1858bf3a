"""What somebody prefers at their terminal, in one small file of the state directory; junk in it counts as nothing."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

LONGEST = 4096
"""Bytes that are read; a longer file is not ours."""


class KeptPreferences:
    """`<root>/preferences.json`, private. It is never worth an error: who cannot keep it is asked again."""

    def __init__(self, root: Path) -> None:
        self._path = root / "preferences.json"

    @property
    def theme(self) -> str:
        """The name of the theme that was chosen last; empty where none was, or nothing can be read."""
        theme = self._read().get("theme", "")
        return theme if isinstance(theme, str) else ""

    def keep_theme(self, name: str) -> None:
        """Remembers the theme, and whatever else is in the file."""
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        text = json.dumps({**self._read(), "theme": name})
        with contextlib.suppress(OSError):
            self._path.parent.parent.mkdir(parents=True, exist_ok=True)
            self._path.parent.mkdir(exist_ok=True, mode=0o700)
            with os.fdopen(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(text)
            beside.replace(self._path)

    def _read(self) -> dict[str, object]:
        try:
            with self._path.open("rb") as file:
                content = json.loads(file.read(LONGEST))
        except (OSError, ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}
