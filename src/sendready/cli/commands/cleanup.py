"""`sendready cleanup`: removes what test sends left behind, or the records that were added, by the journal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.options import Common
from sendready.cli.session import Session, run, session
from sendready.engine.cleanup import Standing, clean_up, leftovers, standing, take_back
from sendready.model.errors import BadInput, ExitCode
from sendready.report.lines import Line, Span, Style, line, wrapped
from sendready.steps.naming import read_identity


def cleanup(
    domain: Annotated[str | None, Parameter(help="With --records: only this domain's.")] = None,
    /,
    *,
    common: Common | None = None,
    records: Annotated[
        bool, Parameter(negative="", help="Remove the DNS records that were added from here, while they are unchanged.")
    ] = False,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", help="Remove without asking.")] = False,
) -> int:
    """Remove what an interrupted test send left behind: its queue, topic and configuration set, and nothing else.

    With `--records`: the DNS records that `apply` added, each only where it still has the value that was written.

    Exit codes: 0 removed or nothing there, 1 something could not be removed, 2 nobody to ask, 3 could not look,
    4 not wanted.
    """
    if domain is not None and not records:
        raise BadInput("a domain goes with --records", "What test sends leave behind belongs to no domain")
    with session(common) as here:
        return run(_records(here, domain, yes) if records else _cleanup(here, yes))


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
    if not _agreed(here, "Remove them?", yes):
        return ExitCode.NOT_YET
    kept = await clean_up(left.here, world)
    for resource, error in kept:
        here.console.say(wrapped(f"{resource.kind.value} {resource.name}: {error.message}", "  ", "✗ ", Style.BAD))
    if kept:
        return ExitCode.BROKEN
    here.console.say([line(Span("✓ ", Style.GOOD), "removed")])
    return ExitCode.DONE


async def _records(here: Session, domain: str | None, yes: bool) -> ExitCode:
    world = await here.world()
    account = (await world.ses.caller()).account
    found = await standing(world, account, read_identity(domain).name if domain is not None else None)
    if not found:
        here.console.note(f"no records were added from here in {account}, {world.ses.region}")
        return ExitCode.DONE
    for record in found:
        here.console.say(_told(record))
    ours = [record for record in found if record.ours]
    unread = [record for record in found if record.trouble is not None]
    if not ours:
        here.console.note("nothing of it is there as it was written")
        return ExitCode.CANNOT_LOOK if unread else ExitCode.DONE
    domains = ", ".join(dict.fromkeys(record.scope.identity for record in ours))
    here.console.note(f"Without them mail from {domains} is not signed and not aligned any more.")
    count = f"these {len(ours)} records" if len(ours) > 1 else "this record"
    if not _agreed(here, f"Remove {count}?", yes):
        return ExitCode.NOT_YET
    kept = await take_back(ours, world)
    for record, error in kept:
        name = f"{record.written.record.type.value} {record.written.record.name}"
        why = error.message if error is not None else "it does not stand there alone any more, and is left"
        here.console.say(wrapped(f"{name}: {why}", "  ", "✗ ", Style.BAD))
    if len(kept) < len(ours):
        here.console.say([line(Span("✓ ", Style.GOOD), f"removed {len(ours) - len(kept)} of {len(ours)}")])
    return ExitCode.BROKEN if kept or unread else ExitCode.DONE


def _told(record: Standing) -> Iterator[Line]:
    """One record: where and when it was added, and why it stays if it does."""
    written = record.written
    when = f"{written.at.astimezone():%Y-%m-%d %H:%M %Z}"
    yield line(
        "  - " if record.ours else "  = ", Span(f"{written.record.type.value} {written.record.name}", Style.STRONG)
    )
    yield line("      ", written.record.value)
    yield from wrapped(f"added to {written.zone.host} zone {written.zone.label}, {when}", "      ", style=Style.QUIET)
    if record.trouble is not None:
        yield from wrapped(f"stays: the zone could not be read: {record.trouble.message}", "      ", style=Style.WARN)
    elif not record.ours:
        there = f"is {', '.join(record.now)} now" if record.now else "is gone"
        yield from wrapped(f"stays as it is: it {there}", "      ", style=Style.WARN)


def _agreed(here: Session, question: str, yes: bool) -> bool:
    """Whether the user wants it. Raises BadInput where nobody is there to be asked."""
    if yes:
        return True
    if not here.console.interactive:
        raise BadInput("nothing was removed: there is no terminal to ask on", "Pass `--yes` to remove these")
    return here.console.ask(f"{question} [y/N] ").lower() in ("y", "yes")
