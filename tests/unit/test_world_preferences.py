"""What is preferred at a terminal: kept beside whatever else is in the file, which is never lost for it."""

from __future__ import annotations

import asyncio
import errno
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sendready.world.preferences import LONGEST, KeptPreferences


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "preferences.json"


def keep(folder: Path, theme: str) -> None:
    asyncio.run(KeptPreferences(folder).keep_theme(theme))


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"theme": "nord", "notes": "x" * LONGEST}).encode(),
        b'{"theme": "nord", "panes": 3}' + b" " * LONGEST,
        b'{"theme": "nord", "panes": 3',
        b"\xff\x00",
        b'["nord"]',
    ],
    ids=["long", "long-with-spaces", "half", "no-text", "no-object"],
)
def test_what_cannot_be_read_is_not_written_over(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    keep(path.parent, "gruvbox")

    assert path.read_bytes() == content
    assert KeptPreferences(path.parent).theme == ""
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("content", [None, b"", b"\n"], ids=["missing", "empty", "blank"])
def test_where_nothing_is_there_nothing_is_lost(path: Path, content: bytes | None) -> None:
    if content is not None:
        path.write_bytes(content)

    keep(path.parent, "gruvbox")

    assert KeptPreferences(path.parent).theme == "gruvbox"


def test_a_folder_in_the_place_of_the_file_is_left_alone(path: Path) -> None:
    path.mkdir()

    keep(path.parent, "gruvbox")

    assert list(path.parent.iterdir()) == [path]
    assert KeptPreferences(path.parent).theme == ""


def test_a_file_that_cannot_take_its_place_is_not_left_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path.write_text('{"panes": 3}', "utf-8")
    monkeypatch.setattr(Path, "replace", full)

    keep(path.parent, "gruvbox")

    assert list(path.parent.iterdir()) == [path]
    assert path.read_text("utf-8") == '{"panes": 3}'


async def test_it_is_written_off_the_event_loop_and_the_last_choice_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writers: list[threading.Thread] = []
    replace: Callable[[Path, Path], Path] = Path.replace

    def seen(self: Path, target: Path) -> Path:
        writers.append(threading.current_thread())
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", seen)
    preferences = KeptPreferences(path.parent)
    for name in ("nord", "gruvbox"):
        await preferences.keep_theme(name)

    assert preferences.theme == "gruvbox"
    assert len(writers) == 2
    assert threading.main_thread() not in writers
