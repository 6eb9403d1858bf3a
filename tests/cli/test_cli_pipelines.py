"""The report as build pipelines read it: JUnit, GitHub's workflow commands, Markdown, and nothing where all is well."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest
from commandline import Run, WorldOf

from sendready.practice.servers import Practice


@pytest.fixture
def broken(practice: Practice, world_of: WorldOf) -> dict[str, str]:
    """A domain that is ready and one whose DKIM records are doubled."""
    practice.finish("fine.example")
    practice.finish("shop.example")
    practice.inflict("doubled-domain", "shop.example")
    return world_of(practice)


def test_junit_has_a_suite_a_domain_and_a_case_a_step(sendready: Run, broken: dict[str, str]) -> None:
    result = sendready("check", "fine.example", "shop.example", "--format", "junit", environment=broken)

    suites = Xml.fromstring(result.stdout)  # noqa: S314  our own
    fine, shop = suites
    assert result.returncode == 1
    assert [suite.get("name") for suite in suites] == ["fine.example", "shop.example"]
    assert (fine.get("tests"), fine.get("failures"), fine.get("errors")) == ("7", "0", "0")
    failed = [case.get("name") for case in shop if case.find("failure") is not None]
    assert failed == ["Identity", "DKIM"]
    told = shop.find("testcase[@name='DKIM']/failure")
    assert told is not None
    assert told.get("type") == "broken"
    assert "KIM004" in (told.text or "")


def test_what_could_not_be_looked_at_is_an_error_in_junit(
    sendready: Run, practice: Practice, world_of: WorldOf
) -> None:
    practice.finish("shop.example")
    practice.aws.deny("ses:GetEmailIdentity")

    result = sendready("check", "shop.example", "--format", "junit", environment=world_of(practice))

    assert result.returncode == 3
    assert Xml.fromstring(result.stdout).find("testsuite/testcase/error[@type='unknown']") is not None  # noqa: S314


def test_github_gets_a_command_a_finding_on_one_line(sendready: Run, broken: dict[str, str]) -> None:
    result = sendready("check", "fine.example", "shop.example", "--format", "github", environment=broken)

    (line,) = result.stdout.splitlines()
    assert line.startswith("::error title=shop.example%3A The DNS host appended the domain")
    assert "(KIM004)::3 DKIM records of shop.example%0A" in line


def test_markdown_is_a_page_of_its_own(sendready: Run, broken: dict[str, str]) -> None:
    result = sendready("check", "fine.example", "shop.example", "--format", "markdown", environment=broken)

    assert result.stdout.startswith("## fine.example: ✓ ready\n")
    assert "\n\n## shop.example: ✗ broken\n" in result.stdout
    assert "| DKIM | ✗ broken |" in result.stdout
    assert result.stdout.count("```") % 2 == 0


def test_quiet_says_nothing_of_what_is_ready(sendready: Run, broken: dict[str, str]) -> None:
    fine = sendready("check", "fine.example", "--quiet", environment=broken)
    both = sendready("check", "fine.example", "shop.example", "-q", environment=broken)

    assert (fine.returncode, fine.stdout, fine.stderr) == (0, "", "")
    assert both.stdout.startswith("shop.example  ✗ broken")
    assert "fine.example" not in both.stdout


def test_html_is_one_page_for_all_domains(sendready: Run, broken: dict[str, str]) -> None:
    look = ("check", "fine.example", "shop.example", "--format", "html")

    result = sendready(*look, environment=broken)
    quiet = sendready(*look, "--quiet", environment=broken)
    whole = sendready(*look, "--all", environment=broken)

    assert result.returncode == 1
    assert result.stdout.count("<!doctype html>") == 1
    assert '<a href="#d2">shop.example</a>' in result.stdout
    assert '<span class="id">KIM004</span>' in result.stdout
    assert "fine.example" not in quiet.stdout
    assert '<span class="id">SES003</span>' in whole.stdout
    assert '<span class="id">SES003</span>' not in result.stdout


def test_what_stands_in_dns_is_text_in_html(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example", dmarc="v=DMARC1; p=none; x=<script>alert(1)</script>")
    practice.take("shop.example", "bounce.shop.example", "TXT")
    practice.put("shop.example", "bounce.shop.example", "TXT", ['"v=spf1 <script>alert(2)</script> -all"'])

    result = sendready("check", "shop.example", "--format", "html", environment=world_of(practice))

    assert "<script" not in result.stdout
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in result.stdout


def test_what_a_finding_announces_is_in_its_command_for_github_too(sendready: Run) -> None:
    result = sendready("check", "shop.example", "--fault", "doubled-domain", "--format", "github")

    (told,) = result.stdout.splitlines()
    announced = told.partition("Their whole names are:")[2].split("%0A")[1:]
    assert len(announced) == 3
    assert all(one.split()[0].endswith("._domainkey.shop.example") for one in announced)
