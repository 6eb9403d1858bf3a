"""Fixtures of the command line's tests."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from commandline import WHOLE, Contract, OnTerminal, Road, Start, Terminal, road_in

from sendready.practice.servers import Practice


@pytest.fixture(autouse=True)
def _bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes keep what they compile; some machines forbid it, and half of each run would go into compiling boto3."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the command line and leaves it running; whatever still runs at the end of the test is killed."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "sendready", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, **(environment or {})},
            cwd=tmp_path,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def on_terminal(tmp_path: Path) -> Iterator[OnTerminal]:
    """Starts the command line on a terminal; `stderr` may be kept apart in a file."""
    opened: list[Terminal] = []

    def run(*arguments: str, environment: Mapping[str, str] | None = None, stderr: Path | None = None) -> Terminal:
        master, slave = pty.openpty()
        settings = termios.tcgetattr(slave)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(slave, termios.TCSANOW, settings)
        with open(stderr or os.devnull, "wb") as apart:
            process = subprocess.Popen(
                [sys.executable, "-m", "sendready", *arguments],
                stdin=slave,
                stdout=slave,
                stderr=apart if stderr else slave,
                env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
                cwd=tmp_path,
            )
        os.close(slave)
        opened.append(Terminal(process, master))
        return opened[-1]

    yield run
    for terminal in opened:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
        os.close(terminal.master)


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """One domain taken from nothing to ready; the tests that share it only look."""
    folder = tmp_path_factory.mktemp("road")
    with Practice(speed=50.0) as practice:
        practice.register("shop.example")
        begun = road_in(folder, practice)
        applied = begun.run("apply", "shop.example", *WHOLE, "--yes", "--wait", "30m", "--format", "json")
        yield replace(begun, applied=applied)


@pytest.fixture
def nobody_listens() -> Iterator[str]:
    """An endpoint that refuses every connection: its port is taken and never listened at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
