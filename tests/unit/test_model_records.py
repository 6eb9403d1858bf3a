"""Records: what meets a want, and what follows from many servers' answers; silence is never absence."""

from __future__ import annotations

import pytest
from builders import SERVERS, said
from hypothesis import given
from hypothesis import strategies as st

from sendready.model.records import NameServer, ObservedRecord, Outcome, RecordState, RecordType, WantedRecord
from sendready.model.step import Step

CNAME = WantedRecord("tok._domainkey.example.com", RecordType.CNAME, "tok.dkim.amazonses.com", "a key", Step.DKIM)
MX = WantedRecord("bounce.example.com", RecordType.MX, "10 feedback-smtp.eu-west-1.amazonses.com", "MX", Step.MAIL_FROM)
SPF = WantedRecord("bounce.example.com", RecordType.TXT, "v=spf1 include:amazonses.com ~all", "SPF", Step.MAIL_FROM)
DMARC = WantedRecord("_dmarc.example.com", RecordType.TXT, "v=DMARC1; p=none", "policy", Step.DMARC)

SILENT = [outcome for outcome in Outcome if not outcome.conclusive]


def observed(wanted: WantedRecord, *answers: Outcome | tuple[str, ...]) -> ObservedRecord:
    servers = [NameServer(f"ns{n}.example.net", f"192.0.2.{n}") for n in range(1, len(answers) + 1)]
    return ObservedRecord(
        wanted,
        tuple(said(wanted.question, answer, server) for answer, server in zip(answers, servers, strict=True)),
    )


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([(CNAME.value,), (CNAME.value,)], RecordState.LIVE),
        ([("TOK.dkim.AmazonSES.com.",)], RecordState.LIVE),
        ([(CNAME.value,), Outcome.NXDOMAIN], RecordState.SPREADING),
        ([(CNAME.value,), Outcome.NODATA], RecordState.SPREADING),
        ([(CNAME.value,), ("old.dkim.amazonses.com",)], RecordState.SPREADING),
        ([Outcome.NXDOMAIN, Outcome.NODATA], RecordState.MISSING),
        ([("old.dkim.amazonses.com",), Outcome.NXDOMAIN], RecordState.WRONG),
        ([("old.dkim.amazonses.com",)], RecordState.WRONG),
        ([(CNAME.value, "other.example.com")], RecordState.WRONG),
        ([], RecordState.UNKNOWN),
    ],
)
def test_a_record_s_state_is_the_vote_of_the_servers(
    answers: list[Outcome | tuple[str, ...]], expected: RecordState
) -> None:
    assert observed(CNAME, *answers).state is expected


@pytest.mark.parametrize("outcome", SILENT)
def test_a_server_that_proves_nothing_does_not_vote(outcome: Outcome) -> None:
    assert observed(CNAME, outcome, outcome).state is RecordState.UNKNOWN
    assert observed(CNAME, outcome, (CNAME.value,)).state is RecordState.LIVE
    assert observed(CNAME, outcome, Outcome.NXDOMAIN).state is RecordState.MISSING
    assert not observed(CNAME, outcome).absent
    assert not observed(CNAME, outcome).live


@given(st.lists(st.sampled_from(SILENT), max_size=6))
def test_however_many_servers_are_silent_nothing_is_missing_or_wrong(outcomes: list[Outcome]) -> None:
    assert observed(CNAME, *outcomes).state is RecordState.UNKNOWN


@given(st.permutations([(CNAME.value,), Outcome.NXDOMAIN, Outcome.TIMEOUT, ("other.example",)]), st.integers(1, 4))
def test_the_order_of_the_servers_says_nothing(answers: list[Outcome | tuple[str, ...]], count: int) -> None:
    some = answers[:count]

    assert observed(CNAME, *some).state is observed(CNAME, *reversed(some)).state


def test_an_answer_of_a_server_that_does_not_serve_the_zone_is_no_evidence() -> None:
    lame = said(CNAME.question, (CNAME.value,), SERVERS[0], outcome=Outcome.NOT_AUTHORITATIVE)

    assert ObservedRecord(CNAME, (lame,)).state is RecordState.UNKNOWN


