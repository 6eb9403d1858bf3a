"""The chosen octoDNS providers, held to single records: a plan of anything but our creations is not carried out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sendready.model.answers import Publish
from sendready.model.errors import AccessDenied, AlreadyExists, Rejected, SendreadyError, ServiceFailure, Unreachable
from sendready.model.names import absolute, ancestors, bare, is_registry, relative
from sendready.model.observation import Delegation
from sendready.model.publisher import Found, Zone
from sendready.model.records import Question, RecordType, WantedRecord
from sendready.world.publish.providers import Provider
from sendready.world.threads import in_daemon_thread

T = TypeVar("T")

PATIENCE = 180.0
"""Seconds for one step at the provider; a large zone is read page by page."""

LONGEST_SAYING = 160
"""Characters of a provider's own words that are shown."""

FRESH = 60.0
"""Seconds for which a zone that was read may be planned with; a large one takes a request for every hundred records."""

SHORTEST_SECRET = 5
"""Characters up to which an argument is no secret but a port or a word."""


class OctoDns:
    """Implements `model.publisher.Publisher`. octoDNS works on whole zones: it is given the zone as it is, and ours."""

    extends = False
    amends = False  # most providers delete first and create then

    def __init__(self, how: Publish, provider: Provider, environment: Mapping[str, str]) -> None:
        """Raises BadInput where the package or one of its variables is missing."""
        self._class = provider.load(how)
        self._arguments = provider.arguments(environment, how)
        self._secrets = [
            value for value in self._arguments.values() if isinstance(value, str) and len(value) > SHORTEST_SECRET
        ]
        self._read: dict[str, tuple[float, Any, Any, bool]] = {}
        self._writes = 0
        self.host = provider.host
        self.api = f"{how.value}:create"
        if not logging.getLogger().handlers:
            # It warns on stderr where nobody listens, and its loggers ("Plan", "Zone") have nothing else above them.
            logging.getLogger().addHandler(logging.NullHandler())

    async def find(self, delegation: Delegation) -> Found:
        """The zone at the provider, by the delegated name, else by any name above the domain."""
        apex = delegation.zone or delegation.name
        for name in dict.fromkeys((apex, *ancestors(delegation.name))):
            if is_registry(name):
                continue
            zone = await self._run(lambda name=name: self._zone(name))  # type: ignore[misc]
            if zone is not None:
                away = zone.name != apex or zone.is_served_by(delegation) is False
                return Found(unasked=(zone,)) if away else Found(zone)
        return Found()

    async def existing(self, zone: Zone, names: Sequence[str]) -> Mapping[Question, tuple[str, ...]]:
        """Every record set at these names, out of the whole zone as it was read within the last minute."""

        def read() -> dict[Question, tuple[str, ...]]:
            _, held, _ = self._recent(zone.name)
            return {
                Question(bare(record.fqdn), RecordType(record._type)): _values(record)
                for record in held.records
                if bare(record.fqdn) in names and record._type in RecordType.__members__
            }

        return await self._run(read)

    async def create(self, zone: Zone, records: Sequence[WantedRecord]) -> str:
        """Plans the zone as it is with the records added, and carries the plan out if it says nothing more."""

        def write() -> str:
            from octodns.record import Create

            provider, held, exists = self._held(zone.name)
            desired = held.copy()
            for record in records:
                self._check_free(held, record)
                desired.add_record(_record(desired, record), lenient=True)
            plan = self._plan(provider, desired, exists)
            wanted = {(record.name, record.type.value) for record in records}
            planned = {(bare(c.record.fqdn), c.record._type) for c in plan.changes if isinstance(c, Create)}
            self._check(plan, planned == wanted and len(plan.changes) == len(wanted))
            return f"{self._carry_out(provider, plan, zone.name)} created"

        return await self._run(write)

    async def is_everywhere(self, answer: str) -> bool | None:
        """Not known: only the name servers themselves can be asked."""
        return None

    async def remove(self, zone: Zone, record: WantedRecord) -> bool:
        """Plans the zone as it is without the record, if it stands there alone."""

        def write() -> bool:
            from octodns.record import Delete

            provider, held, exists = self._held(zone.name)
            ours = [r for r in held.records if bare(r.fqdn) == record.name and r._type == record.type]
            if len(ours) != 1 or _values(ours[0]) != (record.value,):
                return False
            desired = held.copy()
            desired.remove_record(ours[0])
            plan = self._plan(provider, desired, exists)
            (change, *more) = plan.changes
            same = (bare(change.record.fqdn), change.record._type) == (record.name, record.type)
            self._check(plan, isinstance(change, Delete) and same and not more)
            self._carry_out(provider, plan, zone.name)
            return True

        return await self._run(write)

    async def amend(self, zone: Zone, before: str, record: WantedRecord) -> bool:
        """Refused: it would not be one step."""
        raise Rejected(f"a record at {zone.host} is changed by hand", action=self.api)

    def _check_free(self, held: Any, record: WantedRecord) -> None:  # noqa: ANN401
        """Nothing may be where the record goes: no set of its type, no CNAME, and for a CNAME nothing at all."""
        there = {r._type for r in held.records if bare(r.fqdn) == record.name}
        if there & {record.type.value, "CNAME"} or (there and record.type is RecordType.CNAME):
            raise AlreadyExists(
                f"{record.name} has {', '.join(sorted(there))} records", "Look again: `sendready plan`", action=self.api
            )

    def _plan(self, provider: Any, desired: Any, exists: bool) -> Any:  # noqa: ANN401  octoDNS has no types
        plan = provider.plan(desired) if exists else None
        if plan is None or not plan.exists:
            raise Rejected(f"{self.host} does not have the zone, or nothing to change in it", action=self.api)
        return plan

    def _check(self, plan: Any, good: bool) -> None:  # noqa: ANN401
        """Refuses a plan that would touch what is not ours."""
        if not good or plan.meta:
            counts = ", ".join(f"{count} {kind.lower()}" for kind, count in plan.change_counts.items() if count)
            raise Rejected(
                f"octoDNS would change more at {self.host} than these records ({counts}); nothing was done",
                "Add them by hand: `sendready records DOMAIN`",
                action=self.api,
            )

    def _carry_out(self, provider: Any, plan: Any, name: str) -> int:  # noqa: ANN401
        """Applies a plan, one request after another at most providers: where it breaks off, some of it may be done."""
        try:
            return int(provider.apply(plan))
        except Exception as error:
            told = self._told(error)
            raise ServiceFailure(f"{told.message} (it may have done a part)", told.hint, action=self.api) from None
        finally:
            self._writes += 1
            self._read.pop(name, None)

    def _zone(self, name: str) -> Zone | None:
        """The zone with the name servers it is meant for, as far as the provider tells."""
        provider, held, exists = self._recent(name)
        if not exists:
            return None
        servers = tuple(held.root_ns.values) if held.root_ns is not None else ()
        known = getattr(provider, "zones", None)
        if not servers and isinstance(known, Mapping):  # Cloudflare names them beside the zone
            entry = known.get(held.name)
            servers = tuple(entry.get("name_servers") or ()) if isinstance(entry, Mapping) else ()
        return Zone(self.host, name, servers=tuple(bare(server) for server in servers))

    def _recent(self, name: str) -> tuple[Any, Any, bool]:
        """The same, not older than a minute: while records spread, a plan is made at every look."""
        at, *read = self._read.get(name, (-FRESH,))
        if not read or time.monotonic() - at > FRESH:
            writes, at = self._writes, time.monotonic()
            read = list(self._held(name))
            if writes == self._writes:  # or it may be the zone as it was before
                self._read[name] = (at, *read)
        return read[0], read[1], read[2]

    def _held(self, name: str) -> tuple[Any, Any, bool]:
        """A fresh provider, the whole zone as it has it now, and whether it has one."""
        from octodns.zone import Zone as Contents

        provider = self._class("sendready", **self._arguments)
        contents = Contents(absolute(name), [])
        exists = provider.populate(contents, target=True, lenient=True)
        return provider, contents, bool(exists)

    async def _run(self, work: Callable[[], T]) -> T:
        """Does it on a thread of its own, within a time, with every error told in our words and without a secret."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await in_daemon_thread(work)
        except TimeoutError:
            raise Unreachable(f"{self.host} did not answer within {PATIENCE:.0f} s", action=self.api) from None
        except SendreadyError:
            raise
        except Exception as error:  # every provider raises its own, and most of them plain ones
            raise self._told(error) from None

    def _told(self, error: Exception) -> SendreadyError:
        status = getattr(getattr(error, "response", None), "status_code", 0) or 0
        kind, text = type(error).__name__, " ".join(str(error).split())
        for secret in self._secrets:
            text = text.replace(secret, "…")
        said = f"{self.host}: {text[:LONGEST_SAYING] or kind}"
        names = " ".join(base.__name__ for base in type(error).__mro__)
        if status in (401, 403) or any(word in f"{names} {text}" for word in ("nauthorized", "Forbidden", "Authenti")):
            return AccessDenied(said, "Check the token and what it may do with the zone", action=self.api)
        if isinstance(error, OSError) or "Timeout" in names or "ConnectionError" in names:
            return Unreachable(said, "Check the network, and the host's own address if it has one", action=self.api)
        return (ServiceFailure if status >= 500 else Rejected)(said, action=self.api)


def _record(zone: Any, record: WantedRecord) -> Any:  # noqa: ANN401
    r"""A record as octoDNS wants it: the name relative, targets with their final dot, `;` in a text as `\;`."""
    from octodns.record import Record

    name = relative(record.name, bare(zone.name))
    data: dict[str, object] = {"type": record.type.value, "ttl": record.ttl}
    match record.type:
        case RecordType.MX:
            priority, _, host = record.value.partition(" ")
            data["values"] = [{"preference": int(priority), "exchange": absolute(host)}]
        case RecordType.TXT:
            data["values"] = [record.value.replace(";", "\\;")]
        case _:
            data["value"] = absolute(record.value)
    return Record.new(zone, "" if name == "@" else name, data, lenient=True)


def _values(record: Any) -> tuple[str, ...]:  # noqa: ANN401
    """A record set's values in our form."""
    values = getattr(record, "values", None) or [record.value]
    match record._type:
        case "MX":
            return tuple(f"{value.preference} {bare(value.exchange)}" for value in values)
        case "TXT":
            return tuple(str(value).replace("\\;", ";") for value in values)
        case _:
            return tuple(bare(str(value)) for value in values)
