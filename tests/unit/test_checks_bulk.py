"""What is asked of bulk senders: who is one, what it adds, and that nobody else hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from builders import DMARC, KEYS, NOWHERE, SPF, account, dkim, finding, held, ids, looked, policy, sightings
from cases_strength import BUSY, HOME, MANY, UNSIGNED, home

from sendready.checks.bulk import aligned, dmarc_with_policy, in_bulk, spf_and_dkim_both
from sendready.engine.diagnose import diagnose
from sendready.mailauth.received import read
from sendready.model.answers import Answers, MailType
from sendready.model.finding import Hit, Severity, Verdict
from sendready.model.identity import Account
from sendready.model.observation import Observation, Seen
from sendready.model.records import Outcome


@pytest.mark.parametrize(
    ("volume", "bulk"),
    [
        ("", False),
        ("3,999", False),
        ("4,000", True),
        ("4.000 am Tag", True),
        ("about 500 to 10 000", True),
        ("5k", True),
        ("5 kittens", False),
        ("many", False),
        ("1'000", False),
        ("4.5k", True),
        ("1.5k", False),
        ("0.8k", False),
        ("0.500k", False),
        ("4.000k", True),
        ("500 a day, 15000 a month", False),
        ("15000 a month, 5000 a day", True),
        ("up to 50,000 per month", False),
        ("monthly: 50,000", False),
        ("200.000 im Monat", True),
        ("30,000 a week", True),
        ("20,000 a week", False),
        ("1,000,000 a year", False),
        ("about 20 per day; 5000 customers", False),
        ("5000 customers, 20 of them a day", False),
        ("5000 customers, 3 shops", False),
    ],
)
def test_a_volume_is_read_as_people_write_it(volume: str, bulk: bool) -> None:
    assert bool(in_bulk(looked(answers=Answers(volume=volume)))) is bulk


def test_what_was_sent_counts_and_what_may_be_sent_does_not() -> None:
    account_sent = "the account, in which this domain may be one of several, sent 5000 messages in the last 24 hours"
    assert in_bulk(looked(account=BUSY)) == account_sent
    assert in_bulk(looked(account=BUSY, answers=MANY)) == "5000 messages a day, as was answered"
    assert not in_bulk(looked(account=Seen(account(daily_quota=1_000_000.0))))
    assert in_bulk(looked(answers=Answers(mail_type=MailType.MARKETING)))


def test_a_low_volume_that_was_answered_outranks_marketing() -> None:
    assert not in_bulk(looked(answers=Answers(mail_type=MailType.MARKETING, volume="20 a day")))
    assert in_bulk(looked(answers=Answers(mail_type=MailType.MARKETING, volume="many")))


@pytest.mark.parametrize(
    ("account_seen", "answers", "severity"),
    [
        (BUSY, Answers(), Severity.WARNING),
        (Seen(account()), Answers(mail_type=MailType.MARKETING), Severity.WARNING),
        (Seen(account()), MANY, Severity.ERROR),
    ],
)
def test_only_a_volume_that_was_answered_makes_it_an_error(
    account_seen: Seen[Account], answers: Answers, severity: Severity
) -> None:
    def told(check: Callable[[Observation], Iterator[Hit]], **changes: Any) -> Severity:  # noqa: ANN401
        seen = looked(account=account_seen, answers=answers, **changes)
        return next(hit.severity or Severity.ERROR for hit in check(seen))

    assert told(spf_and_dkim_both, dns={SPF: Outcome.NODATA}) is severity
    assert told(dmarc_with_policy, dmarc=policy(), dns={DMARC: NOWHERE}) is severity
    assert told(aligned, ses=UNSIGNED) is severity


def test_a_healthy_bulk_sender_is_ready_and_hears_of_it_for_information() -> None:
    seen = looked(answers=MANY, auth=home("10 mx.example.net"))

    assert ids(seen) == ["BLK004"]
    assert diagnose(seen).verdict is Verdict.READY


def test_what_has_a_cause_is_told_under_it_and_never_beside_it() -> None:
    spf = looked(answers=MANY, dns={SPF: Outcome.NODATA})
    assert ids(spf) == ["MFR007", "BLK004"]
    assert finding(spf, "MFR007").symptoms == ("BLK001", "DMC034")

    dmarc = looked(answers=MANY, dmarc=policy(), dns={DMARC: NOWHERE})
    assert finding(dmarc, "DMC001").symptoms == ("BLK002",)
    assert "BLK002" not in ids(dmarc)

    unsigned = looked(answers=MANY, ses=UNSIGNED)
    assert finding(unsigned, "KIM032").symptoms == ("BLK001", "BLK003")
    assert set(ids(unsigned)) == {"KIM032", "MFR021", "BLK004"}


def test_a_leg_that_could_not_be_looked_at_fails_nobody() -> None:
    seen = looked(answers=MANY, dns={SPF: Outcome.TIMEOUT})

    assert not {"BLK001", "BLK003", "DMC034"} & set(ids(seen))


def test_before_the_domain_is_verified_nothing_is_asked_of_its_mail() -> None:
    fresh = looked(answers=MANY, missing=True, dmarc=policy(), dns=dict.fromkeys((*KEYS, DMARC), NOWHERE), auth=home())

    assert not [check_id for check_id in ids(fresh) if check_id.startswith("BLK")]


@pytest.mark.parametrize(
    ("answers", "exchangers", "severity"),
    [
        (Answers(), (), Severity.INFO),
        (Answers(), ("0 ",), Severity.NOTICE),
        (MANY, (), Severity.WARNING),
        (MANY, ("0 ",), Severity.WARNING),
    ],
)
def test_a_domain_that_takes_no_mail_is_a_warning_where_outlook_minds(
    answers: Answers, exchangers: tuple[str, ...], severity: Severity
) -> None:
    assert finding(looked(answers=answers, auth=home(*exchangers)), "BLK010").severity is severity


def test_where_addresses_could_not_be_looked_up_nobody_is_said_to_be_deaf() -> None:
    assert "BLK010" not in ids(looked(auth=home(addresses=Outcome.TIMEOUT)))


@pytest.mark.parametrize(
    ("received", "tls"),
    [
        ("from a9-1.smtp-out.eu-west-1.amazonses.com (a9-1. [54.240.9.1]) by mx.google.com with ESMTPS id x", True),
        ("from a9-1.smtp-out.amazonses.com (a9-1. [54.240.9.1]) by mx.x.example (Postfix) with ESMTP id x", False),
        ("from a9-1.smtp-out.amazonses.com (1.2.3.4) by x.example with SMTP (version=TLS1_3)", True),
        ("from b.x.example (b.x.example [192.0.2.1]) by mx.x.example with ESMTP id x", None),
    ],
)
def test_only_the_way_from_ses_to_the_receiver_is_judged(received: str, tls: bool | None) -> None:
    message = read(f"Received: {received}; Tue, 24 Nov 2026 10:00:00 +0000\r\nFrom: a@b.example\r\n\r\nHi".encode())

    assert message is not None
    assert (message.hop.tls if message.hop is not None else None) is tls


def test_dkim_that_is_off_beside_spf_that_aligns_is_told_once() -> None:
    seen = looked(ses=held(dkim=dkim(signing_enabled=False)))

    assert ids(seen) == ["KIM032"]
    assert "DMC034" in finding(seen, "KIM032").symptoms


def test_bounces_that_are_mailed_to_nobody_are_told_before_answers_that_are_lost() -> None:
    seen = looked(account=BUSY, auth=home("0 "), mailbox=sightings(HOME, ("0 ",)))

    assert finding(seen, "SES020").symptoms == ("BLK010",)
    assert "BLK010" not in ids(seen)
