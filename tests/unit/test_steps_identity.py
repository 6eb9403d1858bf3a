"""The identity is created where SES has none, and adopted as it is where it has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import DOMAIN, REGION, dkim, held, looked

from sendready.model.answers import Answers, KeyLength, Source
from sendready.model.change import CreateIdentity, Setting
from sendready.model.errors import Unreachable
from sendready.model.identity import Identity, IdentityKind, MailFrom, SigningOrigin, Status
from sendready.model.observation import Unseen
from sendready.model.step import Step
from sendready.steps.identity import changes, kept


def titles(**look: object) -> list[str]:
    return [entry.title for entry in kept(looked(**look))]  # type: ignore[arg-type]


def test_a_domain_is_created_with_the_wanted_keys_and_tags() -> None:
    answers = Answers(key_length=KeyLength.RSA_1024, tag=("team=mail",))
    (change,) = changes(looked(missing=True, answers=answers, sources={"key_length": Source.FLAG}))

    assert change.action == CreateIdentity(DOMAIN, KeyLength.RSA_1024, (("team", "mail"),))
    assert change.api == "ses:CreateEmailIdentity"
    assert change.settings == (
        Setting("region", REGION, Source.DEFAULT),
        Setting("key length", "1024 bits", Source.FLAG),
        Setting("tag team", "mail", Source.DEFAULT),
    )


def test_an_address_has_no_key_length_and_is_told_about_its_link() -> None:
    address = Identity("a@example.com", IdentityKind.ADDRESS)
    (change,) = changes(replace(looked(missing=True), identity=address))

    assert change.action == CreateIdentity("a@example.com", None, ())
    assert "24 hours" in change.note


def test_an_identity_that_exists_or_could_not_be_asked_for_is_not_created() -> None:
    assert list(changes(looked())) == []
    assert list(changes(looked(ses=Unseen(Unreachable("no"))))) == []
    assert list(kept(looked(ses=Unseen(Unreachable("no"))))) == []
    assert list(kept(looked(missing=True))) == []


def test_what_is_there_is_kept_and_said() -> None:
    assert [(entry.step, entry.title) for entry in kept(looked())] == [
        (Step.IDENTITY, "example.com exists in eu-west-1"),
        (Step.DKIM, "2048-bit keys"),
        (Step.MAIL_FROM, "bounce.example.com"),
    ]


def test_a_weak_key_is_kept_and_who_asked_for_another_is_told() -> None:
    weak = held(dkim=dkim(key_length="RSA_1024_BIT"))

    assert "1024-bit keys" in titles(ses=weak)
    assert "1024-bit keys; you asked for 2048, keys are never changed" in titles(
        ses=weak, sources={"key_length": Source.FLAG}
    )
    assert "1024-bit keys" in titles(ses=weak, sources={"key_length": Source.SAVED})


def test_a_mail_from_of_another_name_is_kept_and_who_asked_for_another_is_told() -> None:
    other = held(mail_from=MailFrom("mail.example.com", Status.PENDING))

    assert "mail.example.com" in titles(ses=other)
    asked = {"mail_from": Source.ENVIRONMENT}
    assert "mail.example.com; you asked for bounce.example.com" in titles(ses=other, sources=asked)
    assert "mail.example.com; you asked for none" in titles(ses=other, sources=asked, answers=Answers(mail_from="none"))


@pytest.mark.parametrize(("origin", "word"), [(SigningOrigin.EXTERNAL, "BYODKIM"), (SigningOrigin.REPLICA, "DEED")])
def test_keys_of_the_user_s_own_or_of_another_region_are_named(origin: SigningOrigin, word: str) -> None:
    assert any(word in title for title in titles(ses=held(dkim=dkim(origin=origin))))


def test_a_key_length_that_ses_does_not_say_is_not_made_up() -> None:
    assert not any("-bit" in title for title in titles(ses=held(dkim=dkim(key_length=""))))
