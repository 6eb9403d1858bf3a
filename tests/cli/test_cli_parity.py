"""One set of answers: each is a flag, a variable and a key; whatever programs read has a schema."""

from __future__ import annotations

import json

import pytest
from commandline import Contract, Road, Run

from sendready.cli.app import COMMANDS
from sendready.model.answers import ANSWER_NAMES, Answers, flag_of
from sendready.steps.answering import CHOICES, LISTS, SWITCHES, from_environment, from_file

SAMPLES: dict[str, object] = {
    **{name: list(kind)[-1] for name, kind in CHOICES.items()},
    **dict.fromkeys(SWITCHES, True),
    **dict.fromkeys(LISTS, ("a@shop.example", "b@shop.example")),
}


def sample(name: str) -> object:
    return SAMPLES.get(name, "some words")


def as_text(value: object) -> str:
    return (
        ",".join(value) if isinstance(value, tuple) else str(value).lower() if isinstance(value, bool) else str(value)
    )


@pytest.mark.parametrize("name", ANSWER_NAMES)
def test_every_answer_is_a_variable_and_a_key(name: str) -> None:
    value = sample(name)

    assert from_environment({f"SENDREADY_{name.upper()}": as_text(value)}) == {name: value}
    assert from_file({name: list(value) if isinstance(value, tuple) else value}, "x", frozenset()) == {name: value}
    assert isinstance(getattr(Answers(**{name: value}), name), type(getattr(Answers(), name)))


@pytest.mark.parametrize("command", ["plan", "apply", "init"])
def test_every_answer_is_a_flag(sendready: Run, command: str) -> None:
    words = sendready(command, "--help").stdout.split()

    assert [flag for flag in map(flag_of, ANSWER_NAMES) if flag not in {word.strip(",") for word in words}] == []


def test_a_variable_that_means_nothing_is_named(sendready: Run) -> None:
    result = sendready("schema", environment={"SENDREADY_MAILFROM": "x", "SENDREADY_COLOUR": "x"})

    assert result.returncode == 0
    assert "SENDREADY_MAILFROM means nothing here; did you mean SENDREADY_MAIL_FROM?" in result.stderr
    assert "SENDREADY_COLOUR means nothing here\n" in result.stderr
    assert sendready("schema", environment={"SENDREADY_MAIL_FROM": "x", "SENDREADY_CLOCK": ""}).stderr == ""


JSON = {
    "access": ("access", ("shop.example",)),
    "check": ("check", ("shop.example",)),
    "plan": ("plan", ("shop.example",)),
    "records": ("records", ("shop.example",)),
    "apply": ("events", ("shop.example", "--yes")),
    "watch": ("events", ("shop.example", "--wait", "1m")),
    "test": ("events", ("shop.example", "--yes")),
    "explain": ("explain", ()),
    "support": ("support", ("shop.example",)),
    "snippet": ("snippet", ("shop.example", "--for", "python")),
}
"""By command: the schema of what it prints with `--format json`, and its arguments."""

SILENT = {
    "practice": "the wizard, or lines for a shell",
    "cleanup": "tells people what it removes",
    "policy": "prints IAM's own format",
    "schema": "prints JSON Schema itself",
    "init": "writes TOML",
    "completion": "prints a shell's script",
    "smtp-password": "prints the password alone",
}
"""Commands that print no JSON of ours, and what they do instead."""


def test_every_command_is_accounted_for() -> None:
    assert {*JSON, *SILENT} == set(COMMANDS)


@pytest.mark.parametrize("command", JSON)
def test_every_json_output_is_as_its_schema_says(road: Road, contract: Contract, command: str) -> None:
    schema, arguments = JSON[command]

    result = road.run(command, *arguments, "--format", "json")

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert lines
    assert [problem for value in lines for problem in contract.problems(schema, value)] == []


@pytest.mark.parametrize(
    "what", ["KIM004", "550-5.7.26 This mail has been blocked because the sender is unauthenticated"]
)
def test_what_is_explained_has_a_schema(sendready: Run, contract: Contract, what: str) -> None:
    contract.document("explain", sendready("explain", what, "--format", "json"))
