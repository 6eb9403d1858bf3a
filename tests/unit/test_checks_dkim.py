"""The three CNAMEs: what is missing, misplaced or wrong, and what SES makes of it."""

from __future__ import annotations

import pytest
from builders import (
    AT,
    DOMAIN,
    KEYS,
    LOST,
    NOWHERE,
    SIGNING_ZONE,
    TARGETS,
    TOKENS,
    Said,
    dkim,
    finding,
    held,
    ids,
    looked,
    status,
)

from sendready.engine.diagnose import diagnose
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.identity import SigningOrigin, Status
from sendready.model.observation import Past
from sendready.model.records import Question
from sendready.model.step import Step, StepState

ABSENT: dict[Question, Said] = dict.fromkeys(KEYS, NOWHERE)
NEW = held(Status.PENDING)


def test_records_never_seen_are_to_do_and_records_lost_are_a_failure() -> None:
    assert finding(looked(ses=NEW, dns=ABSENT), "KIM001").state is FindingState.TODO
    assert finding(looked(dns=ABSENT), "KIM001").state is FindingState.FAIL
    past = Past(live_records=frozenset({(KEYS[1].name, "CNAME")}))
    assert finding(looked(ses=NEW, dns=ABSENT, past=past), "KIM001").state is FindingState.FAIL


def test_missing_records_come_whole_in_the_fix() -> None:
    fix = finding(looked(ses=NEW, dns=ABSENT), "KIM001").fix

    assert [(record.name, record.value) for record in fix.records] == [
        (key.name, target) for key, target in zip(KEYS, TARGETS, strict=True)
    ]
    assert fix.safe


def test_missing_records_explain_what_ses_says_about_them() -> None:
    for state in (Status.PENDING, Status.FAILED, Status.TEMPORARY_FAILURE):
        assert ids(looked(ses=held(state), dns=ABSENT)) == ["KIM001"]


def test_some_that_are_missing_are_counted_against_those_that_are_there() -> None:
    found = finding(looked(dns={KEYS[0]: NOWHERE}), "KIM002")

    assert found.subject == KEYS[0].name
    assert found.detail.startswith("2 of 3 are there")
    assert [record.name for record in found.fix.records] == [KEYS[0].name]


def test_what_could_not_be_looked_up_is_not_counted_as_there() -> None:
    found = finding(looked(dns={KEYS[0]: NOWHERE, KEYS[1]: LOST}), "KIM002")

    assert found.detail.startswith("1 of 3 are there")


def test_a_stray_that_is_only_one_of_three_is_not_counted_as_there() -> None:
    seen = looked(ses=NEW, dns=ABSENT, strays={KEYS[0].name: f"{KEYS[0].name}.{DOMAIN}"})

    assert ids(seen) == ["KIM002", "KIM004"] or ids(seen) == ["KIM004", "KIM002"]
    assert finding(seen, "KIM002").detail.startswith("0 of 3 are there")
    assert finding(seen, "KIM002").subject == f"2 DKIM records of {DOMAIN}"


def test_a_doubled_name_is_the_cause_and_says_what_to_enter() -> None:
    seen = looked(ses=NEW, dns=ABSENT, strays={key.name: f"{key.name}.{DOMAIN}" for key in KEYS})

    assert ids(seen) == ["KIM004"]
    found = finding(seen, "KIM004")
    assert found.observed == tuple(f"{key.name}.{DOMAIN}" for key in KEYS)
    assert f"`{TOKENS[0]}._domainkey`" in found.fix.text
    assert "SES003" in found.symptoms
    assert not found.fix.safe
    assert diagnose(seen).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (f"{TOKENS[0]}.{SIGNING_ZONE}.example.com", "KIM005"),
        (f"{TOKENS[0][:-1]}.{SIGNING_ZONE}", "KIM009"),
        (f"{TOKENS[0][:20]}.{SIGNING_ZONE}", "KIM009"),
        (f"{TOKENS[0]}x.{SIGNING_ZONE}", "KIM009"),
        (f"0{TOKENS[0][1:]}.{SIGNING_ZONE}", "KIM009"),
        (TARGETS[2], "KIM010"),
        (f"{TOKENS[0]}.dkim.us-gov-east-1.amazonses.com", "KIM016"),
        (f"{TOKENS[0]}.amazonses.com", "KIM016"),
        ("q" * 32 + f".{SIGNING_ZONE}", "KIM018"),
        ("example.net", "KIM018"),
        (f"{TOKENS[0]}.{SIGNING_ZONE}.example.net", "KIM018"),
        (SIGNING_ZONE, "KIM018"),
    ],
)
def test_every_wrong_target_has_exactly_one_name(target: str, expected: str) -> None:
    seen = looked(dns={KEYS[0]: (target,)})

    assert ids(seen) == [expected]
    found = finding(seen, expected)
    assert (found.subject, found.expected, found.observed) == (KEYS[0].name, TARGETS[0], (target,))
    assert status(diagnose(seen), Step.DKIM).state is StepState.BROKEN


