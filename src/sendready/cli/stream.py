"""A command's events as they happen: text for people on stderr, or one JSON object a line on stdout."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sendready.cli.session import Session
from sendready.engine.observe import Request
from sendready.model import events
from sendready.model.change import Plan
from sendready.model.errors import BadInput, ExitCode, SendreadyError
from sendready.model.finding import Verdict
from sendready.model.observation import Observation
from sendready.report.json_events import VERSION_EVENT, event_object
from sendready.report.lines import line
from sendready.report.narration import Narrator
from sendready.report.plan import plan_lines


class Stream:
    """Events told as text on stderr with the last look on stdout, or as one JSON object a line on stdout."""

    def __init__(self, here: Session) -> None:
        self._here = here
        self._json = here.common.format == "json"
        self._narrator = Narrator(leaves=here.practice is None)
        self._begun = False
        self._verdict = Verdict.UNKNOWN
        self._told: dict[str, object] = {}
        """By type: what was said last, so that a look that found nothing new is not repeated on every line."""

    def begin(self, request: Request, seen: Observation, plan: Plan) -> None:
        """Opens the stream and shows what is going to be done, before anything is."""
        self.open()
        if self._json:
            self.tell(events.Observed(seen, request.judge(seen)))
            self.tell(events.Planned(plan))
        else:
            self._here.console.say([line(f"{seen.identity.name}  {seen.region}  {seen.account_id or ''}")])
            self._here.console.say(plan_lines(plan))

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Whatever breaks the stream off, a result is its last line; a mistake in the command line opens none."""
        try:
            yield
        except SendreadyError as error:
            if self._begun or not isinstance(error, BadInput):
                self._break_off(error.exit_code, "; ".join((error.message, *error.details)))
            raise
        except asyncio.CancelledError:
            self._break_off(ExitCode.INTERRUPTED, "interrupted")
            raise

    def _break_off(self, code: ExitCode, why: str) -> None:
        if self._json:
            self.open()
            self.tell(events.Result(self._verdict, code, why))

    def open(self) -> None:
        """Says which schema the lines follow; from then on a result comes last, whatever happens."""
        if self._json and not self._begun:
            self._here.console.object(VERSION_EVENT)
        self._begun = True

    def tell(self, event: events.Event) -> None:
        """One event."""
        if isinstance(event, events.Observed):
            self._verdict = event.diagnosis.verdict
        if self._json:
            value = event_object(event)
            if value is not None and not self._is_old(event):
                self._here.console.object(value)
        else:
            self._here.console.say(self._narrator.lines(event))

    def _is_old(self, event: events.Event) -> bool:
        """Whether a look or a wait says the same as the one before it."""
        match event:
            case events.Observed(seen, diagnosis):
                found = tuple((f.id, f.state, f.subject, f.observed) for f in diagnosis.findings)
                records = tuple((record.wanted, record.state) for record in seen.records)
                now: object = (diagnosis.verdict, diagnosis.steps, found, records)
            case events.Waiting():
                now = event.what
            case _:
                return False
        before, self._told[event.type] = self._told.get(event.type), now
        return before == now

    def result(self, result: events.Result) -> None:
        """The last event of a stream that is not about a domain becoming ready; people have read what came of it."""
        if self._json:
            self.tell(result)

    def report(self, last: events.Observed | None) -> None:
        """The last look, as data."""
        if not self._json and last is not None and last.diagnosis.verdict is not Verdict.READY:
            self._here.console.say([line()])
        if not self._json and last is not None:
            self._here.console.data(self._here.report(last, last=True))
