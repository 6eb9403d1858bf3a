"""The zone and its servers: nothing is said about records that nobody answered for."""

from __future__ import annotations

import pytest
from builders import DMARC, DOMAIN, KEYS, LOST, MX, NOWHERE, SPF, TARGETS, finding, ids, looked, policy
from cases import CASES

from sendready.engine.diagnose import diagnose
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.errors import Unreachable
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.observation import Unseen
from sendready.model.records import Outcome
from sendready.model.step import Step

EVERYTHING = (*KEYS, MX, SPF, DMARC)


def test_a_domain_that_does_not_exist_explains_every_record_that_is_missing() -> None:
    found = diagnose(CASES["DEL001"].broken)

    assert [f.id for f in found.findings] == ["DEL001"]
    assert {"KIM001", "MFR001", "MFR007"} <= set(found.findings[0].symptoms)
    assert found.verdict is Verdict.BROKEN


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if not outcome.conclusive])
def test_where_no_server_answers_the_verdict_is_unknown_and_nothing_is_missing(outcome: Outcome) -> None:
    seen = looked(dns=dict.fromkeys(EVERYTHING, outcome), dmarc=policy(complete=False))

    assert ids(seen) == ["DEL003"]
    found = finding(seen, "DEL003")
    assert (found.subject, found.state) == (DOMAIN, FindingState.UNKNOWN)
    assert f"ns1.example.net (192.0.2.1): {outcome.value}" in found.observed
    assert diagnose(seen).verdict is Verdict.UNKNOWN


def test_a_zone_that_could_not_be_found_is_unknown_with_the_reason() -> None:
    seen = looked(delegation=Unseen(Unreachable("no root server answered", "try --resolver")), dns={}, dmarc=policy())

    found = finding(seen, "DEL003")
    assert (found.state, found.detail, found.fix.text) == (
        FindingState.UNKNOWN,
        "no root server answered",
        "try --resolver",
    )


def test_one_record_that_could_not_be_looked_up_is_a_warning_and_leaves_the_verdict_to_the_rest() -> None:
    seen = looked(dns={KEYS[0]: LOST})

    found = finding(seen, "DEL003")
    assert (found.subject, found.severity) == (KEYS[0].name, Severity.WARNING)
    assert found.title == "A record could not be looked up at any server"
    assert diagnose(seen).verdict is Verdict.READY
    assert diagnose(looked(dns={KEYS[0]: LOST, MX: NOWHERE})).verdict is Verdict.BROKEN


def test_records_of_two_steps_that_could_not_be_looked_up_are_told_at_their_own_steps() -> None:
    found = diagnose(looked(dns={KEYS[0]: LOST, MX: LOST, SPF: LOST})).findings

    assert [(f.id, f.step, f.subject) for f in found] == [
        ("DEL003", Step.DKIM, KEYS[0].name),
        ("DEL003", Step.MAIL_FROM, MX.name),
    ]


@pytest.mark.parametrize("dmarc", [policy(complete=False), Unseen(Unreachable("no server"))])
def test_a_policy_that_could_not_be_looked_up_is_told_where_dmarc_is(dmarc: DmarcDiscovery | Unseen) -> None:
    diagnosis = diagnose(looked(dmarc=dmarc))

    (found,) = diagnosis.findings
    assert (found.id, found.step, found.state) == ("DEL003", Step.DMARC, FindingState.UNKNOWN)
    assert found.subject == f"_dmarc.{DOMAIN}"
    assert diagnosis.verdict is Verdict.READY


def test_a_server_that_never_answers_is_named_with_what_its_silence_costs() -> None:
    found = finding(CASES["DEL005"].broken, "DEL005")

    assert found.subject == "ns2.example.net (192.0.2.2)"
    assert "1 of 2 servers" in found.detail
    assert diagnose(CASES["DEL005"].broken).verdict is Verdict.READY


def test_a_server_that_answers_once_is_not_silent() -> None:
    assert "DEL005" not in ids(looked(dns={KEYS[0]: [(TARGETS[0],), LOST]}))


def test_silence_of_all_servers_is_not_told_once_more_for_each() -> None:
    assert "DEL005" in finding(CASES["DEL003"].broken, "DEL003").symptoms
