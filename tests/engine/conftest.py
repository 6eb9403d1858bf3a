"""A practice world that runs fast, and the world over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from practising import Asking, Intercepted, Worlds

from sendready.model.ports import World
from sendready.practice.servers import Practice


@pytest.fixture
def practice() -> Iterator[Practice]:
    """500 times as fast as the wall; SES does not throttle."""
    with Practice(speed=500.0) as servers:
        servers.throttling = False
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
def intercepted(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> Intercepted:
    return Intercepted(practice, monkeypatch)
