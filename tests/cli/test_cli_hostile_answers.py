"""What DNS and AWS say may be anything: no report hands it on to whoever reads it as something to obey."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

import pytest
from in_process import run

from sendready.practice.servers import Practice

DOMAIN = "shop.example"
HOSTILE = (
    "v=spf1 \\027[31mred\\027]0;owned\\007 -all",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "](javascript:alert(1)) ``` | ::error title=x::injected %0A::error::injected",
    "\\226\\128\\174desrever\\194\\155 2J \\255\\254\\010::error::next line\\013\\010| a | b |",
    "x" * 250 + '" "' + "y" * 250,
)
"""TXT records as a zone file writes them: escapes, markup, commands of pipelines, other directions, and long."""

FORMS = ("text", "json", "junit", "github", "markdown", "html")


@pytest.fixture(scope="module")
def hostile() -> Iterator[dict[str, str]]:
    """A domain that is set up, whose records somebody replaced by the like; the tests that share it only look."""
    with Practice(speed=50.0) as practice:
        practice.throttling = False
        practice.finish(DOMAIN)
        texts = [f'"{text}"' for text in HOSTILE]
        for name in (f"_dmarc.{DOMAIN}", f"bounce.{DOMAIN}", DOMAIN, f"default._bimi.{DOMAIN}"):
            practice.take(DOMAIN, name, "TXT")
            practice.put(DOMAIN, name, "TXT", texts)
        practice.dns.flush()
        yield practice.environment


@pytest.mark.parametrize("form", FORMS)
def test_what_a_zone_says_is_shown_and_never_obeyed(hostile: dict[str, str], form: str) -> None:
    result = run("check", DOMAIN, "--all", "-v", "--format", form, environment=hostile)

    told = result.text
    assert result.code in (1, 3, 4), result.stderr
    assert "Traceback" not in told
    assert {c for c in told if not c.isprintable() and c not in "\n\t"} == set()
    match form:
        case "text":
            assert r"\x1b[31mred" in told or r"\027[31mred" in told  # it is told, as what it is
        case "json":
            assert json.loads(result.stdout)["domain"] == DOMAIN
        case "junit":
            assert Xml.fromstring(result.stdout).tag == "testsuites"  # noqa: S314  our own output
        case "github":
            lines = result.stdout.splitlines()
            assert lines
            assert all(re.match(r"::(error|warning|notice) title=shop\.example%3A [^:,\n]*::", one) for one in lines)
        case "markdown":
            outside = re.sub(r"^```\n.*?^```$", "", result.stdout, flags=re.DOTALL | re.MULTILINE)
            assert result.stdout.count("```") % 2 == 0
            assert "<script" not in outside
            assert "javascript:" not in outside
        case "html":
            assert "<script>alert" not in result.stdout
            assert "<img src=x" not in result.stdout


@pytest.mark.parametrize(
    "command", [("plan",), ("records",), ("records", "--format", "html"), ("access",), ("support",)]
)
def test_other_commands_do_not_hand_it_on_either(hostile: dict[str, str], command: tuple[str, ...]) -> None:
    result = run(command[0], DOMAIN, *command[1:], environment=hostile)

    told = result.text
    assert result.code in range(6), result.stderr
    assert "Traceback" not in told
    assert "<script>alert" not in told or "html" not in command
    assert {c for c in told if not c.isprintable() and c not in "\n\t"} == set()
