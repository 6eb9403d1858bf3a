"""Advisory locks on files; the system lets go of them when the process that holds one ends, however it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - not POSIX: runs there do not see each other
    fcntl = None  # type: ignore[assignment]


PATIENCE = 5.0
"""Seconds for which a lock is waited for: whoever holds one writes small files."""

PAUSE = 0.01
"""Seconds between two tries."""


class StillLocked(Exception):
    """Somebody has held the lock for longer than it was waited for."""


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Holds the file's lock for the time of the block; makes the file.

    A file system without locks is taken as it is: nobody else is kept out.

    Raises:
        StillLocked: whoever holds it has not let go within `patience` seconds. A run that is stopped, but not ended,
            keeps its locks.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, time.monotonic() + patience)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, until: float) -> None:
    """Tries again and again: the system's own way to wait knows no end."""
    if fcntl is None:  # pragma: no cover - not POSIX
        return
    with suppress(OSError):
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise StillLocked from None
                time.sleep(PAUSE)
            else:
                return


def is_locked(path: Path) -> bool:
    """Whether somebody holds the file's lock now, in this process or another one."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
