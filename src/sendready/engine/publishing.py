"""Who writes the records and where, and the writing itself: journal, create, read back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

from sendready.engine.attempt import attempt
from sendready.engine.journal import RecordJournal, about_to
from sendready.hosts import host_seen
from sendready.model.answers import Publish
from sendready.model.change import AmendRecord, Change
from sendready.model.errors import AccessDenied, AlreadyExists, Rejected, SendreadyError, StateError
from sendready.model.events import Changed, Event, Failed, Note
from sendready.model.observation import Delegation, Observation, Seen, Unseen
from sendready.model.ports import World
from sendready.model.publisher import Found, Publisher, Zone
from sendready.model.records import RecordState, WantedRecord
from sendready.steps.dmarc import amended
from sendready.steps.records import Publishing

LONGEST_SPREAD = 90.0
"""Seconds a host is given to bring a change to its name servers; Route 53 generally needs 60 (developer guide)."""

SPREAD_PAUSE = 2.0
"""Seconds between two questions of whether it has."""


class NoHostedZone(SendreadyError):
    """A publisher was asked for by name and holds no zone of the domain."""


async def publishing(seen: Observation, world: World) -> Publishing:
    """Whether and where records can be written; asks the host only where a record is to be added.

    Raises:
        NoHostedZone: the publisher was named by the user and holds no such zone.
        SendreadyError: it was named, and could not be asked.
    """
    lacking = [r for r in seen.records if r.state not in (RecordState.LIVE, RecordState.SPREADING)]
    if not seen.identity.is_domain or not (lacking or seen.identity_missing or amended(seen)):
        return Publishing(None, {})
    how = seen.answered.answers.publish
    if how is Publish.NONE:
        return Publishing(None, {}, "add it at your DNS host")
    if not isinstance(seen.delegation, Seen):
        return Publishing(None, {}, "the zone could not be looked up; add it at your DNS host")
    delegation = seen.delegation.value
    publisher = world.publisher(how)
    found = await attempt(publisher.find(delegation))
    if isinstance(found, Unseen):
        if how is not Publish.AUTO:
            raise found.reason
        return Publishing(
            None, {}, f"{publisher.host} could not be asked ({found.reason.message}); add it at your DNS host"
        )
    chosen = chosen_zone(seen, delegation, found.value)
    if chosen is None:
        return _nowhere(seen, delegation, publisher, found.value)
    existing = await attempt(publisher.existing(chosen, tuple(dict.fromkeys(r.wanted.name for r in lacking))))
    if isinstance(existing, Unseen):
        if how is not Publish.AUTO:
            raise existing.reason
        return Publishing(None, {}, f"the zone could not be read ({existing.reason.message}); add it at your DNS host")
    note = f"records go into {chosen.host} zone {chosen.label}"
    if twins := [zone.id for zone in found.value.unasked if zone.name == chosen.name and zone != chosen]:
        note += f"; there is another zone of that name that nobody is sent to: {', '.join(twins)}"
    return Publishing(
        chosen, existing.value, note, api=publisher.api, extends=publisher.extends, amends=publisher.amends
    )


def chosen_zone(seen: Observation, delegation: Delegation, found: Found) -> Zone | None:
    """The zone the world is sent to; with the user's word the one that would hold the domain best."""
    if found.zone is not None and (found.zone.is_served_by(delegation) or _hosted_there(seen, found.zone)):
        return found.zone
    if seen.answered.answers.any_zone:
        return found.zone or next(iter(found.unasked), None)
    return None


def _hosted_there(seen: Observation, zone: Zone) -> bool:
    """Where the host does not name its servers: whether those of the delegation are known to be its own."""
    host = host_seen(seen)
    how = seen.answered.answers.publish.value
    return not zone.servers and host is not None and host.publishes_as == how


