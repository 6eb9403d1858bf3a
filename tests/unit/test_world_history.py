"""The history file: bounded, private, safe under two processes, and a line nobody can read loses only itself."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sendready.model.errors import StateError
from sendready.model.finding import Verdict
from sendready.model.history import LONGEST_VALUE, PastLook, short
from sendready.model.observation import Past
from sendready.model.ports import Scope
from sendready.world import history
from sendready.world.store import SCHEMA, Store

SCOPE = Scope("123456789012", "eu-west-1", "example.com")
BEGAN = datetime(2026, 11, 24, 10, tzinfo=UTC)


def look(number: int, verdict: Verdict = Verdict.BROKEN, value: str = "") -> PastLook:
    at = BEGAN + timedelta(hours=number)
    return PastLook(
        at, at, verdict, ("ns1.example.net",), {"TXT x": (value or str(number),)}, {"DKIM": "SUCCESS"}, {"access": "on"}
    )


def known(store: Store) -> Past:
    return store.past(SCOPE.identity, SCOPE.region)


def keep(store: Store, *looks: PastLook) -> None:
    store.learn(SCOPE, lambda past: replace(past, account=SCOPE.account, looks=(*past.looks, *looks)))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state")


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return tmp_path / "state" / SCOPE.identity / SCOPE.region / SCOPE.account / "history.jsonl"


def test_looks_come_back_as_they_went_in_and_are_nobody_else_s_to_read(store: Store, lines: Path) -> None:
    keep(store, look(0, Verdict.READY), look(1))
    keep(store, look(2))

    assert known(store).looks == (look(0, Verdict.READY), look(1), look(2))
    assert known(store).good == look(0, Verdict.READY)
    assert stat.S_IMODE(lines.stat().st_mode) == 0o600
    assert stat.S_IMODE(lines.parent.stat().st_mode) == 0o700


def test_the_oldest_looks_go_and_the_last_good_one_stays_with_the_one_after_it(store: Store, lines: Path) -> None:
    keep(store, look(0), look(1, Verdict.READY), *(look(n) for n in range(2, history.MOST_LOOKS + 50)))

    kept = known(store).looks
    assert len(kept) == history.MOST_LOOKS
    assert kept[:2] == (look(1, Verdict.READY), look(2))
    assert kept[-1] == look(history.MOST_LOOKS + 49)
    assert len(lines.read_bytes().splitlines()) == history.MOST_LOOKS


def test_they_take_no_more_bytes_than_they_may(store: Store, lines: Path) -> None:
    keep(store, look(0, Verdict.READY), *(look(n, value=f"{n} {'x' * 50_000}") for n in range(1, 20)))

    assert lines.stat().st_size <= history.MOST_BYTES
    assert known(store).good == look(0, Verdict.READY)


def test_a_value_that_is_too_long_is_kept_short_and_still_told_from_another() -> None:
    one, other = "v=spf1 " + "a" * 9000, "v=spf1 " + "a" * 8999 + "b"

    assert len(short(one)) <= LONGEST_VALUE
    assert short(one) != short(other)
    assert short(short(one)) == short(one)


@pytest.mark.parametrize(
    "damaged",
    [
        b'{"schema": "sendready.state/1", "fir',
        b"\x00\x00",
        b"5",
        b'{"schema": "sendready.state/1"}',
        b'{"schema": "sendready.state/1", "first": "2026-11-24T10:00:00", "last": "2026-11-24T10:00:00",'
        b' "verdict": "ready", "servers": [], "records": {}, "settings": {}, "account": {}}',
        b'{"schema": "sendready.state/1", "first": "2026-11-24T10:00:00Z", "last": "2026-11-24T10:00:00Z",'
        b' "verdict": "splendid", "servers": [], "records": {}, "settings": {}, "account": {}}',
        b'{"schema": "sendready.state/1", "first": "2026-11-24T10:00:00Z", "last": "2026-11-24T10:00:00Z",'
        b' "verdict": "ready", "servers": "ns1", "records": {}, "settings": {}, "account": {}}',
    ],
)
def test_a_damaged_line_loses_only_itself(store: Store, lines: Path, damaged: bytes) -> None:
    keep(store, look(0, Verdict.READY), look(1))
    first, second = lines.read_bytes().splitlines()
    lines.write_bytes(b"\n".join((first, damaged, second, b"")))

    assert known(store).looks == (look(0, Verdict.READY), look(1))


def test_a_line_of_another_version_is_refused(store: Store, lines: Path) -> None:
    keep(store, look(0))
    with lines.open("a") as file:
        file.write('{"schema": "sendready.state/2", "seen": 5}\n')

    with pytest.raises(StateError, match="not written by this version"):
        known(store)


def test_the_last_good_look_of_the_form_before_is_the_beginning_of_the_history(store: Store, lines: Path) -> None:
    keep(store)
    past = lines.with_name("past.json")
    saved = json.loads(past.read_text("utf-8"))
    saved["good"] = {
        "at": BEGAN.isoformat(),
        "servers": ["ns1.example.net"],
        "records": {"TXT x": ["0"]},
        "settings": {"DKIM": "SUCCESS", "access": "production"},
    }
    past.write_text(json.dumps(saved), "utf-8")
    assert saved["schema"] == SCHEMA

    good = known(store).good
    keep(store, look(1))

    assert good is not None
    assert (good.last, good.verdict, good.account) == (BEGAN, Verdict.READY, {"access": "production"})
    assert known(store).looks == (good, look(1))
    assert "good" not in json.loads(past.read_text("utf-8")) or lines.exists()


def test_a_last_good_look_that_is_half_there_is_refused(store: Store, lines: Path) -> None:
    keep(store)
    past = lines.with_name("past.json")
    saved = json.loads(past.read_text("utf-8"))
    past.write_text(json.dumps({**saved, "good": {"at": BEGAN.isoformat(), "servers": []}}), "utf-8")

    with pytest.raises(StateError, match="not written by this version"):
        known(store)


def test_two_processes_lose_nothing_to_one_another(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from dataclasses import replace; from datetime import datetime, UTC;"
        "from sendready.model.finding import Verdict; from sendready.model.history import PastLook;"
        "from sendready.model.ports import Scope; from sendready.world.store import Store;"
        f"scope = {SCOPE!r}; store = Store(Path(sys.argv[1])); at = datetime(2026, 11, 24, tzinfo=UTC)\n"
        "for n in range(20):\n"
        "    look = PastLook(at, at, Verdict.BROKEN, (sys.argv[2] + str(n),))\n"
        "    store.learn(scope, lambda past: replace(past, account=scope.account, looks=(*past.looks, look)))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path), name]) for name in ("a", "b")]

    assert [process.wait(60) for process in running] == [0, 0]
    kept = {kept.servers[0] for kept in known(Store(tmp_path)).looks}
    assert kept == {f"{name}{n}" for name in ("a", "b") for n in range(20)}
