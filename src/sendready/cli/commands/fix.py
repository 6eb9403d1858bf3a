"""`sendready check DOMAIN --fix`: looks, shows what would mend what was found, asks, makes it, looks again."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace

from sendready.cli.commands.apply import agreed, tell_leftovers
from sendready.cli.commands.check import exit_of, look
from sendready.cli.commands.plan import planned
from sendready.cli.options import Application, CheckJudging
from sendready.cli.session import Session, looking
from sendready.cli.stream import Stream
from sendready.engine import apply as engine
from sendready.engine.mending import left_alone, mending, useless
from sendready.engine.observe import Request
from sendready.model import events
from sendready.model.change import Plan
from sendready.model.errors import ExitCode, SendreadyError
from sendready.model.finding import Diagnosis, Verdict
from sendready.model.looks import Observed
from sendready.model.ports import World
from sendready.model.received import Received
from sendready.model.records import WantedRecord
from sendready.report.lines import line
from sendready.steps.naming import read_identity


async def mend(
    here: Session,
    domain: str,
    judging: CheckJudging,
    application: Application | None,
    message: Received | None,
    *,
    blocklists: bool,
    yes: bool,
) -> ExitCode:
    """The exit code is that of what was seen last; a change that failed makes it 1.

    Raises:
        BadInput: there is something to mend, nobody is there to agree, and `yes` was not given.
    """
    stream = Stream(here)
    with stream.closing():
        identity = read_identity(domain)
        world = await here.world()
        request = replace(here.request(identity, world, application, judging), message=message, blocklists=blocklists)
        async with looking(here.console, f"looking at {identity.name}"):
            looked = await look(request, world)
        request = replace(request, answered=looked.observation.answered)
        plan, why = await _planned(looked, world)
        _tell(here, stream, request, looked, plan)
        _tell_rest(stream, plan, looked.diagnosis, why)
        if not plan.open:
            return _end(stream, looked.diagnosis.verdict, "nothing was changed")
        tell_leftovers(looked.observation, world, stream)
        if not agreed(here, plan, yes):
            here.console.note("nothing was changed")
            return _end(stream, looked.diagnosis.verdict, "nothing was changed")
        return await _carried_out(here, request, looked, plan, world, stream)


async def _planned(looked: Observed, world: World) -> tuple[Plan, str]:
    """The plan that mends it; where there can be none, why."""
    seen, diagnosis = looked.observation, looked.diagnosis
    try:
        whole = await planned(seen, world)
    except SendreadyError as error:
        return Plan(()), f"nothing can be mended from here: {error.message}"
    if seen.identity_missing:
        return Plan(()), f"it is not set up in SES; `sendready apply {seen.identity.quoted}` does that"
    return mending(whole, diagnosis), ""


def _tell(here: Session, stream: Stream, request: Request, looked: Observed, plan: Plan) -> None:
    """What was seen, and what would be done about it."""
    if here.common.format == "json":
        stream.begin(request, looked.observation, plan)
        return
    here.console.data(here.report(looked))
    if plan.changes:
        here.console.say([line()])
        stream.begin(request, looked.observation, plan)


def _tell_rest(stream: Stream, plan: Plan, diagnosis: Diagnosis, why: str) -> None:
    """What is not mended from here, and why."""
    if why:
        stream.tell(events.Note(why))
        return
    for finding in left_alone(plan, diagnosis):
        stream.tell(events.Note(f"left to you, as told above: {finding.id} {finding.title}"))


def _end(stream: Stream, verdict: Verdict, detail: str) -> ExitCode:
    code = exit_of(verdict)
    stream.result(events.Result(verdict, code, detail))
    return code


async def _carried_out(
    here: Session, request: Request, looked: Observed, plan: Plan, world: World, stream: Stream
) -> ExitCode:
    """Makes the changes; what is seen afterwards is the end of it."""
    last, failed = looked, False
    written: list[WantedRecord] = []
    async with aclosing(engine.apply(request, looked.observation, plan, world, part=True)) as happening:
        async for event in happening:
            if isinstance(event, events.Result):
                continue  # what `apply` would say: here the verdict counts
            failed = failed or isinstance(event, events.Failed)
            if isinstance(event, events.Changed) and event.change.record is not None:
                written.append(event.change.record)
            if isinstance(event, events.Observed):
                last = event
            stream.tell(event)
    if names := useless(looked.observation, written):
        stream.tell(events.Note(f"left to you: delete what nobody asks for at {', '.join(names)}"))
    again, _ = await _planned(last, world)
    if again.open and not failed:
        stream.tell(events.Note("now that this is done, more can be mended: run it again"))
    if here.common.format != "json":
        here.console.data([line(), line()])
    stream.report(last)
    code = exit_of(last.diagnosis.verdict)
    if failed and code in (ExitCode.DONE, ExitCode.NOT_YET):
        code = ExitCode.BROKEN
    result = events.Result(last.diagnosis.verdict, code, "a change failed" if failed else "")
    stream.tell(result)
    return code
