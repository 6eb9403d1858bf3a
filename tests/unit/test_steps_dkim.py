"""DKIM: three CNAMEs where SES signs with its own keys, none where it does not, a restart only at the end."""

from __future__ import annotations

import pytest
from builders import DOMAIN, KEYS, LOST, NOWHERE, SIGNING_ZONE, TARGETS, TOKENS, Said, dkim, held, looked

from sendready.model.answers import Answers
from sendready.model.change import EnableSigning, PublishDkimLater, RestartVerification
from sendready.model.errors import Unreachable
from sendready.model.identity import Identity, IdentityKind, SigningOrigin, Status
from sendready.model.observation import Unseen
from sendready.model.records import RecordType
from sendready.steps.dkim import changes
from sendready.steps.wanted import dkim_records as wants


def test_each_token_wants_a_cname_into_the_zone_ses_names() -> None:
    records = wants(held(dkim=dkim(signing_zone="dkim.eu-south-1.amazonses.com")))

    assert [(r.name, r.type, r.value) for r in records] == [
        (f"{token}._domainkey.{DOMAIN}", RecordType.CNAME, f"{token}.dkim.eu-south-1.amazonses.com") for token in TOKENS
    ]
    assert [r.purpose for r in records] == ["DKIM key 1 of 3", "DKIM key 2 of 3", "DKIM key 3 of 3"]


@pytest.mark.parametrize("origin", [SigningOrigin.EXTERNAL, SigningOrigin.REPLICA])
@pytest.mark.parametrize("state", list(Status))
def test_keys_of_the_user_s_own_or_of_another_region_want_nothing_and_are_never_touched(
    origin: SigningOrigin, state: Status
) -> None:
    ses = held(state, dkim=dkim(state, origin=origin))

    assert wants(ses) == ()
    assert list(changes(looked(ses=ses))) == []


def test_before_the_identity_exists_its_records_can_only_be_announced() -> None:
    (change,) = changes(looked(missing=True))

    assert change.action == PublishDkimLater(DOMAIN)
    assert "<token>._domainkey.example.com" in change.title


def test_nothing_is_announced_for_an_address_or_while_ses_could_not_be_asked() -> None:
    address = Identity("a@example.com", IdentityKind.ADDRESS)

    assert list(changes(looked(missing=True, identity=address))) == []
    assert list(changes(looked(ses=Unseen(Unreachable("no"))))) == []


def test_a_healthy_identity_is_left_alone() -> None:
    assert list(changes(looked())) == []


def test_signing_that_is_off_is_switched_on() -> None:
    (change,) = changes(looked(ses=held(dkim=dkim(signing_enabled=False))))

    assert change.action == EnableSigning(DOMAIN)
    assert change.api == "ses:PutEmailIdentityDkimAttributes"


@pytest.mark.parametrize("state", list(Status))
def test_verification_is_restarted_only_where_ses_gave_up(state: Status) -> None:
    actions = [change.action for change in changes(looked(ses=held(state)))]

    assert actions == ([RestartVerification(DOMAIN)] if state is Status.FAILED else [])


@pytest.mark.parametrize("answer", [NOWHERE, LOST, ("wrong.example",), [(TARGETS[1],), NOWHERE]])
def test_verification_is_not_restarted_before_every_record_is_live(answer: Said | list[Said]) -> None:
    assert list(changes(looked(ses=held(Status.FAILED), dns={KEYS[1]: answer}))) == []


def test_the_documented_zone_is_not_what_counts() -> None:
    assert SIGNING_ZONE in wants(held())[0].value
    assert looked(answers=Answers()).records.observed[0].wanted == wants(held())[0]
