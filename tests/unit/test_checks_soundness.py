"""What follows from how a zone is served: signatures, copies that differ, and what is this network's fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from builders import AT, KEYS, NOWHERE, SERVERS, TARGETS, about_zone, finding, held, ids, looked
from cases import CASES, served, signed

from sendready.engine.diagnose import diagnose
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.identity import Status
from sendready.model.records import NameServer, Outcome
from sendready.model.soundness import Manners, Soundness

SPLIT = {KEYS[0]: [(TARGETS[0],), NOWHERE]}


def test_signatures_that_are_over_break_the_domain_and_explain_why_it_is_refused() -> None:
    seen = served(chain=signed(expires=AT - timedelta(hours=1), refused="signature expired"))

    assert ids(seen) == ["DEL017"]
    found = finding(seen, "DEL017")
    assert found.severity is Severity.CRITICAL
    assert "DEL015" in found.symptoms
    assert diagnose(seen).verdict is Verdict.BROKEN


def test_signatures_that_run_out_are_a_warning_and_short_ones_of_a_signer_that_works_are_nothing() -> None:
    assert finding(CASES["DEL017"].broken, "DEL017").severity is Severity.WARNING
    chain = signed(expires=AT + timedelta(hours=20))
    short = replace(chain.signatures[0], begins=AT - timedelta(hours=26))

    assert ids(served(chain=replace(chain, signatures=(short,)))) == []


def test_a_leftover_ds_record_is_the_one_cause_told() -> None:
    seen = served(chain=signed(linked=False, refused="no matching key"))

    assert ids(seen) == ["DEL016"]
    assert "tag 1" in finding(seen, "DEL016").expected


def test_where_one_server_has_other_keys_it_is_named() -> None:
    chain = signed()
    other = replace(chain.signatures[0], server=SERVERS[1], keys=(9,), linked=False)
    found = finding(served(chain=replace(chain, signatures=(*chain.signatures, other))), "DEL016")

    assert found.observed == ("ns2.example.net: 9",)
    assert "Give every server the same signed zone" in found.fix.text


def test_copies_of_two_zones_do_not_become_the_same_by_waiting() -> None:
    soa = [(f"ns1.{host}. admin.example.net. 7 2 3 4 900",) for host in ("new.example", "old.example")]
    seen = looked(dns=SPLIT, ses=held(Status.PENDING), zone_sightings=about_zone(soa=soa))

    assert ids(seen)[0] == "DEL010"
    found = finding(seen, "DEL010")
    assert "ns1.new.example and one by ns1.old.example" in found.detail
    assert "KIM003" in found.symptoms


def test_a_new_record_on_its_way_is_no_difference_to_mend() -> None:
    assert "DEL010" not in ids(looked(dns=SPLIT, ses=held(Status.PENDING), zone_sightings=about_zone()))


def test_ipv6_that_does_not_work_here_makes_no_server_silent() -> None:
    seen = CASES["ENV008"].broken
    six = NameServer("ns1.example.net", "2001:db8::1")
    lost = replace(seen.records.observed[0].sightings[0], server=six, outcome=Outcome.TIMEOUT, answers=())
    first = replace(seen.records.observed[0], sightings=(*seen.records.observed[0].sightings, lost))
    seen = replace(seen, records=replace(seen.records, observed=(first, *seen.records.observed[1:])))

    assert ids(seen) == ["ENV008"]
    assert diagnose(seen).verdict is Verdict.READY


def test_a_network_without_tcp_is_not_blamed_on_the_servers() -> None:
    deaf = tuple(Manners(server, True, True, False) for server in SERVERS)

    assert ids(looked(soundness=Soundness(deaf, False))) == ["ENV007"]
    assert ids(looked(soundness=Soundness(deaf, True))) == ["DEL013", "DEL013"]


def test_an_old_answer_in_a_resolver_is_waited_for_to_the_second() -> None:
    seen = CASES["ENV005"].broken
    found = finding(replace(seen, resolved=tuple(replace(s, ttl=200) for s in seen.resolved)), "ENV005")

    assert found.state is FindingState.PENDING
    assert found.recheck_at == AT + timedelta(seconds=200)
    assert "3 min 20 s" in found.detail
    assert "https://dns.google/cache" in found.fix.text


def test_old_name_servers_in_a_resolver_explain_its_old_answers() -> None:
    moved, stale = CASES["DEL025"].broken, CASES["ENV005"].broken
    seen = replace(moved, resolved=(*moved.resolved, *stale.resolved))

    assert "DEL025" in ids(seen)
    assert "ENV005" not in ids(seen)
