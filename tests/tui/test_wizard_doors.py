"""The ways into the wizard and out of it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from walking import Open

from sendready.practice.servers import Practice

Run = Callable[..., "subprocess.CompletedProcess[str]"]
DOMAIN = "shop.example"


@pytest.mark.parametrize("words", [(), (DOMAIN,), ("user@shop.example",), ("practice",)])
def test_without_a_terminal_the_wizard_refuses_at_once_and_names_the_command(sendready: Run, words: tuple[str]) -> None:
    result = sendready(*words)

    assert result.returncode == 2
    assert result.stdout == ""
    assert "sendready apply" in result.stderr
    assert "--yes" in result.stderr


def _on_a_terminal(words: list[str], environment: dict[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sendready", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    os.close(theirs)
    return process, ours


def _read_until(terminal: int, wanted: bytes, seconds: float = 20.0) -> bytes:
    read, deadline = b"", time.monotonic() + seconds
    while wanted not in read:
        left = deadline - time.monotonic()
        assert left > 0, f"{wanted!r} never came: {read[-500:]!r}"
        if select.select([terminal], [], [], left)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                piece = b""
            assert piece, f"{wanted!r} never came: {read[-500:]!r}"
            read += piece
    return read


def test_a_dumb_terminal_is_refused(tmp_path: Path) -> None:
    process, terminal = _on_a_terminal(["practice"], {"TERM": "dumb"})

    assert b"--yes" in _read_until(terminal, b"--wait 30m")
    assert process.wait(10) == 2
    os.close(terminal)


@pytest.mark.parametrize("keys", [b"q", b"\x11", b"\x03\x03"], ids=["q", "ctrl+q", "ctrl+c twice"])
def test_leaving_is_immediate_with_look_ups_hanging(tmp_path: Path, keys: bytes) -> None:
    """Nobody answers at the addresses of this world, so every look-up and every call hangs."""
    import socket

    with socket.socket() as silent, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        mute.bind(("127.0.0.1", 0))
        environment = {
            "TERM": "xterm-256color",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "y",
            "AWS_REGION": "eu-west-1",
            "SENDREADY_RESOLVER": f"127.0.0.1:{mute.getsockname()[1]}",
            "SENDREADY_STATE_DIR": str(tmp_path / "state"),
        }
        process, terminal = _on_a_terminal([DOMAIN], environment)
        _read_until(terminal, b"asking AWS")
        os.write(terminal, keys)
        started = time.monotonic()
        _read_until(terminal, b"\x1b[?1049l")  # back to the screen that was there before
        assert process.wait(5) in (0, 130)
        assert time.monotonic() - started < 1.5
        os.close(terminal)


async def test_one_ctrl_c_only_says_how_to_leave(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        await walker.press("ctrl+c")
        await walker.until(lambda: "again" in walker.status())
        assert walker.app.is_running


async def test_without_a_name_the_identities_of_the_region_are_listed_and_filtered(
    practice: Practice, wizard: Open
) -> None:
    practice.throttling = False
    for name in ("shop.example", "news.example", "other.example"):
        practice.finish(name)
    async with wizard(None) as walker:
        await walker.until(lambda: "3 identities in eu-west-1" in walker.screen_text())
        await walker.type("new")
        await walker.until(lambda: "shop.example" not in walker.screen_text())
        assert "✓ verified" in walker.screen_text()
        await walker.press("down", "enter")
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        assert walker.setup.conductor.snapshot.identity.name == "news.example"


async def test_a_new_name_begins_from_the_list_and_a_wrong_one_stays_as_typed(practice: Practice, wizard: Open) -> None:
    async with wizard(None) as walker:
        await walker.until(lambda: "0 identities" in walker.screen_text())
        await walker.type("https://x.example/a")
        await walker.press("enter")
        await walker.until(lambda: "Did you mean `x.example`?" in walker.screen_text())
        assert "https://x.example/a" in walker.screen_text()
        await walker.press(*["backspace"] * 20)
        await walker.type("x.example")
        await walker.press("enter")
        await walker.until(lambda: walker.setup.conductor.snapshot.identity.name == "x.example")
