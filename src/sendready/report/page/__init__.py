"""`check --format html`: one page that needs nothing but itself, from a file, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sendready.checks.since import since_good, told, when
from sendready.mailauth.alignment import predict
from sendready.model.finding import Finding, FindingState
from sendready.model.looks import Observed
from sendready.model.records import ObservedRecord, Sighting, WantedRecord
from sendready.report import marks
from sendready.report.commands import reaching
from sendready.report.page.pictures import alignment_picture, matrix_picture, servers_of
from sendready.report.page.words import code, mark, prose, text
from sendready.report.sentence import in_one_sentence
from sendready.report.text import CHANGED, next_step, tells_changes
from sendready.steps.scripted import Option

_HERE = Path(__file__).parent


def page(
    looks: Sequence[Observed],
    *,
    everything: bool = False,
    connection: Mapping[str, Option] | None = None,
    practice: bool = False,
) -> str:
    """The whole page. Several domains come with a table of contents; with `everything` what a cause explains, too."""
    paper, own = ((path).read_text("utf-8") for path in (_HERE.parent / "paper.css", _HERE / "page.css"))
    names = ", ".join(look.observation.identity.name for look in looks[:3])
    title = f"{names}{' and others' if len(looks) > 3 else ''}" if looks else "nothing to report"
    rows = [
        "<!doctype html>",
        '<html lang="en">',
        '<head>\n<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">',
        f"<title>sendready check: {text(title)}</title>",
        f"<style>\n{paper}{own}</style>\n</head>\n<body>\n<main>",
    ]
    if not looks:
        rows.append("<h1>Nothing to report</h1>\n<p>Every domain that was looked at is ready.</p>")
    if len(looks) > 1:
        rows.extend(_contents(looks))
    for number, look in enumerate(looks, 1):
        rows.extend(_Domain(look, number, everything, connection or {}, practice).rows())
    rows.append("</main>\n</body>\n</html>")
    return "\n".join(rows) + "\n"


def _contents(looks: Sequence[Observed]) -> Iterator[str]:
    yield f"<h1>{len(looks)} domains</h1>\n<nav>\n<ul>"
    for number, look in enumerate(looks, 1):
        name = text(look.observation.identity.name)
        yield f'<li><a href="#d{number}">{name}</a> {mark(marks.OF_VERDICT[look.diagnosis.verdict])}</li>'
    yield "</ul>\n</nav>"


class _Domain:
    """One domain's part of the page."""

    def __init__(
        self, look: Observed, number: int, everything: bool, connection: Mapping[str, Option], practice: bool
    ) -> None:
        self._seen, self._diagnosis = look.observation, look.diagnosis
        self._number = number
        self._everything = everything
        self._connection = connection
        self._practice = practice

    def rows(self) -> Iterator[str]:
        """Is it working, why not, what now; then the pictures, the records and the road."""
        seen, diagnosis = self._seen, self._diagnosis
        at = f"looked at on {seen.at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
        where = " · ".join(filter(None, (seen.region, seen.account_id, "practice" if self._practice else "", at)))
        yield f'<article id="d{self._number}">'
        yield f"<h1>{code(seen.identity.name)} {mark(marks.OF_VERDICT[diagnosis.verdict])}</h1>"
        yield f'<p class="lead">{text(in_one_sentence(diagnosis, seen))}</p>'
        yield f'<p class="quiet">{text(where)}</p>'
        changed = list(self._changed()) if tells_changes(diagnosis) else []
        yield from changed
        findings = [f for f in diagnosis.findings if self._everything or not (changed and f.id == CHANGED)]
        if findings:
            yield "<h2>Findings</h2>" if len(findings) > 1 else "<h2>Finding</h2>"
        for finding in findings:
            yield from self._finding(finding)
        for symptom in diagnosis.explained if self._everything else ():
            cause = diagnosis.cause_of(symptom)
            yield from self._finding(symptom, cause.id if cause is not None else "")
        yield from self._next()
        yield from self._alignment()
        yield from self._records()
        yield from self._steps()
        yield "</article>"

    def _changed(self) -> Iterator[str]:
        good = self._seen.past.good
        if good is None:
            return
        last = f"{good.last.astimezone():%Y-%m-%d %H:%M %Z}"
        yield f'<section class="mind">\n<h2>What changed since it was ready last, on {text(last)}</h2>'
        for difference in since_good(self._seen):
            yield f"<h3>{code(difference.name)}</h3>\n<p>{text(when(difference))}</p>\n<dl>"
            yield f"<dt>was</dt><dd>{code(told(difference.before))}</dd>"
            yield f"<dt>is</dt><dd>{code(told(difference.now))}</dd>\n</dl>"
        yield "</section>"

    def _finding(self, finding: Finding, cause: str = "") -> Iterator[str]:
        yield '<section class="card">'
        tag = f'<span class="id">{text(finding.id)}</span>'
        yield f"<h3>{mark(marks.of_finding(finding))} {text(finding.title)} {tag}</h3>"
        yield f"<p>{code(finding.subject)}</p>"
        if finding.detail:
            yield f"<p>{prose(finding.detail)}</p>"
        yield "<dl>"
        if finding.expected and finding.state in (FindingState.FAIL, FindingState.TODO):
            yield f"<dt>should be</dt><dd>{code(finding.expected)}</dd>"
            if finding.observed:
                yield f"<dt>is</dt><dd>{'<br>'.join(map(code, finding.observed))}</dd>"
        if finding.fix.text:
            yield f"<dt>do</dt><dd>{prose(finding.fix.text)}</dd>"
        if finding.symptoms:
            yield f'<dt>explains</dt><dd class="quiet">{text(", ".join(finding.symptoms))}</dd>'
        if cause:
            yield f'<dt>because of</dt><dd class="quiet">{text(cause)}</dd>'
        yield "</dl>"
        yield from (_wanted(record) for record in finding.fix.records)
        yield from (f"<pre>{text(reaching(command, self._connection))}</pre>" for command in finding.fix.commands)
        if finding.evidence:
            yield f"<details>\n<summary>Evidence ({len(finding.evidence)})</summary>\n<ul>"
            yield from (f"<li>{_evidence(sighting)}</li>" for sighting in finding.evidence)
            yield "</ul>\n</details>"
        yield "</section>"

    def _next(self) -> Iterator[str]:
        command, _, meaning = next_step(self._seen, self._diagnosis).partition("   ")
        if command:
            yield f"<h2>What now</h2>\n<pre>{text(reaching(command, self._connection))}</pre>"
            if meaning:
                yield f'<p class="quiet">{prose(meaning)}</p>'

    def _alignment(self) -> Iterator[str]:
        if self._seen.ses_identity is None:
            return
        told = predict(self._seen)
        yield f"<h2>Mail from @{text(told.author)}</h2>\n<figure>{alignment_picture(self._seen)}</figure>\n<ul>"
        yield f"<li>DKIM: {text(told.dkim.why)}</li>\n<li>SPF: {text(told.spf.why)}</li>"
        for receiver, (outlook, why) in told.bulk.items():
            yield f"<li>{text(receiver.capitalize())}, in bulk: {text(outlook.value)}, {text(why)}</li>"
        yield "</ul>"

    def _records(self) -> Iterator[str]:
        records = tuple(self._seen.records)
        if not records:
            return
        yield "<h2>Records</h2>"
        if servers := servers_of(records):
            yield f"<figure>{matrix_picture(self._seen)}</figure>\n<ol>"
            yield from (f'<li>{text(s.name)} <span class="quiet">{text(s.address)}</span></li>' for s in servers)
            yield "</ol>"
        yield from map(_record, records)

    def _steps(self) -> Iterator[str]:
        yield "<h2>Steps</h2>\n<dl>"
        for status in self._diagnosis.steps:
            state = mark(marks.OF_STEP[status.state])
            yield f"<dt>{text(status.step.label)}</dt><dd>{state} {text(status.summary)}</dd>"
        yield "</dl>"


def _wanted(record: WantedRecord) -> str:
    kind = f'<span class="type">{text(record.type.value)}</span>'
    return f'<p class="record">{kind} {code(record.name)}<br>=&nbsp;{code(record.value)}</p>'


def _record(record: ObservedRecord) -> str:
    state = mark(marks.OF_RECORD[record.state])
    there = "" if record.live or not record.found else f"<br>is {'<br>'.join(map(code, record.found))}"
    wanted = record.wanted
    head = f'<span class="type">{text(wanted.type.value)}</span> {code(wanted.name)} {state}'
    return f'<p class="record">{head}<br>=&nbsp;{code(wanted.value)}{there}</p>'


def _evidence(sighting: Sighting) -> str:
    answer = ", ".join(sighting.answers) or sighting.outcome.value
    asked = f"{sighting.question.name} {sighting.question.type.value}"
    who = f"{text(sighting.server.name)} ({text(sighting.server.address)})"
    when_ = f"{sighting.ms:.0f} ms, {sighting.at.astimezone():%H:%M:%S %Z}"
    return f'{who} {code(asked)}: {code(answer)} <span class="quiet">{when_}</span>'
