"""What the practice name servers were asked, so that a test can prove what was never asked."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

REMEMBERED = 20_000
"""Questions kept; older ones are forgotten."""


class Asked(NamedTuple):
    """One question that reached a server through a socket."""

    server: str
    """Its absolute name, or "resolver"."""
    qname: str
    """Absolute, lower case."""
    qtype: str
    """A type, or UPDATE with the zone as `qname`."""
    transport: str
    """"udp" or "tcp"."""


class QueryLog:
    """The questions, oldest first; thread-safe. Iterating goes over those known when it began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: deque[Asked] = deque(maxlen=REMEMBERED)

    def add(self, asked: Asked) -> None:
        """Remembers one question."""
        with self._lock:
            self._asked.append(asked)

    def clear(self) -> None:
        """Forgets all questions."""
        with self._lock:
            self._asked.clear()

    def of(self, server: str) -> list[Asked]:
        """What one server was asked: its name, with or without the final dot, or "resolver"."""
        return [asked for asked in self if asked.server.rstrip(".") == server.rstrip(".").lower()]

    def __iter__(self) -> Iterator[Asked]:
        with self._lock:
            return iter(list(self._asked))

    def __len__(self) -> int:
        return len(self._asked)
