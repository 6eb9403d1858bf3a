"""Real and invented breakages of a domain that is set up: the right cause is told first, and once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from breakages import BREAKAGES, Breakage
from practising import Worlds, look, request, ses_looks_no_more

from sendready.engine.diagnose import diagnose
from sendready.model.finding import FindingState, Severity
from sendready.practice.servers import Practice


@pytest.fixture(scope="module")
def crowd() -> Iterator[Practice]:
    """One practice world for all of them: each breakage is a domain of its own."""
    with Practice() as servers:
        servers.throttling = False
        yield servers


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.name)
async def test_the_cause_is_named_first_and_once(crowd: Practice, tmp_path: Path, breakage: Breakage) -> None:
    domain = f"{breakage.name}.example"
    crowd.finish(domain)
    tokens, zone = crowd.ses.identities[domain].tokens, crowd.ses.identities[domain].hosted_zone
    crowd.load_zone(domain, breakage.zone_file(domain, tokens, zone))
    ses_looks_no_more(crowd)

    seen = (await look(request(domain), await Worlds(crowd, tmp_path).open())).observation

    told = [f for f in diagnose(seen).findings if f.severity >= Severity.WARNING or f.state is FindingState.PENDING]
    assert [finding.id for finding in told] == list(breakage.findings)
    if told:
        words = " ".join((told[0].title, told[0].detail, told[0].fix.text, *told[0].observed))
        assert breakage.says.format(d=domain) in words
        assert told[0].fix.text


@pytest.mark.parametrize("percent", ["7", "12"])
async def test_a_review_is_told_before_the_rate_that_led_to_it(percent: str, tmp_path: Path) -> None:
    with Practice() as servers:
        servers.throttling = False
        servers.inflict("bounce-rate", "shop.example", percent)

        seen = (await look(request("shop.example"), await Worlds(servers, tmp_path).open())).observation

    assert [finding.id for finding in diagnose(seen).findings][:2] == ["SES008", "REP001"]
