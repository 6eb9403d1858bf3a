"""The state directory: answers, what looks knew, and the journal; private files, replaced whole or appended to."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sendready.model.answers import Publish
from sendready.model.errors import StateError
from sendready.model.observation import Past
from sendready.model.ports import Resource, ResourceKind, Scope
from sendready.model.publisher import Written, Zone
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step
from sendready.world import history
from sendready.world.locks import PATIENCE, StillLocked, is_locked, locked
from sendready.world.threads import InTurn

HISTORY = "history.jsonl"
"""Beside `past.json`: the looks, oldest first."""

SCHEMA = "sendready.state/1"
"""Written into every file; another number is refused, never half used."""


class Store:
    """Implements `model.ports.Store` over `<root>/<identity>/<region>/<account>/`.

    An identity's latest account comes first where the account is not known yet: that is how a wrong profile is told
    from a new identity.
    """

    def __init__(self, root: Path, patience: float = PATIENCE) -> None:
        self._root = root
        self._patience = patience
        self._turns = InTurn()

    def answers(self, identity: str, region: str) -> Mapping[str, Any]:
        """The answers saved last for this identity in this region."""
        saved, path = self._latest(identity, region, "answers.json")
        answers = saved.get("answers", {})
        if not isinstance(answers, dict):
            raise _foreign(path)
        return answers

    def save_answers(self, scope: Scope, answers: Mapping[str, Any]) -> None:
        """Keeps the answers."""
        self._replace(self._folder(scope) / "answers.json", {"answers": dict(answers)})

    def past(self, identity: str, region: str, account: str | None = None) -> Past:
        """What earlier looks knew: those of one account, or of the one the identity was seen in last."""
        saved, path = self._latest(identity, region, "past.json", account)
        return self._with_looks(_read_past(saved, path), path) if saved else Past()

    def regions(self, identity: str, account: str) -> tuple[str, ...]:
        """The regions in which an account was seen to have the identity, the one seen last first."""
        with _explained(self._root):
            found = list((self._root / _folder_name(identity)).glob(f"*/{account}/past.json"))
            found.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
            texts = [(path, path.read_text("utf-8", "replace")) for path in found]
        return tuple(path.parent.parent.name for path, text in texts if _checked(text, path).get("identity_seen"))

    def learn(self, scope: Scope, learn: Callable[[Past], Past]) -> None:
        """Keeps what `learn` makes of what is known by now; runs at the same time lose nothing to one another."""
        folder = self._folder(scope)
        with self._alone(folder, scope):
            before = self.past(scope.identity, scope.region, scope.account)
            after = learn(before)
            path, lines = folder / "past.json", folder / HISTORY
            facts_differ = replace(after, looks=()) != replace(before, looks=())
            if not path.exists():  # which says that there is anything at all
                self._replace(path, _as_json(after))
                facts_differ = False
            # The history before the rest: an earlier form kept the last good look in `past.json`.
            if after.looks != before.looks or (after.looks and not lines.exists()):
                self._exchange(lines, history.written(after.looks, SCHEMA))
            if facts_differ:
                self._replace(path, _as_json(after))

    async def learn_in_turn(self, scope: Scope, learn: Callable[[Past], Past]) -> None:
        """The same on a thread of its own, after what was asked for before it about the same scope."""
        await self._turns.run(scope, lambda: self.learn(scope, learn))

    def _with_looks(self, past: Past, path: Path) -> Past:
        """The looks of the history beside `past.json`; before there was one, its last good look is all of them."""
        lines = path.with_name(HISTORY)
        looks = history.read(self._lines(lines)) if lines.exists() else ()
        return replace(past, looks=looks or past.looks)

    def begin(self, scope: Scope, resource: Resource) -> None:
        """Writes into the journal, before it is created, that a temporary resource may exist."""
        self.record(scope, {"begin": resource.kind.value, **_named(resource)})

    def end(self, scope: Scope, resource: Resource) -> None:
        """Writes that it is gone."""
        self.record(scope, {"end": resource.kind.value, **_named(resource)})
        killed = self._run_file(scope, resource.name)
        if not is_locked(killed):
            killed.unlink(missing_ok=True)

    @contextmanager
    def running(self, scope: Scope, run: str) -> Iterator[None]:
        """For the time of the block, what `run` has begun is not unfinished, for this process and all others."""
        path = self._run_file(scope, run)
        with ExitStack() as held:
            with _explained(path):
                self._folder(scope)
                held.enter_context(self._locked(path, scope))
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def unfinished(self) -> Sequence[tuple[Scope, Resource]]:
        """Everything that interrupted runs may have left behind, newest first; not what a run is still using."""
        left: list[tuple[Scope, Resource]] = []
        for scope, path in self._journals():
            open_here: dict[Resource, None] = {}
            for entry in self._lines(path):
                if "begin" in entry:
                    open_here[_resource(entry, "begin", path)] = None
                elif "end" in entry:
                    open_here.pop(_resource(entry, "end", path), None)
            live = {run for run in {r.name for r in open_here} if is_locked(self._run_file(scope, run))}
            left.extend((scope, resource) for resource in reversed(open_here) if resource.name not in live)
        return left

    def written(self) -> Sequence[tuple[Scope, Written]]:
        """Every record that was added and not taken away since, newest first."""
        found: list[tuple[Scope, Written]] = []
        for scope, path in self._journals():
            there: dict[tuple[str, ...], Written] = {}
            for entry in self._lines(path):
                if "publish" in entry:
                    written = _written(entry, path)
                    there.pop(_place(written), None)
                    there[_place(written)] = written
                elif "removed" in entry:
                    there.pop(tuple(map(str, entry["removed"])), None)
            found.extend((scope, written) for written in reversed(there.values()))
        return found

    def journal(self, identity: str, region: str) -> Sequence[Mapping[str, Any]]:
        """What was changed for an identity in a region, in all accounts, oldest first in each."""
        return [
            {key: value for key, value in entry.items() if key != "schema"}
            for scope, path in self._journals()
            if (scope.identity, scope.region) == (identity, region)
            for entry in self._lines(path)
        ]

    def taken_back(self, scope: Scope, written: Written, at: datetime) -> None:
        """Writes that a record was taken away again, or is not ours any more."""
        self.record(scope, {"at": at.isoformat(), "removed": _place(written)})

    def _journals(self) -> Iterator[tuple[Scope, Path]]:
        """Every journal, the one that was written to last first."""
        with _explained(self._root):
            journals = [(path.stat().st_mtime_ns, path) for path in self._root.glob("*/*/*/journal.jsonl")]
        for _, path in sorted(journals, reverse=True):
            account, region, identity = path.parent.name, path.parent.parent.name, path.parent.parent.parent.name
            yield Scope(account, region, _identity_of(identity)), path

    def record(self, scope: Scope, entry: Mapping[str, Any]) -> None:
        """Appends one line to the journal and makes sure it is on the disk before it returns."""
        path = self._folder(scope) / "journal.jsonl"
        line = json.dumps({"schema": SCHEMA, **entry}).encode() + b"\n"
        with _explained(path):
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "a+b") as journal:
                if journal.tell():
                    journal.seek(-1, os.SEEK_END)
                    if journal.read(1) != b"\n":  # half a line of a run that was killed: ours must not join it
                        line = b"\n" + line
                journal.write(line)
                journal.flush()
                os.fsync(journal.fileno())

    def _folder(self, scope: Scope) -> Path:
        """The scope's folder. What is made is private; a root that the user made keeps its permissions."""
        folder = self._root
        with _explained(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(exist_ok=True, mode=0o700)
            for name in (_folder_name(scope.identity), scope.region, scope.account):
                folder /= name
                folder.mkdir(exist_ok=True, mode=0o700)
        return folder

    def _run_file(self, scope: Scope, run: str) -> Path:
        """A file whose lock a run holds while it lives."""
        return self._root / _folder_name(scope.identity) / scope.region / scope.account / f".{run}"

    def _latest(self, identity: str, region: str, name: str, account: str | None = None) -> tuple[dict[str, Any], Path]:
        """The newest file of that name among the accounts this identity was seen in, and which one it is."""
        with _explained(self._root):
            found = list((self._root / _folder_name(identity) / region).glob(f"{account or '*'}/{name}"))
            if not found:
                return {}, self._root
            path = max(found, key=lambda candidate: candidate.stat().st_mtime_ns)
            text = path.read_text("utf-8", "replace")
        return _checked(text, path), path

    @contextmanager
    def _alone(self, folder: Path, scope: Scope) -> Iterator[None]:
        """One writer at a time; raises StateError where another one does not end."""
        path = folder / ".lock"
        with ExitStack() as held:
            with _explained(path):
                held.enter_context(self._locked(path, scope))
            yield

    @contextmanager
    def _locked(self, path: Path, scope: Scope) -> Iterator[None]:
        with ExitStack() as held:
            try:
                held.enter_context(locked(path, self._patience))
            except StillLocked:
                raise StateError(
                    f"another sendready has been holding the state of {scope.identity} for {self._patience:g} s;"
                    " try again",
                    f"If it stays so, look for one that was stopped (Ctrl-Z) and holds {path}",
                ) from None
            yield

    def _lines(self, path: Path) -> Iterator[dict[str, Any]]:
        with _explained(path):
            lines = path.read_text("utf-8", "replace").split("\n")
        for line in lines:
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue  # a line of a run that was killed while it wrote, or brackets in brackets without end
            if isinstance(entry, dict):
                yield _ours(entry, path)

    def _replace(self, path: Path, content: Mapping[str, Any]) -> None:
        """Writes beside the file and renames, so that a reader sees the old or the new, never half of one."""
        self._exchange(path, json.dumps({"schema": SCHEMA, **content}, indent=1).encode())

    def _exchange(self, path: Path, content: bytes) -> None:
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        with _explained(path):
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # or a power cut may leave the name with nothing in it
            beside.replace(path)


def _checked(text: str, path: Path) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):  # the latter for brackets in brackets without end
        content = None
    return _ours(content, path)


