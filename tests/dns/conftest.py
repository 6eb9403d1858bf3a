"""A practice world that runs fast, and the world over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from practising import Asking, Worlds

from sendready.model.ports import World
from sendready.practice.servers import Practice


@pytest.fixture
def practice() -> Iterator[Practice]:
    """500 times as fast as the wall."""
    with Practice(speed=500.0) as servers:
        yield servers


@pytest.fixture
def worlds(practice: Practice, tmp_path: Path) -> Worlds:
    return Worlds(practice, tmp_path / "state")


@pytest.fixture
async def world(worlds: Worlds) -> World:
    return await worlds.open()


@pytest.fixture
def asking(practice: Practice) -> Asking:
    return Asking(practice)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent server is given up on after a moment: a fifth of a second each over UDP, again, and over TCP."""
    monkeypatch.setattr("sendready.world.dns.transport.TRIES", (0.2, 0.2))
    monkeypatch.setattr("sendready.world.dns.transport.DEAD_AFTER", 0.5)