def test_two_near_tokens_of_one_identity_are_cross_wired_and_not_mistyped() -> None:
    assert ids(looked(dns={KEYS[0]: (TARGETS[1],), KEYS[1]: (TARGETS[0],)})) == ["KIM010"]


def test_records_wrong_in_the_same_way_are_told_together() -> None:
    wrong = {key: (f"{target}.{DOMAIN}",) for key, target in zip(KEYS, TARGETS, strict=True)}

    found = finding(looked(dns=wrong), "KIM005")

    assert found.subject == f"3 DKIM records of {DOMAIN}"
    assert len(found.fix.records) == 3


def test_a_record_on_some_servers_is_on_its_way() -> None:
    seen = looked(ses=NEW, dns={KEYS[0]: [(TARGETS[0],), NOWHERE]})

    found = finding(seen, "KIM003")
    assert (found.state, found.severity) == (FindingState.PENDING, Severity.NOTICE)
    assert found.detail == "on 1 of 2 servers"
    assert ids(seen) == ["KIM003"]
    assert diagnose(seen).verdict is Verdict.WAITING


def test_while_ses_has_not_looked_again_nothing_is_to_be_done() -> None:
    seen = looked(ses=held(Status.PENDING, last_checked=None))

    assert ids(seen) == ["KIM029"]
    assert "SES has not looked yet" in finding(seen, "KIM029").detail
    assert f"{AT:%H:%M:%S} UTC" in finding(looked(ses=NEW), "KIM029").detail
    assert diagnose(seen).verdict is Verdict.WAITING


def test_after_72_hours_the_restart_is_offered_only_where_the_records_are_live() -> None:
    live = finding(looked(ses=held(Status.FAILED)), "KIM030")
    unknown = finding(looked(ses=held(Status.FAILED), dns={KEYS[0]: LOST}), "KIM030")

    assert live.fix.safe
    assert live.detail.startswith("the records are live now")
    assert not unknown.fix.safe


def test_records_that_came_back_are_waited_for_and_records_that_are_gone_are_the_cause() -> None:
    lost = held(dkim=dkim(Status.TEMPORARY_FAILURE))

    assert finding(looked(ses=lost), "KIM031").state is FindingState.PENDING
    assert ids(looked(ses=lost, dns=ABSENT)) == ["KIM001"]
    assert finding(looked(ses=lost, dns=dict.fromkeys(KEYS, LOST)), "KIM031").state is FindingState.FAIL


@pytest.mark.parametrize("origin", [SigningOrigin.EXTERNAL, SigningOrigin.REPLICA])
def test_an_identity_that_needs_no_cnames_is_not_asked_for_any(origin: SigningOrigin) -> None:
    own = dkim(origin=origin, tokens=() if origin is SigningOrigin.EXTERNAL else TOKENS)

    assert ids(looked(ses=held(dkim=own))) == []
    assert status(diagnose(looked(ses=held(dkim=own))), Step.DKIM).state is StepState.DONE


def test_signing_that_is_off_is_broken_although_everything_is_published() -> None:
    seen = looked(ses=held(dkim=dkim(signing_enabled=False)))

    assert ids(seen) == ["KIM032"]
    assert diagnose(seen).verdict is Verdict.BROKEN


@pytest.mark.parametrize("origin", [SigningOrigin.EXTERNAL, SigningOrigin.REPLICA])
@pytest.mark.parametrize(
    ("state", "check_id", "verdict"),
    [
        (Status.PENDING, "KIM029", Verdict.WAITING),
        (Status.FAILED, "KIM030", Verdict.BROKEN),
        (Status.TEMPORARY_FAILURE, "KIM031", Verdict.BROKEN),
    ],
)
def test_a_key_that_is_not_easy_dkim_s_counts_as_much(
    origin: SigningOrigin, state: Status, check_id: str, verdict: Verdict
) -> None:
    diagnosis = diagnose(looked(ses=held(dkim=dkim(state, origin=origin, tokens=()))))

    assert [f.id for f in diagnosis.findings] == [check_id]
    assert "DKIM key" in diagnosis.findings[0].title
    assert diagnosis.verdict is verdict


def test_dkim_that_was_never_set_up_is_no_wait() -> None:
    diagnosis = diagnose(looked(ses=held(dkim=dkim(Status.NOT_STARTED, tokens=()))))

    assert [(f.id, f.title) for f in diagnosis.findings] == [("KIM032", "DKIM was never set up")]
    assert status(diagnosis, Step.DKIM).state is StepState.BROKEN
