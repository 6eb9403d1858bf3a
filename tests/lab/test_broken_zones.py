"""What is said of zones broken as people break them, served by real name servers."""

from __future__ import annotations

import pytest
from lab_worlds import LabWorlds
from lab_zones import ROWS
from practising import look, request
from rows import Row

from sendready.model.finding import Severity
from sendready.wiring import open_world


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.domain.removesuffix(".com"))
async def test_a_broken_zone_is_told_by_its_cause(lab_worlds: LabWorlds, row: Row) -> None:
    lab_worlds.hold(row.domain, row.ses)
    world = await open_world(lab_worlds.connection())

    findings = (await look(request(row.domain), world)).diagnosis.findings

    told = [finding.id for finding in findings if finding.severity >= Severity.WARNING]
    first = findings[0] if findings else None
    heavy = {finding.id for finding in findings if finding.severity >= Severity.ERROR}
    assert (first.id if (first and first.severity >= Severity.WARNING) or row.first else "") == row.first, told
    assert heavy <= {row.first, *row.also}
    assert {*row.also} <= {finding.id for finding in findings}
    assert not {finding.id for finding in findings} & set(row.never)
    if first is not None:
        assert row.says in " ".join((first.subject, first.detail, *first.observed, first.fix.text))
