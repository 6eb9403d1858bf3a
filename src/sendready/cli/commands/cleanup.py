"""`sendready cleanup`: removes exactly what interrupted test sends left behind, by the journal."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from sendready.cli.options import Common
from sendready.cli.session import Session, run, session
from sendready.engine.cleanup import clean_up, leftovers
from sendready.model.errors import BadInput, ExitCode
from sendready.report.lines import Span, Style, line, wrapped


def cleanup(
    *,
    common: Common | None = None,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", help="Remove without asking.")] = False,
) -> int:
    """Remove what an interrupted test send left behind: its queue, topic and configuration set, and nothing else."""
    with session(common) as here:
        return run(_cleanup(here, yes))


async def _cleanup(here: Session, yes: bool) -> ExitCode:
    world = await here.world()
    account = (await world.ses.caller()).account
    left = leftovers(world, account)
    for account_there, region in dict.fromkeys((scope.account, scope.region) for scope, _ in left.elsewhere):
        here.console.note(f"something was left behind in account {account_there}, {region}: run this with its profile")
    if not left.here:
        here.console.note(f"nothing was left behind in {account}, {world.ses.region}")
        return ExitCode.DONE
    here.console.say(line(f"  - {resource.kind.value} {resource.name}") for _, resource in left.here)
    if not yes:
        if not here.console.interactive:
            raise BadInput("nothing was removed: there is no terminal to ask on", "Pass `--yes` to remove these")
        if here.console.ask("Remove them? [y/N] ").lower() not in ("y", "yes"):
            return ExitCode.NOT_YET
    kept = await clean_up(left.here, world)
    for resource, error in kept:
        here.console.say(wrapped(f"{resource.kind.value} {resource.name}: {error.message}", "  ", "✗ ", Style.BAD))
    if kept:
        return ExitCode.BROKEN
    here.console.say([line(Span("✓ ", Style.GOOD), "removed")])
    return ExitCode.DONE
