"""The report for people: is it working, why not, what now, within eighty columns."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from builders import DMARC, KEYS, LOST, NOWHERE, SPF, account, held, looked, policy
from cases import CASES

from sendready.engine.diagnose import diagnose
from sendready.model.answers import Answers
from sendready.model.identity import Status
from sendready.model.observation import Observation, Seen
from sendready.report.lines import WIDTH, paint
from sendready.report.text import check_lines


def report(seen: Observation, *, evidence: bool = False) -> str:
    return paint(check_lines(seen, diagnose(seen), evidence=evidence), colour=False)


@pytest.mark.parametrize("check_id", CASES)
def test_no_line_of_prose_is_wider_than_eighty_columns(check_id: str) -> None:
    for seen in (CASES[check_id].broken, CASES[check_id].healthy):
        for row in report(seen, evidence=True).splitlines():
            # A record, a command or an address is one word and never cut; it stands alone then.
            assert len(row) <= WIDTH or len(row.split()) <= 2 or row.lstrip().startswith(("aws ", "sendready ")), row


@pytest.mark.parametrize("check_id", CASES)
def test_the_same_holds_in_colour(check_id: str) -> None:
    seen = CASES[check_id].broken
    coloured = paint(check_lines(seen, diagnose(seen), evidence=True), colour=True)

    assert re.sub(r"\x1b\[[0-9]*m", "", coloured) == report(seen, evidence=True)


def test_the_first_lines_say_whether_it_works() -> None:
    rows = report(looked()).splitlines()

    assert rows[0] == "example.com  ✓ ready  eu-west-1  123456789012"
    assert rows[1] == "mail to anyone goes out and passes"


def test_a_finding_says_what_is_what_should_be_and_what_to_do() -> None:
    text = report(looked(dns={KEYS[0]: ("old.example.net",)}))

    assert "✗ error  A DKIM record does not point to this identity's key  KIM018" in text
    assert f"should be  {looked().records.observed[0].wanted.value}" in text
    assert "is         old.example.net" in text
    assert "do         Replace the value" in text
    assert "sendready explain KIM018" in text


def test_what_a_cause_explains_is_named_under_it() -> None:
    assert "explains   SES003" in report(looked(ses=held(Status.PENDING), dns=dict.fromkeys(KEYS, NOWHERE)))


def test_evidence_is_shown_where_it_is_asked_for() -> None:
    seen = looked(dns={SPF: [NOWHERE, LOST]})

    assert "seen" not in report(seen)
    text = " ".join(report(seen, evidence=True).split())
    assert "seen ns1.example.net (192.0.2.1) bounce.example.com TXT: NXDOMAIN, 12 ms, 10:00:00 UTC" in text
    assert "TIMEOUT, 12 ms" in text


@pytest.mark.parametrize(
    ("seen", "then"),
    [
        (looked(ses=held(Status.PENDING)), "next  sendready watch example.com"),
        (looked(missing=True), "sendready plan example.com"),
        (looked(dns={SPF: NOWHERE}), "next  sendready check example.com --fix"),
        (looked(account=Seen(account(production=False))), "next  sendready apply example.com --request-access"),
    ],
)
def test_the_last_line_is_the_one_thing_to_do_now(seen: Observation, then: str) -> None:
    last = [row for row in report(seen).splitlines() if row.startswith("next  ")]
    assert then in last[0]


def test_what_one_call_of_ses_mends_is_offered_to_be_mended() -> None:
    seen = CASES["KIM032"].broken

    assert "next  sendready check example.com --fix" in report(seen)


def test_what_two_causes_explain_alike_is_said_to_be_either_s() -> None:
    seen = looked(dns=dict.fromkeys((*KEYS, SPF), NOWHERE), account=Seen(account(sent=5_000.0)))

    text = " ".join(report(seen).split())

    assert diagnose(seen).disputed["BLK001"] == ("KIM001", "MFR007")
    assert "each of KIM001, MFR007 alone would explain BLK001" in text
    assert "alone would explain" not in report(looked(dns=dict.fromkeys(KEYS, NOWHERE)))


def test_a_ready_domain_has_nothing_to_do_next() -> None:
    assert "next" not in report(looked())


UNPROVEN = "not proven by a test send yet: sendready test"


def test_a_ready_domain_that_no_test_send_has_proven_says_so_in_its_last_line() -> None:
    seen = looked()
    proven = replace(seen, past=replace(seen.past, test_proven=seen.at))

    assert report(seen).splitlines()[-2:] == ["", f"{UNPROVEN} example.com"]
    assert UNPROVEN not in report(proven)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(looked(dns={KEYS[0]: NOWHERE}), id="broken"),
        pytest.param(looked(account=Seen(account(production=False))), id="sandbox"),
        pytest.param(replace(looked(), ses=None), id="dns-only"),
    ],
)
def test_what_is_not_ready_or_was_not_asked_of_ses_has_no_test_send_to_speak_of(seen: Observation) -> None:
    assert UNPROVEN not in report(seen)


def test_the_command_that_would_prove_it_leads_to_the_same_account_and_is_not_broken() -> None:
    connection = {"profile": "the-account-that-sends-the-mail", "region": "eu-west-1"}
    seen = looked()

    rows = paint(check_lines(seen, diagnose(seen), connection=connection), colour=False).splitlines()
    ended = paint(check_lines(seen, diagnose(seen), connection=connection, ends=True), colour=False)

    assert rows[-2:] == [
        "not proven by a test send yet:",
        "  sendready test example.com --profile the-account-that-sends-the-mail --region eu-west-1",
    ]
    assert UNPROVEN[:-15] not in ended


def test_what_dns_says_cannot_move_the_cursor() -> None:
    text = report(looked(dns={KEYS[0]: ("a\x1b[2j\u202eb.example",)}))

    assert r"a\x1b[2j\u202eb.example" in text
    assert "\x1b" not in text


def test_every_step_has_its_line_glyph_word_and_summary() -> None:
    text = report(looked(account=Seen(account(production=False)), dmarc=policy(), dns={DMARC: NOWHERE}))

    for row in (
        "  Account            ✓ done     123456789012 in eu-west-1, healthy",
        "  DKIM               ✓ done     3 records live",
        "  DMARC              ○ to do    No DMARC record",
        "  Production access  ○ to do    The account is in the sandbox",
        "  Test send          ○ to do    not sent yet",
    ):
        assert row in text


def test_a_long_name_is_shown_whole() -> None:
    name = ".".join(["a" * 60] * 3 + ["com"])
    seen = looked(answers=Answers(), dns={})

    assert name in paint(check_lines(_renamed(seen, name), diagnose(seen)), colour=False)


def _renamed(seen: Observation, name: str) -> Observation:
    return replace(seen, identity=replace(seen.identity, name=name))


def test_what_is_for_information_is_named_and_told_only_when_more_is_asked_for() -> None:
    seen = CASES["BLK004"].broken

    assert "! info  The domain counts as a bulk sender, or is about to  BLK004" in report(seen)
    assert "-v tells more" in report(seen)
    assert "Gmail never takes it back" not in report(seen)
    assert "Gmail never takes it back" in report(seen, evidence=True)
    assert "-v tells more" not in report(looked())


def test_bulk_senders_are_told_what_cannot_be_seen_from_here_and_nobody_else_is() -> None:
    assert "BLK007  Only Gmail and Yahoo can tell your spam rate" in report(CASES["BLK004"].broken)
    assert "BLK007" not in report(looked(), evidence=True)
