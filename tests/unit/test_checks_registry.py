"""The catalogue as a whole: every check speaks where it should, is silent beside it, and has its page."""

from __future__ import annotations

import json
import re

import pytest
from builders import looked
from cases import CASES

from sendready.checks.pages import all_pages, page, topics
from sendready.checks.registry import MODULES, all_checks, check, run_all
from sendready.engine.diagnose import diagnose
from sendready.model.finding import FindingState, Hit, Severity
from sendready.model.observation import Observation
from sendready.model.step import Step
from sendready.report.json import check_document, finding_object

CHECKS = all_checks()


def test_every_check_has_a_case_and_every_case_a_check() -> None:
    assert set(CASES) == set(CHECKS)


@pytest.mark.parametrize("check_id", CASES)
def test_a_check_speaks_of_what_it_is_about_and_stays_silent_beside_it(check_id: str) -> None:
    case = CASES[check_id]

    assert check_id in {finding.id for finding in run_all(case.broken)}
    assert check_id not in {finding.id for finding in run_all(case.healthy)}


@pytest.mark.parametrize("check_id", CASES)
def test_what_a_check_found_is_told_as_a_cause_or_as_a_symptom_of_one(check_id: str) -> None:
    findings = diagnose(CASES[check_id].broken).findings

    assert any(check_id == finding.id or check_id in finding.symptoms for finding in findings)


@pytest.mark.parametrize("check_id", CASES)
def test_a_finding_says_what_is_what_should_be_and_how_to_get_there(check_id: str) -> None:
    for finding in CHECKS[check_id].run(CASES[check_id].broken):
        assert finding.title[0].isupper()
        assert not finding.title.endswith(".")
        assert finding.subject
        assert finding.detail
        assert finding.fix.text
        assert finding.expected or finding.state is FindingState.UNKNOWN
        assert finding.references
        assert bool(finding.awaits) == (finding.state is FindingState.PENDING)
        assert finding.severity is Severity.NOTICE or finding.state is not FindingState.PENDING
        json.dumps(finding_object(finding))


@pytest.mark.parametrize(
    "check_id", sorted(set(CASES) & {f"ENV{number:03}" for number in (*range(9, 12), 13, *range(15, 19))})
)
def test_what_could_not_be_looked_at_is_unknown_and_never_missing(check_id: str) -> None:
    findings = run_all(CASES[check_id].broken)

    assert check_id in {finding.id for finding in findings}
    assert {finding.state for finding in findings} == {FindingState.UNKNOWN}


def test_nothing_is_wrong_with_a_healthy_domain() -> None:
    assert run_all(looked()) == []


def test_a_look_that_saw_nothing_at_all_finds_nothing_wrong() -> None:
    blind = looked(caller=None, account=None, ses=None, delegation=None, dmarc=None)
    blind = Observation(blind.identity, blind.region, blind.at, blind.answered)

    assert run_all(blind) == []
    json.dumps(check_document(blind, diagnose(blind)))


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_has_a_page_that_bears_its_id_and_slug(check_id: str) -> None:
    text = page(check_id).text

    assert text.startswith(f"# {check_id} {CHECKS[check_id].slug}\n\n")
    assert (page(check_id).id, page(check_id).slug) == (check_id, CHECKS[check_id].slug)
    assert CHECKS[check_id].references


@pytest.mark.parametrize("check_id", all_pages())
def test_every_page_is_whole(check_id: str) -> None:
    one = page(check_id)

    for heading in ("What it means", "Why it matters", "How it is found", "What to do", "Sources"):
        assert f"\n## {heading}\n" in one.text
    assert one.summary.endswith(".")
    assert one.sources
    assert one.text.endswith("\n")


@pytest.mark.parametrize("name", topics())
def test_every_topic_is_whole_and_names_only_findings_there_are(name: str) -> None:
    one = topics()[name]

    assert one.text.startswith(f"# {name} {one.slug}\n\n")
    assert one.summary.endswith(".")
    assert one.sources
    assert set(re.findall(r"\b[A-Z]{3}\d{3}\b", one.text)) <= set(CHECKS)
    assert max(len(row) for row in one.text.splitlines() if "https://" not in row) <= 80


def test_pages_come_in_the_order_of_the_catalogue() -> None:
    groups = [check_id[:3] for check_id in all_pages()]

    assert list(dict.fromkeys(groups)) == ["ENV", "DEL", "KIM", "MFR", "SPF", "DMC", "SES", "BLK", "REP", "MSG", "RUN"]
    assert set(all_pages()) >= set(CHECKS)


def test_ids_and_slugs_are_well_formed_and_unique() -> None:
    slugs = [entry.slug for entry in CHECKS.values()]

    assert all(re.fullmatch(r"[A-Z]{3}\d{3}", check_id) for check_id in CHECKS)
    assert all(re.fullmatch(r"[a-z]+[0-9]*(-[a-z]+[0-9]*)*", slug) for slug in slugs)
    assert all(check_id == entry.id for check_id, entry in CHECKS.items())


@pytest.mark.parametrize("check_id", CHECKS)
def test_what_a_check_explains_exists_or_will(check_id: str) -> None:
    explains = CHECKS[check_id].explains

    assert check_id not in explains
    assert len(set(explains)) == len(explains)
    assert all(re.fullmatch(r"(ENV|DEL|KIM|MFR|SPF|DMC|SES|BLK|REP|MSG|RUN)\d{3}", other) for other in explains)


def test_no_check_explains_itself_by_way_of_others() -> None:
    def explained(check_id: str, above: tuple[str, ...]) -> None:
        assert check_id not in above, f"{' -> '.join(above)} -> {check_id}"
        for other in CHECKS[check_id].explains:
            if other in CHECKS:
                explained(other, (*above, check_id))

    for check_id in CHECKS:
        explained(check_id, ())


def test_ids_are_given_once() -> None:
    with pytest.raises(ValueError, match="two checks are called KIM001"):

        @check("KIM001", "again", step=Step.DKIM, severity=Severity.INFO, title="Again")
        def again(seen: Observation) -> list[Hit]:
            return []


def test_checks_run_in_the_order_of_their_modules() -> None:
    order = [entry.judge.__module__.rpartition(".")[2] for entry in CHECKS.values()]

    assert list(dict.fromkeys(order)) == list(MODULES)
