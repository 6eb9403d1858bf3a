"""The state directory: what goes in comes out, private, whole or not at all, and never half understood."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendready.model.errors import ExitCode, StateError
from sendready.model.finding import Verdict
from sendready.model.history import PastLook
from sendready.model.observation import Past
from sendready.model.ports import Resource, ResourceKind, Scope
from sendready.world.locks import locked
from sendready.world.store import SCHEMA, Store, _folder_name, _identity_of
from sendready.world.threads import in_daemon_thread

SCOPE = Scope("123456789012", "eu-west-1", "example.com")
OTHER = Scope("210987654321", "eu-west-1", "example.com")
PAST = Past(
    account="123456789012",
    identity_seen=True,
    live_records=frozenset({("a.example.com", "CNAME"), ("_dmarc.example.com", "TXT")}),
    production_seen=True,
    tokens=("a", "b", "c"),
    signing_zone="dkim.amazonses.com",
    ready_since=datetime(2026, 10, 1, 10, tzinfo=UTC),
    last_ready=datetime(2026, 11, 24, 10, tzinfo=UTC),
    test_proven=datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC),
    looks=(
        PastLook(
            datetime(2026, 11, 12, 10, tzinfo=UTC),
            datetime(2026, 11, 24, 10, tzinfo=UTC),
            Verdict.READY,
            ("ns1.example.net", "ns2.example.net"),
            {"MX bounce.example.com": ("10 feedback-smtp.eu-west-1.amazonses.com",), "TXT _dmarc.example.com": ()},
            {"MAIL FROM": "bounce.example.com"},
            {"access": "production"},
        ),
    ),
)
QUEUE, TOPIC = Resource(ResourceKind.QUEUE, "sendready-1"), Resource(ResourceKind.TOPIC, "sendready-1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "state"


@pytest.fixture
def store(root: Path) -> Store:
    return Store(root)


def journal(root: Path, scope: Scope = SCOPE) -> Path:
    return root / scope.identity / scope.region / scope.account / "journal.jsonl"


def test_where_nothing_was_kept_nothing_is_known_and_nothing_is_made(store: Store, root: Path) -> None:
    assert store.answers("example.com", "eu-west-1") == {}
    assert store.past("example.com", "eu-west-1") == Past()
    assert list(store.unfinished()) == []
    assert not root.exists()


def test_answers_and_past_come_back_as_they_went_in(store: Store) -> None:
    answers = {"dmarc": "reject", "contacts": ["a@b.co"], "test": True, "website": "https://exämple.com/\u2028"}
    store.save_answers(SCOPE, answers)
    store.learn(SCOPE, lambda _: PAST)

    assert store.answers("example.com", "eu-west-1") == answers
    assert store.past("example.com", "eu-west-1") == PAST
    assert store.past("example.com", "us-east-1") == Past()
    assert store.past("example.org", "eu-west-1") == Past()


def test_an_empty_past_comes_back_empty(store: Store) -> None:
    store.learn(SCOPE, lambda _: Past())

    assert store.past("example.com", "eu-west-1") == Past()


def test_the_account_that_was_seen_last_is_the_one_that_counts(store: Store, root: Path) -> None:
    store.learn(SCOPE, lambda _: Past(account=SCOPE.account))
    store.learn(OTHER, lambda _: Past(account=OTHER.account))
    for number, scope in enumerate((OTHER, SCOPE)):
        os.utime(journal(root, scope).with_name("past.json"), ns=(number, number))

    assert store.past("example.com", "eu-west-1").account == SCOPE.account


def test_each_account_s_past_can_be_asked_for(store: Store) -> None:
    store.learn(SCOPE, lambda _: Past(account=SCOPE.account, tokens=("a",)))
    store.learn(OTHER, lambda _: Past(account=OTHER.account, tokens=("b",)))

    assert store.past("example.com", "eu-west-1", SCOPE.account).tokens == ("a",)
    assert store.past("example.com", "eu-west-1", "000000000000") == Past()


def test_what_is_learnt_is_added_to_what_is_known_by_then(root: Path) -> None:
    def learn(number: int) -> None:
        store = Store(root)
        for part in range(20):
            name = (f"{number}-{part}.example.com", "TXT")
            store.learn(SCOPE, lambda past, name=name: replace(past, live_records=past.live_records | {name}))

    threads = [threading.Thread(target=learn, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(Store(root).past("example.com", "eu-west-1").live_records) == 80


def test_where_nothing_new_was_learnt_nothing_is_written(store: Store, root: Path) -> None:
    store.learn(SCOPE, lambda _: PAST)
    path = journal(root).with_name("past.json")
    before = path.stat().st_ino

    store.learn(SCOPE, lambda past: past)

    assert path.stat().st_ino == before


def test_what_is_kept_is_readable_by_nobody_else(store: Store, root: Path) -> None:
    before = os.umask(0)
    try:
        store.save_answers(SCOPE, {})
        store.learn(SCOPE, lambda _: PAST)
        store.begin(SCOPE, QUEUE)
    finally:
        os.umask(before)

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert len(modes) == 9


def test_a_folder_of_the_user_s_keeps_its_permissions(root: Path) -> None:
    root.mkdir(parents=True)
    root.chmod(0o755)

    Store(root).save_answers(SCOPE, {})

    assert stat.S_IMODE(root.stat().st_mode) == 0o755
    assert stat.S_IMODE((root / "example.com").stat().st_mode) == 0o700


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(store: Store, root: Path) -> None:
    store.learn(SCOPE, lambda _: PAST)
    path = journal(root).with_name("past.json")
    before = path.stat().st_ino

    store.learn(SCOPE, lambda _: Past())

    assert path.stat().st_ino != before
    assert sorted(entry.name for entry in path.parent.iterdir()) == [".lock", "history.jsonl", "past.json"]


def test_a_reader_never_sees_half_a_file(store: Store) -> None:
    store.save_answers(SCOPE, {"website": "x"})
    done = threading.Event()
    seen: list[object] = []

    def read() -> None:
        while not done.is_set():
            seen.append(store.answers("example.com", "eu-west-1"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(200):
            store.save_answers(SCOPE, {"website": "x" * (number * 50)})
    finally:
        done.set()
        reader.join()

    assert all(isinstance(answers, dict) and "website" in answers for answers in seen)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"schema": "sendready.state/2", "answers": {}}',
        b'{"answers": {}}',
        b"\xff\xfe\x00",
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_never_half_used(store: Store, root: Path, content: bytes) -> None:
    store.save_answers(SCOPE, {"dmarc": "reject"})
    path = journal(root).with_name("answers.json")
    path.write_bytes(content)

    with pytest.raises(StateError, match="not written by this version") as caught:
        store.answers("example.com", "eu-west-1")

    assert str(path) in caught.value.message
    assert caught.value.exit_code is ExitCode.CANNOT_LOOK
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        {"live_records": 5},
        {"live_records": [["a"]]},
        {"last_ready": "yesterday"},
        {"tokens": None},
        {"good": {"at": "2026-11-24"}},
        {"good": 5},
    ],
)
def test_a_past_of_another_shape_is_refused(store: Store, root: Path, content: dict[str, object]) -> None:
    store.learn(SCOPE, lambda _: PAST)
    journal(root).with_name("past.json").write_text(json.dumps({"schema": SCHEMA, **content}))

    with pytest.raises(StateError, match="not written by this version"):
        store.past("example.com", "eu-west-1")


def test_a_folder_that_cannot_be_used_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match="the state directory cannot be used") as caught:
        Store(tmp_path / "file").save_answers(SCOPE, {})
    assert "SENDREADY_STATE_DIR" in (caught.value.hint or "")


# The journal


def test_what_was_begun_and_not_ended_is_unfinished_newest_first(store: Store) -> None:
    store.begin(SCOPE, QUEUE)
    store.begin(SCOPE, TOPIC)
    assert list(store.unfinished()) == [(SCOPE, TOPIC), (SCOPE, QUEUE)]

    store.end(SCOPE, QUEUE)
    assert list(store.unfinished()) == [(SCOPE, TOPIC)]

    store.end(SCOPE, TOPIC)
    assert list(store.unfinished()) == []


def test_unfinished_things_of_every_scope_are_found_the_latest_scope_first(store: Store, root: Path) -> None:
    address = Scope("123456789012", "us-east-1", "o'brien+x/y@example.com")
    store.begin(address, QUEUE)
    store.begin(SCOPE, TOPIC)
    for number, path in enumerate(sorted(root.glob("*/*/*/journal.jsonl"), key=lambda p: "@" not in p.parts[-4])):
        os.utime(path, ns=(number, number))
    assert list(store.unfinished()) == [(SCOPE, TOPIC), (address, QUEUE)]

    for number, path in enumerate(sorted(root.glob("*/*/*/journal.jsonl"), key=lambda p: "@" in p.parts[-4])):
        os.utime(path, ns=(number, number))
    assert list(store.unfinished()) == [(address, QUEUE), (SCOPE, TOPIC)]


def test_ending_what_was_never_begun_is_no_harm(store: Store) -> None:
    store.end(SCOPE, QUEUE)

    assert list(store.unfinished()) == []


def test_changes_stand_in_the_journal_and_are_not_unfinished(store: Store, root: Path) -> None:
    store.record(SCOPE, {"change": "identity.create", "name": "example.com"})

    (row,) = journal(root).read_text("utf-8").splitlines()
    assert json.loads(row) == {"schema": SCHEMA, "change": "identity.create", "name": "example.com"}
    assert list(store.unfinished()) == []


@pytest.mark.parametrize("half", [b'{"schema": "sendready.state/1", "beg', '{"name": "é'.encode()[:-1], b"\x00\x00"])
def test_a_line_half_written_by_a_run_that_was_killed_is_passed_over(store: Store, root: Path, half: bytes) -> None:
    store.begin(SCOPE, QUEUE)
    with journal(root).open("ab") as file:
        file.write(half)

    assert list(store.unfinished()) == [(SCOPE, QUEUE)]


def test_what_is_written_after_half_a_line_is_not_lost_with_it(store: Store, root: Path) -> None:
    store.begin(SCOPE, QUEUE)
    with journal(root).open("ab") as file:
        file.write(b'{"schema": "sendready.state/1", "beg')

    store.begin(SCOPE, TOPIC)
    store.end(SCOPE, QUEUE)

    assert list(store.unfinished()) == [(SCOPE, TOPIC)]


def test_a_journal_of_another_version_is_refused(store: Store, root: Path) -> None:
    store.begin(SCOPE, QUEUE)
    with journal(root).open("a") as file:
        file.write('{"schema": "sendready.state/2", "begin": "bucket", "name": "x"}\n')

    with pytest.raises(StateError, match="not written by this version"):
        store.unfinished()


@pytest.mark.parametrize(
    "entry", [{"begin": "bucket", "name": "x"}, {"begin": "queue"}, {"end": "bucket", "name": "x"}]
)
def test_a_resource_nobody_knows_is_refused(store: Store, entry: dict[str, str]) -> None:
    store.record(SCOPE, entry)

    with pytest.raises(StateError, match="not written by this version"):
        store.unfinished()


def test_what_a_run_is_still_using_is_not_unfinished(store: Store, root: Path) -> None:
    with store.running(SCOPE, QUEUE.name):
        store.begin(SCOPE, QUEUE)
        store.begin(SCOPE, Resource(ResourceKind.QUEUE, "sendready-2"))

        assert [resource.name for _, resource in Store(root).unfinished()] == ["sendready-2"]

    assert [resource.name for _, resource in Store(root).unfinished()] == ["sendready-2", "sendready-1"]


def test_what_a_killed_run_used_is_unfinished(store: Store, root: Path) -> None:
    killed = (
        "import os, signal, sys; from pathlib import Path; from sendready.world.store import Store;"
        "from sendready.model.ports import Resource, ResourceKind, Scope;"
        f"scope = {SCOPE!r}; store = Store(Path(sys.argv[1]));"
        "held = store.running(scope, 'sendready-1'); held.__enter__();"
        "store.begin(scope, Resource(ResourceKind.QUEUE, 'sendready-1')); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", killed, str(root)], check=False).returncode == -signal.SIGKILL

    assert list(store.unfinished()) == [(SCOPE, QUEUE)]
    store.end(SCOPE, QUEUE)
    assert sorted(entry.name for entry in journal(root).parent.iterdir()) == ["journal.jsonl"]


@settings(max_examples=30)
@given(st.text(alphabet=st.characters(codec=None)))
def test_whatever_is_recorded_is_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root = tmp_path_factory.mktemp("state")
    store = Store(root)
    store.record(SCOPE, {"detail": text})
    store.begin(SCOPE, QUEUE)

    rows = journal(root).read_bytes().split(b"\n")
    assert len(rows) == 3
    assert json.loads(rows[0])["detail"] == text
    assert list(store.unfinished()) == [(SCOPE, QUEUE)]


def test_two_runs_may_write_into_one_journal(root: Path) -> None:
    def write(number: int) -> None:
        store = Store(root)
        for part in range(20):
            store.begin(SCOPE, Resource(ResourceKind.QUEUE, f"sendready-{number}-{part}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(Store(root).unfinished()) == 80


def test_a_lock_that_another_run_keeps_is_an_error_and_no_wait_without_end(root: Path) -> None:
    store = Store(root, patience=0.05)
    store.learn(SCOPE, lambda past: PAST)
    held = store._folder(SCOPE) / ".lock"

    with locked(held), pytest.raises(StateError) as told:
        store.learn(SCOPE, lambda past: replace(past, tokens=("x",)))

    assert told.value.message == "another sendready has been holding the state of example.com for 0.05 s; try again"
    assert str(held) in (told.value.hint or "")
    assert store.past("example.com", "eu-west-1") == PAST
    store.learn(SCOPE, lambda past: replace(past, tokens=("x",)))
    assert store.past("example.com", "eu-west-1").tokens == ("x",)


async def test_what_is_learnt_of_one_scope_is_written_in_the_order_in_which_it_was_seen(store: Store) -> None:
    began, go_on = threading.Event(), threading.Event()
    daemons: list[bool] = []

    def slowly(past: Past) -> Past:
        daemons.append(threading.current_thread().daemon)
        began.set()
        go_on.wait()
        return replace(past, tokens=(*past.tokens, "first"))

    def then(token: str) -> asyncio.Task[None]:
        learning = store.learn_in_turn(SCOPE, lambda past: replace(past, tokens=(*past.tokens, token)))
        return asyncio.create_task(learning)

    first = asyncio.create_task(store.learn_in_turn(SCOPE, slowly))
    await in_daemon_thread(began.wait)
    dropped, last = then("dropped"), then("last")
    await store.learn_in_turn(OTHER, lambda past: replace(past, tokens=("other",)))  # which waits for nobody here
    for left in (first, dropped):
        left.cancel()
    await asyncio.gather(first, dropped, return_exceptions=True)
    assert not last.done()
    go_on.set()
    await last

    assert daemons == [True]
    assert store.past("example.com", "eu-west-1", SCOPE.account).tokens == ("first", "last")


async def test_an_error_in_one_turn_ends_only_that_one(store: Store) -> None:
    def fail(past: Past) -> Past:
        raise StateError("no")

    results = await asyncio.gather(
        store.learn_in_turn(SCOPE, fail), store.learn_in_turn(SCOPE, lambda _: PAST), return_exceptions=True
    )

    assert [type(result) for result in results] == [StateError, type(None)]
    assert store.past("example.com", "eu-west-1") == PAST
    assert store._turns._last == {}


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126)))
def test_every_identity_has_a_folder_of_its_own_and_is_known_again_by_it(local: str) -> None:
    identity = f"{local}@example.com"
    name = _folder_name(identity)

    assert _identity_of(name) == identity
    assert "/" not in name
    assert "\\" not in name


def test_the_regions_an_account_was_seen_to_have_the_identity_in_come_latest_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for region, account, seen in (
        ("eu-west-1", "1", True),
        ("us-east-1", "1", False),
        ("us-west-2", "2", True),
        ("ap-south-1", "1", True),
    ):
        store.learn(
            Scope(account, region, "example.com"),
            lambda past, seen=seen: replace(past, identity_seen=seen, tokens=("t",)),
        )  # type: ignore[misc]
    os.utime(tmp_path / "example.com" / "eu-west-1" / "1" / "past.json", ns=(0, 0))

    assert store.regions("example.com", "1") == ("ap-south-1", "eu-west-1")
    assert store.regions("example.com", "3") == ()
    assert store.regions("another.example", "1") == ()
