"""From an observation to the plan: every change that leads to a ready domain, none that overwrites anything."""

from __future__ import annotations

from dataclasses import replace

from sendready.engine.publishing import publishing
from sendready.model.change import Change, Mode, Plan, PublishDkimLater
from sendready.model.errors import SendreadyError
from sendready.model.observation import Observation, Seen
from sendready.model.ports import World
from sendready.steps import dkim, dmarc, identity, kept_events, mail_from, production_access, records, test_send
from sendready.steps.records import Publishing


class NoSuchDomain(SendreadyError):
    """The domain does not exist in public DNS, so nothing that SES is told about it could come true (DEL001)."""


async def make_plan(seen: Observation, world: World) -> Plan:
    """Lists what would be done; asks the DNS host only where a record is to be added.

    Raises:
        NoSuchDomain: nothing is planned for a domain that does not exist and SES does not have: it is misspelt.
        NoHostedZone: the publisher was named by the user and holds no such zone.
    """
    cut = seen.delegation
    if seen.identity_missing and isinstance(cut, Seen) and cut.value.exists is False:
        raise NoSuchDomain(
            f"{seen.identity.domain} does not exist: the servers of the zone above it say so",
            "Check the spelling, and at the registrar that it is registered; `sendready check` shows who said it",
        )
    where = await publishing(seen, world)
    return Plan(
        changes=(
            *identity.changes(seen),
            *mail_from.changes(seen),
            *(_by_publisher(change, where) for change in dkim.changes(seen)),
            *records.changes(seen, where),
            *dmarc.changes(seen, where),
            *production_access.changes(seen),
            *kept_events.changes(seen),
            *test_send.changes(seen),
        ),
        kept=(*identity.kept(seen), *dmarc.kept(seen, where), *kept_events.kept(seen), *test_send.kept(seen)),
        zone_note=where.note,
    )


def _by_publisher(change: Change, where: Publishing) -> Change:
    """Records that are only announced are by hand, too, where nobody can write to the zone."""
    if not isinstance(change.action, PublishDkimLater):
        return change
    if where.zone is None:
        return replace(change, mode=Mode.BY_HAND)
    return replace(change, api=where.api)
