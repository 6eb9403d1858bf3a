"""What an older or a newer sendready left behind is read, or refused with a clear word and left as it is."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from commandline import Road
from in_process import run

from sendready.model.errors import ExitCode
from sendready.world.preferences import KeptPreferences

DOMAIN = "shop.example"

READ = 0, 4, 5
"""Exit codes of a run that was not kept from looking."""

IN_STATE = {
    "answers.json": ("plan", DOMAIN),
    "past.json": ("check", DOMAIN),
    "history.jsonl": ("check", DOMAIN),
    "journal.jsonl": ("cleanup",),
}
"""The files of the state directory, each with a command that has to read it."""


@dataclass(frozen=True)
class Kept:
    """The state of a road that was walked to its end, for one test to spoil."""

    folder: Path
    environment: dict[str, str]

    def file(self, name: str) -> Path:
        (path,) = self.folder.rglob(name)
        return path


@pytest.fixture
def kept(road: Road, tmp_path: Path) -> Kept:
    folder = tmp_path / "upgraded"
    shutil.copytree(road.state, folder)
    return Kept(folder, {**road.practice.environment, "SENDREADY_STATE_DIR": str(folder)})


@pytest.mark.parametrize("schema", ["sendready.state/0", "sendready.state/2"])
@pytest.mark.parametrize("name", IN_STATE)
def test_a_state_file_of_another_schema_is_refused_by_its_name_and_left_alone(
    kept: Kept, name: str, schema: str
) -> None:
    path = kept.file(name)
    command = IN_STATE[name]
    assert run(*command, environment=kept.environment).code in READ
    text = path.read_text("utf-8").replace('"sendready.state/1"', json.dumps(schema))
    path.write_text(text, "utf-8")
    files = {one: one.read_bytes() for one in kept.folder.rglob("*") if one.is_file()}

    told = run(*command, environment=kept.environment)

    said = " ".join(told.text.split())
    assert told.code == ExitCode.CANNOT_LOOK
    assert "was not written by this version of sendready" in said
    assert name in said
    assert "Move the file away" in said
    assert {one: one.read_bytes() for one in kept.folder.rglob("*") if one.is_file()} == files


def test_the_form_of_the_first_versions_is_read(kept: Kept) -> None:
    """Before there was a history, the last good look was a part of what is known."""
    path, history = kept.file("past.json"), kept.file("history.jsonl")
    last = json.loads(history.read_text("utf-8").splitlines()[-1])
    good = {"at": last["last"], "servers": last["servers"], "records": last["records"], "settings": last["settings"]}
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "good": good}), "utf-8")
    history.unlink()

    told = run("check", DOMAIN, environment=kept.environment)

    assert told.code == 0, told.text
    assert kept.file("history.jsonl").exists()


def _newer_plan(text: str) -> str:
    return text.replace("sendready.saved-plan/1", "sendready.saved-plan/2")


def _older_plan(text: str) -> str:
    return text.replace("sendready.saved-plan/1", "sendready.saved-plan/0")


@pytest.mark.parametrize("change", [_newer_plan, _older_plan])
def test_a_plan_that_another_version_saved_is_refused_with_both_schemas(
    kept: Kept, change: Callable[[str], str], tmp_path: Path
) -> None:
    assert run("plan", DOMAIN, "--out", "plan.json", environment=kept.environment).code in READ
    plan = tmp_path / "plan.json"
    plan.write_text(change(plan.read_text("utf-8")), "utf-8")

    told = run("apply", "--plan", "plan.json", "--yes", environment=kept.environment)

    assert told.code == ExitCode.USAGE
    assert "this version reads sendready.saved-plan/1" in " ".join(told.stderr.split())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('a_key_of_next_year = "x"\n', "`a_key_of_next_year` is not a key"),
        ('dmarc = "next-year"\n', "`next-year` is not one of none, quarantine, reject"),
        ("[dmarc]\npolicy = 'none'\n", "is not one of none, quarantine, reject"),
    ],
)
def test_a_configuration_file_of_another_version_is_refused_by_its_key(kept: Kept, content: str, says: str) -> None:
    Path("sendready.toml").write_text(content, "utf-8")

    told = run("plan", DOMAIN, environment=kept.environment)

    assert told.code == ExitCode.USAGE
    assert "sendready.toml" in told.stderr
    assert says in " ".join(told.stderr.split())


@pytest.mark.parametrize(
    ("content", "theme"),
    [
        ({"theme": "nord"}, "nord"),
        ({"theme": "nord", "schema": "sendready.preferences/2", "panes": 3}, "nord"),
        ({"theme": {"day": "nord", "night": "gruvbox"}}, ""),
        ({"colours": "nord"}, ""),
    ],
    ids=["of-now", "with-more", "of-another-shape", "without"],
)
def test_preferences_of_another_version_are_read_as_far_as_they_are_known_and_no_more_is_lost(
    tmp_path: Path, content: dict[str, object], theme: str
) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps(content), "utf-8")
    preferences = KeptPreferences(tmp_path)

    assert preferences.theme == theme
    asyncio.run(preferences.keep_theme("textual-light"))

    assert json.loads(path.read_text("utf-8")) == {**content, "theme": "textual-light"}
    assert path.stat().st_mode & 0o777 == 0o600