def _ours(content: object, path: Path) -> dict[str, Any]:
    """Refuses what another version wrote, or nobody of ours."""
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise _foreign(path)
    return content


def _foreign(path: Path) -> StateError:
    return StateError(
        f"{path} was not written by this version of sendready",
        "Move the file away to start without it; AWS and DNS still know everything that matters",
    )


def _resource(entry: Mapping[str, Any], what: str, path: Path) -> Resource:
    """What a line of the journal speaks of."""
    try:
        return Resource(ResourceKind(entry[what]), str(entry["name"]), str(entry.get("of", "")))
    except (KeyError, ValueError):
        raise _foreign(path) from None


def _written(entry: Mapping[str, Any], path: Path) -> Written:
    """The record that a line of the journal says was added."""
    try:
        record = WantedRecord(
            name=str(entry["name"]),
            type=RecordType(entry["type"]),
            value=str(entry["value"]),
            purpose=str(entry["purpose"]),
            step=Step(entry["step"]),
            ttl=int(entry["ttl"]),
        )
        zone = Zone(str(entry["host"]), str(entry["zone"]), str(entry["zone_id"]))
        return Written(record, Publish(entry["publish"]), zone, datetime.fromisoformat(entry["at"]))
    except (KeyError, TypeError, ValueError):
        raise _foreign(path) from None


