"""What `sendready DOMAIN` does: the road as plain questions on a terminal."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.commands.apply import carry_out, remember, tell_leftovers
from sendready.cli.commands.check import exit_of, look
from sendready.cli.commands.plan import prepare
from sendready.cli.linear import Questions
from sendready.cli.options import AnswerFlags, Common
from sendready.cli.session import Session, run, session
from sendready.cli.stream import Stream
from sendready.engine.planning import make_plan
from sendready.model.answers import ANSWER_NAMES, Answered, Source, flag_of
from sendready.model.errors import BadInput, ExitCode
from sendready.report.lines import Span, Style, line, wrapped
from sendready.report.plan import plan_lines
from sendready.report.text import check_lines
from sendready.steps.naming import read_identity

PATIENCE = timedelta(days=3)
"""How long the walk waits at the end; SES itself gives up after 72 hours."""


def walk(
    domain: Annotated[str, Parameter(help="Domain or address to set up, or to look at.")],
    /,
    *,
    common: Common | None = None,
    answers: AnswerFlags | None = None,
) -> int:
    """Walk a domain from nothing to production sending, or say what is wrong with it."""
    read_identity(domain)
    with session(common, [domain]) as here:
        if not here.console.interactive:
            practice = " --practice" if here.practice is not None else ""
            raise BadInput(
                "this asks questions, and there is no terminal to ask on",
                f"Without questions: sendready apply {shlex.quote(domain)}{practice} --yes --wait 30m",
            )
        return run(_walk(here, domain, answers))


async def _walk(here: Session, domain: str, answers: object | None) -> ExitCode:
    console = here.console
    if here.practice is not None:
        console.say(
            [line(Span("practice", Style.STRONG), ": a local SES and DNS; nothing leaves this machine"), line()]
        )
    request, world, seen, plan = await prepare(here, domain, answers)
    stream = Stream(here)
    console.say(check_lines(seen, (await look(request, world)).diagnosis))
    tell_leftovers(here, world, stream)

    def keep(so_far: dict[str, object]) -> None:
        remember(replace(request, answered=_answered(request.answered, so_far)), seen, world)

    if typed := Questions(console, seen, keep).ask():
        request = replace(request, answered=_answered(request.answered, typed))
        # wanted records follow from the answers, so the plan is made from a look that knows them
        seen = (await look(request, world)).observation
        plan = await make_plan(seen, world)
    if not plan.changes:
        final = await look(request, world)
        console.data(check_lines(final.observation, final.diagnosis))
        return exit_of(final.diagnosis.verdict)
    console.say([line(), line(Span("This is what will be done:", Style.STRONG))])
    console.say(plan_lines(plan))
    console.say([line(), *wrapped(f"the same, scripted: {scripted(domain, seen.answered)}", "  ", style=Style.QUIET)])
    if console.ask("\nGo? [y/N] ").lower() not in ("y", "yes"):
        console.note("nothing was changed; your answers are kept")
        return ExitCode.NOT_YET
    remember(request, seen, world)
    return await carry_out(here, request, seen, plan, world, PATIENCE, stream)


def _answered(answered: Answered, typed: dict[str, object]) -> Answered:
    """The answers with what was typed on top of everything else."""
    return Answered(
        replace(answered.answers, **typed),  # type: ignore[arg-type]
        {**answered.sources, **dict.fromkeys(typed, Source.ASKED)},
    )


def scripted(domain: str, answered: Answered) -> str:
    """The command line that gives these answers without asking."""
    words = ["sendready", "apply", domain]
    for name in ANSWER_NAMES:
        value = getattr(answered.answers, name)
        if answered.source(name) in (Source.DEFAULT, Source.FOUND):
            continue
        if isinstance(value, bool):
            words += [flag_of(name)] if value else []
        elif isinstance(value, tuple):
            words += [word for item in value for word in (flag_of(name), item)]
        else:
            words += [flag_of(name), str(value)]
    return shlex.join([*words, "--yes", "--wait", "30m"])
