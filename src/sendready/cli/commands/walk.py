"""What `sendready DOMAIN` does: the road as plain questions on a terminal."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.commands.apply import carry_out, remember, tell_leftovers
from sendready.cli.commands.check import exit_of, look
from sendready.cli.commands.plan import planned, prepare
from sendready.cli.linear import Questions
from sendready.cli.options import Common
from sendready.cli.output import Console
from sendready.cli.session import Session, connection_from, practice_options, run, session
from sendready.cli.stream import Stream
from sendready.model.errors import BadInput, ExitCode
from sendready.report.lines import Span, Style, line, wrapped
from sendready.report.plan import plan_lines
from sendready.steps.answering import with_asked
from sendready.steps.naming import read_identity
from sendready.steps.scripted import scripted
from sendready.wiring import Wizard, answers_in, read_config

PATIENCE = timedelta(days=3)
"""How long the walk waits at the end; SES itself gives up after 72 hours."""


def walk(
    domain: Annotated[str | None, Parameter(help="Domain or address to set up, or to look at.")] = None,
    /,
    *,
    common: Common | None = None,
    answers: AnswerFlags | None = None,
) -> Wizard | int:
    """Walk a domain from nothing to production sending, or say what is wrong with it.

    Full-screen; with `--plain` the same in plain questions.
    """
    common = common or Common()
    identity = read_identity(domain) if domain is not None else None
    console = Console(no_color=common.no_color)
    if common.plain and domain is not None:
        if not console.interactive:
            raise refused(domain, common)
        with session(common, [domain]) as here:
            return run(_walk(here, domain, answers))
    if not console.can_draw or common.plain:
        raise refused(domain, common)
    file = read_config(common.config) if not common.practises else {}
    return Wizard(
        identity=identity,
        connection=connection_from(common, file),
        flags={name: value for name, value in (vars(answers).items() if answers else ()) if value is not None},
        file=answers_in(file),
        practice=practice_options(common) if common.practises else None,
        domains=(identity.domain,) if identity is not None else (),
        no_color=common.no_color,
    )


def refused(domain: str | None, common: Common) -> BadInput:
    """There is nobody to ask; what does the same without asking."""
    practice = " --practice" if common.practises else ""
    name = shlex.quote(domain or "example.com")
    if domain is None and common.plain:
        return BadInput("plain questions are about one domain, and none was named", "sendready example.com --plain")
    return BadInput(
        "this is a full screen that asks questions, and there is no terminal for it"
        if not common.plain
        else "this asks questions, and there is no terminal to ask on",
        f"Without questions: sendready apply {name}{practice} --yes --wait 30m",
    )


async def _walk(here: Session, domain: str, answers: object | None) -> ExitCode:
    console = here.console
    if here.practice is not None:
        console.say(
            [line(Span("practice", Style.STRONG), ": a local SES and DNS; nothing leaves this machine"), line()]
        )
    request, world, looked, plan = await prepare(here, domain, answers)
    stream, seen = Stream(here), looked.observation
    console.say(here.report(looked))
    tell_leftovers(seen, world, stream)

    def keep(so_far: dict[str, object]) -> None:
        remember(replace(request, answered=with_asked(request.answered, so_far)), seen, world)

    if typed := Questions(console, seen, keep).ask():
        request = replace(request, answered=with_asked(request.answered, typed))
        # wanted records follow from the answers, so the plan is made from a look that knows them
        looked = await look(request, world)
        seen, plan = looked.observation, await planned(looked.observation, world)
    if not plan.changes:
        console.data(here.report(looked))
        return exit_of(looked.diagnosis.verdict)
    console.say([line(), line(Span("This is what will be done:", Style.STRONG))])
    console.say(plan_lines(plan))
    same = scripted(seen.identity.name, seen.answered, here.connection.flags)
    console.say([line(), *wrapped(f"the same, scripted: {same}", "  ", style=Style.QUIET)])
    if console.ask("\nGo? [y/N] ").lower() not in ("y", "yes"):
        console.note("nothing was changed; your answers are kept")
        return ExitCode.NOT_YET
    remember(request, seen, world)
    return await carry_out(here, request, seen, plan, world, PATIENCE, stream)
