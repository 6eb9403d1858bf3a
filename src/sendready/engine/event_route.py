"""Which way the events of a test send come to us: what is created for it, what may be expected, what stops them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sendready.checks.registry import all_checks
from sendready.model.change import SendTest
from sendready.model.errors import ConfigurationSetGone, ConfigurationSetPaused, EventsLost
from sendready.model.event_settings import Destination, EventSettings
from sendready.model.finding import Finding, FindingState, Severity
from sendready.model.observation import Observation
from sendready.model.ports import Resource, ResourceKind, World

EVENT_TYPES = {"Send": "SEND", "Delivery": "DELIVERY", "Bounce": "BOUNCE", "Complaint": "COMPLAINT"}
"""Events of the simulator by the API's word for the type."""

NEEDED_TYPES = ("BOUNCE", "COMPLAINT")
"""What a set that stays has to tell somebody."""

DEFAULT_BUS = "event-bus/default"


@dataclass(frozen=True, slots=True)
class EventRoute:
    """The way of one run's events."""

    parts: tuple[Resource, ...]
    """What is created for it, in this order."""
    configuration_set: str
    """What the messages name."""
    types: frozenset[str]
    """Event types that come this way, in the API's words."""
    announced: bool = False
    """Whether SES publishes a note first that proves the way."""
    notes: tuple[str, ...] = ()
    """What is worth saying about it before anything is sent."""

    def brings(self, event: str) -> bool:
        """Whether an event of this kind can come."""
        return EVENT_TYPES[event] in self.types


def temporary(run: str) -> EventRoute:
    """Configuration set → SNS topic → SQS queue, all of this run."""
    kinds = (ResourceKind.QUEUE, ResourceKind.TOPIC, ResourceKind.SUBSCRIPTION, ResourceKind.CONFIGURATION_SET)
    return EventRoute(tuple(Resource(kind, run) for kind in kinds), run, frozenset(EVENT_TYPES.values()), True)


def by_event_bus(run: str) -> EventRoute:
    """Configuration set → EventBridge → SQS queue, for credentials that may not use SNS."""
    parts = (
        Resource(ResourceKind.QUEUE, run),
        Resource(ResourceKind.RULE, run),
        Resource(ResourceKind.CONFIGURATION_SET, run, DEFAULT_BUS),
    )
    return EventRoute(parts, run, frozenset(EVENT_TYPES.values()))


def by_topics(topics: Sequence[tuple[str, str]], run: str) -> EventRoute:
    """The identity's own topics → a queue of ours, beside whoever listens already; they never tell of a send."""
    arns = tuple(dict.fromkeys(arn for _, arn in topics))
    types = frozenset(kind.upper() for kind, _ in topics)
    lacking = [kind for kind in NEEDED_TYPES if kind not in types]
    untold = f"the identity has no topic for {' and '.join(lacking)}, so nobody hears of them that way"
    return EventRoute(
        (
            Resource(ResourceKind.QUEUE, run, " ".join(arns)),
            *(Resource(ResourceKind.SUBSCRIPTION, run, arn) for arn in arns),
        ),
        "",
        types,
        notes=(untold,) if lacking else (),
    )


async def route_of(action: SendTest, run: str, world: World) -> EventRoute:
    """The way a send is to be proven by.

    Raises:
        AwsError: the user's own set cannot be looked at, is gone, is paused, or sends its events nowhere.
    """
    if not action.configuration_set:
        return by_topics(action.topics, run) if action.topics else temporary(run)
    there = await world.keeper.settings(action.configuration_set, "")
    return through(there, run)


def through(there: EventSettings, run: str) -> EventRoute:
    """Through a set that stays: a queue of ours listens beside whoever listens already. Raises `AwsError`s."""
    name = there.configuration_set
    if not there.exists:
        raise ConfigurationSetGone(
            f"the configuration set {name} does not exist here", "Create it, or name another: `--configuration-set`"
        )
    if not there.sending:
        raise ConfigurationSetPaused(
            f"sending is switched off for the configuration set {name}", "Find out who paused it and why, first"
        )
    destination = _best(there)
    queue = Resource(ResourceKind.QUEUE, run, destination.target if destination.to_topic else "")
    listener = (
        Resource(ResourceKind.SUBSCRIPTION, run, destination.target)
        if destination.to_topic
        else Resource(ResourceKind.RULE, run, name)
    )
    lacking = [kind for kind in NEEDED_TYPES if kind not in destination.types]
    untold = (
        f"{name} does not send {' and '.join(lacking)} to {destination.name}, so nobody hears of them (SES016)"
        if lacking
        else ""
    )
    return EventRoute((queue, listener), name, destination.types, notes=(untold,) if untold else ())


def _best(there: EventSettings) -> Destination:
    """The destination that tells most; topics before the bus, which promises less."""
    name = there.configuration_set
    reachable = [one for one in there.destinations if one.to_topic or one.to_bus]
    if not reachable:
        raise EventsLost(
            f"the configuration set {name} sends its events to no SNS topic and no event bus",
            "Keep them somewhere: `--events keep --events-to ADDRESS`",
        )
    enabled = [one for one in reachable if one.enabled and one.types & set(EVENT_TYPES.values())]
    if not enabled:
        off = ", ".join(one.name for one in reachable)
        raise EventsLost(
            f"every event destination of {name} is switched off or tells nothing of delivery: {off}",
            "Switch one on in the SES console, with bounces and complaints",
            check_id="SES015",
        )
    return max(enabled, key=lambda one: (len(one.types & set(NEEDED_TYPES)), one.to_topic, len(one.types)))


ON_THE_WAY = ("SES011", "SES012", "SES015", "SES014", "SES017", "SES018", "SES019")
"""The checks of a set and of what lies behind it, the ones that stop mail before the ones that lose events."""


def untested(action: SendTest, seen: Observation) -> str:
    """What a look says is wrong with the identity's own set, where the test brings another; empty where nothing is."""
    held = seen.ses_identity
    if action.configuration_set or action.topics or held is None or not held.configuration_set:
        return ""
    for check_id in ON_THE_WAY:
        for finding in all_checks()[check_id].run(seen):
            if finding.state is FindingState.FAIL:
                fault = f"{finding.title} ({check_id})"
                return (
                    "this goes through a configuration set of the test's own."
                    f" {held.configuration_set}, the identity's, is not tested, and it has a fault: {fault}."
                    " `--events own` tests it"
                )
    return ""


BEHIND_A_DESTINATION = ("SES017", "SES018", "SES019")
"""The checks of what lies behind an event destination."""


def stopped_at(configuration_set: str, seen: Observation) -> Finding | None:
    """The hop of a set that stays at which events stop for whoever is meant to hear them, as far as a look could tell.

    Our own listener is beside theirs: it may hear everything while they hear nothing. A subscriber who has still to
    confirm, or one of several that hears nothing, does not stop them.
    """
    held = seen.ses_identity
    looked_at = (held.configuration_set if held is not None else None) or seen.answered.answers.configuration_set
    if not configuration_set or looked_at != configuration_set:
        return None
    for check_id in BEHIND_A_DESTINATION:
        one = all_checks()[check_id]
        for finding in one.run(seen):
            if finding.state is FindingState.FAIL and (finding.severity >= Severity.ERROR or check_id == "SES018"):
                return finding
    return None