def _nowhere(seen: Observation, delegation: Delegation, publisher: Publisher, found: Found) -> Publishing:
    """Why nothing is written; a zone that nobody is sent to is in the way of whoever asked for this host by name."""
    how = seen.answered.answers.publish
    name = seen.zone or seen.identity.domain
    served = ", ".join(dict.fromkeys(server.name for server in delegation.servers)) or "no server"
    unasked = [*([found.zone] if found.zone is not None else []), *found.unasked]
    if unasked and how is not Publish.AUTO:
        where = f"is served by {', '.join(unasked[0].servers)}" if unasked[0].servers else "may not be the one"
        return Publishing(
            None,
            {},
            f"{publisher.host} zone {unasked[0].label} {where}, and the world is sent to {served}: what is written"
            " there would be seen by nobody. Change the delegation first, or pass `--any-zone`",
            blocked=True,
        )
    if how is not Publish.AUTO:
        private = f"; {found.private[0].label} is private" if found.private else ""
        raise NoHostedZone(
            f"{publisher.host} has no public zone {name} that the world is sent to{_account(how)}{private}",
            f"{name} is served by {served}. {_way_on(how)}",
        )
    also = f"; {publisher.host} zone {unasked[0].label} is another one, which nobody is sent to" if unasked else ""
    if not delegation.servers:
        return Publishing(None, {}, f"no name server answers for {name}; add it where the domain's DNS is hosted{also}")
    return Publishing(None, {}, f"{name} is served by {served}; add it there{_could_be_written(seen)}{also}")


def _could_be_written(seen: Observation) -> str:
    """Where the host is known and there is a publisher for it: how to let it do the work."""
    host = host_seen(seen)
    known = host is not None and host.publishes_as in {how.value for how in Publish} - {Publish.ROUTE53.value}
    return f", or pass `--publish {host.publishes_as}`" if host is not None and known else ""


def _account(how: Publish) -> str:
    return " in this account" if how is Publish.ROUTE53 else ""


def _way_on(how: Publish) -> str:
    if how is Publish.ROUTE53:
        return "Use `--dns-profile` or `--dns-role-arn` for the zone's account, or `--publish none`"
    if how is Publish.RFC2136:
        return "Name the server that takes updates (`--update-server`) and let the key ask there, or `--publish none`"
    return "Use the host's own credentials, or `--publish none`"


async def publish(changes: Sequence[Change], seen: Observation, world: World) -> AsyncGenerator[Event, None]:
    """Adds the records in one batch, or one by one where something has appeared meanwhile; each is read back."""
    journal = RecordJournal(seen, world)
    publisher = world.publisher(seen.answered.answers.publish)
    try:
        zone = await _zone(seen, world, publisher)
    except SendreadyError as unreachable:
        for change in changes:
            yield Failed(change, unreachable)
        return
    if zone is None:
        error = Rejected("the zone is gone", "Look again: `sendready plan`", action=publisher.api)
        for change in changes:
            yield Failed(change, error)
        return
    batches: list[list[Change]] = [list(changes)]
    while batches:
        batch = batches.pop(0)
        records = [change.record for change in batch if change.record is not None]
        try:
            for change, record in zip(batch, records, strict=True):
                journal.begin(change, record, zone)
        except StateError as unwritten:  # what could never be taken back is not added
            for change in batch:
                yield Failed(change, unwritten)
            continue
        broken_off: SendreadyError | None = None
        answer = ""
        try:
            answer = await publisher.create(zone, records)
        except (AlreadyExists, Rejected, AccessDenied) as error:
            for record in records:
                journal.refused(record, zone)
            if len(batch) > 1 and not isinstance(error, AccessDenied):
                batches.extend([change] for change in batch)
            elif isinstance(error, AlreadyExists) and await _is_there(records[0], zone, publisher):
                yield Changed(batch[0], f"in {zone.label}", already=True)
            else:
                for change in batch:
                    yield Failed(change, error)
            continue
        except SendreadyError as error:  # some of them may have been added all the same
            broken_off = error
        async with aclosing(_read_back(batch, zone, publisher, journal, answer, broken_off)) as read:
            async for event in read:
                yield event


