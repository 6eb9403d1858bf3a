"""A diagnosis as text: is it working, why not, what now; evidence beneath."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sendready.checks.since import since_good, told, when
from sendready.engine.diagnose import only_the_sandbox_is_left
from sendready.engine.mending import has_a_call
from sendready.model.finding import Diagnosis, Finding, FindingState, Severity, Verdict
from sendready.model.observation import Observation
from sendready.model.records import RecordType, WantedRecord
from sendready.model.step import Step, StepState
from sendready.report import marks
from sendready.report.commands import folded, reaching
from sendready.report.differences import pointers
from sendready.report.lines import WIDTH, Line, Span, Style, columns, escape, hanging, line, wrapped
from sendready.report.receivers import bulk_lines, receiver_lines
from sendready.report.sentence import in_one_sentence
from sendready.steps.scripted import Option

CHANGED = "RUN001"
"""The finding that the changes at the head of a report are; told there, it is not told again."""

_MOST_EVIDENCE = 6
"""Lines of evidence under one finding; `--format json` has them all."""

_TEXT_AT = 15
"""The column at which what is told stands beside its label."""

_ALONE_AT = 6
"""The column at which it stands on a line of its own, where it is too long for that."""


def check_lines(
    seen: Observation,
    diagnosis: Diagnosis,
    *,
    evidence: bool = False,
    everything: bool = False,
    connection: Mapping[str, Option] | None = None,
    practice: bool = False,
    ends: bool = False,
) -> Iterator[Line]:
    """One domain's report. The first lines answer whether it works; findings follow, the one to fix first in front.

    `connection` is what `wiring.Connection.flags` says; commands to be copied get its options. A `practice` world is
    named as one, so that nobody takes it for their own account; one that `ends` with this command has no next one.
    With `everything` what a cause explains is told, too.
    """
    where = "  ".join(filter(None, (seen.region, seen.account_id)))
    yield line(
        Span(seen.identity.name, Style.STRONG),
        "  ",
        marks.OF_VERDICT[diagnosis.verdict],
        Span(f"  {where}", Style.QUIET),
        Span("  practice" if practice else "", Style.WARN),
    )
    yield from wrapped(in_one_sentence(diagnosis, seen), "")
    changed = list(change_lines(seen)) if tells_changes(diagnosis) else []
    if changed:
        yield line()
        yield from changed
    short: list[Finding] = []
    for finding in diagnosis.findings:
        if changed and finding.id == CHANGED and not everything:
            continue
        if not (_whole(finding) or evidence or everything):
            short.append(finding)
            continue
        yield line()
        yield from finding_lines(finding, evidence=evidence, connection=connection)
    yield from _in_short(short)
    yield from disputed_lines(diagnosis)
    for symptom in diagnosis.explained if everything else ():
        cause = diagnosis.cause_of(symptom)
        yield line()
        yield from finding_lines(symptom, evidence=evidence, connection=connection)
        yield from _told("because of", cause.id if cause is not None else "", WIDTH, Style.QUIET)
    yield line()
    yield from step_lines(diagnosis)
    if evidence and (receivers := list(receiver_lines(seen))):
        yield line()
        yield from receivers
    if bulk := list(bulk_lines(seen)):
        yield line()
        yield from bulk
    then = next_step(seen, diagnosis)
    if then and ends:
        yield line()
        said = "this practice world ends here; `sendready practice --serve` runs one that stays"
        yield line(Span(said, Style.QUIET))
    elif then:
        yield line()
        command, _, meaning = then.partition("   ")
        whole = reaching(command, connection or {})  # never broken: it is there to be copied
        if len(whole) + 6 <= WIDTH:
            yield line(Span("next  ", Style.STRONG), whole)
        else:
            yield line(Span("next", Style.STRONG))
            yield line("  ", whole)
        if meaning:
            yield line("      ", Span(meaning, Style.QUIET))
    elif not ends and _unproven(seen, diagnosis):
        yield line()
        said, proves = (
            "not proven by a test send yet:",
            reaching(f"sendready test {seen.identity.quoted}", connection or {}),
        )
        if len(said) + 1 + len(proves) <= WIDTH:
            yield line(Span(f"{said} {proves}", Style.QUIET))
        else:
            yield line(Span(said, Style.QUIET))
            yield line("  ", Span(proves, Style.QUIET))


def _unproven(seen: Observation, diagnosis: Diagnosis) -> bool:
    """Whether all is ready as far as looking can tell, and no message has been sent to prove it."""
    open_steps = {status.step for status in diagnosis.steps if status.state is StepState.TODO}
    return diagnosis.verdict is Verdict.READY and seen.ses_identity is not None and Step.TEST_SEND in open_steps


def tells_changes(diagnosis: Diagnosis) -> bool:
    """Whether a report opens with what changed: it is broken, and that finding counts or is explained."""
    told = any(CHANGED in (finding.id, *finding.symptoms) for finding in diagnosis.findings)
    return told and diagnosis.verdict is Verdict.BROKEN


def change_lines(seen: Observation, *, width: int = WIDTH) -> Iterator[Line]:
    """What is not as it was when the domain was ready last, and between which looks it changed."""
    good, changed = seen.past.good, since_good(seen)
    if good is None or not changed:
        return
    tag = Span(f"  {CHANGED}", Style.QUIET)
    title = f"What changed since it was ready last, on {good.last.astimezone():%Y-%m-%d %H:%M %Z}"
    yield line(Span(title, Style.STRONG), tag)
    for difference in changed:
        yield from wrapped(f"{difference.name}, {when(difference)}", "    ", width=width)
        yield from _told("was", told(difference.before), width)
        yield from _told("is", told(difference.now), width)


def _whole(finding: Finding) -> bool:
    """Whether a finding is told at length: one that is for information is only named unless more was asked for."""
    return finding.severity is not Severity.INFO


def disputed_lines(diagnosis: Diagnosis, *, width: int = WIDTH) -> Iterator[Line]:
    """What follows from several causes alike, which are told as several for that reason."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for symptom, causes in diagnosis.disputed.items():
        groups.setdefault(causes, []).append(symptom)
    for causes, symptoms in groups.items():
        yield line()
        told = f"each of {', '.join(causes)} alone would explain {', '.join(symptoms)}: mend all of them"
        yield from wrapped(told, "", style=Style.QUIET, width=width)