def _place(written: Written) -> tuple[str, ...]:
    """What tells one written record from another."""
    return written.record.name, written.record.type.value, written.zone.name, written.zone.id


def _named(resource: Resource) -> dict[str, str]:
    return {"name": resource.name, **({"of": resource.of} if resource.of else {})}


def _read_past(saved: Mapping[str, Any], path: Path) -> Past:
    try:
        return Past(
            account=saved.get("account"),
            identity_seen=bool(saved.get("identity_seen")),
            live_records=frozenset((str(name), str(rtype)) for name, rtype in saved.get("live_records", ())),
            written={
                (str(name), str(rtype)): datetime.fromisoformat(at) for name, rtype, at in saved.get("written", ())
            },
            production_seen=bool(saved.get("production_seen")),
            tokens=tuple(map(str, saved.get("tokens", ()))),
            signing_zone=str(saved.get("signing_zone", "")),
            ready_since=_time(saved.get("ready_since")),
            last_ready=_time(saved.get("last_ready")),
            test_proven=_time(saved.get("test_proven")),
            looks=(history.earlier_form(saved["good"]),) if saved.get("good") is not None else (),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _foreign(path) from None


def _as_json(past: Past) -> dict[str, Any]:
    return {
        "account": past.account,
        "identity_seen": past.identity_seen,
        "live_records": sorted(past.live_records),
        "written": [[name, rtype, at.isoformat()] for (name, rtype), at in sorted(past.written.items())],
        "production_seen": past.production_seen,
        "tokens": past.tokens,
        "signing_zone": past.signing_zone,
        "ready_since": past.ready_since.isoformat() if past.ready_since else None,
        "last_ready": past.last_ready.isoformat() if past.last_ready else None,
        "test_proven": past.test_proven.isoformat() if past.test_proven else None,
    }


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _folder_name(identity: str) -> str:
    """A file name for an identity; an address's local part may hold what a path may not."""
    return quote(identity, safe="@+")


def _identity_of(folder: str) -> str:
    return unquote(folder)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Says what to do when the disk is full or the folder is not ours."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StateError(
            f"the state directory cannot be used: {path}: {reason}",
            "Free some space or pass another folder in SENDREADY_STATE_DIR",
        ) from error
