"""Kept events: a default configuration set whose bounces and complaints reach somebody who listens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sendready.model.answers import Answers, EventRoute, flag_of
from sendready.model.change import (
    AttachConfigurationSet,
    Change,
    CreateConfigurationSet,
    CreateEventDestination,
    CreateTopic,
    Kept,
    KeptEvents,
    Mode,
    Setting,
    SubscribeAddress,
)
from sendready.model.event_settings import Destination, EventSettings
from sendready.model.identity import Identity, SesIdentity
from sendready.model.observation import Observation, Seen, Unseen
from sendready.model.step import Step

KEPT_TYPES = ("BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY")
"""What somebody must hear of: mail that did not arrive, and mail that was not wanted."""

LONGEST_SET_NAME = 64

TOPIC_ARN = re.compile(r"arn:[a-z-]+:sns:([a-z0-9-]+):\d{12}:([A-Za-z0-9_-]{1,256}(?:\.fifo)?)")
BUS_ARN = re.compile(r"arn:[a-z-]+:events:([a-z0-9-]+):\d{12}:event-bus/(\S+)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which configuration set is meant, and where its events are to go."""

    configuration_set: str
    topic: str
    """The topic's ARN, or the name of one in this account; empty for an event bus."""
    bus: str = ""
    address: str = ""
    """The mailbox that listens to the topic, where the user gave one."""

    @property
    def region(self) -> str:
        """The region of an ARN that was given; empty for an address."""
        found = TOPIC_ARN.fullmatch(self.topic) or BUS_ARN.fullmatch(self.bus)
        return found[1] if found else ""

    def is_about(self, seen: EventSettings) -> bool:
        """Whether that is what was looked at, and not what was meant before the answers changed."""
        return seen.configuration_set == self.configuration_set and seen.topic.endswith(self.topic)


def wanted(identity: Identity, answers: Answers) -> Wanted | None:
    """What `--events keep` asks for; None where it was not asked for or does not say to whom."""
    if answers.events is not EventRoute.KEEP or not answers.events_to:
        return None
    name = answers.configuration_set or default_set(identity)
    if TOPIC_ARN.fullmatch(answers.events_to):
        return Wanted(name, answers.events_to)
    if BUS_ARN.fullmatch(answers.events_to):
        return Wanted(name, "", bus=answers.events_to)
    return Wanted(name, name, address=answers.events_to)


def default_set(identity: Identity) -> str:
    """The name of the set, and of its topic, where the user names none: it begins as everything of ours does."""
    return f"sendready-{re.sub(r'[^A-Za-z0-9_-]', '-', identity.name)}"[:LONGEST_SET_NAME]


def set_to_prove(identity: Identity, answers: Answers, held: SesIdentity | None) -> str:
    """The configuration set that a test send has to go through; empty: a temporary one."""
    match answers.events:
        case EventRoute.TEMPORARY:
            return ""
        case EventRoute.KEEP:
            meant = wanted(identity, answers)
            return meant.configuration_set if meant is not None else ""
        case EventRoute.OWN:
            return answers.configuration_set or ((held.configuration_set if held is not None else None) or "")


def topics_to_prove(seen: Observation) -> tuple[tuple[str, str], ...]:
    """The identity's own topics, kind and ARN, where the user's own way is to be proven and no set is known."""
    answers, around = seen.answered.answers, seen.around
    if answers.events is not EventRoute.OWN or set_to_prove(seen.identity, answers, seen.ses_identity):
        return ()
    found = around.topics if around is not None else None
    return tuple(sorted(found.value.items())) if isinstance(found, Seen) else ()


def missing_answers(seen: Observation) -> tuple[str, ...]:
    """The flags still needed: to whom kept events go, or which set is the user's own."""
    answers, held = seen.answered.answers, seen.ses_identity
    match answers.events:
        case EventRoute.KEEP if not answers.events_to:
            return (flag_of("events_to"),)
        case EventRoute.OWN if (
            answers.test and not set_to_prove(seen.identity, answers, held) and not topics_to_prove(seen)
        ):
            return (flag_of("configuration_set"),)
        case _:
            return ()


def changes(seen: Observation) -> Iterator[Change]:
    """Creates what is missing of set, topic, subscription, destination and default; never replaces any of them."""
    meant = wanted(seen.identity, seen.answered.answers)
    if meant is None or not (seen.identity_missing or seen.ses_identity is not None):
        return
    problem = _conflict(meant, seen)
    if problem is not None:
        yield problem
        return
    if not isinstance(seen.events, Seen):
        return
    there, tags = seen.events.value, seen.answered.answers.tags
    source = seen.answered.source
    chosen = Setting("configuration set", meant.configuration_set, source("configuration_set"))
    if not there.exists:
        yield _change(
            "events.set",
            CreateConfigurationSet(meant.configuration_set, tags),
            f"Create the configuration set {meant.configuration_set}",
            "ses:CreateConfigurationSet",
            (chosen,),
        )
    if meant.address and not there.topic_exists:
        yield _change(
            "events.topic",
            CreateTopic(meant.topic, meant.configuration_set, tags),
            f"Create the SNS topic {meant.topic}",
            "sns:CreateTopic",
            note=f"only {meant.configuration_set} may publish to it",
        )
    if meant.address and not _listens(meant.address, there):
        yield _change(
            "events.subscribe",
            SubscribeAddress(meant.topic, meant.address),
            f"Let {meant.address} hear of bounces and complaints",
            "sns:Subscribe",
            (Setting("events to", meant.address, source("events_to")),),
            note="AWS mails it a link; events arrive once it has been opened",
        )
    yield from _destination(meant, there, Setting("events to", meant.bus or meant.topic, source("events_to")))
    if seen.ses_identity is None or seen.ses_identity.configuration_set is None:
        yield _change(
            "events.default",
            AttachConfigurationSet(seen.identity.name, meant.configuration_set),
            f"Make {meant.configuration_set} the default of {seen.identity.name}",
            "ses:PutEmailIdentityConfigurationSetAttributes",
            (chosen,),
        )


