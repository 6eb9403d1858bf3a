"""What every step and state of the wizard looks like, on the smallest common terminal and on a large one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from scenes import SCENES, Scene
from still import stand_still, still_wizard, still_world
from textual.pilot import Pilot
from walking import Walker

SMALL, LARGE = (80, 24), (120, 40)


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_scene(scene: Scene, size: tuple[int, int], snap_compare: Callable[..., bool], tmp_path: Path) -> None:
    with still_world() as practice:
        scene.world(practice)

        async def walk(pilot: Pilot[int]) -> None:
            walker = Walker(pilot, practice)
            await scene.walk(walker)
            await stand_still(walker)

        assert snap_compare(still_wizard(practice, scene.opens, tmp_path), terminal_size=size, run_before=walk)
