"""`sendready plan DOMAIN`: what `apply` would do; changes nothing."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sendready.cli import plan_file
from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.commands.check import look
from sendready.cli.options import Common, Judging
from sendready.cli.session import Session, looking, run, session
from sendready.engine.observe import Request
from sendready.engine.planning import make_plan
from sendready.model.answers import Answered
from sendready.model.change import Plan
from sendready.model.errors import ExitCode, MissingAnswer
from sendready.model.looks import Observed
from sendready.model.observation import Observation, Unseen
from sendready.model.ports import World
from sendready.report.json_events import plan_document
from sendready.report.lines import Span, Style, line
from sendready.report.plan import counted, plan_lines
from sendready.report.saved_plan import saved_plan
from sendready.steps import kept_events
from sendready.steps.naming import read_identity


def plan(
    domain: Annotated[str, Parameter(help="Domain or address to set up.")],
    /,
    *,
    common: Common | None = None,
    out: Annotated[
        Path | None, Parameter(help="FILE to save the plan to; `apply --plan FILE` does that and nothing else.")
    ] = None,
    answers: AnswerFlags | None = None,
) -> int:
    """Show what `apply` would do: each change with its call and where each value came from.

    Exit codes: 0 nothing to change, 5 changes pending, 3 could not look.
    """
    if out is not None:
        plan_file.check_place(out)
    with session(common, [domain]) as here:
        return run(_plan(here, domain, out, answers))


async def _plan(here: Session, domain: str, out: Path | None, answers: object | None) -> ExitCode:
    request, _, looked, made = await prepare(here, domain, answers)
    seen = looked.observation
    require_events(seen)
    show(here, seen, made)
    if out is not None:
        plan_file.write(out, saved_plan(seen, made, request.answered))
        here.console.note(f"saved; to do exactly this: sendready apply --plan {shlex.quote(str(out))}")
    return ExitCode.CHANGES_PENDING if made.changes else ExitCode.DONE


async def prepare(
    here: Session,
    domain: str,
    answers: object | None,
    judging: Judging | None = None,
    answered: Answered | None = None,
) -> tuple[Request, World, Observed, Plan]:
    """Looks and plans: the request, the world, what was seen and what is to be thought of it, and the plan.

    `answered`: the answers are these, whatever is said elsewhere.

    Raises:
        SendreadyError: AWS could not be asked whose account this is or whether the identity exists; without that
            nothing can be planned.
    """
    identity = read_identity(domain)
    world = await here.world()
    request = here.request(identity, world, answers, judging)
    if answered is not None:
        request = replace(request, answered=answered)
    async with looking(here.console, f"looking at {identity.name}"):
        looked = await look(request, world)
        made = await planned(looked.observation, world)
    return replace(request, answered=looked.observation.answered), world, looked, made


async def planned(seen: Observation, world: World) -> Plan:
    """The plan that follows from a look. Raises what kept the look from seeing account or identity."""
    for part in (seen.caller, seen.ses, seen.account):
        if isinstance(part, Unseen):
            raise part.reason
    return await make_plan(seen, world)


def require_events(seen: Observation) -> None:
    """Raises MissingAnswer where events are to be kept or proven and it is not said where."""
    if missing := kept_events.missing_answers(seen):
        raise MissingAnswer(
            f"`--events {seen.answered.answers.events.value}` needs {' and '.join(missing)}",
            "`--events-to` takes an address, the ARN of an SNS topic or of the default event bus;"
            " `--configuration-set` the name of your own set",
        )


def show(here: Session, seen: Observation, made: Plan) -> None:
    """Prints the plan as data."""
    if here.common.format == "json":
        here.console.object(plan_document(seen, made))
        return
    where = "  ".join(filter(None, (seen.region, seen.account_id)))
    here.console.data([line(Span(seen.identity.name, Style.STRONG), Span(f"  {where}", Style.QUIET))])
    here.console.data(plan_lines(made))
    if made.changes:
        here.console.data([line(), line(counted(made))])
