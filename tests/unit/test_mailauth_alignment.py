"""What receivers will make of mail from SES: each leg, DMARC over both, and what bulk senders must have besides."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from builders import BOUNCE, DOMAIN, KEYS, LOST, NOWHERE, SPF, dkim, held, keys, looked, policy
from zones import answering

from sendready.mailauth.alignment import Outlook, predict
from sendready.mailauth.spf import read_tree
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.errors import Unreachable
from sendready.model.identity import MailFrom, Status
from sendready.model.mail_auth import MailAuth
from sendready.model.observation import Observation, Unseen
from sendready.model.records import Outcome

NO_SIGNATURE = held(dkim=dkim(signing_enabled=False))


def mail_from_spf(text: str, **more: str) -> MailAuth:
    """The MAIL FROM domain's SPF record, and others by their domain with `_` for a dot."""
    zone = {(BOUNCE, "TXT"): [text], **{(name.replace("_", "."), "TXT"): [value] for name, value in more.items()}}
    return MailAuth(mail_from_spf=asyncio.run(read_tree(BOUNCE, answering(zone))))


def test_a_healthy_domain_passes_by_both_legs_everywhere() -> None:
    told = predict(looked())

    assert (told.dmarc, told.dkim.domain, told.spf.domain) == (Outlook.PASS, DOMAIN, BOUNCE)
    assert {verdict for verdict, _ in told.bulk.values()} == {Outlook.PASS}
    assert set(told.bulk) == {"gmail", "yahoo", "outlook"}


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (looked(ses=NO_SIGNATURE), "signing is switched off"),
        (looked(ses=held(dkim=dkim(Status.FAILED))), "FAILED"),
        (looked(missing=True), "no identity"),
        (looked(auth=keys(NOWHERE, NOWHERE, Outcome.NODATA)), "no key"),
        (looked(auth=keys(("v=DKIM1; p=",), NOWHERE, NOWHERE)), "no key"),
    ],
)
def test_dkim_fails_where_nothing_signs_or_no_key_is_there(seen: Observation, why: str) -> None:
    leg = predict(seen).dkim

    assert (leg.passes, leg.aligned) == (False, False)
    assert why in leg.why


@pytest.mark.parametrize("auth", [keys(), keys(LOST, NOWHERE, NOWHERE), keys(NOWHERE)])
def test_keys_that_could_not_be_looked_at_are_not_missing(auth: MailAuth) -> None:
    assert predict(looked(auth=auth)).dkim.aligned is True


@pytest.mark.parametrize(
    ("seen", "passes", "aligned"),
    [
        (looked(ses=held(mail_from=None)), True, False),
        (looked(ses=held(mail_from=MailFrom(BOUNCE, Status.FAILED))), True, False),
        (looked(dns={SPF: NOWHERE}), False, False),
        (looked(dns={SPF: LOST}), None, None),
        (looked(auth=mail_from_spf("v=spf1 -all")), False, False),
        (
            looked(auth=mail_from_spf("v=spf1 include:h.example -all", h_example="v=spf1 include:amazonses.com")),
            True,
            True,
        ),
        (looked(auth=mail_from_spf("v=spf1 include:amazonses.com ip4:1.2.3 -all")), False, False),
        (looked(dmarc=policy("v=DMARC1; p=none; aspf=s")), True, False),
        (looked(dmarc=policy("v=DMARC1; p=none; psd=y")), True, False),
        (looked(dmarc=policy("v=DMARC1; p=none; psd=n")), True, True),
        (looked(ses=Unseen(Unreachable("no"))), None, None),
    ],
)
def test_spf_passes_and_aligns_or_does_not(seen: Observation, passes: bool | None, aligned: bool | None) -> None:
    leg = predict(seen).spf

    assert (leg.passes, leg.aligned) == (passes, aligned)
    assert leg.why


def test_one_aligned_leg_is_enough_for_dmarc_and_not_for_bulk() -> None:
    told = predict(looked(dns={SPF: NOWHERE}))

    assert told.dmarc is Outlook.PASS
    assert told.bulk["gmail"] == (Outlook.FAIL, "SPF does not pass 4.7.27")
    assert told.bulk["outlook"] == (Outlook.FAIL, "SPF does not pass 550 5.7.515")
    assert told.bulk["yahoo"] == (Outlook.FAIL, "SPF does not pass")


def test_without_a_policy_dmarc_passes_and_bulk_mail_does_not() -> None:
    told = predict(looked(dmarc=policy()))

    assert told.dmarc is Outlook.PASS
    assert told.bulk["gmail"] == (Outlook.FAIL, "there is no DMARC policy 4.7.31")


def test_without_any_aligned_leg_it_fails_and_where_one_is_unknown_so_is_the_rest() -> None:
    assert predict(looked(ses=NO_SIGNATURE, dns={SPF: NOWHERE})).dmarc is Outlook.FAIL
    assert predict(looked(ses=NO_SIGNATURE, dns={SPF: LOST})).dmarc is Outlook.UNKNOWN
    blind = DmarcDiscovery(DOMAIN, None, None, None, complete=False)
    assert predict(replace(looked(dmarc=blind, dns=dict.fromkeys(KEYS, LOST)))).bulk["gmail"][0] is Outlook.UNKNOWN