async def until_everywhere(answers: Iterable[str], publish: Publish, world: World) -> AsyncGenerator[Event, None]:
    """Waits until the host says that all its name servers have what was added, where it says such a thing at all.

    Who goes on to watch the name servers themselves need not.
    """
    publisher = world.publisher(publish)
    began = world.clock.now()
    said = False
    for answer in answers:
        while True:
            everywhere = await attempt(publisher.is_everywhere(answer))
            if isinstance(everywhere, Unseen):
                yield Note(f"{everywhere.reason.message}: the name servers are asked instead")
                return
            if everywhere.value is not False:
                break
            if world.clock.now() - began > timedelta(seconds=LONGEST_SPREAD):
                yield Note(
                    f"{publisher.host} still copies the records to its name servers; those are asked from now on"
                )
                return
            if not said:
                yield Note(f"{publisher.host} copies the records to its name servers; that takes up to a minute")
                said = True
            await world.clock.sleep(SPREAD_PAUSE)


async def amend(change: Change, action: AmendRecord, seen: Observation, world: World) -> str:
    """Exchanges one text for another; what is said of it afterwards. The journal has the old one before it is touched.

    Raises:
        Rejected: it does not stand there any more as it was seen, or not as it was asked for.
        StateError: the old text could not be written down, so it was not touched.
        SendreadyError: the host could not be asked.
    """
    publisher = world.publisher(seen.answered.answers.publish)
    zone = await _zone(seen, world, publisher)
    again = "Look again: `sendready plan`"
    if zone is not None:
        about_to(change, seen, world, f"about to be changed in {zone.label}", {"before": action.before})
    if zone is None or not await publisher.amend(zone, action.before, action.record):
        raise Rejected(f"{action.record.name} is not what it was any more", again, action=publisher.api)
    done = f"in {zone.label}; it was {action.before}"
    read = await attempt(publisher.existing(zone, (action.record.name,)))
    if isinstance(read, Unseen):
        return f"{done}; it could not be read back"
    shown = read.value.get(action.record.question, ())
    if action.record.value not in shown or action.before in shown:
        raise Rejected(f"{zone.host} said yes and shows {', '.join(shown) or 'nothing'}", again, action=publisher.api)
    return done


async def _zone(seen: Observation, world: World, publisher: Publisher) -> Zone | None:
    """The zone to write to, looked up anew."""
    delegation = await world.dns.delegation(seen.identity.domain)
    return chosen_zone(replace(seen, delegation=Seen(delegation)), delegation, await publisher.find(delegation))


async def _read_back(
    batch: Sequence[Change],
    zone: Zone,
    publisher: Publisher,
    journal: RecordJournal,
    answer: str,
    broken_off: SendreadyError | None,
) -> AsyncGenerator[Event, None]:
    """Asks the host what it holds now: some say yes to what they then ignore, some no to what they have half done."""
    records = [change.record for change in batch if change.record is not None]
    shown = await attempt(publisher.existing(zone, tuple(dict.fromkeys(record.name for record in records))))
    for change, record in zip(batch, records, strict=True):
        values = shown.value.get(record.question, ()) if isinstance(shown, Seen) else None
        if values is None and broken_off is not None:
            yield Failed(change, broken_off)  # the journal keeps that it may be there
            continue
        if values is not None and not _holds(values, record):
            journal.refused(record, zone)
            ignored = Rejected(
                f"{zone.host} said yes and does not have the record",
                "Look at the zone there; something else may stand at this name",
                action=publisher.api,
            )
            yield Failed(change, broken_off or ignored)
            continue
        detail = f"in {zone.label}" if values is not None else f"in {zone.label}; it could not be read back"
        told = broken_off.message if broken_off is not None else answer
        yield Changed(change, journal.added(change, record, zone, told, values, detail), answer=answer)


def _holds(values: Sequence[str], record: WantedRecord) -> bool:
    return record.value in values or record.is_met_by(record.relevant(values))


async def _is_there(record: WantedRecord, zone: Zone, publisher: Publisher) -> bool:
    """Whether what appeared at a name meanwhile is the very thing we came to add: another run of ours, most likely."""
    try:
        existing = await publisher.existing(zone, (record.name,))
    except SendreadyError:
        return False
    return record.is_met_by(record.relevant(existing.get(record.question, ())))
