"""What is installed: everything that belongs to the package, nothing else, and little of it."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LARGEST = 1024 * 1024
"""Bytes of the wheel."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("uv") is None:
        pytest.skip("needs uv")
    folder = tmp_path_factory.mktemp("wheel")
    command = ["uv", "build", "--wheel", "--offline", "--quiet", "--out-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, timeout=60)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_is_smaller_than_a_megabyte(wheel: Path) -> None:
    assert wheel.stat().st_size < LARGEST


def test_every_page_schema_and_style_is_in_it_and_nothing_that_is_not_ours(wheel: Path) -> None:
    source = ROOT / "src"
    ours = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if not name.endswith("/") and ".dist-info/" not in name}

    assert names == ours
    assert {Path(name).suffix for name in names} >= {".py", ".md", ".json", ".toml", ".css", ".tcss", ".js", ".txt"}
    assert "sendready/py.typed" in names
