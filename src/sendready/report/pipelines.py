"""The report as build pipelines read it: JUnit XML, GitHub's workflow commands, and Markdown for a summary page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as Xml

from sendready.model.finding import Finding, FindingState, Severity
from sendready.model.looks import Observed
from sendready.model.step import Step, StepState
from sendready.report import marks
from sendready.report.lines import escape, paint
from sendready.report.sentence import in_one_sentence
from sendready.report.text import finding_lines

COUNTS = (StepState.BROKEN, StepState.WAITING, StepState.TODO)
"""States of a step that keep a domain from being ready."""


def junit(looks: Sequence[Observed]) -> str:
    """One test suite a domain, one test case a step; what is not ready is a failure of the type that says how.

    The test send never counts, as everywhere.
    """
    suites = Xml.Element("testsuites", name="sendready")
    for look in looks:
        seen, diagnosis = look.observation, look.diagnosis
        suite = Xml.SubElement(
            suites, "testsuite", name=seen.identity.name, timestamp=seen.at.isoformat(), tests=str(len(diagnosis.steps))
        )
        counted = {"failures": 0, "errors": 0, "skipped": 0}
        for status in diagnosis.steps:
            case = Xml.SubElement(suite, "testcase", classname=seen.identity.name, name=status.step.label)
            found = [finding for finding in diagnosis.findings if finding.step is status.step]
            told = escape_xml("".join(paint(finding_lines(finding), colour=False) for finding in found))
            match status.state:
                case StepState.UNKNOWN:
                    counted["errors"] += 1
                    Xml.SubElement(case, "error", type="unknown", message=escape_xml(status.summary)).text = told
                case state if state in COUNTS and status.step is not Step.TEST_SEND:
                    counted["failures"] += 1
                    message = escape_xml(status.summary)
                    Xml.SubElement(case, "failure", type=state.value, message=message).text = told
                case StepState.DONE:
                    if told:
                        Xml.SubElement(case, "system-out").text = told
                case _:
                    counted["skipped"] += 1
                    Xml.SubElement(case, "skipped", message=escape_xml(status.summary))
        for name, count in counted.items():
            suite.set(name, str(count))
    Xml.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode") + "\n"


def escape_xml(text: str) -> str:
    """What XML can hold: answers of DNS may have characters that no document may (XML 1.0, section 2.2)."""
    return "".join(c if c in "\n\t" or c.isprintable() else escape(c) for c in text)


_COMMANDS = {Severity.WARNING: "warning", Severity.NOTICE: "notice", Severity.INFO: "notice"}


def github(look: Observed) -> Iterator[str]:
    """One workflow command a finding; what is on its way or never done is a warning, for it is no failure."""
    name = look.observation.identity.name
    for finding in look.diagnosis.findings:
        command = _COMMANDS.get(finding.severity, "error")
        if command == "error" and finding.state is not FindingState.FAIL:
            command = "warning"
        title = f"{name}: {finding.title} ({finding.id})"
        yield f"::{command} title={_property(title)}::{_data(_sentence(finding))}"


def _sentence(finding: Finding) -> str:
    fix = finding.fix
    parts = (
        finding.subject,
        finding.detail,
        f"do: {fix.text}" if fix.text else "",
        *(f"{record.name} {record.type.value} {record.value}" for record in fix.records),
        *fix.commands,
    )
    return "\n".join(escape(part) for part in parts if part)


def _data(text: str) -> str:
    """As GitHub wants it: a line break would end the command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(escape(text)).replace(":", "%3A").replace(",", "%2C")


def markdown(look: Observed) -> Iterator[str]:
    """A page of it: the verdict, each finding, the steps; for a summary, an issue or whoever owns the DNS."""
    seen, diagnosis = look.observation, look.diagnosis
    where = " · ".join(filter(None, (seen.region, seen.account_id)))
    yield f"## {escape(seen.identity.name)}: {marks.OF_VERDICT[diagnosis.verdict].text}"
    yield ""
    yield f"{in_one_sentence(diagnosis, seen)}{f' ({where})' if where else ''}"
    for finding in diagnosis.findings:
        yield ""
        yield f"### {marks.of_finding(finding).text}: {escape(finding.title)} ({finding.id})"
        yield ""
        yield "```"
        yield from paint(finding_lines(finding), colour=False).rstrip("\n").replace("```", "'''").split("\n")[1:]
        yield "```"
    yield ""
    yield "| step | | |"
    yield "|---|---|---|"
    for status in diagnosis.steps:
        summary = escape(status.summary).replace("|", "\\|")
        yield f"| {status.step.label} | {marks.OF_STEP[status.state].text} | {summary} |"
