"""A wizard in a practice world, driven by a pilot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from walking import Open, Walker

from sendready.practice.servers import Practice
from sendready.steps.naming import read_identity
from sendready.tui.app import SendreadyApp
from sendready.wiring import Connection, Wizard


@pytest.fixture
def wizard(practice: Practice, tmp_path: Path) -> Open:
    """Opens the wizard for a domain in the practice world; state stays between two openings of one test."""

    @asynccontextmanager
    async def open_one(name: str | None = "shop.example", size: tuple[int, int] = (80, 24)) -> AsyncIterator[Walker]:
        environment = {**practice.environment, "SENDREADY_STATE_DIR": str(tmp_path / "state")}
        connection = Connection(region=practice.region, environment=environment, practice=True)
        asked = Wizard(identity=read_identity(name) if name is not None else None)
        app = SendreadyApp(asked, connection, practice)
        async with app.run_test(size=size) as pilot:
            yield Walker(pilot, practice)

    return open_one
