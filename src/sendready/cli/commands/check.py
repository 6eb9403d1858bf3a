"""`sendready check DOMAIN…`: looks, judges, reports; changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from sendready.checks.registry import all_checks
from sendready.cli.options import Common
from sendready.cli.session import Session, looking, run, session
from sendready.engine.diagnose import diagnose
from sendready.engine.observe import Request, observe
from sendready.model.answers import Answered
from sendready.model.errors import AwsError, BadInput, ExitCode
from sendready.model.finding import Severity, Verdict
from sendready.model.identity import Dkim, Identity, Status
from sendready.model.looks import Observed
from sendready.model.observation import Observation, Unseen
from sendready.model.ports import World
from sendready.model.regions import documented_signing_zone
from sendready.report.json import check_document
from sendready.report.lines import line
from sendready.report.text import check_lines
from sendready.steps.naming import read_identity

AT_ONCE = 8
"""Domains looked at in parallel; SES is paced whatever this says."""

_EXITS = {
    Verdict.READY: ExitCode.DONE,
    Verdict.BROKEN: ExitCode.BROKEN,
    Verdict.WAITING: ExitCode.NOT_YET,
    Verdict.INCOMPLETE: ExitCode.NOT_YET,
    Verdict.UNKNOWN: ExitCode.CANNOT_LOOK,
}

_ORDER = (ExitCode.CANNOT_LOOK, ExitCode.BROKEN, ExitCode.NOT_YET, ExitCode.DONE)
"""Of several domains the first of these that occurs."""


def exit_of(verdict: Verdict) -> ExitCode:
    """The exit code of a verdict."""
    return _EXITS[verdict]


def check(
    *domains: Annotated[str, Parameter(help="Domains or addresses to look at.")],
    common: Common | None = None,
    skip: Annotated[list[str] | None, Parameter(negative="", help="Ids that do not count, such as SES005.")] = None,
    fail_on: Annotated[
        Literal["warning", "error", "critical"], Parameter(help="Least severity that makes a domain broken.")
    ] = "error",
    dns_only: Annotated[bool, Parameter(negative="", help="Ask DNS alone; needs no AWS.")] = False,
    tokens: Annotated[str | None, Parameter(help="A,B,C: the DKIM tokens, with --dns-only.")] = None,
) -> int:
    """Say whether a domain sends through SES, and if not, why.

    Exit codes: 0 ready, 1 broken, 3 could not look, 4 waiting or incomplete.
    """
    if not domains:
        raise BadInput("no domain was given", "sendready check example.com")
    skipped = _known_ids(skip or ())
    with session(common, domains) as here:
        return run(_check(here, domains, skipped, Severity[fail_on.upper()], dns_only, tokens))


def _known_ids(ids: Sequence[str]) -> frozenset[str]:
    """The ids as the catalogue spells them. Raises BadInput for one that no check has: it would skip nothing."""
    if not ids:
        return frozenset()
    import difflib

    known = [entry.upper() for entry in all_checks()]
    for given in ids:
        if given.upper() not in known:
            near = difflib.get_close_matches(given.upper(), known, 1)
            raise BadInput(f"--skip: `{given}` is no finding", f"Did you mean `{near[0]}`?" if near else None)
    return frozenset(given.upper() for given in ids)


async def _check(
    here: Session,
    domains: Sequence[str],
    skip: frozenset[str],
    fail_on: Severity,
    dns_only: bool,
    tokens: str | None,
) -> ExitCode:
    identities = list({identity.name: identity for identity in map(read_identity, domains)}.values())
    try:
        world = await here.world(aws=not dns_only)
    except AwsError as error:
        verdicts = [_unseen(here, identity, error, skip, fail_on) for identity in identities]
    else:
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(identity: Identity) -> Observed:
            dkim = _dkim(identity, world, tokens) if dns_only else None
            request = here.request(identity, world, None, skip=skip, fail_on=fail_on, dns_only=dns_only, dkim=dkim)
            async with turns:
                return await look(request, world)

        tasks = [asyncio.ensure_future(one(identity)) for identity in identities]
        verdicts = []
        try:
            for number, task in enumerate(tasks):
                async with looking(here.console, f"looking at {identities[number].name}"):
                    seen = await task
                verdicts.append(_show(here, seen, first=number == 0))
        finally:
            for task in tasks:
                task.cancel()
    codes = {exit_of(verdict) for verdict in verdicts}
    return next(code for code in _ORDER if code in codes)


async def look(request: Request, world: World) -> Observed:
    """One look, its result alone."""
    async with aclosing(observe(request, world)) as events:
        async for event in events:
            if isinstance(event, Observed):
                return event
    raise RuntimeError("a look ended without an observation")


def _show(here: Session, seen: Observed, *, first: bool) -> Verdict:
    if here.common.format == "json":
        here.console.object(check_document(seen.observation, seen.diagnosis))
    else:
        if not first:
            here.console.data([line(), line()])
        here.console.data(check_lines(seen.observation, seen.diagnosis, evidence=here.common.verbose))
    return seen.diagnosis.verdict


def _unseen(here: Session, identity: Identity, error: AwsError, skip: frozenset[str], fail_on: Severity) -> Verdict:
    """No world could be opened: the report says so, in whatever form was asked for."""
    unseen = Unseen(error)
    seen = Observation(identity, "", datetime.now(UTC), Answered(), caller=unseen, account=unseen, ses=unseen)
    return _show(here, Observed(seen, diagnose(seen, skip=skip, fail_on=fail_on)), first=True)


def _dkim(identity: Identity, world: World, tokens: str | None) -> Dkim | None:
    """The DKIM records to look for without asking SES: tokens given, or those of an earlier look."""
    past = world.store.past(identity.name, world.ses.region)
    named = tuple(token.strip() for token in tokens.split(",") if token.strip()) if tokens else past.tokens
    zone = past.signing_zone or documented_signing_zone(world.ses.region)
    return Dkim(Status.NOT_STARTED, named, zone, signing_enabled=True) if named else None
