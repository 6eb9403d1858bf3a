"""From an observation to the plan: every change that leads to a ready domain, none that overwrites anything."""

from __future__ import annotations

from dataclasses import replace

from sendready.engine.observe import attempt
from sendready.model.answers import Publish
from sendready.model.change import Change, Mode, Plan, PublishDkimLater
from sendready.model.errors import SendreadyError
from sendready.model.observation import Observation, Seen, Unseen
from sendready.model.ports import World
from sendready.model.records import RecordState
from sendready.steps import dkim, dmarc, identity, kept_events, mail_from, production_access, records, test_send
from sendready.steps.records import Publishing


class NoHostedZone(SendreadyError):
    """Route 53 was asked for by name and holds no zone that the world is sent to."""


async def make_plan(seen: Observation, world: World) -> Plan:
    """Lists what would be done; looks at Route 53 only where a record is to be added.

    Raises:
        NoHostedZone: `--publish route53`, and no such zone is in reach of these credentials.
    """
    publishing = await _publishing(seen, world)
    return Plan(
        changes=(
            *identity.changes(seen),
            *mail_from.changes(seen),
            *(_by_publisher(change, publishing) for change in dkim.changes(seen)),
            *records.changes(seen, publishing),
            *production_access.changes(seen),
            *kept_events.changes(seen),
            *test_send.changes(seen),
        ),
        kept=(*identity.kept(seen), *dmarc.kept(seen), *kept_events.kept(seen), *test_send.kept(seen)),
        zone_note=publishing.note,
    )


def _by_publisher(change: Change, publishing: Publishing) -> Change:
    """Records that are only announced are by hand, too, where nobody can write to the zone."""
    if isinstance(change.action, PublishDkimLater) and publishing.zone is None:
        return replace(change, mode=Mode.BY_HAND)
    return change


async def _publishing(seen: Observation, world: World) -> Publishing:
    """Whether and where records can be written."""
    nowhere = Publishing(None, {})
    lacking = [r for r in seen.records if r.state not in (RecordState.LIVE, RecordState.SPREADING)]
    if not seen.identity.is_domain or not (lacking or seen.identity_missing):
        return nowhere
    how = seen.answered.answers.publish
    if how is Publish.NONE:
        return Publishing(None, {}, "add it at your DNS host")
    if not isinstance(seen.delegation, Seen):
        return Publishing(None, {}, "the zone could not be looked up; add it at your DNS host")
    zone = await attempt(world.zones.find(seen.delegation.value))
    if isinstance(zone, Unseen):
        if how is Publish.ROUTE53:
            raise zone.reason
        return Publishing(None, {}, f"Route 53 could not be asked ({zone.reason.message}); add it at your DNS host")
    if zone.value is None:
        name = seen.zone or seen.identity.domain
        served = ", ".join(dict.fromkeys(s.name for s in seen.delegation.value.servers)) or "no server"
        if how is Publish.ROUTE53:
            raise NoHostedZone(
                f"Route 53 has no public zone {name} that the world is sent to in this account",
                f"{name} is served by {served}. Use `--dns-profile` or `--dns-role-arn` for the zone's account,"
                " or `--publish none`",
            )
        if not seen.delegation.value.servers:
            return Publishing(None, {}, f"no name server answers for {name}; add it where the domain's DNS is hosted")
        return Publishing(None, {}, f"{name} is served by {served}; add it there")
    existing = await attempt(world.zones.existing(zone.value, tuple(dict.fromkeys(r.wanted.name for r in lacking))))
    if isinstance(existing, Unseen):
        return Publishing(None, {}, f"the zone could not be read ({existing.reason.message}); add it at your DNS host")
    return Publishing(zone.value, existing.value, f"records go into Route 53 zone {zone.value.name} ({zone.value.id})")
