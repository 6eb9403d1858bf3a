"""How far a long run is: one line at the bottom of a terminal, and nothing anywhere else."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sendready.cli.output import Console

BAR = 20
"""Columns of the bar itself."""


@dataclass(slots=True)
class Progress:
    """Counts what is done; the rate is that of the whole run, for single looks differ too much to tell anything."""

    console: Console
    total: int
    what: str = ""
    """Said in place of a bar where there is only one thing to do."""
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    began: float = field(init=False)
    _drawn: bool = False

    def __post_init__(self) -> None:
        self.began = self.clock()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """The line stands while the block runs and is gone after it."""
        self._draw()
        try:
            yield
        finally:
            self._clear()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """One more is done; while its result is written the line makes way."""
        self._clear()
        self.done += 1
        yield
        if self.done < self.total:
            self._draw()

    @property
    def line(self) -> str:
        """Bar, count, rate and the time that is left at that rate."""
        if self.total == 1:
            return f"{self.what}…"
        full = BAR * self.done // max(self.total, 1)
        told = f"[{'#' * full}{'-' * (BAR - full)}] {self.done}/{self.total}"
        seconds = self.clock() - self.began
        if not self.done or seconds <= 0:
            return told
        rate = self.done / seconds
        return f"{told}  {rate:.1f}/s  {lasting((self.total - self.done) / rate)} left"

    def _watched(self) -> bool:
        return self.console.stderr.isatty() and self.console.environment.get("TERM") != "dumb"

    def _draw(self) -> None:
        if self._watched():
            self.console.stderr.write(self.line[: _columns(self.console) - 1])
            self.console.stderr.flush()
            self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            self._drawn = False
            self.console.stderr.write("\r\x1b[K")
            self.console.stderr.flush()


def lasting(seconds: float) -> str:
    """A duration as one reads it: 45s, 12m, 3h20m."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return f"{seconds:.0f}s"
    return f"{minutes}m" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}m"


def _columns(console: Console) -> int:
    try:
        return os.get_terminal_size(console.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
