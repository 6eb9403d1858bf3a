"""The DMARC record: absent only where that is proven, and useless where receivers make nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    DMARC,
    DMARC_TEXT,
    DOMAIN,
    LOST,
    NOWHERE,
    Lies,
    finding,
    held,
    ids,
    looked,
    policy,
    said,
    status,
    walked,
)

from sendready.engine.diagnose import diagnose
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.errors import Unreachable
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.identity import Identity
from sendready.model.observation import Observation, Past, Seen, Slip, Unseen
from sendready.model.records import Question, RecordType
from sendready.model.step import Step, StepState


def test_a_record_never_there_is_to_do_and_one_that_was_is_lost() -> None:
    seen = looked(dmarc=policy(), dns={DMARC: NOWHERE})

    found = finding(seen, "DMC001")
    assert found.state is FindingState.TODO
    assert [record.value for record in found.fix.records] == ["v=DMARC1; p=none"]
    assert diagnose(seen).verdict is Verdict.INCOMPLETE
    past = Past(live_records=frozenset({("_dmarc.example.com", "TXT")}))
    assert finding(looked(dmarc=policy(), dns={DMARC: NOWHERE}, past=past), "DMC001").state is FindingState.FAIL


def test_a_name_that_did_not_answer_leaves_the_question_open() -> None:
    for open_question in (policy(complete=False), Unseen(Unreachable("no answer"))):
        seen = looked(dmarc=open_question, dns={DMARC: LOST})

        assert "DMC001" not in ids(seen)
        assert status(diagnose(seen), Step.DMARC).state is StepState.UNKNOWN


def test_an_inherited_policy_is_as_good_as_an_own_one() -> None:
    below, text = f"mail.{DOMAIN}", "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"
    seen = looked(identity=Identity(below), dmarc=walked(below, example_com=text))

    assert ids(seen) == ["DMC027"]
    assert finding(seen, "DMC027").severity is Severity.INFO
    assert diagnose(seen).verdict is Verdict.READY
    assert status(diagnose(seen), Step.DMARC).summary == "p=reject, inherited from _dmarc.example.com"


def test_several_records_are_one_finding_and_not_none() -> None:
    texts = ("v=DMARC1; p=none", "v=DMARC1; p=reject")
    seen = looked(dmarc=policy(*texts), dns={DMARC: texts})

    assert ids(seen) == ["DMC002"]
    assert finding(seen, "DMC002").observed == texts
    assert diagnose(seen).verdict is Verdict.BROKEN


def test_a_record_that_states_no_valid_policy_is_as_good_as_none() -> None:
    text = "v=DMARC1; p=reject; sp=rejct"
    found = DmarcDiscovery("example.com", policy(text).record, "_dmarc.example.com", None, complete=True)
    seen = looked(dmarc=found, dns={DMARC: (text,)})

    assert ids(seen) == ["DMC007", "DMC013"]
    said = finding(seen, "DMC007")
    assert (said.state, said.observed, said.symptoms) == (FindingState.FAIL, (text,), ("DMC001",))
    assert "`sp=rejct`" in said.detail
    assert said.fix.records == ()
    assert not said.fix.safe
    assert diagnose(seen).verdict is Verdict.BROKEN


def test_servers_that_differ_are_waited_for() -> None:
    seen = looked(dns={DMARC: [(DMARC_TEXT,), NOWHERE]})

    assert ids(seen) == ["DMC039"]
    found = finding(seen, "DMC039")
    assert (found.state, found.severity) == (FindingState.PENDING, Severity.NOTICE)
    assert found.observed == (f"ns1.example.net: {DMARC_TEXT}", "ns2.example.net: none")
    assert "DMC039" in ids(looked(dns={DMARC: [(DMARC_TEXT,), ("v=DMARC1; p=reject",)]}))


def test_a_server_that_is_silent_does_not_differ() -> None:
    assert "DMC039" not in ids(looked(dns={DMARC: [(DMARC_TEXT,), LOST]}))


def test_dmarc_is_looked_at_without_ses_too() -> None:
    assert "DMC001" in ids(looked(ses=held(), missing=True, dmarc=policy(), dns={DMARC: NOWHERE}))


def lies(slip: Slip, at: str, *answers: str, **changes: object) -> Observation:
    """No DMARC record applies; this is at another name."""
    found = Lies(slip, Question(at, RecordType.TXT), answers or ("v=DMARC1; p=reject",))
    return looked(dmarc=policy(), dns={DMARC: NOWHERE}, elsewhere={DMARC: found}, **changes)


@pytest.mark.parametrize(
    ("slip", "at"),
    [
        (Slip.APEX, DOMAIN),
        (Slip.NO_UNDERSCORE, f"dmarc.{DOMAIN}"),
        (Slip.DOUBLED, f"_dmarc.{DOMAIN}.{DOMAIN}"),
        (Slip.DOUBLED, f"_dmarc._dmarc.{DOMAIN}"),
    ],
)
def test_a_record_at_the_wrong_name_is_the_cause_and_keeps_its_policy(slip: Slip, at: str) -> None:
    seen = lies(slip, at)

    assert ids(seen) == ["DMC003"]
    found = finding(seen, "DMC003")
    assert (found.state, found.symptoms) == (FindingState.FAIL, ("DMC001",))
    assert found.fix.text == f"Add this TXT record with the name `_dmarc`, then delete the one at `{at}`"
    assert [(r.name, r.value) for r in found.fix.records] == [(f"_dmarc.{DOMAIN}", "v=DMARC1; p=reject")]
    assert "its policy takes effect" in found.detail
    assert "its policy" not in finding(lies(slip, at, "v=DMARC1; p=none"), "DMC003").detail
    assert diagnose(seen).verdict is Verdict.BROKEN


def test_other_texts_at_the_wrong_name_are_not_told() -> None:
    seen = lies(Slip.APEX, DOMAIN, "v=spf1 -all", "v=DMARC1; p=none")

    assert finding(seen, "DMC003").observed == (f"{DOMAIN} TXT v=DMARC1; p=none",)


def test_a_record_of_www_may_be_its_own_and_the_domain_s_was_never_added() -> None:
    seen = lies(Slip.ZONE_BELOW, f"_dmarc.www.{DOMAIN}")

    assert ids(seen) == ["DMC003"]
    assert finding(seen, "DMC003").state is FindingState.TODO
    assert "delete" not in finding(seen, "DMC003").fix.text
    assert [record.value for record in finding(seen, "DMC003").fix.records] == ["v=DMARC1; p=none"]
    assert diagnose(seen).verdict is Verdict.INCOMPLETE
    past = Past(live_records=frozenset({(f"_dmarc.{DOMAIN}", "TXT")}))
    assert finding(lies(Slip.ZONE_BELOW, f"_dmarc.www.{DOMAIN}", past=past), "DMC003").state is FindingState.FAIL


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('"v=DMARC1; p=none"', "quotation mark"),
        ('\\"v=DMARC1; p=none\\"', "quotation mark"),
        (" v=DMARC1; p=none", "begins with a space"),
        ("\ufeffv=DMARC1; p=none", "U+FEFF zero width no-break space"),
        ("\u00a0v=DMARC1; p=none", "U+00A0 no-break space"),
        ("\\xa0v=DMARC1; p=none", "the byte 0xA0"),
        ("v=dmarc1; p=none", "capital letters"),
        ("v=DMARC1 p=none", "no semicolon"),
        ("v=DMARC1, p=none", "no semicolon"),
        ("p=none; v=DMARC1", "come first"),
        ("p=reject; rua=mailto:a@example.com", "missing"),
        ("DMARC1; p=none", "missing"),
    ],
)
def test_a_text_that_was_meant_as_dmarc_is_told_with_its_first_fault(text: str, why: str) -> None:
    seen = looked(dmarc=policy(), dns={DMARC: (text,)})

    assert ids(seen) == ["DMC004"]
    found = finding(seen, "DMC004")
    assert why in found.detail
    assert (found.observed, found.symptoms) == ((text,), ("DMC001",))
    assert diagnose(seen).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "v=DMARC1 p=reject rua=dmarc@example.com",
            "v=DMARC1; p=reject; rua=mailto:dmarc@example.com",
        ),
        ("p=Quarantine; v=DMARC1", "v=DMARC1; p=quarantine"),
        (
            "v=DMARC1, rua=mailto:a@example.com, mailto:b@example.net",
            "v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@example.net",
        ),
    ],
)
def test_a_text_is_mended_without_weakening_what_was_meant(text: str, meant: str) -> None:
    found = finding(looked(dmarc=policy(), dns={DMARC: (text,)}), "DMC004")

    assert f"`{meant}`" in found.fix.text


def test_where_a_policy_from_above_applies_a_text_that_does_not_count_is_a_warning() -> None:
    above = policy("v=DMARC1; p=reject", found_at="_dmarc.com")
    seen = looked(dmarc=replace(above, sightings=(said(DMARC, ("v=dmarc1; p=none",)),)))

    assert "DMC004" in ids(seen)
    assert finding(seen, "DMC004").severity is Severity.WARNING
    assert diagnose(seen).verdict is Verdict.READY


def test_what_stands_at_the_name_above_is_not_the_domain_s() -> None:
    above = said(Question("_dmarc.com", RecordType.TXT), ("v=spf1 -all", "v=dmarc1"))
    found = replace(policy("v=DMARC1; p=reject", found_at="_dmarc.com"), sightings=(above,))

    assert not {"DMC004", "DMC032"} & set(ids(replace(looked(dmarc=found), dmarc=Seen(found))))


@pytest.mark.parametrize("text", ["v=spf1 -all", "google-site-verification=x", "dmarc-verify=1", ""])
def test_a_foreign_text_is_no_dmarc_record_gone_wrong(text: str) -> None:
    alone = looked(dmarc=policy(), dns={DMARC: (text,)})
    beside = looked(dns={DMARC: (DMARC_TEXT, text)})

    assert ids(alone) == ["DMC001", "DMC032"]
    assert finding(alone, "DMC032").severity is Severity.WARNING
    assert diagnose(alone).verdict is Verdict.INCOMPLETE
    assert ids(beside) == ["DMC032"]
    assert finding(beside, "DMC032").severity is Severity.NOTICE
    assert diagnose(beside).verdict is Verdict.READY
