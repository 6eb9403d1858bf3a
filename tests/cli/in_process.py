"""Command lines run in the process of the tests: a thousand of them take as long as a few processes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from sendready.__main__ import main


@dataclass(frozen=True, slots=True)
class Told:
    """What one run came to."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Everything it said."""
        return self.stdout + self.stderr


def run(*words: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> Told:
    """Runs a command line. Output goes through UTF-8 streams that refuse what a pipe would refuse."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(streams[0]),
            contextlib.redirect_stderr(streams[1]),
        ):
            for name, value in (environment or {}).items():
                patch.setitem(os.environ, name, value)
            code = main(words)
    finally:
        sys.stdin = before
    return Told(code, *(stream.buffer.getvalue().decode() for stream in streams))  # type: ignore[attr-defined]
