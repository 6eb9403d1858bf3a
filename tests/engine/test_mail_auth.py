"""Mail authentication looked at in the practice world: a healthy domain is quiet, and what is broken is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from practising import DOMAIN, look, request

from sendready.engine.diagnose import diagnose
from sendready.model.finding import Severity, Verdict
from sendready.model.identity import Identity
from sendready.model.ports import World
from sendready.practice.servers import Practice


async def found(world: World) -> dict[str, Severity]:
    return {finding.id: finding.severity for finding in (await look(request(), world)).diagnosis.findings}


async def test_a_healthy_domain_has_nothing_to_warn_of(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)

    assert [check_id for check_id, severity in (await found(world)).items() if severity >= Severity.WARNING] == []


async def test_a_record_without_reports_leaves_the_domain_ready(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN, dmarc="v=DMARC1; p=none")

    seen = await look(request(), world)
    assert [finding.id for finding in seen.diagnosis.findings] == ["DMC013"]
    assert seen.diagnosis.verdict is Verdict.READY


async def test_faults_of_the_domain_s_own_spf_are_warnings(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    practice.put(DOMAIN, DOMAIN, "TXT", ['"v=spf1 include:gone.example ip4:1.2.3 -all"', '"v=spf1 -all"'])
    assert await found(world) == {"SPF002": Severity.WARNING}

    practice.put(DOMAIN, DOMAIN, "TXT", ['"v=spf1 include:gone.example ip4:1.2.3 -all"'])
    assert await found(world) == {"SPF012": Severity.WARNING, "SPF017": Severity.WARNING}


async def test_a_syntax_error_at_the_mail_from_is_one_although_ses_says_success(
    practice: Practice, world: World
) -> None:
    practice.finish(DOMAIN)
    practice.put(DOMAIN, f"bounce.{DOMAIN}", "TXT", ['"v=spf1 include:amazonses.com ip4:1.2.3 ~all"'])

    assert await found(world) == {"MFR010": Severity.ERROR}


async def test_reports_to_a_domain_that_has_not_agreed_are_told(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN, dmarc="v=DMARC1; p=none; rua=mailto:a@reports.test")
    practice.register("reports.test")
    practice.put("reports.test", "reports.test", "MX", ["10 mx.reports.test."])
    assert await found(world) == {"DMC015": Severity.WARNING}

    practice.put("reports.test", f"{DOMAIN}._report._dmarc.reports.test", "TXT", ['"v=DMARC1;"'])
    practice.dns.flush()
    assert await found(world) == {}


async def test_a_domain_without_mail_servers_receives_at_its_address_or_not_at_all(
    practice: Practice, world: World
) -> None:
    practice.finish(DOMAIN, dmarc="v=DMARC1; p=reject; rua=mailto:a@reports.test")
    practice.register("reports.test")
    practice.put("reports.test", "reports.test", "MX", ["10 mx.reports.test."])
    practice.put("reports.test", f"{DOMAIN}._report._dmarc.reports.test", "TXT", ['"v=DMARC1;"'])
    practice.put(DOMAIN, DOMAIN, "TXT", ['"v=spf1 -all"'])
    practice.take(DOMAIN, DOMAIN, "MX")
    assert await found(world) == {"BLK010": Severity.INFO}

    practice.put(DOMAIN, DOMAIN, "AAAA", ["2001:db8::80"])
    assert await found(world) == {}


async def test_a_record_cut_within_a_word_is_told_and_works(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    practice.put(DOMAIN, f"_dmarc.{DOMAIN}", "TXT", [f'"v=DMARC1; p=no" "ne; rua=mailto:dmarc@{DOMAIN}"'])
    assert await found(world) == {"DMC037": Severity.NOTICE}

    practice.put(DOMAIN, f"_dmarc.{DOMAIN}", "TXT", [f'"v=DMARC1; p=none;" "rua=mailto:dmarc@{DOMAIN}"'])
    assert "DMC037" not in await found(world)


async def test_a_policy_that_asks_for_nothing_is_worth_a_word_after_a_month(practice: Practice, world: World) -> None:
    practice.finish(DOMAIN)
    first = await look(request(), world)
    assert first.diagnosis.findings == ()
    at = first.observation.at

    later = replace(first.observation, past=replace(world.store.past(DOMAIN, practice.region), ready_since=at))
    findings = diagnose(replace(later, at=at + timedelta(days=31))).findings
    assert world.store.past(DOMAIN, practice.region).ready_since == at
    assert [(one.id, one.symptoms) for one in findings] == [("DMC020", ("DMC022",))]
    assert diagnose(replace(later, at=at + timedelta(days=29))).findings == ()


async def test_glue_that_the_zone_no_longer_has_is_told(practice: Practice, world: World) -> None:
    zone, server = "practice-dns.net", "ns1.practice-dns.net"
    cut = await world.dns.delegation(zone)
    glue = [one.address for one in cut.glue if one.name == server]
    assert glue
    alike = await look(replace(request(), identity=Identity(zone)), world)
    assert "DEL009" not in {finding.id for finding in alike.diagnosis.findings}

    practice.put(zone, server, "A", ["198.51.100.77"])
    seen = await look(replace(request(), identity=Identity(zone)), world)

    (finding,) = [one for one in seen.diagnosis.findings if one.id == "DEL009"]
    assert (finding.subject, finding.expected, finding.observed) == (server, "198.51.100.77", tuple(glue))
