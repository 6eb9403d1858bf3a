"""Keeps the machine that runs the tests out of them, and hands out practice worlds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path

import pytest

from sendready.practice.servers import Practice

LOOPBACK = ("127.", "::1", "localhost")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must be installed, a skip hides what is missing: it counts as a failure there."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"nothing may be skipped here: {why}"
    return report


@pytest.fixture(autouse=True)
def _no_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No AWS configuration, no metadata address, no state and no colours of the machine's own."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "SENDREADY_", "BOTO_")) or name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
            monkeypatch.delenv(name)
    nowhere = tmp_path / "nowhere"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("SENDREADY_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("PYTHONUTF8", "1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever dials anything but this machine fails the test that did it; the metadata address above all."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test dialled {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def practice() -> Iterator[Practice]:
    """A practice world at 50 times real speed, with nothing in it."""
    with Practice(speed=50.0) as world:
        yield world


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def sendready(tmp_path: Path) -> Run:
    """Runs the command line as a user would: a process of its own, no terminal, its streams kept apart."""

    def run(
        *arguments: str, environment: Mapping[str, str] | None = None, stdin: str | None = None, timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sendready", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **(environment or {})},
            input=stdin if stdin is not None else "",
            timeout=timeout,
            cwd=tmp_path,
            check=False,
        )

    return run


@pytest.fixture
def world_of(tmp_path: Path) -> Callable[[Practice], dict[str, str]]:
    """The environment under which a process sees a practice world, with a state directory of its own."""

    def environment(practice: Practice) -> dict[str, str]:
        return {**practice.environment, "SENDREADY_STATE_DIR": str(tmp_path / "state")}

    return environment
