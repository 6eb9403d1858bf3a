"""Whatever a flag, a variable or a file holds: an exit code that is documented, no traceback, and a harmless output."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from commandline import Run
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from in_process import Told, run

from sendready.cli.app import COMMANDS, WALK
from sendready.model.answers import ANSWER_NAMES
from sendready.model.connecting import CONNECTING

DOCUMENTED = {0, 1, 2, 3, 4, 5}
"""Exit codes of a run that nobody interrupted."""

CORPUS = json.loads((Path(__file__).parent / "corpus" / "texts.json").read_text("utf-8"))
"""Texts that were trouble somewhere once, here or in another program; JSON, so that the file itself is harmless."""

arguments = st.sampled_from(CORPUS) | st.text(st.characters(codec=None, exclude_characters="\x00"), max_size=40)
"""What a process can be given: no NUL, and half surrogates for bytes that are no UTF-8."""

fast = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def is_well(told: Told) -> None:
    """A documented code, no traceback, and nothing that a terminal would obey."""
    assert told.code in DOCUMENTED
    assert "Traceback" not in told.text
    assert {c for c in told.text if not c.isprintable() and c != "\n"} == set()


def flags_of(command: str) -> list[str]:
    found = re.findall(r"--[a-z][a-z-]+", run(command, "--help").text)
    return sorted(set(found) - {"--help", "--serve", "--version"})


def flags() -> Iterator[tuple[str, str]]:
    for command in (*COMMANDS, WALK):
        yield from ((command, flag) for flag in flags_of(command))


def some(every: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each flag with two of the commands that have it, other ones for other flags: they all read it in one place."""
    commands: dict[str, list[str]] = {}
    for command, flag in every:
        commands.setdefault(flag, []).append(command)
    for number, (flag, have) in enumerate(commands.items()):
        yield from {(have[place % len(have)], flag) for place in (number, number + len(have) // 2)}


EVERY_FLAG = list(flags())
SOME_FLAGS = sorted(some(EVERY_FLAG))
NAMED = frozenset(COMMANDS) - {"schema", "completion", "policy", "explain", "cleanup", "init", "smtp-password"}


def begun(command: str) -> list[str]:
    """A command line that would look at nothing by itself: there are no credentials and no region."""
    if command == "practice":
        return [command, "--list-faults"]
    return [command, "shop.example"] if command in NAMED or command == WALK else [command]


@pytest.mark.parametrize("command", [*COMMANDS, WALK])
def test_every_flag_takes_or_refuses_a_text_of_the_corpus(command: str) -> None:
    """Each flag has a text or two, in turn: all with all would be thirty thousand runs."""
    for place, (whose, flag) in enumerate(SOME_FLAGS):
        if whose == command:
            is_well(run(*begun(command), f"{flag}={CORPUS[place % len(CORPUS)]}"))


@given(st.sampled_from(EVERY_FLAG), arguments)
@settings(parent=fast, max_examples=30)
def test_every_flag_takes_or_refuses_any_text(flag: tuple[str, str], text: str) -> None:
    is_well(run(*begun(flag[0]), flag[1], text))


@given(st.sampled_from([*COMMANDS, WALK]), st.lists(arguments, max_size=3))
@fast
def test_every_command_takes_or_refuses_any_words(command: str, words: list[str]) -> None:
    is_well(run(*(begun(command) if command == "practice" else [command]), *words))


def test_bytes_that_are_no_text_may_be_given(sendready: Run) -> None:
    """The one that needs a real process: the interpreter makes half surrogates of them."""
    told = sendready("check", os.fsdecode(b"\xff\xfe.example"), "--region", os.fsdecode(b"\x9b31m"))

    assert told.returncode == 2
    assert told.stdout == ""
    assert {c for c in told.stderr if not c.isprintable() and c != "\n"} == set()
    assert "Traceback" not in told.stderr


@given(
    st.dictionaries(
        st.sampled_from(ANSWER_NAMES).map(lambda name: f"SENDREADY_{name.upper()}"), arguments, min_size=1, max_size=3
    )
)
@fast
def test_every_variable_takes_or_refuses_any_text(variables: dict[str, str]) -> None:
    is_well(run("plan", "shop.example", environment=variables))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | arguments,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(arguments, inner, max_size=3),
    max_leaves=6,
)


def toml(value: object) -> str:
    """A value as TOML writes it; JSON is close enough, NaN and null excepted, which are mistakes worth having."""
    return json.dumps(value, ensure_ascii=True)


@given(st.dictionaries(st.sampled_from([*ANSWER_NAMES, *CONNECTING, "unknown"]), values, max_size=4))
@fast
@example({"mail_from": ["\x1b[2J"], "region": {"a": 1}})
@example({"tsig_file": "a\x00b"})
def test_a_configuration_file_may_hold_anything(content: dict[str, object]) -> None:
    Path("own.toml").write_text("".join(f"{key} = {toml(value)}\n" for key, value in content.items()), "utf-8")

    is_well(run("plan", "shop.example", "--config", "own.toml"))


FILES = {
    "config": ("plan", "shop.example", "--config"),
    "from": ("check", "--from"),
    "resume": ("check", "shop.example", "--format", "json", "--resume"),
    "plan": ("apply", "--yes", "--plan"),
    "message": ("check", "shop.example", "--message"),
    "zone": ("check", "shop.example", "--zone"),
    "dossier": ("access", "shop.example", "--dossier"),
    "tsig": ("apply", "shop.example", "--publish", "rfc2136", "--tsig-file"),
}

NASTY = {
    "empty": b"",
    "nul": b"\0" * 20,
    "not-text": b"\xff\xfe\x80shop.example\n",
    "escapes": b"\x1b]0;owned\x07\x1b[31mshop.example\x9b2J\n",
    "nested-json": b"[" * 200_000,
    "nested-object": b'{"a":' * 100_000,
    "nested-toml": b"a = " + b"[" * 100_000,
    "wrong-types": b'{"schema": "sendready.check/1", "domain": [], "region": {}, "account": [], "verdict": "ready"}\n',
    "plan-without": b'{"schema": "sendready.plan/1", "fingerprint": null}',
    "plan-of-numbers": b'{"schema": 7}',
    "event-without": b'{"bounce": {"bouncedRecipients": 5}, "deliveryDelay": []}',
    "header-storm": b"From: a@shop.example\n" + b"Authentication-Results: " + b"x=" * 50_000 + b"\n\nbody",
    "header-escapes": b"From: \x1b[31m@shop.example\n"
    b'Authentication-Results: mx\x1b[2J; dkim=fail reason="\x1b]0;x\x07"\n\n',
    "odd-charset": b'From: =?nonsense?q?=FF?= <a@shop.example>\nContent-Type: multipart/report; boundary=""\n\n--\n',
    "half-mime": b"From: a@shop.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    b"--b\nContent-Type: message/rfc822\n\n",
    "long-line": b"a" * 1_000_000,
    "bidi": "shop\u202eexample.\u2066\n".encode(),
}


MEANT_FOR = {
    "nested-json": {"resume", "plan", "message"},
    "nested-object": {"resume", "plan", "message"},
    "nested-toml": {"config", "tsig"},
    "wrong-types": {"resume", "plan", "message"},
    "plan-without": {"plan", "resume"},
    "plan-of-numbers": {"plan", "resume"},
    "event-without": {"message", "resume"},
    "header-storm": {"message", "from", "zone"},
    "header-escapes": {"message", "from", "zone"},
    "odd-charset": {"message", "dossier"},
    "half-mime": {"message", "dossier"},
}
"""Files that only some readers see as anything but a mistake in the first line; the others are for all."""


@pytest.mark.parametrize(
    ("flag", "content"), [(flag, content) for content in NASTY for flag in sorted(MEANT_FOR.get(content, FILES))]
)
def test_every_file_is_read_or_refused(flag: str, content: str) -> None:
    Path("given").write_bytes(NASTY[content])

    is_well(run(*FILES[flag], "given"))


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200) | st.sampled_from(sorted(NASTY.values())))
@settings(parent=fast, max_examples=20)
def test_every_file_is_read_or_refused_whatever_is_in_it(flag: str, content: bytes) -> None:
    Path("given").write_bytes(content)

    is_well(run(*FILES[flag], "given"))


@pytest.mark.parametrize("flag", FILES)
@pytest.mark.parametrize("place", [".", "missing/file", "a" * 5000, "/dev/null"])
def test_a_place_that_is_no_file_is_refused(flag: str, place: str) -> None:
    is_well(run(*FILES[flag], place))


@given(st.sampled_from(["message", "from"]), st.binary(max_size=200) | st.sampled_from(sorted(NASTY.values())))
@fast
def test_what_is_piped_in_is_read_or_refused(flag: str, content: bytes) -> None:
    is_well(run(*FILES[flag], "-", stdin=content))


@given(
    st.text(max_size=80)
    | st.sampled_from(["550 5.7.26 ", "421 4.7.0 ", "554 "]).flatmap(lambda s: arguments.map(lambda t: s + t))
)
@settings(parent=fast, max_examples=25)
def test_a_reply_is_explained_or_refused(text: str) -> None:
    for form in ("text", "json"):
        is_well(run("explain", f" {text}", "--format", form))


@given(st.lists(arguments, max_size=4).map(",".join))
@fast
def test_tokens_are_taken_or_refused(text: str) -> None:
    is_well(run("check", "shop.example", "--dns-only", "--tokens", text, "--practice", "--fault", "throttled=x"))