def _in_short(findings: Sequence[Finding]) -> Iterator[Line]:
    """Findings for information, named together."""
    if findings:
        yield line()
    for finding in findings:
        tag = Span(f"  {finding.id}", Style.QUIET)
        *above, last = hanging(line(marks.of_finding(finding), "  "), finding.title, width=WIDTH - len(tag.text))
        yield from above
        yield (*last, tag)
    if findings:
        yield from wrapped("-v tells more about what is for information only", "    ", style=Style.QUIET)


def finding_lines(
    finding: Finding,
    *,
    evidence: bool = False,
    width: int = WIDTH,
    connection: Mapping[str, Option] | None = None,
    fold: bool = False,
) -> Iterator[Line]:
    """One finding: what is, what should be, how to get there; prose is wrapped at `width` columns."""
    tag = Span(f"  {finding.id}", Style.QUIET)
    *above, last = hanging(
        line(marks.of_finding(finding), "  "), finding.title, Style.STRONG, width=width - len(tag.text)
    )
    yield from above
    yield (*last, tag)
    yield from detail_lines(finding, evidence=evidence, width=width, connection=connection, fold=fold)


def detail_lines(
    finding: Finding,
    *,
    evidence: bool = False,
    width: int = WIDTH,
    connection: Mapping[str, Option] | None = None,
    fold: bool = False,
) -> Iterator[Line]:
    """A finding without its title: what it is about, what is, what should be, how to get there.

    With `fold` commands are broken at `width` columns as well, so that a screen does not break them anywhere.
    """
    yield from wrapped(finding.subject, "    ", width=width)
    if finding.detail:
        yield from wrapped(finding.detail, "    ", width=width)
    if finding.expected and finding.state in (FindingState.FAIL, FindingState.TODO):
        yield from _told("should be", finding.expected, width)
        for row, value in enumerate(finding.observed[:_MOST_EVIDENCE]):
            yield from _told("is" if row == 0 else "", value, width)
        if len(finding.observed) == 1:
            yield from _marked(finding.expected, finding.observed[0], width)
    yield from fix_lines(finding, width=width, connection=connection, fold=fold)
    if finding.symptoms:
        yield from _told("explains", ", ".join(finding.symptoms), width, Style.QUIET)
    if evidence:
        for sighting in finding.evidence[:_MOST_EVIDENCE]:
            answer = ", ".join(sighting.answers) or sighting.outcome.value
            at = f"{sighting.server.name} ({sighting.server.address})"
            asked = f"{sighting.question.name} {sighting.question.type.value}"
            text = f"{at} {asked}: {answer}, {sighting.ms:.0f} ms, {sighting.at.astimezone():%H:%M:%S %Z}"
            yield from _told("seen", text, width, Style.QUIET)


