"""The test send: five messages, once the identity is verified, and not again once proven."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import AT, DOMAIN, held, looked

from sendready.model.answers import Answers
from sendready.model.change import Mode, SendTest
from sendready.model.errors import Unreachable
from sendready.model.identity import Identity, IdentityKind, Status
from sendready.model.observation import Past, Unseen
from sendready.steps.test_send import SCENARIOS, changes, kept

WISH = Answers(test=True, from_local="news", tag=("team=mail",))


def test_it_is_sent_from_the_wanted_address_once_the_identity_is_verified() -> None:
    (change,) = changes(looked(answers=WISH))

    page = f"https://{DOMAIN}/unsubscribe"
    assert change.action == SendTest(DOMAIN, f"news@{DOMAIN}", (("team", "mail"),), unsubscribe=page)
    assert change.mode is Mode.AUTOMATIC


@pytest.mark.parametrize("missing", [True, False])
def test_until_then_it_is_for_later(missing: bool) -> None:
    (change,) = changes(looked(answers=WISH, missing=missing, ses=held(Status.PENDING)))

    assert change.mode is Mode.LATER
    assert "verified" in change.note


def test_an_address_sends_from_itself() -> None:
    seen = replace(looked(answers=WISH), identity=Identity("Me@example.com", IdentityKind.ADDRESS))

    (change,) = changes(seen)

    assert isinstance(change.action, SendTest)
    assert (change.action.identity, change.action.sender) == ("Me@example.com", "Me@example.com")


def test_nothing_is_sent_that_nobody_asked_for_or_that_is_proven_or_that_cannot_be_known() -> None:
    assert list(changes(looked())) == []
    assert list(changes(looked(answers=WISH, past=Past(test_proven=AT)))) == []
    assert list(changes(looked(answers=WISH, ses=Unseen(Unreachable("no"))))) == []


def test_a_proof_that_there_is_already_is_told_where_one_was_asked_for() -> None:
    (told,) = kept(looked(answers=WISH, past=Past(test_proven=AT)))

    assert told.title == f"proven on {AT:%Y-%m-%d}; it is not sent again"
    assert list(kept(looked(past=Past(test_proven=AT)))) == []
    assert list(kept(looked(answers=WISH))) == []


def test_every_message_goes_to_the_simulator_with_a_label_of_its_own() -> None:
    assert [scenario.address("a1b2") for scenario in SCENARIOS] == [
        f"{box}+a1b2@simulator.amazonses.com" for box in ("success", "bounce", "complaint", "ooto", "suppressionlist")
    ]
    assert all(scenario.events[0] == "Send" for scenario in SCENARIOS)
