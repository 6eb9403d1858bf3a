"""The custom MAIL FROM: its MX decides for SES, its SPF record for receivers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import BOUNCE, DOMAIN, LOST, MX, NOWHERE, SPF, Lies, Said, finding, held, ids, looked, status

from sendready.engine.diagnose import diagnose
from sendready.model.answers import Answers
from sendready.model.errors import NoCredentials
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.identity import MailFrom, OnMxFailure, SesIdentity, Status
from sendready.model.observation import Observation, Past, Records, Slip, Unseen
from sendready.model.records import Outcome, Question, RecordType
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
        (("10 feedback-smtp.eu-west-1.amazonses.com.example.com",), ["MFR004"]),
        (("10 feedback-smtp.us-east-1.amazonses.com.example.com",), ["MFR004"]),
        (("10 feedback-smtp.eu-west-1.amazonses.com.bounce.example.com",), ["MFR004"]),
        (("10 feedback-smtp.eu-west-1.amazonses.com.example.net",), ["MFR006"]),
        (("10 10.feedback-smtp.eu-west-1.amazonses.com",), ["MFR005"]),
        (("0 10\\032feedback-smtp.eu-west-1.amazonses.com",), ["MFR005"]),
        (("0 10\\032feedback-smtp.eu-west-1.amazonses.com.example.com",), ["MFR005"]),
        (("10 10.mx.example.com",), ["MFR006"]),
        (("10 inbound-smtp.eu-west-1.amazonaws.com",), ["MFR015"]),
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
        ((f'"{GOOD_SPF}"',), ["MFR011"]),
        ((f'\\"{GOOD_SPF}\\"', "other=1"), ["MFR011"]),
        ((f"\u201c{GOOD_SPF}\u201d",), ["MFR011"]),
        ((f'{GOOD_SPF}"',), ["MFR011"]),
        (('v=spf1 -all"',), ["MFR011"]),
        ((f'"{GOOD_SPF}"', GOOD_SPF), []),
        (('"other"',), ["MFR007"]),
        (("",), ["MFR007"]),
        (("v=spf1 include:amazonses.com",), ["MFR024"]),
        (("v=spf1 include:amazonses.com ?all",), ["MFR024"]),
        (("v=spf1 include:amazonses.com ALL",), ["MFR024"]),
        (("v=spf1 +all",), ["MFR024"]),
        (("v=spf1 include:amazonses.com redirect=_spf.example.net",), []),
        (("v=spf1 ~all include:amazonses.com",), ["MFR008"]),
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
    assert finding(seen, "MFR023").symptoms == ("MFR017", "MFR018")
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


def lies(record: Question, slip: Slip, at: str, *answers: str, state: Status = Status.PENDING) -> Observation:
    """A record is not at the MAIL FROM domain; this is at another name."""
    found = Lies(slip, Question(at, record.type), answers)
    return looked(ses=bounce(state), dns={record: NOWHERE}, elsewhere={record: found})


def test_records_at_a_doubled_name_are_the_cause_and_say_what_to_enter_and_what_to_delete() -> None:
    doubled = f"{BOUNCE}.{DOMAIN}"

    mx = lies(MX, Slip.DOUBLED, doubled)
    assert ids(mx) == ["MFR012"]
    assert finding(mx, "MFR012").symptoms == ("MFR001", "MFR017", "MFR018")
    assert diagnose(mx).verdict is Verdict.BROKEN
    spf = lies(SPF, Slip.DOUBLED, doubled, state=Status.SUCCESS)
    assert ids(spf) == ["MFR012"]
    assert finding(spf, "MFR012").symptoms == ("DMC034", "MFR007")
    for seen in (mx, spf):
        text = finding(seen, "MFR012").fix.text
        assert "with the name `bounce`" in text
        assert f"delete the {'MX' if seen is mx else 'SPF record'} of SES at `{doubled}`" in text


def test_what_lies_elsewhere_explains_only_the_record_it_is() -> None:
    seen = looked(
        dns={MX: NOWHERE, SPF: NOWHERE},
        elsewhere={MX: Lies(Slip.APEX, Question(DOMAIN, RecordType.MX), (GOOD_MX, "20 mx.example.com"))},
    )

    assert set(ids(seen)) == {"MFR012", "MFR007"}
    assert finding(seen, "MFR012").observed == (f"{DOMAIN} MX {GOOD_MX}",)


@pytest.mark.parametrize(
    ("record", "slip", "at"),
    [
        (SPF, Slip.APEX, DOMAIN),
        (SPF, Slip.ZONE_ABOVE, "bounce.com"),
        (MX, Slip.ZONE_ABOVE, "bounce.com"),
    ],
)
def test_what_may_be_somebody_else_s_is_left_alone_and_no_failure_at_first(
    record: Question, slip: Slip, at: str
) -> None:
    found = finding(lies(record, slip, at), "MFR012")

    assert found.state is FindingState.TODO
    assert "can stay" in found.fix.text
    assert "delete" not in found.fix.text
    assert found.fix.safe
    assert finding(lies(record, slip, at, state=Status.SUCCESS), "MFR012").state is FindingState.FAIL


def test_the_domain_s_own_spf_beside_the_right_one_is_nobody_s_mistake() -> None:
    apex = Lies(Slip.APEX, Question(DOMAIN, RecordType.TXT), ("v=spf1 mx include:amazonses.com -all",))

    assert ids(looked(elsewhere={SPF: apex})) == []
    assert ids(looked(dns={SPF: LOST}, elsewhere={SPF: apex})) == ["DEL003"]


def test_what_a_wildcard_answers_is_no_wrong_record() -> None:
    theirs = ("10 mx.example.com", "20 mx2.example.com")
    mx = {MX: Lies(Slip.WILDCARD, MX, theirs)}

    fresh = looked(ses=bounce(Status.PENDING), dns={MX: theirs}, elsewhere=mx)
    assert ids(fresh) == ["MFR022"]
    assert finding(fresh, "MFR022").state is FindingState.TODO
    assert finding(fresh, "MFR022").symptoms == ("MFR017", "MFR018")
    assert ids(looked(dns={MX: theirs}, elsewhere=mx)) == ["MFR022"]
    text = ("v=spf1 ?all",)
    spf = looked(dns={SPF: text}, elsewhere={SPF: Lies(Slip.WILDCARD, SPF, text)})
    assert ids(spf) == ["MFR022"]
    assert finding(spf, "MFR022").subject == f"{BOUNCE} TXT"


def test_a_quoted_record_is_given_without_its_marks() -> None:
    found = finding(looked(dns={SPF: ('\\"v=spf1 mx include:amazonses.com -all\\"',)}), "MFR011")

    assert [record.value for record in found.fix.records] == ["v=spf1 mx include:amazonses.com -all"]
    assert "MFR007" in found.symptoms


@pytest.mark.parametrize(
    ("spf", "severity", "corrected"),
    [
        ("v=spf1 mx include:amazonses.com ?all", Severity.WARNING, "v=spf1 mx include:amazonses.com ~all"),
        ("v=spf1 include:amazonses.com", Severity.WARNING, "v=spf1 include:amazonses.com ~all"),
        ("v=spf1 include:amazonses.com all mx", Severity.ERROR, "v=spf1 include:amazonses.com ~all"),
        ("v=spf1 +all", Severity.ERROR, "v=spf1 include:amazonses.com ~all"),
    ],
)
def test_a_record_that_shuts_nobody_out_comes_with_a_better_end(spf: str, severity: Severity, corrected: str) -> None:
    found = finding(looked(dns={SPF: (spf,)}), "MFR024")

    assert found.severity is severity
    assert [record.value for record in found.fix.records] == [corrected]


def test_what_ses_does_meanwhile_stands_beneath_what_it_says() -> None:
    reject = OnMxFailure.REJECT_MESSAGE

    assert "MFR018" in finding(looked(ses=bounce(Status.FAILED)), "MFR017").symptoms
    assert "MFR019" in finding(looked(ses=bounce(Status.FAILED, reject)), "MFR017").symptoms
    assert "MFR019" in finding(looked(ses=bounce(Status.FAILED, reject), dns={MX: NOWHERE}), "MFR001").symptoms
    refused = diagnose(looked(ses=bounce(Status.PENDING, reject)), skip={"MFR017"}).first
    assert refused is not None
    assert (refused.id, refused.severity) == ("MFR019", Severity.CRITICAL)
    assert "--behavior-on-mx-failure USE_DEFAULT_VALUE" in refused.fix.commands[0]
    for choice in OnMxFailure:
        assert ids(looked(ses=bounce(Status.SUCCESS, choice))) == []


def test_several_spf_records_are_made_one_with_the_terms_of_all_of_them() -> None:
    texts = ("v=spf1 include:amazonses.com -all", "v=spf1 ip4:192.0.2.1 ~all")

    found = finding(looked(dns={SPF: texts}), "MFR009")

    assert "`v=spf1 include:amazonses.com ip4:192.0.2.1 ~all`" in found.fix.text
