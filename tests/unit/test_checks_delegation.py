"""The zone and its servers: nothing is said about records that nobody answered for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    DMARC,
    DOMAIN,
    KEYS,
    LOST,
    MX,
    NOWHERE,
    SPF,
    TARGETS,
    about_zone,
    finding,
    ids,
    looked,
    policy,
)
from cases import CASES

from sendready.engine.diagnose import diagnose
from sendready.engine.outgoing import outgoing
from sendready.mailauth.alignment import Outlook, predict
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.errors import Unreachable
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.observation import Records, Unseen
from sendready.model.records import Outcome, Redirection
from sendready.model.step import Step

EVERYTHING = (*KEYS, MX, SPF, DMARC)
CAUSED = (Outcome.INTERCEPTED, Outcome.TRUNCATED)
"""Why nothing was answered is told by a check of its own."""
SILENT = [outcome for outcome in Outcome if not outcome.conclusive and outcome not in CAUSED]


def test_a_domain_that_does_not_exist_explains_every_record_that_is_missing() -> None:
    found = diagnose(CASES["DEL001"].broken)

    assert [f.id for f in found.findings] == ["DEL001"]
    assert {"KIM001", "MFR001", "MFR007"} <= set(found.findings[0].symptoms)
    assert found.verdict is Verdict.BROKEN


@pytest.mark.parametrize("outcome", SILENT)
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


def test_keys_that_no_server_answers_for_leave_it_unknown_whether_mail_passes() -> None:
    seen = looked(dns=dict.fromkeys(KEYS, LOST))

    assert finding(seen, "DEL003").severity is Severity.ERROR
    assert diagnose(seen).verdict is Verdict.UNKNOWN
    assert predict(seen).dkim.passes is None
    assert outgoing(seen).passes is Outlook.PASS  # its MAIL FROM aligns


def test_a_part_of_the_zone_whose_own_servers_do_not_serve_it_is_named() -> None:
    below = f"_domainkey.{DOMAIN}"
    lost = tuple(
        replace(record, sightings=tuple(replace(s, zone=below, outcome=Outcome.REFUSED) for s in record.sightings))
        if record.wanted.step is Step.DKIM
        else record
        for record in looked(dns=dict.fromkeys(KEYS, LOST)).records
    )

    found = finding(replace(looked(), records=Records(lost)), "DEL003")

    assert (found.subject, found.title) == (below, f"{below} is delegated to servers that do not serve it")
    assert f"delete its NS records from {DOMAIN}" in found.fix.text


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


# The zone as its servers see it


def test_a_network_that_answers_for_the_servers_is_told_from_servers_that_do_not_serve() -> None:
    seen = looked(dns=dict.fromkeys(EVERYTHING, Outcome.INTERCEPTED), dmarc=policy(complete=False))

    assert ids(seen) == ["ENV003"]
    assert diagnose(seen).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("check_id", ["ENV001", "ENV002"])
def test_where_nobody_can_be_asked_nothing_is_missing(check_id: str) -> None:
    diagnosis = diagnose(CASES[check_id].broken)

    assert [f.id for f in diagnosis.findings] == [check_id]
    assert diagnosis.verdict is Verdict.UNKNOWN


def test_a_lame_server_is_named_with_what_it_answered() -> None:
    found = finding(CASES["DEL004"].broken, "DEL004")

    assert found.subject == "ns2.example.net (192.0.2.2)"
    assert found.observed == ("REFUSED",)
    assert diagnose(CASES["DEL004"].broken).verdict is Verdict.BROKEN


def test_where_every_server_is_lame_that_is_told_once_for_all() -> None:
    seen = looked(
        dns=dict.fromkeys(EVERYTHING, Outcome.REFUSED),
        dmarc=policy(complete=False),
        zone_sightings=about_zone(soa=Outcome.REFUSED),
    )

    assert ids(seen) == ["DEL003"]


def test_two_lists_of_name_servers_are_compared_name_by_name() -> None:
    found = finding(CASES["DEL008"].broken, "DEL008")

    assert found.observed == ("only above: ns2.example.net", "only in the zone: ns3.example.net")


def test_a_dname_is_the_cause_of_whatever_is_wrong_below_it() -> None:
    redirection = Redirection(DOMAIN, "elsewhere.example")
    dns = dict.fromkeys(KEYS, ("tok._domainkey.elsewhere.example",)) | dict.fromkeys((MX, SPF), NOWHERE)
    seen = looked(dns=dns)
    lost = replace(
        seen,
        records=Records(
            tuple(
                replace(r, sightings=tuple(replace(s, redirected=redirection) for s in r.sightings))
                for r in seen.records
            )
        ),
    )

    found = diagnose(lost).findings

    assert [f.id for f in found if f.severity >= Severity.WARNING] == ["DEL024"]
    assert found[0].subject == DOMAIN
    assert len(found[0].fix.records) == 5
    assert "DEL024" not in ids(seen)


def test_a_record_that_lies_in_a_zone_of_its_own_is_asked_for_there() -> None:
    seen = CASES["DEL019"].broken

    found = finding(seen, "DEL019")
    assert found.subject == f"_domainkey.{DOMAIN}"
    assert len(found.fix.records) == 3
    assert "KIM001" in found.symptoms


def test_differing_versions_move_nothing_by_themselves() -> None:
    assert diagnose(CASES["DEL011"].broken).verdict is Verdict.READY


@pytest.mark.parametrize(
    ("outcome", "title", "words"),
    [
        (Outcome.REFUSED, "None of the name servers has the zone", "removed there, or never added"),
        (Outcome.NOT_AUTHORITATIVE, "None of the name servers has the zone", "removed there, or never added"),
        (Outcome.SERVFAIL, "Every name server fails to serve the zone", "an error in the zone"),
        (Outcome.TIMEOUT, "No authoritative server answered", "Look again"),
    ],
)
def test_what_all_servers_answer_instead_says_what_happened_to_the_zone(
    outcome: Outcome, title: str, words: str
) -> None:
    found = finding(looked(dns=dict.fromkeys(EVERYTHING, outcome), dmarc=policy(complete=False)), "DEL003")

    assert found.title == title
    assert words in found.fix.text
    assert "ns1.example.net, ns2.example.net: " in found.detail


def test_answers_that_are_cut_and_cannot_be_had_whole_are_the_cause_of_what_is_not_known() -> None:
    seen = looked(dns=dict.fromkeys(EVERYTHING, Outcome.TRUNCATED), dmarc=policy(complete=False))

    assert ids(seen) == ["DEL013", "DEL013"]
    assert finding(CASES["DEL013"].broken, "DEL013").severity is Severity.WARNING
