"""DMARC: one that exists or is inherited is kept; where there is none, the mildest is offered."""

from __future__ import annotations

import pytest
from builders import DOMAIN, policy

from sendready.mailauth.dmarc import parse
from sendready.model.answers import Answers, DmarcPolicy
from sendready.model.dmarc import DmarcDiscovery
from sendready.steps.wanted import dmarc_records as wants


@pytest.mark.parametrize("found", [None, policy(), policy(complete=False)])
def test_where_there_is_none_or_nothing_is_known_the_mildest_is_wanted(found: DmarcDiscovery | None) -> None:
    (record,) = wants(DOMAIN, Answers(), found)

    assert (record.name, record.value) == ("_dmarc.example.com", "v=DMARC1; p=none")


@pytest.mark.parametrize("strictness", list(DmarcPolicy))
def test_p_stands_second_and_reports_behind_it(strictness: DmarcPolicy) -> None:
    (record,) = wants(DOMAIN, Answers(dmarc=strictness, dmarc_reports="dmarc@example.com"), None)

    assert record.value == f"v=DMARC1; p={strictness.value}; rua=mailto:dmarc@example.com"
    parsed = parse([record.value.encode()])
    assert parsed is not None
    assert parsed.problems == ()
    assert record.is_met_by((record.value,))


def test_one_that_is_there_is_wanted_just_as_it_is() -> None:
    text = "v=DMARC1;p=reject; ruf=mailto:x@example.org"
    (record,) = wants(DOMAIN, Answers(dmarc=DmarcPolicy.NONE), policy(text))

    assert record.value == text
    assert record.is_met_by((text, "google-site-verification=1"))


def test_an_inherited_policy_wants_no_record() -> None:
    found = policy("v=DMARC1; p=reject", domain="news.example.com", found_at="_dmarc.example.com")

    assert found.inherited
    assert wants("news.example.com", Answers(dmarc_reports="d@example.com"), found) == ()
