"""`sendready apply DOMAIN`: shows the plan, asks, does it, and with `--wait` goes on until the domain is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.commands.plan import prepare, show
from sendready.cli.options import AnswerFlags, Common, read_duration
from sendready.cli.session import Session, run, session
from sendready.engine import apply as engine
from sendready.engine.diagnose import diagnose
from sendready.engine.observe import Request
from sendready.model import events
from sendready.model.change import Mode, Plan
from sendready.model.errors import BadInput, ExitCode, MissingAnswer, SendreadyError
from sendready.model.finding import Verdict
from sendready.model.observation import Observation
from sendready.model.ports import Scope, World
from sendready.report.json import VERSION_EVENT, event_object
from sendready.report.lines import line
from sendready.report.narration import Narrator
from sendready.report.text import check_lines
from sendready.steps import production_access
from sendready.steps.answering import to_save


def apply(
    domain: Annotated[str, Parameter(help="Domain or address to set up.")],
    /,
    *,
    common: Common | None = None,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", help="Make the changes without asking.")] = False,
    wait: Annotated[
        str | None, Parameter(help="How long to wait for the domain to be ready: 60s, 30m, 2h, 3d.")
    ] = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Only show the plan, as `plan` does.")] = False,
    answers: AnswerFlags | None = None,
) -> int:
    """Set a domain up, or go on where reality stands.

    Exit codes: 0 done (with --wait: ready), 1 a change failed or a conflict was left alone, 2 an answer is missing,
    3 could not look, 4 not ready yet.
    """
    longest = read_duration(wait) if wait is not None else None
    with session(common, [domain]) as here:
        return run(_dry_run(here, domain, answers) if dry_run else _apply(here, domain, answers, yes, longest))


async def _dry_run(here: Session, domain: str, answers: object | None) -> ExitCode:
    _, _, seen, plan = await prepare(here, domain, answers)
    show(here, seen, plan)
    return ExitCode.CHANGES_PENDING if plan.changes else ExitCode.DONE


async def _apply(here: Session, domain: str, answers: object | None, yes: bool, wait: timedelta | None) -> ExitCode:
    stream = Stream(here)
    with stream.ended():
        return await _applied(here, domain, answers, yes, wait, stream)


async def _applied(
    here: Session, domain: str, answers: object | None, yes: bool, wait: timedelta | None, stream: Stream
) -> ExitCode:
    request, world, seen, plan = await prepare(here, domain, answers)
    if missing := production_access.missing_answers(seen):
        raise MissingAnswer(
            f"the access request needs {' and '.join(missing)}",
            "`--website URL` is the site AWS looks at; `--accept-terms` confirms that you mail only people who asked"
            " for it",
        )
    stream.begin(seen, plan)
    tell_leftovers(here, world, stream)
    if not plan.changes:
        stream.tell(events.Note("nothing to change"))
    elif not _agreed(here, plan, yes):
        here.console.note("nothing was changed")
        return ExitCode.NOT_YET
    remember(request, seen, world)
    return await carry_out(here, request, seen, plan, world, wait, stream)


async def carry_out(
    here: Session,
    request: Request,
    seen: Observation,
    plan: Plan,
    world: World,
    wait: timedelta | None,
    stream: Stream,
) -> ExitCode:
    """Runs the engine on an accepted plan and tells what happens; prints the last look at the end."""
    last: events.Observed | None = None
    code = ExitCode.NOT_YET
    async with aclosing(engine.apply(request, seen, plan, world, wait=wait)) as happening:
        async for event in happening:
            if isinstance(event, events.Observed):
                last = event
            if isinstance(event, events.Result):
                code = ExitCode(event.exit)
                stream.end(last)
            stream.tell(event)
            if isinstance(event, events.Changed) and here.practice is not None:
                _offer_link(here, event, stream)
    return code


def remember(request: Request, seen: Observation, world: World) -> None:
    """Keeps what was answered, so that no later run has to ask."""
    if seen.account_id is not None and (answers := to_save(request.answered)):
        world.store.save_answers(Scope(seen.account_id, seen.region, seen.identity.name), answers)


def tell_leftovers(here: Session, world: World, stream: Stream) -> None:
    """Says what an interrupted run may have left in the account."""
    left = {resource.name for _, resource in world.store.unfinished()}
    if left:
        stream.tell(events.Note(f"an interrupted run left {', '.join(sorted(left))}; `sendready cleanup` removes it"))


def _agreed(here: Session, plan: Plan, yes: bool) -> bool:
    """Whether the user wants it; asked only where somebody is there.

    Raises:
        BadInput: nobody is, and `--yes` was not given.
    """
    count = sum(change.mode in (Mode.AUTOMATIC, Mode.LATER) for change in plan.changes)
    if yes or not count:
        return True
    if not here.console.interactive:
        raise BadInput("nothing was changed: there is no terminal to ask on", "Pass `--yes` to make these changes")
    return here.console.ask(f"\nMake {'this change' if count == 1 else f'these {count} changes'}? [y/N] ").lower() in (
        "y",
        "yes",
    )


def _offer_link(here: Session, event: events.Changed, stream: Stream) -> None:
    """In practice nobody has the mailbox: the link AWS would mail is shown."""
    name = getattr(event.change.action, "name", "")
    if here.practice is not None and event.change.key == "identity.create" and "@" in name:
        stream.tell(events.Note(f"practice: the mailed link is {here.practice.link_of(name)}"))


class Stream:
    """Events told as text on stderr with the last look on stdout, or as one JSON object a line on stdout."""

    def __init__(self, here: Session) -> None:
        self._here = here
        self._json = here.common.format == "json"
        self._narrator = Narrator()
        self._begun = False
        self._verdict = Verdict.UNKNOWN

    def begin(self, seen: Observation, plan: Plan | None) -> None:
        """Opens the stream; with a plan, shows it before anything is done."""
        self._open()
        if self._json:
            if plan is not None:
                self.tell(events.Observed(seen, diagnose(seen)))
                self.tell(events.Planned(plan))
        elif plan is not None:
            from sendready.report.plan import plan_lines

            self._here.console.say([line(f"{seen.identity.name}  {seen.region}  {seen.account_id or ''}")])
            self._here.console.say(plan_lines(plan))

    @contextmanager
    def ended(self) -> Iterator[None]:
        """Whatever breaks the stream off, a result is its last line; a mistake in the command line opens none."""
        try:
            yield
        except SendreadyError as error:
            if self._begun or not isinstance(error, BadInput):
                self._break_off(error.exit_code, error.message)
            raise
        except asyncio.CancelledError:
            self._break_off(ExitCode.INTERRUPTED, "interrupted")
            raise

    def _break_off(self, code: ExitCode, why: str) -> None:
        if self._json:
            self._open()
            self.tell(events.Result(self._verdict, code, why))

    def _open(self) -> None:
        if self._json and not self._begun:
            self._here.console.object(VERSION_EVENT)
        self._begun = True

    def tell(self, event: events.Event) -> None:
        """One event."""
        if isinstance(event, events.Observed):
            self._verdict = event.diagnosis.verdict
        if self._json:
            value = event_object(event)
            if value is not None:
                self._here.console.object(value)
        else:
            self._here.console.say(self._narrator.lines(event))

    def end(self, last: events.Observed | None) -> None:
        """The last look, as data."""
        if not self._json and last is not None and last.diagnosis.verdict is not Verdict.READY:
            self._here.console.say([line()])
        if not self._json and last is not None:
            evidence = self._here.common.verbose
            self._here.console.data(check_lines(last.observation, last.diagnosis, evidence=evidence))
