"""What the tests of the command line share: schemas, signals, a terminal, a road, and what AWS was asked to change."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema

from sendready.practice.servers import Practice

PATIENCE = 60.0
"""Seconds after which something that should have happened is given up on."""

Finished = subprocess.CompletedProcess[str]
Run = Callable[..., Finished]
Start = Callable[..., "subprocess.Popen[str]"]
WorldOf = Callable[[Practice], dict[str, str]]


@dataclass
class Contract:
    """The JSON schemas that ship with the package."""

    validators: dict[str, jsonschema.Draft202012Validator] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return resources.files("sendready.report").joinpath("schemas", f"{name}.json").read_text("utf-8")

    def problems(self, name: str, value: object) -> list[str]:
        """What is wrong with an output, in the validator's words."""
        if name not in self.validators:
            checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
            self.validators[name] = jsonschema.Draft202012Validator(json.loads(self.text(name)), format_checker=checker)
        return [f"{error.json_path}: {error.message}" for error in self.validators[name].iter_errors(value)]

    def document(self, name: str, result: Finished) -> dict[str, Any]:
        """The one JSON object a command printed, valid."""
        (line,) = result.stdout.splitlines()
        value: dict[str, Any] = json.loads(line)
        assert self.problems(name, value) == []
        return value

    def stream(self, result: Finished) -> list[dict[str, Any]]:
        """The events a command printed: each valid, the first a version, the last a result."""
        events: list[dict[str, Any]] = [json.loads(line) for line in result.stdout.splitlines()]
        assert [problem for event in events for problem in self.problems("events", event)] == []
        assert events[0] == {"type": "version", "schema": "sendready.events/1"}
        assert [event["type"] for event in events].count("version") == 1
        assert [event["type"] for event in events].count("result") == 1
        assert events[-1]["type"] == "result"
        assert events[-1]["exit"] == result.returncode
        return events


def of_type(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["type"] == kind]


def interrupted(process: subprocess.Popen[str], with_signal: int = signal.SIGINT) -> tuple[Finished, float]:
    """Sends a signal; what the process had printed by its end, and how many seconds the end took."""
    began = time.monotonic()
    process.send_signal(with_signal)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr), time.monotonic() - began


def at_once() -> float:
    """Seconds that count as leaving at once: one, and more only where programs queue for the processors."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass
class Terminal:
    """A process on a terminal of its own, and everything that appeared on it."""

    process: subprocess.Popen[bytes]
    master: int
    text: str = ""

    def until(self, pattern: str) -> str:
        """Reads on until something like `pattern` appears; what appeared up to its end."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.text)):
            if not self._read(deadline):
                raise AssertionError(f"`{pattern}` never appeared in:\n{self.text}")
        seen, self.text = self.text[: found.end()], self.text[found.end() :]
        return seen

    def answer(self, text: str) -> None:
        os.write(self.master, f"{text}\n".encode())

    def rest(self) -> str:
        """Everything up to the end of the process."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        self.process.wait(timeout=PATIENCE)
        return self.text

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self.master], [], [], max(0.0, deadline - time.monotonic()))
        try:
            piece = os.read(self.master, 65536) if ready else b""
        except OSError:  # Linux says so where the last process on the terminal has ended
            piece = b""
        self.text += piece.decode().replace("\r\n", "\n")
        return bool(piece)


OnTerminal = Callable[..., Terminal]


@dataclass(frozen=True)
class Road:
    """A world in which `apply shop.example` has been run once."""

    practice: Practice
    environment: dict[str, str]
    state: Path
    applied: Finished
    """The run, with `--format json`."""

    def run(self, *arguments: str) -> Finished:
        return subprocess.run(
            [sys.executable, "-m", "sendready", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=self.environment,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            cwd=self.state.parent,
            check=False,
        )


def road_in(folder: Path, practice: Practice) -> Road:
    """A road at its beginning with its own folder for state and work, for fixtures that several tests share."""
    foreign = ("AWS_", "SENDREADY_", "BOTO_", "NO_COLOR", "FORCE_COLOR", "PYTHONDONTWRITEBYTECODE")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
        **practice.environment,
        "AWS_CONFIG_FILE": str(folder / "nowhere"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "nowhere"),
        "SENDREADY_STATE_DIR": str(folder / "state"),
        "PYTHONUTF8": "1",
        "TZ": "UTC",
    }
    return Road(practice, environment, folder / "state", subprocess.CompletedProcess([], 0, "", ""))


WHOLE = ("--request-access", "--accept-terms", "--website", "https://shop.example/", "--test")
"""The answers that make a road whole."""

MUTATING = frozenset(
    {
        "CreateEmailIdentity",
        "PutEmailIdentityMailFromAttributes",
        "PutEmailIdentityDkimAttributes",
        "PutEmailIdentityDkimSigningAttributes",
        "ChangeResourceRecordSets",
        "PutAccountDetails",
        "CreateQueue",
        "CreateTopic",
        "Subscribe",
        "CreateConfigurationSet",
        "CreateConfigurationSetEventDestination",
        "SendEmail",
        "DeleteConfigurationSet",
        "Unsubscribe",
        "DeleteTopic",
        "DeleteQueue",
        "PutEmailIdentityConfigurationSetAttributes",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
        "DeleteRule",
    }
)
"""The operations that change something; DeleteMessage only takes what was read."""


def changes_made(practice: Practice) -> list[str]:
    """The changing calls that AWS carried out, in their order."""
    return [call.operation for call in practice.aws.calls if call.operation in MUTATING and call.status == 200]