def kept(seen: Observation) -> Iterator[Kept]:
    """What of it exists already."""
    meant = wanted(seen.identity, seen.answered.answers)
    if meant is None or _conflict(meant, seen) is not None or not isinstance(seen.events, Seen):
        return
    there = seen.events.value
    if there.exists:
        yield Kept(Step.TEST_SEND, f"configuration set {meant.configuration_set} exists")
    found = _existing(meant, there)
    if found is not None and _suffices(found):
        yield Kept(Step.TEST_SEND, f"its destination {found.name} sends events to {found.target}")
    if unopened(seen):
        yield Kept(Step.TEST_SEND, f"{meant.address} has still to open the link that AWS mailed")


def unopened(seen: Observation) -> str:
    """The mailbox that has still to open AWS's link before it hears of bounces; empty where there is none."""
    meant = wanted(seen.identity, seen.answered.answers)
    if meant is None or not meant.address or not isinstance(seen.events, Seen):
        return ""
    waiting = any(one.endpoint == meant.address and not one.confirmed for one in seen.events.value.subscribers)
    return meant.address if waiting else ""


def _conflict(meant: Wanted, seen: Observation) -> Change | None:
    """Something else is there, or the target can never work: told, and nothing is touched."""
    held = seen.ses_identity.configuration_set if seen.ses_identity is not None else None
    title = f"Keep the events of {seen.identity.name}"

    def conflict(key: str, note: str, *existing: str) -> Change:
        action = AttachConfigurationSet(seen.identity.name, meant.configuration_set)
        return Change(
            key, Step.TEST_SEND, action, title, "", Mode.CONFLICT, note=note, existing=tuple(filter(None, existing))
        )

    if held not in (None, meant.configuration_set):
        return conflict(
            "events.default",
            f"another configuration set is its default; to add a destination to it pass `--configuration-set {held}`",
            f"configuration set {held}",
        )
    if meant.region not in ("", seen.region):
        return conflict("events.destination", f"SES in {seen.region} publishes only to {seen.region}", meant.region)
    if meant.topic.endswith(".fifo"):
        return conflict("events.destination", "SES publishes to standard topics only, and this one is FIFO")
    if meant.bus and not meant.bus.endswith(":event-bus/default"):
        return conflict("events.destination", "SES puts events on the default bus only", meant.bus)
    if isinstance(seen.events, Unseen):
        return conflict("events.set", f"what is there could not be looked at: {seen.events.reason.message}")
    if isinstance(seen.events, Seen) and meant.topic and not meant.address and not seen.events.value.topic_exists:
        return conflict("events.destination", f"there is no topic {meant.topic}")
    return None


def _destination(meant: Wanted, there: EventSettings, chosen: Setting) -> Iterator[Change]:
    """The destination, unless one that does the same is there; one that is there in another form is left alone."""
    name = "sendready"
    action = CreateEventDestination(meant.configuration_set, name, meant.bus or meant.topic, KEPT_TYPES)
    title = f"Send its bounces, complaints, rejects and delays to {meant.bus or meant.topic}"
    found = _existing(meant, there)
    taken = next((one for one in there.destinations if one.name == name), None)
    if found is not None and _suffices(found):
        return
    if found is not None or taken is not None:
        is_there = found or taken
        assert is_there is not None  # noqa: S101  one of them is
        yield Change(
            "events.destination",
            Step.TEST_SEND,
            action,
            title,
            "ses:CreateConfigurationSetEventDestination",
            Mode.CONFLICT,
            note="a destination is there in another form; change it in the SES console, or name another set",
            existing=(f"{is_there.name}: {_described(is_there)}",),
        )
        return
    yield _change("events.destination", action, title, "ses:CreateConfigurationSetEventDestination", (chosen,))


def _existing(meant: Wanted, there: EventSettings) -> Destination | None:
    """The destination that goes where the events are to go."""
    target = meant.bus or there.topic
    return next((one for one in there.destinations if target and one.target == target), None)


def _suffices(destination: Destination) -> bool:
    return destination.enabled and destination.types >= set(KEPT_TYPES)


def _described(destination: Destination) -> str:
    state = "" if destination.enabled else ", switched off"
    return f"{', '.join(sorted(destination.types))} to {destination.target or 'a target of another kind'}{state}"


def _listens(address: str, there: EventSettings) -> bool:
    """Whether the mailbox was asked already; a link that is not opened yet is not mailed again."""
    return any(one.protocol in ("email", "email-json") and one.endpoint == address for one in there.subscribers)


def _change(
    key: str, action: KeptEvents, title: str, api: str, settings: tuple[Setting, ...] = (), note: str = ""
) -> Change:
    return Change(key, Step.TEST_SEND, action, title, api, settings=settings, note=note)
