"""Kept events: what is missing is planned call by call, what is there is adopted, and nothing is ever replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import ACCOUNT, DOMAIN, REGION, held, looked

from sendready.model.answers import Answers, EventRoute
from sendready.model.change import (
    AttachConfigurationSet,
    CreateConfigurationSet,
    CreateEventDestination,
    CreateTopic,
    Mode,
    SubscribeAddress,
)
from sendready.model.errors import AccessDenied
from sendready.model.event_settings import Destination, EventSettings, Subscriber
from sendready.model.identity import Identity, IdentityKind
from sendready.model.observation import Observation, Seen, Unseen
from sendready.steps.kept_events import KEPT_TYPES, changes, default_set, kept, missing_answers, set_to_prove

SET = "sendready-example-com"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:bounces"
OURS = f"arn:aws:sns:{REGION}:{ACCOUNT}:{SET}"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
ADDRESS = "postmaster@example.com"
WISH = Answers(events=EventRoute.KEEP, events_to=ADDRESS, tag=("team=mail",))
NOTHING = EventSettings(SET, exists=False, topic=OURS)
TYPES = frozenset(KEPT_TYPES)
WHOLE = EventSettings(
    SET, True, True, (Destination("sendready", True, TYPES, OURS),), OURS, True, (Subscriber("email", ADDRESS, True),)
)


def keeping(there: EventSettings | Unseen = NOTHING, *, default: str | None = None, **answers: object) -> Observation:
    seen = looked(ses=held(configuration_set=default), answers=replace(WISH, **answers))  # type: ignore[arg-type]
    return replace(seen, events=there if isinstance(there, Unseen) else Seen(there))


def test_everything_that_is_missing_is_created_each_with_its_call() -> None:
    found = list(changes(keeping()))

    assert [(change.action, change.api) for change in found] == [
        (CreateConfigurationSet(SET, (("team", "mail"),)), "ses:CreateConfigurationSet"),
        (CreateTopic(SET, SET, (("team", "mail"),)), "sns:CreateTopic"),
        (SubscribeAddress(SET, ADDRESS), "sns:Subscribe"),
        (
            CreateEventDestination(SET, "sendready", SET, KEPT_TYPES),
            "ses:CreateConfigurationSetEventDestination",
        ),
        (AttachConfigurationSet(DOMAIN, SET), "ses:PutEmailIdentityConfigurationSetAttributes"),
    ]
    assert {change.mode for change in found} == {Mode.AUTOMATIC}


@pytest.mark.parametrize("target", [TOPIC, BUS])
def test_a_target_of_the_users_own_is_only_pointed_to(target: str) -> None:
    there = EventSettings(SET, exists=False, topic=target if target == TOPIC else "", topic_exists=target == TOPIC)

    keys = [change.key for change in changes(keeping(there, events_to=target))]

    assert keys == ["events.set", "events.destination", "events.default"]


def test_what_is_there_is_kept() -> None:
    seen = keeping(WHOLE, default=SET)

    assert list(changes(seen)) == []
    assert [one.title for one in kept(seen)] == [
        f"configuration set {SET} exists",
        f"its destination sendready sends events to {OURS}",
    ]


def test_a_link_that_was_not_opened_is_told_and_not_mailed_again() -> None:
    seen = keeping(replace(WHOLE, subscribers=(Subscriber("email", ADDRESS, False),)), default=SET)

    assert list(changes(seen)) == []
    assert any("still to open the link" in one.title for one in kept(seen))


def test_another_default_is_never_replaced() -> None:
    (conflict,) = changes(keeping(default="theirs"))

    assert conflict.mode is Mode.CONFLICT
    assert conflict.existing == ("configuration set theirs",)
    assert "--configuration-set theirs" in conflict.note


def test_a_default_that_is_named_is_given_a_destination_and_keeps_what_it_has() -> None:
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:theirs"
    there = EventSettings("theirs", True, True, (Destination("old", True, TYPES, TOPIC),), arn)

    found = list(changes(keeping(there, default="theirs", configuration_set="theirs")))

    assert [change.key for change in found] == ["events.topic", "events.subscribe", "events.destination"]


@pytest.mark.parametrize(
    "destination",
    [
        Destination("sendready", True, TYPES, "arn:aws:sns:eu-west-1:123456789012:another"),
        Destination("sendready", False, TYPES, OURS),
        Destination("theirs", True, frozenset({"BOUNCE"}), OURS),
    ],
)
def test_a_destination_in_another_form_is_a_conflict(destination: Destination) -> None:
    (conflict,) = changes(keeping(replace(WHOLE, destinations=(destination,)), default=SET))

    assert (conflict.key, conflict.mode) == ("events.destination", Mode.CONFLICT)
    assert destination.name in conflict.existing[0]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        (f"arn:aws:sns:us-east-1:{ACCOUNT}:bounces", "publishes only to eu-west-1"),
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:bounces.fifo", "standard topics only"),
        (f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/mine", "default bus only"),
        (TOPIC, "there is no topic"),
    ],
)
def test_a_target_that_can_never_work_is_told_before_anything_is_created(target: str, why: str) -> None:
    (conflict,) = changes(keeping(replace(NOTHING, topic=target), events_to=target))

    assert conflict.mode is Mode.CONFLICT
    assert why in conflict.note


def test_what_could_not_be_looked_at_is_never_taken_for_missing() -> None:
    (conflict,) = changes(keeping(Unseen(AccessDenied("not allowed: ses:GetConfigurationSet"))))

    assert conflict.mode is Mode.CONFLICT
    assert "ses:GetConfigurationSet" in conflict.note


def test_nothing_is_planned_that_nobody_asked_for() -> None:
    assert list(changes(looked())) == []
    assert list(changes(keeping(events=EventRoute.TEMPORARY))) == []
    assert list(changes(keeping(events=EventRoute.OWN))) == []
    assert list(changes(keeping(events_to=""))) == []


def test_the_flag_that_is_still_needed_is_named() -> None:
    assert missing_answers(keeping(events_to="")) == ("--events-to",)
    assert missing_answers(keeping()) == ()
    assert missing_answers(keeping(events=EventRoute.OWN, test=True)) == ("--configuration-set",)
    assert missing_answers(keeping(events=EventRoute.OWN, test=True, configuration_set="mine")) == ()
    assert missing_answers(keeping(events=EventRoute.OWN, test=True, default="mine")) == ()
    assert missing_answers(looked()) == ()


def test_a_name_for_the_set_is_one_that_ses_accepts() -> None:
    assert default_set(Identity("a.b_c.example")) == "sendready-a-b_c-example"
    assert default_set(Identity("me+x@example.com", IdentityKind.ADDRESS)) == "sendready-me-x-example-com"
    assert len(default_set(Identity("a" * 60 + ".example.com"))) == 64


def test_a_test_goes_through_the_set_that_was_chosen() -> None:
    identity, mine = Identity(DOMAIN), held(configuration_set="mine")

    assert set_to_prove(identity, Answers(), mine) == ""
    assert set_to_prove(identity, WISH, mine) == SET
    assert set_to_prove(identity, Answers(events=EventRoute.OWN), mine) == "mine"
    assert set_to_prove(identity, Answers(events=EventRoute.OWN, configuration_set="other"), mine) == "other"
