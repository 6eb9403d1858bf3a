"""A test send that is killed on any of its other ways leaves nothing that `cleanup` does not find; it takes no more."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from commandline import Run, Start, WorldOf, changes_made
from killing import Killer, names_in

from sendready.practice.aws.sns import Sns, Topic
from sendready.practice.servers import Practice

THROUGH_A_BUS = (
    "CreateQueue",
    "PutRule",
    "PutTargets",
    "CreateConfigurationSet",
    "CreateConfigurationSetEventDestination",
    *("SendEmail",) * 5,
    "DeleteConfigurationSet",
    "RemoveTargets",
    "DeleteRule",
    "DeleteQueue",
)
"""What a test send changes where SNS is not allowed."""


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5, 6, 11, 12, 13, 14], ids=lambda nth: f"{nth}-{THROUGH_A_BUS[nth - 1]}")
def test_exactly_what_a_killed_test_send_left_on_the_event_bus_is_removed(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    practice.finish("shop.example")
    practice.aws.deny("sns:CreateTopic")
    environment = world_of(practice)
    killer = Killer(practice, monkeypatch, nth)
    killer.kills(start("test", "shop.example", "--yes", environment=environment))
    assert changes_made(practice) == list(THROUGH_A_BUS[:nth])

    removed = sendready("cleanup", "--yes", environment=environment)

    assert removed.returncode == 0, removed.stderr
    assert names_in(practice) == set()


@pytest.mark.parametrize("operation", ["CreateQueue", "Subscribe", "SendEmail"])
def test_a_killed_test_of_the_users_own_set_takes_only_its_listener_away(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    practice.finish("shop.example")
    environment = world_of(practice)
    keep = ("--events", "keep", "--events-to", "bounces@shop.example", "--yes")
    assert sendready("apply", "shop.example", *keep, environment=environment).returncode == 0
    before = len(changes_made(practice))
    order = ("CreateQueue", "Subscribe", "SendEmail")
    killer = Killer(practice, monkeypatch, before + order.index(operation) + 1)
    killer.kills(start("test", "shop.example", "--events", "own", "--yes", environment=environment))
    assert changes_made(practice)[before:] == list(order[: order.index(operation) + 1])

    removed = sendready("cleanup", "--yes", environment=environment)

    assert removed.returncode == 0, removed.stderr
    assert names_in(practice) == {"sendready-shop-example"}
    (topic,) = practice.cloud.state(Sns, practice.account_id, practice.region).topics.values()
    assert [subscription.protocol for subscription in topic.subscriptions.values()] == ["email"]


LISTENING = ("CreateQueue", "PutRule", "PutTargets", "SendEmail")
"""What a test of a set whose events go to the bus changes first."""


@pytest.mark.parametrize("nth", range(1, 5), ids=lambda nth: f"{nth}-{LISTENING[nth - 1]}")
def test_a_killed_test_of_the_users_own_set_takes_only_its_rule_away(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    practice.finish("shop.example")
    environment = world_of(practice)
    bus = f"arn:aws:events:{practice.region}:{practice.account_id}:event-bus/default"
    keep = ("--events", "keep", "--events-to", bus, "--yes")
    assert sendready("apply", "shop.example", *keep, environment=environment).returncode == 0
    before = len(changes_made(practice))
    killer = Killer(practice, monkeypatch, before + nth)
    killer.kills(start("test", "shop.example", "--events", "own", "--yes", environment=environment))
    assert changes_made(practice)[before:] == list(LISTENING[:nth])

    removed = sendready("cleanup", "--yes", environment=environment)

    assert removed.returncode == 0, removed.stderr
    assert names_in(practice) == {"sendready-shop-example"}


SUBSCRIBING = ("CreateQueue", "Subscribe", "Subscribe", "SendEmail")
"""What a test of an identity's own topics changes first."""


@pytest.mark.parametrize("nth", range(1, 5), ids=lambda nth: f"{nth}-{SUBSCRIBING[nth - 1]}")
def test_a_killed_test_of_the_identitys_own_topics_takes_only_its_listeners_away(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    practice.finish("shop.example")
    for kind in ("Bounce", "Complaint"):
        practice.ses.identities["shop.example"].topics[kind] = _topic(practice, f"their-{kind}")
    environment = world_of(practice)
    killer = Killer(practice, monkeypatch, nth)
    killer.kills(start("test", "shop.example", "--events", "own", "--yes", environment=environment))
    assert changes_made(practice) == list(SUBSCRIBING[:nth])

    removed = sendready("cleanup", "--yes", environment=environment)

    assert removed.returncode == 0, removed.stderr
    assert names_in(practice) == {"their-Bounce", "their-Complaint"}
    topics = practice.cloud.state(Sns, practice.account_id, practice.region).topics.values()
    assert [dict(topic.subscriptions) for topic in topics] == [{}, {}]


KEEPING = (
    "CreateConfigurationSet",
    "CreateTopic",
    "Subscribe",
    "CreateConfigurationSetEventDestination",
    "PutEmailIdentityConfigurationSetAttributes",
)
"""What makes events stay."""


@pytest.mark.parametrize("nth", range(1, 6), ids=lambda nth: f"{nth}-{KEEPING[nth - 1]}")
def test_events_that_were_to_stay_are_no_leftovers_and_are_made_whole_by_the_next_run(
    start: Start, sendready: Run, practice: Practice, world_of: WorldOf, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    practice.finish("shop.example")
    environment = world_of(practice)
    keep = ("apply", "shop.example", "--events", "keep", "--events-to", "bounces@shop.example", "--yes")
    killer = Killer(practice, monkeypatch, nth)
    killer.kills(start(*keep, environment=environment))
    assert changes_made(practice) == list(KEEPING[:nth])

    removed = sendready("cleanup", "--yes", environment=environment)
    again = sendready(*keep, environment=environment)

    assert "nothing was left behind" in removed.stderr
    assert again.returncode == 0, again.stderr
    assert Counter(changes_made(practice)) == Counter(KEEPING)
    assert names_in(practice) == {"sendready-shop-example"}
    assert practice.ses.identities["shop.example"].configuration_set == "sendready-shop-example"


def _topic(practice: Practice, name: str) -> str:
    """A topic of the user's, to which SES may publish."""
    arn = f"arn:aws:sns:{practice.region}:{practice.account_id}:{name}"
    allowed = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "sns:Publish"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed | {"Resource": arn}]})
    topics = practice.cloud.state(Sns, practice.account_id, practice.region).topics
    topics[arn] = Topic(arn, practice.account_id, {"Policy": policy}, {})
    return arn
