"""The three CNAMEs: what is missing, misplaced or wrong, and what SES makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    AT,
    DOMAIN,
    KEYS,
    LOST,
    NOWHERE,
    SERVERS,
    SIGNING_ZONE,
    TARGETS,
    TOKENS,
    Lies,
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
from sendready.model.identity import SigningOrigin, Status, ZoneSerial
from sendready.model.observation import Delegation, Observation, Past, Seen, Slip
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
        (f'\\"{TOKENS[0]}.{SIGNING_ZONE}\\"', "KIM022"),
        (f'\\"{TOKENS[0]}.{SIGNING_ZONE}\\".example.com', "KIM022"),
        (f"\\226\\128\\156{TOKENS[0]}.{SIGNING_ZONE}", "KIM022"),
        (f"{TOKENS[0]}.{SIGNING_ZONE}\\032", "KIM023"),
        (f"http://{TOKENS[0]}.{SIGNING_ZONE}", "KIM023"),
        (f"{TOKENS[0]}\\.{SIGNING_ZONE}", "KIM023"),
        (f"{TOKENS[2]}.{SIGNING_ZONE},", "KIM023"),
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


def test_several_aliases_are_told_once_whatever_their_values_are() -> None:
    seen = looked(dns={KEYS[0]: (TARGETS[0], TARGETS[1], f"{TARGETS[0]}.{DOMAIN}")})

    assert ids(seen) == ["KIM020"]
    assert finding(seen, "KIM020").fix.text.startswith("Keep only")
    assert finding(looked(dns={KEYS[0]: ("a.example", "b.example")}), "KIM020").fix.text.startswith("Delete all")


def test_servers_that_differ_have_one_alias_each() -> None:
    assert ids(looked(dns={KEYS[0]: [(TARGETS[1],), ("www.example.net",)]})) == ["KIM010", "KIM018"]


def test_what_a_wildcard_answers_is_no_wrong_record_and_no_record_at_all() -> None:
    dns = dict.fromkeys(KEYS, ("www.example.net",))
    wild = {key: Lies(Slip.WILDCARD, key, ("www.example.net",)) for key in KEYS}

    fresh = looked(ses=NEW, dns=dns, elsewhere=wild)
    assert ids(fresh) == ["KIM021"]
    assert finding(fresh, "KIM021").state is FindingState.TODO
    assert diagnose(fresh).verdict is Verdict.INCOMPLETE
    assert len(finding(fresh, "KIM021").fix.records) == 3
    assert finding(looked(dns=dns, elsewhere=wild), "KIM021").state is FindingState.FAIL


def test_a_wildcard_s_answer_is_not_counted_as_a_record_that_is_there() -> None:
    seen = looked(
        dns={KEYS[0]: ("www.example.net",), KEYS[1]: NOWHERE},
        elsewhere={KEYS[0]: Lies(Slip.WILDCARD, KEYS[0], ("www.example.net",))},
    )

    assert finding(seen, "KIM002").detail.startswith("1 of 3 are there")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (f"{TOKENS[0]}\\032.{SIGNING_ZONE}", "character 33 is a space"),
        (f"\\009{TARGETS[0]}", "character 1 is a tab"),
        (f"{TARGETS[0]}\\;", "character 52 is `;`"),
        (f"\\194\\160{TARGETS[0]}", "character 1 is U+00A0 no-break space"),
        (f"\\226\\128\\139{TARGETS[0]}", "character 1 is U+200B zero width space"),
        (f"\\239\\187\\191{TARGETS[0]}", "character 1 is U+FEFF zero width no-break space"),
        (f"\\128{TARGETS[0]}", "character 1 is the byte 0x80"),
        (f"{TOKENS[0]}\\.{SIGNING_ZONE}", "character 33 is a backslash"),
        (f"{TOKENS[0]}\\\\.{SIGNING_ZONE}", "character 33 is a backslash"),
        (f"https://{TARGETS[0]}", "it begins with `https://`"),
        (f"http://{TARGETS[0]}/", "it begins with `http://`, and there is more: 2 in all"),
    ],
)
def test_a_character_that_does_not_belong_is_named_with_its_place(target: str, said: str) -> None:
    assert finding(looked(dns={KEYS[0]: (target,)}), "KIM023").detail == said


def test_of_several_records_the_first_one_s_character_is_named() -> None:
    both = {key: (f"{target}\\032",) for key, target in zip(KEYS[:2], TARGETS, strict=False)}

    found = finding(looked(dns=both), "KIM023")
    assert found.detail == "the first of them: character 52 is a space"
    assert len(found.fix.records) == 2


def at_serial(
    serial: int, saw: ZoneSerial, status: Status = Status.PENDING, primary: str = "ns1.example.net", **changes: object
) -> Observation:
    cut = Delegation(DOMAIN, DOMAIN, SERVERS, True, primary=primary, serial=serial)
    return looked(ses=held(status, zone_seen=saw), delegation=Seen(cut), **changes)


def saw(serial: int, primary: str = "NS1.example.net.") -> ZoneSerial:
    return ZoneSerial(primary, "hostmaster.example.com.", serial)


@pytest.mark.parametrize(
    ("then", "now", "older"),
    [(7, 8, True), (8, 8, False), (9, 8, False), (2**32 - 1, 3, True), (3, 2**32 - 1, False), (0, 2**31, False)],
)
def test_a_serial_is_older_also_where_it_has_wrapped_around(then: int, now: int, older: bool) -> None:
    found = next(iter(diagnose(at_serial(now, saw(then))).findings))

    assert found.id == "KIM029"
    assert ("KIM033" in found.symptoms) is older


def test_an_older_serial_says_nothing_where_records_are_missing_or_the_host_never_counts() -> None:
    assert ids(at_serial(8, saw(7), dns=ABSENT)) == ["KIM001"]
    assert "KIM033" not in finding(at_serial(8, saw(7), dns=ABSENT), "KIM001").symptoms
    route53 = "ns-12.awsdns-34.co.uk"
    assert "KIM033" not in finding(at_serial(8, saw(7, route53), primary=route53), "KIM029").symptoms


def test_another_copy_of_the_zone_is_a_warning_beside_the_wait_and_beside_what_is_missing() -> None:
    old_host = saw(7, "ns1.old-host.example.")

    for dns, other in ((None, "KIM029"), (ABSENT, "KIM001")):
        seen = at_serial(8, old_host, dns=dns)
        assert set(ids(seen)) == {"KIM033", other}
        assert finding(seen, "KIM033").severity is Severity.WARNING
        assert "ns1.old-host.example" in finding(seen, "KIM033").detail
    assert diagnose(at_serial(8, old_host)).verdict is Verdict.WAITING
    assert ids(at_serial(8, old_host, Status.SUCCESS)) == []


def test_a_second_host_of_the_zone_and_a_zone_below_it_are_no_other_copy() -> None:
    assert ids(at_serial(8, saw(7, "ns2.example.net"))) == ["KIM029"]
    seen = at_serial(8, saw(7, "ns1.keys.example"))
    elsewhere = Delegation(DOMAIN, DOMAIN, SERVERS[:1], True, primary="ns1.example.net", serial=8)
    assert ids(replace(seen, delegation=Seen(elsewhere))) == ["KIM029"]


def test_what_ses_ran_into_is_told_under_its_cause_and_never_beside_success() -> None:
    ran_into = held(Status.PENDING, error_type="HOST_NOT_FOUND")

    assert "KIM034" in finding(looked(ses=ran_into, dns=ABSENT), "KIM001").symptoms
    assert ids(looked(ses=ran_into)) == ["KIM029"]
    assert ids(looked(ses=held(error_type="HOST_NOT_FOUND"))) == []
    off = held(Status.PENDING, error_type="SOMETHING_NEW", dkim=dkim())
    assert ids(looked(ses=off)) == ["SES003"]
