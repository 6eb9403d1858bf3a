"""The custom MAIL FROM: its MX decides for SES, its SPF record for receivers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import BOUNCE, LOST, MX, NOWHERE, SPF, Said, finding, held, ids, looked, status

from sendready.engine.diagnose import diagnose
from sendready.model.answers import Answers
from sendready.model.errors import NoCredentials
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.identity import MailFrom, OnMxFailure, SesIdentity, Status
from sendready.model.observation import Past, Records, Unseen
from sendready.model.records import Outcome, Question
from sendready.model.step import Step, StepState

GOOD_MX = "10 feedback-smtp.eu-west-1.amazonses.com"
GOOD_SPF = "v=spf1 include:amazonses.com ~all"


def bounce(state: Status, on_mx_failure: OnMxFailure = OnMxFailure.USE_DEFAULT_VALUE) -> SesIdentity:
    return held(mail_from=MailFrom(BOUNCE, state, on_mx_failure))


def test_an_mx_that_ses_saw_once_is_lost_and_one_that_it_never_saw_is_to_do() -> None:
    gone: dict[Question, Said | list[Said]] = {MX: NOWHERE}

    assert finding(looked(ses=bounce(Status.PENDING), dns=gone), "MFR001").state is FindingState.TODO
    assert finding(looked(dns=gone), "MFR001").state is FindingState.FAIL
    assert finding(looked(ses=bounce(Status.TEMPORARY_FAILURE), dns={MX: NOWHERE}), "MFR001").state is FindingState.FAIL
    past = Past(live_records=frozenset({(BOUNCE, "MX")}))
    seen = looked(ses=bounce(Status.PENDING), dns={MX: NOWHERE}, past=past)
    assert finding(seen, "MFR001").state is FindingState.FAIL


def test_a_missing_mx_explains_what_ses_says() -> None:
    assert ids(looked(ses=bounce(Status.FAILED), dns={MX: NOWHERE})) == ["MFR001"]
    assert "MFR017" in finding(looked(ses=bounce(Status.FAILED), dns={MX: NOWHERE}), "MFR001").symptoms


@pytest.mark.parametrize(
    ("mx", "expected"),
    [
        ((GOOD_MX,), []),
        (("0 feedback-smtp.eu-west-1.amazonses.com",), []),
        (("10 feedback-smtp.us-east-1.amazonses.com",), ["MFR002"]),
        (("10 mx.example.com",), ["MFR006"]),
        (("10 feedback-smtp.eu-west-1.amazonses.com.example.com",), ["MFR006"]),
        (("10 inbound-smtp.eu-west-1.amazonaws.com",), ["MFR006"]),
        (("0 .",), ["MFR006"]),
        ((GOOD_MX, "20 mx.example.com"), ["MFR003"]),
        ((GOOD_MX, "20 feedback-smtp.us-east-1.amazonses.com"), ["MFR003"]),
    ],
)
def test_every_wrong_mx_has_exactly_one_name(mx: tuple[str, ...], expected: list[str]) -> None:
    assert ids(looked(ses=bounce(Status.PENDING), dns={MX: mx}))[:1] == (expected or ["MFR017"])
    assert [i for i in ids(looked(dns={MX: mx})) if i.startswith("MFR")] == expected


def test_another_region_s_mx_is_only_a_warning_where_ses_takes_it_all_the_same() -> None:
    other = {MX: ("10 feedback-smtp.us-east-1.amazonses.com",)}

    assert finding(looked(dns=other), "MFR002").severity is Severity.WARNING
    assert finding(looked(ses=bounce(Status.PENDING), dns=other), "MFR002").severity is Severity.ERROR
    assert diagnose(looked(dns=other)).verdict is Verdict.READY


@pytest.mark.parametrize(
    ("txt", "expected"),
    [
        ((GOOD_SPF,), []),
        (("v=spf1 include:amazonses.com -all", "other=1"), []),
        (Outcome.NODATA, ["MFR007"]),
        (("other=1",), ["MFR007"]),
        (("v=spf1 include:example.net ~all",), ["MFR008"]),
        ((GOOD_SPF, "v=spf1 -all"), ["MFR009"]),
        (LOST, ["DEL003"]),
    ],
)
def test_every_state_of_the_spf_record_has_its_name(txt: Said, expected: list[str]) -> None:
    assert ids(looked(dns={SPF: txt})) == expected


def test_ses_is_content_without_spf_and_receivers_are_not() -> None:
    seen = looked(dns={SPF: Outcome.NODATA})

    assert diagnose(seen).verdict is Verdict.BROKEN
    assert status(diagnose(seen), Step.MAIL_FROM).state is StepState.BROKEN


@pytest.mark.parametrize(
    ("state", "mx", "expected"),
    [
        (Status.PENDING, (GOOD_MX,), FindingState.PENDING),
        (Status.PENDING, LOST, FindingState.PENDING),
        (Status.TEMPORARY_FAILURE, (GOOD_MX,), FindingState.PENDING),
        (Status.TEMPORARY_FAILURE, LOST, FindingState.FAIL),
        (Status.FAILED, (GOOD_MX,), FindingState.FAIL),
        (Status.FAILED, LOST, FindingState.FAIL),
    ],
)
def test_what_ses_says_is_a_wait_a_loss_or_the_end(state: Status, mx: Said, expected: FindingState) -> None:
    found = finding(looked(ses=bounce(state), dns={MX: mx}), "MFR017")

    assert found.state is expected
    assert found.fix.safe is (state is Status.FAILED and mx == (GOOD_MX,))


def test_a_mail_from_that_rejects_mail_while_it_is_down_is_critical() -> None:
    reject = OnMxFailure.REJECT_MESSAGE

    assert finding(looked(ses=bounce(Status.FAILED, reject)), "MFR017").severity is Severity.CRITICAL
    assert finding(looked(ses=bounce(Status.FAILED)), "MFR017").severity is Severity.ERROR
    assert finding(looked(ses=bounce(Status.PENDING, reject)), "MFR017").severity is Severity.NOTICE


def test_a_mail_from_that_was_never_set_is_a_warning_and_its_records_are_not_asked_for() -> None:
    seen = looked(ses=held(mail_from=None), dns={MX: NOWHERE, SPF: NOWHERE})

    assert ids(seen) == ["MFR021"]
    assert "bounce.example.com" in finding(seen, "MFR021").fix.text
    assert diagnose(seen).verdict is Verdict.READY
    assert status(diagnose(seen), Step.MAIL_FROM).state is StepState.SKIPPED
    own = looked(ses=held(mail_from=None), answers=Answers(mail_from="mail"))
    assert finding(own, "MFR021").expected == "MAIL FROM mail.example.com"
    none = looked(ses=held(mail_from=None), answers=Answers(mail_from="none"))
    assert finding(none, "MFR021").expected == "MAIL FROM bounce.example.com"


def test_while_ses_cannot_be_asked_nothing_is_said_about_the_mail_from() -> None:
    seen = looked(ses=Unseen(NoCredentials("none")), dns={MX: NOWHERE, SPF: NOWHERE})

    assert not [i for i in ids(seen) if i.startswith("MFR")]


def test_an_answer_of_a_server_that_does_not_serve_the_zone_is_no_second_mx() -> None:
    seen = looked()
    spoilt = []
    for record in seen.records:
        first, second = record.sightings
        lame = replace(second, outcome=Outcome.NOT_AUTHORITATIVE, answers=("10 a.example", "20 b.example"))
        spoilt.append(replace(record, sightings=(first, lame)))

    assert not [i for i in ids(replace(seen, records=Records(tuple(spoilt)))) if i.startswith("MFR")]


def test_records_on_some_servers_are_on_their_way() -> None:
    seen = looked(ses=bounce(Status.PENDING), dns={MX: [(GOOD_MX,), NOWHERE]})

    assert ids(seen) == ["MFR023"]
    assert finding(seen, "MFR023").symptoms == ("MFR017",)
    assert finding(seen, "MFR023").detail == "on 1 of 2 servers"
    both = looked(dns={MX: [(GOOD_MX,), NOWHERE], SPF: [NOWHERE, (GOOD_SPF,)]})
    assert [f.subject for f in diagnose(both).findings] == [f"{BOUNCE} MX", f"{BOUNCE} TXT"]


def test_records_that_are_spreading_do_not_hide_that_ses_gave_up() -> None:
    gave_up = bounce(Status.FAILED, OnMxFailure.REJECT_MESSAGE)
    for dns in ({MX: [(GOOD_MX,), NOWHERE]}, {SPF: [(GOOD_SPF,), NOWHERE]}):
        seen = looked(ses=gave_up, dns=dns)

        assert ids(seen) == ["MFR017", "MFR023"]
        assert diagnose(seen).verdict is Verdict.BROKEN


def test_an_spf_record_that_is_spreading_explains_nothing_that_ses_says_about_the_mx() -> None:
    assert ids(looked(ses=bounce(Status.PENDING), dns={SPF: [(GOOD_SPF,), NOWHERE]})) == ["MFR017", "MFR023"]
    assert ids(looked(ses=bounce(Status.PENDING), dns={MX: [(GOOD_MX,), NOWHERE]})) == ["MFR023"]
