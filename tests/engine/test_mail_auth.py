"""Mail authentication looked at in the practice world: a healthy domain is quiet, and what is broken is named."""

from __future__ import annotations

from practising import DOMAIN, look, request

from sendready.model.finding import Severity, Verdict
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
