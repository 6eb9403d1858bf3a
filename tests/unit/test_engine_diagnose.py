"""From findings to the verdict: symptoms under their cause, the first thing to fix first, steps never at odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from builders import (
    DMARC,
    DMARC_TEXT,
    KEYS,
    LOST,
    MX,
    NOWHERE,
    SPF,
    TARGETS,
    Said,
    account,
    dkim,
    finding,
    held,
    ids,
    looked,
    policy,
    status,
    wild,
)
from cases import CASES
from hypothesis import given
from hypothesis import strategies as st

from sendready.checks.registry import all_checks, run_all
from sendready.engine.diagnose import _status, diagnose, fold, verdict
from sendready.model.errors import AccessDenied, Unreachable
from sendready.model.finding import Finding, FindingState, Severity, Verdict
from sendready.model.identity import Review, SigningOrigin, Status
from sendready.model.observation import Past, Seen, Unseen
from sendready.model.records import Question
from sendready.model.step import Step, StepState


def one(check_id: str, state: FindingState = FindingState.FAIL, severity: Severity = Severity.ERROR) -> Finding:
    entry = all_checks()[check_id]
    return Finding(check_id, entry.slug, entry.step, severity, state, entry.title, "subject", explains=entry.explains)


# Folding


def test_a_cause_takes_its_symptoms_and_the_symptoms_of_those() -> None:
    folded = fold([one("SES003"), one("KIM030"), one("KIM001"), one("KIM004")])

    assert [(f.id, f.symptoms) for f in folded] == [("KIM004", ("KIM001", "KIM030", "SES003"))]


def test_two_causes_of_one_symptom_are_both_shown() -> None:
    folded = fold([one("KIM005"), one("KIM010"), one("SES003")])

    assert [(f.id, f.symptoms) for f in folded] == [("KIM005", ("SES003",)), ("KIM010", ("SES003",))]


def test_a_finding_that_nothing_explains_stands_by_itself() -> None:
    folded = fold([one("MFR007"), one("DMC001")])

    assert [(f.id, f.symptoms) for f in folded] == [("MFR007", ()), ("DMC001", ())]


@given(st.lists(st.sampled_from(sorted(all_checks())), unique=True))
def test_folding_loses_nothing(present: list[str]) -> None:
    folded = fold([one(check_id) for check_id in present])

    told = {f.id for f in folded} | {symptom for f in folded for symptom in f.symptoms}
    assert told == set(present)
    assert fold(folded) == [replace(f, symptoms=()) for f in folded]


@pytest.mark.parametrize(
    "check_id", [i for i, entry in all_checks().items() if entry.explains and not entry.puts_right]
)
def test_what_is_explained_weighs_no_less_for_it(check_id: str) -> None:
    for symptom in all_checks()[check_id].explains:
        if symptom in all_checks():
            hidden = one(symptom, severity=all_checks()[symptom].severity)
            folded = fold([one(check_id, severity=Severity.NOTICE), hidden])

            assert [finding.id for finding in folded] == [check_id]
            for fail_on in (Severity.WARNING, Severity.ERROR, Severity.CRITICAL):
                assert verdict(folded, fail_on) is verdict([hidden], fail_on)


def test_what_puts_something_right_is_no_failure() -> None:
    signs = one("KIM035", severity=Severity.NOTICE)

    assert fold([signs, one("SES001")]) == [replace(signs, symptoms=("SES001",))]


def test_a_wait_and_what_is_still_to_do_stay_what_they_are() -> None:
    for state in (FindingState.PENDING, FindingState.TODO):
        waits = one("KIM029", state, Severity.NOTICE)

        assert fold([waits, one("SES003")]) == [replace(waits, symptoms=("SES003",))]


def test_of_two_causes_only_the_one_about_the_same_thing_is_made_worse() -> None:
    home, bounce = (
        replace(one("SPF013"), subject=name, severity=Severity.WARNING)
        for name in ("example.com", "bounce.example.com")
    )
    broken = replace(one("SPF004"), subject="bounce.example.com")

    assert [found.severity for found in fold([home, bounce, broken])] == [Severity.WARNING, Severity.ERROR]
    elsewhere = replace(broken, subject="three records")
    assert [found.severity for found in fold([home, bounce, elsewhere])] == [Severity.ERROR, Severity.ERROR]


def test_signatures_that_run_out_of_a_zone_that_is_refused_already_break_it() -> None:
    folded = fold([one("DEL017", severity=Severity.WARNING), one("DEL015", severity=Severity.CRITICAL)])

    assert [(found.id, found.severity) for found in folded] == [("DEL017", Severity.CRITICAL)]


# Order


def test_the_worst_comes_first_then_what_is_unknown_then_the_order_of_the_road() -> None:
    seen = looked(
        account=Seen(account(production=False, enforcement="SHUTDOWN")),
        dns={MX: NOWHERE, KEYS[0]: NOWHERE, SPF: LOST},
        dmarc=policy("v=DMARC1; p=none", "v=DMARC1; p=reject"),
    )

    assert ids(seen) == ["SES008", "KIM002", "MFR001", "DMC002", "DEL003", "SES005"]


def test_fold_first_severity_second() -> None:
    cause = looked(ses=held(mail_from=CASES["MFR017"].broken.ses_identity.mail_from), dns={MX: NOWHERE})  # type: ignore[union-attr]

    assert ids(cause)[0] == "MFR001"


# Verdict


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], Verdict.READY),
        ([one("MFR021", severity=Severity.WARNING)], Verdict.READY),
        ([one("SES005", FindingState.TODO, Severity.WARNING)], Verdict.INCOMPLETE),
        ([one("KIM003", FindingState.PENDING, Severity.NOTICE)], Verdict.WAITING),
        ([one("KIM002")], Verdict.BROKEN),
        ([one("DEL003", FindingState.UNKNOWN, Severity.CRITICAL)], Verdict.UNKNOWN),
        ([one("DEL003", FindingState.UNKNOWN, Severity.WARNING)], Verdict.READY),
        (
            [one("DEL003", FindingState.UNKNOWN), one("KIM002"), one("KIM003", FindingState.PENDING)],
            Verdict.UNKNOWN,
        ),
        ([one("KIM002"), one("KIM003", FindingState.PENDING), one("SES005", FindingState.TODO)], Verdict.BROKEN),
        ([one("KIM003", FindingState.PENDING), one("SES005", FindingState.TODO)], Verdict.WAITING),
    ],
)
def test_the_verdict_is_the_first_of_unknown_broken_waiting_incomplete_ready(
    findings: Sequence[Finding], expected: Verdict
) -> None:
    assert verdict(findings) is expected
    assert verdict(list(reversed(findings))) is expected


def test_a_warning_breaks_only_where_it_was_asked_to() -> None:
    seen = looked(ses=held(mail_from=None))

    assert diagnose(seen).verdict is Verdict.READY
    strict = diagnose(seen, fail_on=Severity.WARNING)
    assert strict.verdict is Verdict.BROKEN
    assert status(strict, Step.MAIL_FROM).state is StepState.BROKEN
    assert diagnose(looked(dns={MX: NOWHERE}), fail_on=Severity.CRITICAL).verdict is Verdict.READY


def test_what_is_skipped_moves_neither_verdict_nor_step() -> None:
    seen = looked(dns={SPF: NOWHERE})

    assert diagnose(seen).verdict is Verdict.BROKEN
    skipped = diagnose(seen, skip={"MFR007", "DMC034"})
    assert (skipped.verdict, skipped.findings) == (Verdict.READY, ())


def test_the_first_finding_is_the_one_to_fix_first() -> None:
    assert diagnose(looked()).first is None
    first = diagnose(looked(dns={MX: NOWHERE})).first
    assert first is not None
    assert first.id == "MFR001"


# Steps


def test_a_healthy_domain_has_every_step_done_but_the_test() -> None:
    diagnosis = diagnose(looked())

    assert [s.step for s in diagnosis.steps] == list(Step)
    assert {s.step: s.state for s in diagnosis.steps} == {
        **dict.fromkeys(Step, StepState.DONE),
        Step.TEST_SEND: StepState.TODO,
    }
    assert diagnosis.verdict is Verdict.READY


def test_the_test_send_never_counts_for_the_verdict() -> None:
    proven = looked(past=Past(test_proven=datetime(2026, 11, 20, tzinfo=UTC)))

    assert status(diagnose(proven), Step.TEST_SEND).summary == "proven on 2026-11-20"
    assert diagnose(proven).verdict is diagnose(looked()).verdict is Verdict.READY


@pytest.mark.parametrize("check_id", CASES)
def test_a_step_is_never_done_while_a_finding_says_otherwise(check_id: str) -> None:
    for seen in (CASES[check_id].broken, CASES[check_id].healthy):
        diagnosis = diagnose(seen)
        for found in diagnosis.findings:
            step = status(diagnosis, found.step).state
            if found.state is FindingState.FAIL and found.severity >= Severity.ERROR:
                assert step is StepState.BROKEN or step is StepState.UNKNOWN
            if found.state in (FindingState.PENDING, FindingState.TODO):
                assert step is not StepState.DONE
        if diagnosis.verdict is Verdict.READY:
            assert not {s.state for s in diagnosis.steps} & {StepState.BROKEN, StepState.WAITING}


@pytest.mark.parametrize("check_id", CASES)
def test_the_verdict_and_the_steps_tell_the_same_story(check_id: str) -> None:
    diagnosis = diagnose(CASES[check_id].broken)

    states = {s.state for s in diagnosis.steps if s.step is not Step.TEST_SEND}
    match diagnosis.verdict:
        case Verdict.UNKNOWN:
            assert StepState.UNKNOWN in states
        case Verdict.BROKEN:
            assert StepState.BROKEN in states
        case Verdict.WAITING:
            assert StepState.WAITING in states
        case Verdict.INCOMPLETE:
            assert StepState.TODO in states
        case Verdict.READY:
            assert not states & {StepState.BROKEN, StepState.WAITING, StepState.TODO}


RECORDS: dict[Step, tuple[Question, Said]] = {
    Step.DKIM: (KEYS[0], (TARGETS[0],)),
    Step.MAIL_FROM: (MX, ("10 feedback-smtp.eu-west-1.amazonses.com",)),
}


@pytest.mark.parametrize("step", RECORDS)
def test_a_step_whose_records_could_not_be_looked_up_is_not_done(step: Step) -> None:
    question, value = RECORDS[step]

    assert status(diagnose(looked(dns={question: LOST})), step).state is StepState.UNKNOWN
    assert status(diagnose(looked(dns={question: [value, LOST]})), step).state is StepState.DONE


def test_without_an_identity_everything_beneath_it_is_to_do() -> None:
    diagnosis = diagnose(looked(missing=True, dmarc=policy(), dns={DMARC: NOWHERE}))

    assert {s.step: s.state for s in diagnosis.steps} == {
        Step.ACCOUNT: StepState.DONE,
        Step.IDENTITY: StepState.TODO,
        Step.DKIM: StepState.TODO,
        Step.MAIL_FROM: StepState.TODO,
        Step.DMARC: StepState.TODO,
        Step.PRODUCTION_ACCESS: StepState.DONE,
        Step.TEST_SEND: StepState.TODO,
    }
    assert diagnosis.verdict is Verdict.INCOMPLETE


def test_what_could_not_be_asked_is_unknown_in_every_step_that_needs_it() -> None:
    gone = Unseen(Unreachable("no route"))
    diagnosis = diagnose(looked(caller=gone, account=gone, ses=gone))

    unknown = {s.step for s in diagnosis.steps if s.state is StepState.UNKNOWN}
    assert unknown == {Step.ACCOUNT, Step.IDENTITY, Step.DKIM, Step.MAIL_FROM, Step.PRODUCTION_ACCESS}
    assert diagnosis.verdict is Verdict.UNKNOWN


def test_what_was_not_asked_for_is_skipped_and_what_was_is_judged() -> None:
    seen = replace(looked(), caller=None, account=None, ses=None)
    diagnosis = diagnose(seen)

    assert {s.step: s.state for s in diagnosis.steps} == {
        Step.ACCOUNT: StepState.SKIPPED,
        Step.IDENTITY: StepState.SKIPPED,
        Step.DKIM: StepState.DONE,
        Step.MAIL_FROM: StepState.DONE,
        Step.DMARC: StepState.DONE,
        Step.PRODUCTION_ACCESS: StepState.SKIPPED,
        Step.TEST_SEND: StepState.TODO,
    }
    assert diagnosis.verdict is Verdict.READY


def test_records_nobody_could_be_asked_for_are_unknown_without_ses_too() -> None:
    seen = replace(looked(dns=dict.fromkeys(KEYS, LOST)), caller=None, account=None, ses=None)

    assert status(diagnose(seen), Step.DKIM).state is StepState.UNKNOWN


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (Status.PENDING, StepState.WAITING),
        (Status.FAILED, StepState.BROKEN),
        (Status.SUCCESS, StepState.DONE),
    ],
)
def test_an_identity_waits_only_while_ses_goes_on_looking(state: Status, expected: StepState) -> None:
    assert status(diagnose(looked(ses=held(state))), Step.IDENTITY).state is expected


def test_a_key_of_the_user_s_own_that_ses_gave_up_on_is_broken() -> None:
    own = dkim(Status.FAILED, origin=SigningOrigin.EXTERNAL, tokens=())

    assert status(diagnose(looked(ses=held(Status.FAILED, dkim=own))), Step.DKIM).state is StepState.BROKEN
    waiting = replace(own, status=Status.PENDING)
    assert status(diagnose(looked(ses=held(Status.PENDING, dkim=waiting))), Step.DKIM).state is StepState.WAITING


def test_a_quota_without_a_limit_is_called_so() -> None:
    unlimited = looked(account=Seen(account(daily_quota=-1.0)))

    assert status(diagnose(unlimited), Step.PRODUCTION_ACCESS).summary == "no daily limit, 14 a second"
    assert status(diagnose(looked()), Step.PRODUCTION_ACCESS).summary == "50000 a day, 14 a second"


def test_a_denied_account_is_unknown_and_not_in_the_sandbox() -> None:
    seen = looked(account=Unseen(AccessDenied("no", action="ses:GetAccount")))

    assert "SES005" not in ids(seen)
    assert status(diagnose(seen), Step.PRODUCTION_ACCESS).state is StepState.UNKNOWN


def test_a_review_that_is_under_way_is_a_wait() -> None:
    seen = looked(account=Seen(account(production=False, review=Review("PENDING"))))

    assert status(diagnose(seen), Step.PRODUCTION_ACCESS).state is StepState.WAITING


def test_every_case_is_judged_the_same_twice() -> None:
    for case in CASES.values():
        assert diagnose(case.broken) == diagnose(case.broken)


said = st.sampled_from([NOWHERE, LOST, ("other.example",), ("v=spf1 -all",), (DMARC_TEXT,), ("10 mx.example",)])


@given(
    st.dictionaries(st.sampled_from([*KEYS, MX, SPF, DMARC]), st.one_of(said, st.lists(said, min_size=2, max_size=2))),
    st.sampled_from(list(Status)),
    st.booleans(),
)
def test_whatever_servers_and_ses_say_there_is_a_verdict_and_every_finding_is_told(
    dns: dict[Question, Said | list[Said]], state: Status, enabled: bool
) -> None:
    seen = looked(ses=held(state, dkim=dkim(state, signing_enabled=enabled)), dns=dns)

    diagnosis = diagnose(seen)

    told = {f.id for f in diagnosis.findings} | {s for f in diagnosis.findings for s in f.symptoms}
    assert told == {f.id for f in run_all(seen)}
    assert len(diagnosis.steps) == len(Step)
    if any(f.state is FindingState.FAIL and f.severity >= Severity.ERROR for f in diagnosis.findings):
        assert diagnosis.verdict in (Verdict.BROKEN, Verdict.UNKNOWN)


def test_a_finding_is_found_by_its_id() -> None:
    assert finding(looked(dns={SPF: NOWHERE}), "MFR007").subject == "bounce.example.com"


def test_a_remark_that_a_cause_explains_does_not_break_the_step_it_belongs_to() -> None:
    seen = looked(dns=dict.fromkeys(KEYS, NOWHERE), wild=wild("hello"))
    lent = replace(all_checks()["KIM001"].run(seen).__next__(), state=FindingState.FAIL, explains=("DEL023",))
    note = next(iter(all_checks()["DEL023"].run(seen)))

    (cause,) = fold([lent, note])

    assert cause.symptoms == ("DEL023",)
    assert _status(Step.IDENTITY, seen, [cause], [lent, note], Severity.ERROR).state is StepState.DONE