@pytest.mark.parametrize(
    ("answers", "met"),
    [
        (("10 feedback-smtp.eu-west-1.amazonses.com",), True),
        (("50 Feedback-SMTP.eu-west-1.amazonses.com.",), True),
        (("10 feedback-smtp.us-east-1.amazonses.com",), False),
        (("10 feedback-smtp.eu-west-1.amazonses.com", "20 mail.example.com"), False),
        (("0 .",), False),
        ((), False),
    ],
)
def test_the_mx_must_be_ses_s_own_and_alone_whatever_its_priority(answers: tuple[str, ...], met: bool) -> None:
    assert MX.is_met_by(answers) is met


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=spf1 include:amazonses.com ~all", RecordState.LIVE),
        ("v=spf1 include:amazonses.com -all", RecordState.LIVE),
        ("V=SPF1 include:AmazonSES.com ~all", RecordState.LIVE),
        ("v=spf1 +include:amazonses.com ~all", RecordState.LIVE),
        ("v=spf1 ip4:192.0.2.1  include:amazonses.com include:example.net ~all", RecordState.LIVE),
        ("v=spf1 -all", RecordState.WRONG),
        ("v=spf1", RecordState.WRONG),
        ("v=spf1 -include:amazonses.com ~all", RecordState.WRONG),
        ("v=spf1 include:notamazonses.com ~all", RecordState.WRONG),
        ("v=spf1 -all include:amazonses.com", RecordState.WRONG),
        ("v=spf10 include:amazonses.com ~all", RecordState.MISSING),
        ("v=spf1; include:amazonses.com ~all", RecordState.MISSING),
        (" v=spf1 include:amazonses.com ~all", RecordState.MISSING),
        ('"v=spf1 include:amazonses.com ~all"', RecordState.MISSING),
        ("google-site-verification=abc", RecordState.MISSING),
        ("", RecordState.MISSING),
    ],
)
def test_an_spf_record_is_judged_as_receivers_read_it(text: str, expected: RecordState) -> None:
    assert observed(SPF, (text,)).state is expected


def test_other_txt_records_at_the_spf_name_neither_help_nor_harm() -> None:
    assert observed(SPF, ("hello", SPF.value)).state is RecordState.LIVE
    assert observed(SPF, ("hello", "world")).state is RecordState.MISSING
    assert observed(SPF, ("hello", SPF.value)).found == (SPF.value,)


def test_two_spf_records_are_wrong_even_where_one_is_right() -> None:
    assert observed(SPF, (SPF.value, "v=spf1 -all")).state is RecordState.WRONG


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DMARC1; p=none", RecordState.LIVE),
        ("v=DMARC1;p=reject;rua=mailto:d@example.com", RecordState.LIVE),
        ("V = DMARC1 ; p=none", RecordState.LIVE),
        ("v=dmarc1; p=none", RecordState.MISSING),
        ("v=DMARC1 p=none", RecordState.MISSING),
        (" v=DMARC1; p=none", RecordState.MISSING),
        ("v=DMARC11; p=none", RecordState.MISSING),
        ("v=spf1 -all", RecordState.MISSING),
    ],
)
def test_only_what_receivers_take_for_dmarc_counts_as_dmarc(text: str, expected: RecordState) -> None:
    assert observed(DMARC, (text,)).state is expected


def test_what_was_found_is_listed_once_in_the_order_first_seen() -> None:
    record = observed(CNAME, ("b.example",), ("a.example",), ("b.example",), Outcome.TIMEOUT)

    assert record.found == ("b.example", "a.example")
    assert record.servers_with_it == ()


def test_the_servers_that_have_it_are_named() -> None:
    record = observed(CNAME, (CNAME.value,), Outcome.NXDOMAIN, (CNAME.value,))

    assert [s.server.name for s in record.servers_with_it] == ["ns1.example.net", "ns3.example.net"]