def fix_lines(
    finding: Finding, *, width: int = WIDTH, connection: Mapping[str, Option] | None = None, fold: bool = False
) -> Iterator[Line]:
    """How to get from what is to what should be: in words, with the records and the commands whole."""
    if finding.fix.text:
        yield from _told("do", finding.fix.text, width)
    for record in finding.fix.records:
        yield from record_lines(record, "      ")
    for command in finding.fix.commands:
        text = reaching(command, connection or {})
        indent = " " * (_ALONE_AT if fold or len(text) + _ALONE_AT <= width else 2)
        yield from (line(indent, row) for row in (folded(text, width - _ALONE_AT) if fold else [text]))


def _told(label: str, text: str, width: int, style: Style = Style.PLAIN) -> Iterator[Line]:
    """A label and its text; a text that cannot be broken and does not fit stands whole on a line of its own."""
    head = f"    {label}".ljust(_TEXT_AT)
    if len(head) + len(text) > width and " " not in text:
        if label:
            yield line(head.rstrip())
        yield line(Span(" " * _ALONE_AT + text, style))
    else:
        yield from wrapped(text, " " * len(head), head, style, width=width)


def _marked(wanted: str, found: str, width: int) -> Iterator[Line]:
    """Pointers to where a value differs, below the one line it was told in."""
    shown = escape(found)
    below = pointers(escape(wanted), shown)
    fits = _TEXT_AT + len(shown) <= width
    if below and (fits or " " not in shown):
        yield line(" " * (_TEXT_AT if fits else _ALONE_AT), Span(below, Style.BAD))


def record_lines(record: WantedRecord, indent: str) -> Iterator[Line]:
    """A record whole, one part a line, so that each can be copied."""
    yield line(indent, Span(f"{record.type.value:6}", Style.QUIET), record.name)
    if record.type is RecordType.MX:
        priority, _, host = record.value.partition(" ")
        yield line(indent, Span("  =   ", Style.QUIET), host, Span(f"  (priority {priority})", Style.QUIET))
    else:
        yield line(indent, Span("  =   ", Style.QUIET), record.value)


def step_lines(diagnosis: Diagnosis, *, width: int = WIDTH) -> Iterator[Line]:
    """The road, one step a line of `width` columns; a long summary goes on beneath itself."""
    rows = columns([(status.step.label, marks.OF_STEP[status.state].text) for status in diagnosis.steps])
    for status, row in zip(diagnosis.steps, rows, strict=True):
        mark = marks.OF_STEP[status.state]
        head = row[: row.index(mark.text)]
        widest = max(len(m.text) for m in marks.OF_STEP.values())
        front = line(f"  {head}", Span(mark.text.ljust(widest), mark.style), "  ")
        yield from hanging(front, status.summary, Style.QUIET, width=width)


def next_step(seen: Observation, diagnosis: Diagnosis) -> str:
    """The one thing to do now: a command, and what it does behind three spaces; empty where there is nothing to do."""
    first, name = diagnosis.first, seen.identity.quoted
    match diagnosis.verdict:
        case Verdict.READY:
            return ""
        case Verdict.WAITING:
            return f"sendready watch {name}   goes on looking until it is done"
        case Verdict.INCOMPLETE if only_the_sandbox_is_left(diagnosis):
            return f"sendready apply {name} --request-access --website URL --accept-terms"
        case Verdict.INCOMPLETE:
            return f"sendready plan {name}   shows what would be done; `apply` does it"
        case _ if first is None:
            return ""
        case Verdict.BROKEN if has_a_call(first) or _only_adds(first, seen):
            return f"sendready check {name} --fix   shows what mends it, and asks"
        case _:
            return f"sendready explain {first.id}   what it means and how it is mended"


def _only_adds(finding: Finding, seen: Observation) -> bool:
    """Whether records that are nowhere yet mend it: another value in their place is exchanged by the user."""
    absent = {record.wanted.key for record in seen.records if record.absent}
    return bool(finding.fix.records) and all(record.key in absent for record in finding.fix.records)
