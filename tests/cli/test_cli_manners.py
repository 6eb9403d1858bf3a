"""How the command line behaves as a program: it keeps secrets, leaves quickly, loads little and speaks plainly."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from commandline import PATIENCE, WHOLE, Contract, OnTerminal, Road, Run, Start, WorldOf, at_once, interrupted

from sendready.practice.aws.errors import AwsError
from sendready.practice.aws.outages import Outage
from sendready.practice.servers import Practice

SECRET = "SENTINEL/secret+wJalrXUtnFEMIK7MDENGbPxRfiCY"
TOKEN = "SENTINELtokenIQoJb3JpZ2luX2VjEHkaCXVzLWVhc3QtMSJHMEUCIQ"

# Secrets


def _spilled(where: Path, *results: subprocess.CompletedProcess[str]) -> list[str]:
    """Where a sentinel turned up: in the output of a run or in a file."""
    texts = {f"{result.args} {name}": text for result in results for name, text in _streams(result)}
    texts |= {str(path): path.read_text() for path in where.rglob("*") if path.is_file()}
    return [place for place, text in texts.items() if "SENTINEL" in text]


def _streams(result: subprocess.CompletedProcess[str]) -> Iterator[tuple[str, str]]:
    yield "stdout", result.stdout
    yield "stderr", result.stderr


@pytest.fixture
def secretive(practice: Practice, world_of: WorldOf) -> dict[str, str]:
    """The environment of a practice world with credentials that would be recognised anywhere."""
    return {**world_of(practice), "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}


def test_no_credential_reaches_the_output_or_the_disk(
    sendready: Run, practice: Practice, secretive: dict[str, str], tmp_path: Path
) -> None:
    practice.finish("shop.example")
    practice.take("shop.example", "_dmarc.shop.example", "TXT")

    applied = sendready("apply", "shop.example", "--test", "--yes", "-v", environment=secretive)
    check = sendready("check", "shop.example", "-v", "--format", "json", environment=secretive)

    assert (applied.returncode, check.returncode) == (0, 0)
    assert list(tmp_path.rglob("journal.jsonl"))
    assert _spilled(tmp_path / "state", applied, check) == []


def test_no_credential_reaches_the_output_where_aws_answers_with_the_signed_request(
    sendready: Run, practice: Practice, secretive: dict[str, str], tmp_path: Path
) -> None:
    signed = f"GET\n/v2/email/account\n\nhost:email.eu-west-1.amazonaws.com\nx-amz-security-token:{TOKEN}\n"
    text = f"The request signature we calculated does not match.\n\nThe Canonical String should have been\n'{signed}'"
    practice.register("shop.example")
    practice.aws.fail("*", AwsError("SignatureDoesNotMatch", text), times=None)

    check = sendready("check", "shop.example", "-v", environment=secretive)
    plan = sendready("plan", "shop.example", "-v", environment=secretive)

    assert (check.returncode, plan.returncode) == (3, 3)
    assert "ENV009" in check.stdout
    assert "The request signature we calculated does not match" in plan.stderr
    assert _spilled(tmp_path / "state", check, plan) == []


@pytest.mark.parametrize("outage", [Outage.EXPIRED_TOKEN, Outage.RESET])
def test_no_credential_reaches_the_output_of_a_refusal(
    sendready: Run, practice: Practice, secretive: dict[str, str], tmp_path: Path, outage: Outage
) -> None:
    practice.aws.fail("*", outage, times=None)
    environment = {**secretive, "AWS_MAX_ATTEMPTS": "1"}

    result = sendready("cleanup", "-v", environment=environment)

    assert result.returncode == 3
    assert _spilled(tmp_path / "state", result) == []


def test_the_state_is_the_users_alone(road: Road) -> None:
    folders = [road.state, *(path for path in road.state.rglob("*") if path.is_dir())]
    files = [path for path in road.state.rglob("*") if path.is_file()]

    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert {path.name for path in files} == {".lock", "answers.json", "history.jsonl", "past.json", "journal.jsonl"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


# Leaving


@pytest.fixture
def silence() -> Iterator[tuple[str, threading.Event]]:
    """An endpoint that takes connections and never says a word, and an event for the first of them."""
    called = threading.Event()
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    kept.append(server.accept()[0])
                except OSError:
                    return
                called.set()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", called
        server.shutdown(socket.SHUT_RDWR)
    for connection in kept:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_leaving_is_quick_while_aws_hangs(
    start: Start, practice: Practice, world_of: WorldOf, silence: tuple[str, threading.Event], number: signal.Signals
) -> None:
    endpoint, called = silence
    process = start("check", "shop.example", environment={**world_of(practice), "AWS_ENDPOINT_URL": endpoint})
    assert called.wait(PATIENCE)

    result, seconds = interrupted(process, number)

    assert result.returncode == 130
    assert seconds < at_once()
    assert "Traceback" not in result.stderr


# Loading


@pytest.mark.parametrize(
    "code",
    ["import sendready", "from sendready.__main__ import main; main(['--version'])"],
    ids=["import", "version"],
)
def test_little_is_loaded_where_little_is_asked(code: str) -> None:
    heavy = "('textual', 'rich', 'boto3', 'botocore', 'dns', 'cyclopts', 'asyncio')"
    program = f"import sys; {code}; print([name for name in {heavy} if name in sys.modules])"

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert result.stdout.splitlines()[-1] == "[]"


def test_the_version_is_one_line(sendready: Run) -> None:
    result = sendready("--version")

    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"sendready \d+\.\d+\.\d+\n", result.stdout)


def test_a_mistake_loads_neither_boto3_nor_dns(tmp_path: Path) -> None:
    program = (
        "import sys; from sendready.__main__ import main; main(['check', 'no domain']);"
        "print([name for name in ('boto3', 'botocore', 'dns', 'textual') if name in sys.modules])"
    )

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert result.stdout == "[]\n"


# Terminals


def test_the_output_is_the_same_with_and_without_a_terminal(road: Road, on_terminal: OnTerminal) -> None:
    piped = road.run("check", "shop.example")

    plain = on_terminal("check", "shop.example", environment={**road.environment, "NO_COLOR": "1"}).rest()
    colourful = on_terminal("check", "shop.example", environment=road.environment).rest()

    # What is said while looking is wiped away again: it is gone where somebody reads, and never there in a pipe.
    assert _without_progress(plain) == piped.stdout
    assert "\x1b[32m" in colourful
    assert re.sub(r"\x1b\[\d*m", "", _without_progress(colourful)) == piped.stdout


def _without_progress(text: str) -> str:
    return re.sub(r"looking at [^\r\n]*\r\x1b\[K", "", text)


def test_a_dumb_terminal_gets_text_and_nothing_else(road: Road, on_terminal: OnTerminal) -> None:
    piped = road.run("plan", "shop.example")

    dumb = on_terminal("plan", "shop.example", environment={**road.environment, "TERM": "dumb"}).rest()

    assert dumb == piped.stdout


def test_colours_can_be_forced_into_a_pipe_and_refused(road: Road) -> None:
    forced = subprocess.run(
        [sys.executable, "-m", "sendready", "explain", "KIM004"],
        env={**road.environment, "FORCE_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    refused = subprocess.run(
        [sys.executable, "-m", "sendready", "explain", "KIM004", "--no-color"],
        env={**road.environment, "FORCE_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "\x1b[1m" in forced.stdout
    assert "\x1b" not in refused.stdout


def test_a_pipe_that_is_not_utf_8_still_gets_every_word(road: Road) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "sendready", "check", "shop.example"],
        env={**road.environment, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "? ready" in result.stdout


def test_the_walk_asks_only_what_matters_and_ends_ready(on_terminal: OnTerminal) -> None:
    terminal = on_terminal("shop.example", "--practice", "--plain", "--speed", "50", environment={"NO_COLOR": "1"})

    assert "nothing leaves this machine" in terminal.until(r"DKIM keys, bits \(2048/1024\) \[2048\]: ")
    terminal.answer("?")
    assert "DKIM" in terminal.until(r"DKIM keys, bits \(2048/1024\) \[2048\]: ")
    terminal.answer("4096\x1b[D")
    assert "! `4096` is not one of 2048, 1024\n" in terminal.until(r"DKIM keys, bits \(2048/1024\) \[2048\]: ")
    terminal.answer("\x1b[A")
    terminal.until(r"MAIL FROM label \[bounce\]: ")
    terminal.answer("under_score")
    assert "not a name DNS can hold" in terminal.until(r"MAIL FROM label \[bounce\]: ")
    terminal.answer("")
    terminal.until(r"DMARC policy \(none/quarantine/reject\) \[none\]: ")
    terminal.answer("quarantine")
    terminal.until(r"Address for DMARC reports \[\]: ")
    terminal.answer("")
    terminal.until(r"Test mail from \[hello\]: ")
    terminal.answer("")
    terminal.until(r"Who writes the records\? \[auto\]: ")
    terminal.answer("")
    terminal.until(r"production access now\? \[Y/n\] ")
    terminal.answer("")
    terminal.until(r"What do you send\? \(transactional/marketing\) \[transactional\]: ")
    terminal.answer("")
    terminal.until(r"Website \[https://shop.example/\]: ")
    terminal.answer("")
    assert "`-` for none" in terminal.until(r"Addresses AWS may write to \[postmaster@shop.example\]: ")
    terminal.answer("-")
    for question in ("Who gets your mail", "How many messages a day", "stop getting it", "An example of a message"):
        terminal.until(question + r".*\[.*\]: ")
        terminal.answer("")
    terminal.until(r"handle bounces and complaints\? \[Y/n\] ")
    terminal.answer("")
    terminal.until(r"Send a test at the end\? \[Y/n\] ")
    terminal.answer("")
    terminal.until(r"Where do events go\? \(temporary/keep/own\) \[temporary\]: ")
    terminal.answer("")
    plan = terminal.until(r"Go\? \[y/N\] ")
    terminal.answer("y")
    end = terminal.rest()

    assert "postmaster@" not in plan
    assert "the same, scripted: sendready apply shop.example --practice --dmarc quarantine" in " ".join(plan.split())
    assert "v=DMARC1; p=quarantine" in plan
    assert "Test send          ✓ done" in end
    assert end.endswith("✓ ready  mail to anyone goes out and passes\n")
    assert terminal.process.returncode == 0


def test_a_plan_that_is_declined_changes_nothing(
    on_terminal: OnTerminal, practice: Practice, world_of: WorldOf
) -> None:
    practice.register("shop.example")
    terminal = on_terminal("apply", "shop.example", environment=world_of(practice))

    terminal.until(r"Make these \d+ changes\? \[y/N\] ")
    terminal.answer("")

    assert "nothing was changed" in terminal.rest()
    assert terminal.process.returncode == 4
    assert practice.ses.identities == {}


def test_a_plan_is_shown_to_whoever_is_asked_though_a_program_reads_the_events(
    on_terminal: OnTerminal, practice: Practice, world_of: WorldOf
) -> None:
    practice.register("shop.example")
    terminal = on_terminal("apply", "shop.example", "--format", "json", environment=world_of(practice))

    before = terminal.until(r"Make these \d+ changes\? \[y/N\] ")
    terminal.answer("")
    last = terminal.rest().splitlines()[-1]

    assert "Create the domain identity shop.example" in before
    assert json.loads(last) == {
        "type": "result", "verdict": "incomplete", "exit": 4, "detail": "nothing was changed"
    }  # fmt: skip


# The servers alone


def test_served_worlds_print_their_environment_and_end_when_told(start: Start, sendready: Run) -> None:
    servers = start("practice", "--serve", "--speed", "50")
    assert servers.stderr is not None
    assert servers.stdout is not None
    told = ""
    while "until Ctrl-C" not in " ".join(told.split()):
        told += servers.stderr.readline()
    printed = []
    while not printed or "SENDREADY_STATE_DIR" not in printed[-1]:
        printed.append(servers.stdout.readline())
    script = "".join(printed)
    shell = subprocess.run(
        ["bash", "-c", f"{script}\nenv -0"], env={"PATH": os.defpath}, capture_output=True, text=True, check=True
    )
    world = dict(entry.split("=", 1) for entry in shell.stdout.split("\0") if "=" in entry)

    applied = sendready("apply", "shop.example", *WHOLE, "--yes", "--wait", "30m", environment=world)
    result, seconds = interrupted(servers, signal.SIGTERM)

    assert all(re.fullmatch(r"export [A-Z0-9_]+=\S+\n", line) for line in printed)
    names = {line.split()[1].partition("=")[0] for line in printed}
    assert {"AWS_ENDPOINT_URL", "AWS_REGION", "SENDREADY_RESOLVER", "SENDREADY_DNS_MAP", "SENDREADY_CLOCK"} <= names
    assert applied.returncode == 0
    assert applied.stdout.startswith("shop.example  ✓ ready")
    assert (result.returncode, result.stdout) == (0, "")
    assert "its state is gone" in result.stderr
    assert seconds < at_once()
    assert not Path(world["SENDREADY_STATE_DIR"]).exists()


# What explains itself


def test_every_finding_has_a_page(sendready: Run) -> None:
    result = sendready("explain", "--format", "json")

    pages = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(pages) > 40
    assert all(page["id"] and page["slug"] and page["summary"] for page in pages)


def test_a_finding_is_explained_by_id_or_by_name(sendready: Run) -> None:
    by_id, by_name = sendready("explain", "kim004"), sendready("explain", "doubled-domain")

    assert by_id.returncode == 0
    assert by_id.stdout.startswith("# KIM004 doubled-domain\n")
    assert by_name.stdout == by_id.stdout


def test_what_receivers_ask_of_bulk_senders_is_a_page_of_its_own(sendready: Run) -> None:
    result, listed = sendready("explain", "bulk"), sendready("explain")

    assert result.returncode == 0
    assert result.stdout.startswith("# bulk bulk-senders\n")
    for word in ("Gmail", "Yahoo", "Outlook.com", "List-Unsubscribe-Post", "ListManagementOptions", "Postmaster Tools"):
        assert word in result.stdout
    assert "bulk" in {line.split()[0] for line in listed.stdout.splitlines() if line.strip()}


def test_an_unknown_finding_is_answered_with_the_nearest(sendready: Run) -> None:
    result = sendready("explain", "KIM999")

    assert result.returncode == 2
    assert result.stdout == ""
    assert re.search(r"Did you mean `KIM\d{3}`\?", result.stderr)


def test_a_receivers_reply_is_explained_with_what_may_be_behind_it(sendready: Run) -> None:
    reply = "550-5.7.26 Your email has been blocked because the sender is unauthenticated."

    result, told = sendready("explain", reply), sendready("explain", reply, "--format", "json")
    unknown = sendready("explain", "everything was fine today")

    assert result.returncode == 0
    assert result.stdout.startswith("Gmail: neither SPF nor DKIM passed\n")
    assert "KIM001  None of the domain's DKIM records is in DNS." in result.stdout
    assert json.loads(told.stdout)["findings"][0] == "KIM001"
    assert unknown.returncode == 2
    assert "in quotes" in unknown.stderr


def test_the_outputs_with_a_schema_are_listed(sendready: Run) -> None:
    assert sendready("schema").stdout.split() == [
        "access",
        "check",
        "events",
        "explain",
        "plan",
        "records",
        "saved-plan",
        "snippet",
        "support",
    ]


@pytest.mark.parametrize("name", ["access", "check", "events", "explain", "plan", "records", "saved-plan", "support"])
def test_a_schema_is_valid_and_describes_every_field(sendready: Run, contract: Contract, name: str) -> None:
    result = sendready("schema", name)

    schema = json.loads(result.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"sendready.{name}/1"
    assert result.stdout == contract.text(name)
    assert [place for place, part in _parts(schema, name) if not part.get("description", "").endswith(".")] == []


def _parts(schema: dict[str, object], at: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Every property, at any depth, with the path to it."""
    for key, value in schema.items():
        if key == "properties" and isinstance(value, dict):
            yield from ((f"{at}.{name}", part) for name, part in value.items())
        if isinstance(value, dict):
            yield from _parts(value, f"{at}.{key}")


@pytest.mark.parametrize(
    "words", [("check", "--no-color", "--nonsense"), ("chekc", "--no-color"), ("check", "x..y", "--no-color")]
)
def test_an_error_has_no_colours_either_where_none_are_wanted(on_terminal: OnTerminal, words: tuple[str, ...]) -> None:
    terminal = on_terminal(*words)

    told = terminal.rest()

    assert "error:" in told
    assert "\x1b[" not in told
