"""The DMARC record: absent only where that is proven, and useless where receivers make nothing of it."""

from __future__ import annotations

from builders import DMARC, DMARC_TEXT, LOST, NOWHERE, finding, held, ids, looked, policy, status

from sendready.engine.diagnose import diagnose
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.errors import Unreachable
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.observation import Past, Unseen
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
    seen = looked(dmarc=policy("v=DMARC1; p=reject", domain="example.com", found_at="_dmarc.com", effective="reject"))

    assert ids(seen) == []
    assert status(diagnose(seen), Step.DMARC).summary == "p=reject, inherited from _dmarc.com"


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

    assert ids(seen) == ["DMC001"]
    said = finding(seen, "DMC001")
    assert (said.state, said.observed) == (FindingState.FAIL, (text,))
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
