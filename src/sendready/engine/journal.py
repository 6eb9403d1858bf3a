"""What is written down of a run: every change that was made, and of a record also that it is about to be added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sendready.model.change import Change
from sendready.model.errors import StateError
from sendready.model.observation import Observation
from sendready.model.ports import Scope, World
from sendready.model.publisher import Written, Zone
from sendready.model.records import WantedRecord


def scope_of(seen: Observation) -> Scope | None:
    """Where a look's state is kept; None while nobody knows whose account it is."""
    return Scope(seen.account_id, seen.region, seen.identity.name) if seen.account_id is not None else None


def made(change: Change, seen: Observation, world: World, detail: str, more: Mapping[str, object] | None = None) -> str:
    """Writes that a change was made, where and when; what is to be told of it, and that it could not be written."""
    return written_down(detail, lambda: about_to(change, seen, world, detail, more))


def about_to(
    change: Change, seen: Observation, world: World, detail: str, more: Mapping[str, object] | None = None
) -> None:
    """Writes it before it is made, for then it is not made where it cannot be written; raises StateError."""
    scope = scope_of(seen)
    if scope is None:
        raise StateError("nobody knows whose account this is", "Run it again once AWS says who you are")
    record = change.record
    entry = {
        "at": world.clock.now().isoformat(),
        "change": change.key,
        "api": change.api,
        "detail": detail,
        **({"name": record.name, "type": record.type.value, "value": record.value} if record is not None else {}),
        **(more or {}),
    }
    world.store.record(scope, entry)


def written_down(detail: str, write: Callable[[], None]) -> str:
    """Writes down what has been done already: a full disk does not undo it, and does not keep the rest from going on.

    Returns what is to be told of it.
    """
    try:
        write()
    except StateError as error:
        unwritten = f"it could not be written down: {error.message}"
        return f"{detail}; {unwritten}" if detail else unwritten
    return detail


@dataclass(frozen=True, slots=True)
class RecordJournal:
    """What is kept of records: enough to take back exactly those that were added, even by a run that was killed."""

    seen: Observation
    world: World

    def begin(self, change: Change, record: WantedRecord, zone: Zone) -> None:
        """Before it is added. Whether it was is seen in the zone, where a killed run left nothing more."""
        about_to(change, self.seen, self.world, "about to be added", self._place(record, zone))

    def added(
        self, change: Change, record: WantedRecord, zone: Zone, answer: str, now: Sequence[str] | None, detail: str
    ) -> str:
        """It was, and this is what the host shows of it now; None where it could not be read back.

        It is on its way from here on, so that no look in between takes it for one still to be added.
        Returns `detail`, and that it could not be written down.
        """
        scope = scope_of(self.seen)

        def write() -> None:
            if scope is not None:
                at = {record.key: self.world.clock.now()}
                self.world.store.learn(scope, lambda past: replace(past, written={**past.written, **at}))
            shown = list(now) if now is not None else None
            about_to(change, self.seen, self.world, answer, {**self._place(record, zone), "read_back": shown})

        return written_down(detail, write)

    def refused(self, record: WantedRecord, zone: Zone) -> None:
        """The host surely did not add it; where that cannot be written, the zone says so when it is asked."""
        scope, at = scope_of(self.seen), self.world.clock.now()
        if scope is not None:
            how = self.seen.answered.answers.publish
            with suppress(StateError):
                self.world.store.taken_back(scope, Written(record, how, zone, at), at)

    def _place(self, record: WantedRecord, zone: Zone) -> dict[str, object]:
        return {
            "publish": self.seen.answered.answers.publish.value,
            "host": zone.host,
            "zone": zone.name,
            "zone_id": zone.id,
            "ttl": record.ttl,
            "purpose": record.purpose,
            "step": record.step.value,
        }
