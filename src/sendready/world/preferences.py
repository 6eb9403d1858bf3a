"""What somebody prefers at their terminal, in one small file of the state directory; junk in it counts as nothing."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from sendready.world.threads import InTurn

LONGEST = 4096
"""Bytes that are read, and written; a longer file is not ours."""


class KeptPreferences:
    """`<root>/preferences.json`, private. It is never worth an error: who cannot keep it is asked again."""

    def __init__(self, root: Path) -> None:
        self._path = root / "preferences.json"
        self._turns = InTurn()

    @property
    def theme(self) -> str:
        """The name of the theme that was chosen last; empty where none was, or nothing can be read."""
        theme = (self._read() or {}).get("theme", "")
        return theme if isinstance(theme, str) else ""

    async def keep_theme(self, name: str) -> None:
        """Remembers the theme, and whatever else is in the file; the one that was chosen last is written last."""
        await self._turns.run(self._path, lambda: self._keep({"theme": name}))

    def _keep(self, chosen: Mapping[str, object]) -> None:
        """Writes beside the file and renames. What cannot be read may be somebody's: it is not written over."""
        kept = self._read()
        text = json.dumps({**kept, **chosen}).encode() if kept is not None else b""
        if not 0 < len(text) <= LONGEST:
            return
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self._path.parent.parent.mkdir(parents=True, exist_ok=True)
            self._path.parent.mkdir(exist_ok=True, mode=0o700)
            try:
                with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    file.write(text)
                beside.replace(self._path)
            finally:
                beside.unlink(missing_ok=True)

    def _read(self) -> dict[str, object] | None:
        """What is in the file; nothing where it is not there or empty, None where it cannot be read."""
        try:
            with self._path.open("rb") as file:
                text = file.read(LONGEST + 1)
            content = json.loads(text) if text.strip() and len(text) <= LONGEST else {}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            return None
        return content if isinstance(content, dict) and len(text) <= LONGEST else None
