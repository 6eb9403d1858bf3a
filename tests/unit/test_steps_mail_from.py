"""Custom MAIL FROM: set where none is, kept where one is, set again only where SES gave up on a live MX."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import BOUNCE, DOMAIN, LOST, MX, NOWHERE, Said, held, looked

from sendready.model.answers import Answers, Source
from sendready.model.change import SetMailFrom, Setting
from sendready.model.errors import Unreachable
from sendready.model.identity import Identity, IdentityKind, MailFrom, OnMxFailure, Status
from sendready.model.observation import Unseen
from sendready.model.records import RecordType
from sendready.model.regions import SES_REGIONS
from sendready.steps.mail_from import changes
from sendready.steps.wanted import mail_from_domain as domain_of
from sendready.steps.wanted import mail_from_records as wants


@pytest.mark.parametrize("region", SES_REGIONS)
def test_the_mx_names_the_region_and_the_spf_record_names_ses(region: str) -> None:
    mx, spf = wants(BOUNCE, region)

    assert (mx.name, mx.type, mx.value) == (BOUNCE, RecordType.MX, f"10 feedback-smtp.{region}.amazonses.com")
    assert (spf.name, spf.type, spf.value) == (BOUNCE, RecordType.TXT, "v=spf1 include:amazonses.com ~all")
    assert mx.is_met_by((mx.value,))
    assert spf.is_met_by((spf.value,))


def test_the_name_is_what_ses_has_then_what_was_asked_for() -> None:
    there = held(mail_from=MailFrom("mail.example.com", Status.SUCCESS))

    assert domain_of(Identity(DOMAIN), there, Answers()) == "mail.example.com"
    assert domain_of(Identity(DOMAIN), there, Answers(mail_from="none")) == "mail.example.com"
    assert domain_of(Identity(DOMAIN), held(mail_from=None), Answers(mail_from="x")) == "x.example.com"
    assert domain_of(Identity(DOMAIN), None, Answers()) == BOUNCE
    assert domain_of(Identity(DOMAIN), None, Answers(mail_from="none")) is None
    assert domain_of(Identity("a@example.com", IdentityKind.ADDRESS), None, Answers()) is None


@pytest.mark.parametrize("missing", [True, False])
def test_it_is_set_where_none_is_with_where_the_name_came_from(missing: bool) -> None:
    seen = looked(missing=missing, ses=held(mail_from=None), sources={"mail_from": Source.FILE})
    (change,) = changes(seen)

    assert change.action == SetMailFrom(DOMAIN, BOUNCE, OnMxFailure.USE_DEFAULT_VALUE)
    assert change.settings == (Setting("MAIL FROM", BOUNCE, Source.FILE),)


@pytest.mark.parametrize("state", list(Status))
def test_one_that_is_there_is_kept_and_set_again_only_where_ses_gave_up(state: Status) -> None:
    reject = OnMxFailure.REJECT_MESSAGE
    seen = looked(ses=held(mail_from=MailFrom("mail.example.com", state, reject)), sources={"mail_from": Source.FLAG})

    actions = [change.action for change in changes(seen)]

    # What happens to mail meanwhile stays as the user set it.
    assert actions == ([SetMailFrom(DOMAIN, "mail.example.com", reject)] if state is Status.FAILED else [])


@pytest.mark.parametrize("mx", [NOWHERE, LOST, ("10 mx.example.com",)])
def test_it_is_not_set_again_before_its_mx_is_live(mx: Said) -> None:
    assert list(changes(looked(ses=held(mail_from=MailFrom(BOUNCE, Status.FAILED)), dns={MX: mx}))) == []


def test_none_is_set_where_none_is_wanted_or_nothing_is_known() -> None:
    assert list(changes(looked(ses=held(mail_from=None), answers=Answers(mail_from="none")))) == []
    assert list(changes(looked(ses=Unseen(Unreachable("no"))))) == []
    address = Identity("a@example.com", IdentityKind.ADDRESS)
    assert list(changes(replace(looked(missing=True), identity=address))) == []
