"""What every step and state of the wizard looks like, on the smallest common terminal and on a large one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from scenes import DOMAIN, SCENES, Scene, registered
from still import stand_still, still_wizard, still_world
from textual.pilot import Pilot
from walking import Walker

SMALL, LARGE, TOO_SMALL = (80, 24), (120, 40), (59, 17)


Compare = Callable[..., bool]


def _looks_as_before(scene: Scene, size: tuple[int, int], snap_compare: Compare, state: Path) -> bool:
    with still_world() as practice:
        scene.world(practice)

        async def walk(pilot: Pilot[int]) -> None:
            walker = Walker(pilot, practice)
            await scene.walk(walker)
            await stand_still(walker)

        return snap_compare(still_wizard(practice, scene.opens, state), terminal_size=size, run_before=walk)


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_scene(
    scene: Scene, size: tuple[int, int], snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in scene.environment.items():
        monkeypatch.setenv(variable, value)
    assert _looks_as_before(scene, size, snap_compare, tmp_path)


@pytest.mark.snapshot
def test_a_terminal_that_is_too_small_says_so(snap_compare: Compare, tmp_path: Path) -> None:
    async def refused(walker: Walker) -> None:
        await walker.until(lambda: "make the terminal larger" in walker.screen_text())
        await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None)

    assert _looks_as_before(Scene("too_small", registered, DOMAIN, refused), TOO_SMALL, snap_compare, tmp_path)
