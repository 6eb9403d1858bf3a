"""`sendready check DOMAIN…`: looks, judges, reports; changes nothing."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.dns_only import DnsOnly
from sendready.cli.options import Application, CheckCommon, CheckJudging
from sendready.cli.session import Session, looking, run, session
from sendready.engine.diagnose import diagnose
from sendready.engine.observe import Request, observe
from sendready.model.answers import Answered
from sendready.model.errors import AwsError, BadInput, ExitCode, SendreadyError, StateError
from sendready.model.finding import Verdict
from sendready.model.identity import Identity
from sendready.model.looks import Observed
from sendready.model.names import is_at_or_below
from sendready.model.observation import Observation, Unseen
from sendready.model.ports import World
from sendready.model.received import Received
from sendready.report.json import check_document
from sendready.report.lines import line
from sendready.steps.naming import read_identity

AT_ONCE = 16
"""Domains looked at in parallel; SES is paced whatever this says."""

AHEAD = 4 * AT_ONCE
"""Domains begun, or waiting for their turn, beyond the one that is shown next: results are shown in the order given."""

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
    common: CheckCommon | None = None,
    judging: CheckJudging | None = None,
    application: Application | None = None,
    dns: DnsOnly | None = None,
    message: Annotated[
        Path | None,
        Parameter(
            allow_leading_hyphen=True,
            help="FILE or -: a received message with all its headers, a bounce, or an SES event.",
        ),
    ] = None,
    fix: Annotated[
        bool,
        Parameter(
            negative="",
            help="Mend what can be mended safely, once you agreed: add missing records, switch signing on, make SES"
            " look again.",
        ),
    ] = False,
    yes: Annotated[
        bool, Parameter(name=["--yes", "-y"], negative="", help="With --fix: make the changes without asking.")
    ] = False,
    blocklists: Annotated[
        bool,
        Parameter(
            negative="",
            help="Ask Spamhaus and SURBL, through your resolver, whether they list the domain; they learn its name.",
        ),
    ] = False,
) -> int:
    """Say whether a domain sends through SES, and if not, why.

    Exit codes: 0 ready, 1 broken, 3 could not look, 4 waiting or incomplete; with --fix those of the look afterwards,
    and 1 where a change failed.
    """
    if not domains:
        raise BadInput("no domain was given", "sendready check example.com")
    judging = (judging or CheckJudging()).checked()
    dns = (dns or DnsOnly()).checked()
    if message is not None and len(domains) > 1:
        raise BadInput("--message is about one domain", "sendready check example.com --message FILE")
    if yes and not fix:
        raise BadInput("--yes goes with --fix", "To look changes nothing")
    if fix:
        _fixable(domains, common, dns_only=dns.dns_only)
    received = _read_message(message, read_identity(domains[0])) if message is not None else None
    with session(common, domains, looks=True) as here:
        if fix:
            from sendready.cli.commands.fix import mend

            return run(mend(here, domains[0], judging, application, received, yes=yes))
        return run(_check(here, domains, judging, application, dns, received, blocklists))


def _fixable(domains: Sequence[str], common: CheckCommon | None, *, dns_only: bool) -> None:
    """Raises BadInput for what --fix cannot go with."""
    if len(domains) > 1:
        raise BadInput("--fix is about one domain", f"sendready check {domains[0]} --fix")
    if dns_only:
        raise BadInput("--fix asks AWS, too", "Leave out --dns-only")
    if common is not None and common.format not in ("text", "json"):
        raise BadInput(f"--fix does not go with --format {common.format}", "text, or json for the events of it")


def _read_message(path: Path, identity: Identity) -> Received:
    """The message that `--message` names. Raises BadInput where it is none, or is another domain's."""
    from sendready.mailauth.received import read

    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise BadInput(f"--message: {path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    received = read(data)
    if received is None:
        raise BadInput(
            f"--message: {path} is neither a message with headers nor a bounce",
            "Save the source of the received mail (“show original”, “view source”), or the event as JSON",
        )
    if received.author and not received.replies and not is_at_or_below(received.author, identity.domain):
        raise BadInput(
            f"--message: its From is at {received.author}, not at {identity.domain}",
            f"sendready check {received.author} --message {path}",
        )
    return received


async def _check(
    here: Session,
    domains: Sequence[str],
    judging: CheckJudging,
    application: Application | None,
    dns: DnsOnly,
    message: Received | None,
    blocklists: bool,
) -> ExitCode:
    identities = list({identity.name: identity for identity in map(read_identity, domains)}.values())
    report = _Report(here)
    try:
        world = await here.world(aws=not dns.dns_only)
    except AwsError as error:
        verdicts = [report.show(_unseen(identity, error, judging)) for identity in identities]
    else:
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(identity: Identity) -> Observed:
            dkim = dns.dkim(identity, world)
            request = here.request(identity, world, application, judging, dns_only=dns.dns_only, dkim=dkim)
            request = replace(request, message=message, blocklists=blocklists)
            async with turns:
                return await look(request, world)

        verdicts = []
        begun: deque[asyncio.Task[Observed]] = deque()
        left = iter(identities)
        try:
            for identity in identities:
                begun.extend(asyncio.ensure_future(one(each)) for each in islice(left, AHEAD - len(begun)))
                try:
                    async with looking(here.console, f"looking at {identity.name}"):
                        seen = await begun.popleft()
                except StateError as error:
                    if len(identities) == 1:
                        raise
                    here.console.error(error)
                    verdicts.append(report.show(_unseen(identity, error, judging)))
                else:
                    verdicts.append(report.show(seen))
        finally:
            for task in begun:
                task.cancel()
    report.end()
    codes = {exit_of(verdict) for verdict in verdicts}
    return next(code for code in _ORDER if code in codes)


async def look(request: Request, world: World) -> Observed:
    """One look, its result alone."""
    async with aclosing(observe(request, world)) as events:
        async for event in events:
            if isinstance(event, Observed):
                return event
    raise RuntimeError("a look ended without an observation")


class _Report:
    """The results as they come, in the form that was asked for."""

    def __init__(self, here: Session) -> None:
        self._here = here
        self._quiet = isinstance(here.common, CheckCommon) and here.common.quiet
        self._all = isinstance(here.common, CheckCommon) and here.common.all
        self._form: str = here.common.format
        self._shown = 0
        self._kept: list[Observed] = []
        """All of them, where the form is one document."""

    def show(self, seen: Observed) -> Verdict:
        """One result; its verdict."""
        verdict, console = seen.diagnosis.verdict, self._here.console
        if seen.unwritten:
            console.note(f"what was seen cannot be kept for later: {seen.unwritten}")
        if self._quiet and verdict is Verdict.READY:
            return verdict
        match self._form:
            case "json":
                console.object(check_document(seen.observation, seen.diagnosis, everything=self._all))
            case "html":
                self._kept.append(seen)
            case "junit":
                self._kept.append(self._unfolded(seen))
            case "github":
                from sendready.report.pipelines import github

                console.data(map(line, github(self._unfolded(seen))))
            case "markdown":
                from sendready.report.pipelines import markdown

                console.data(map(line, (*([""] if self._shown else []), *markdown(self._unfolded(seen)))))
            case _:
                if self._shown:
                    console.data([line(), line()])
                console.data(self._here.report(seen))
        self._shown += 1
        return verdict

    def _unfolded(self, seen: Observed) -> Observed:
        """With `--all` what the causes explain stands among the findings."""
        if not self._all:
            return seen
        diagnosis = seen.diagnosis
        return replace(seen, diagnosis=replace(diagnosis, findings=(*diagnosis.findings, *diagnosis.explained)))

    def end(self) -> None:
        """What can be said only once everything is known."""
        if self._form == "junit":
            from sendready.report.pipelines import junit

            self._here.console.text(junit(self._kept))
        elif self._form == "html":
            self._here.console.text(self._here.page(self._kept))


def _unseen(identity: Identity, error: SendreadyError, judging: CheckJudging) -> Observed:
    """Nothing could be looked at: a report that says so."""
    unseen = Unseen(error)
    seen = Observation(identity, "", datetime.now(UTC), Answered(), caller=unseen, account=unseen, ses=unseen)
    return Observed(seen, diagnose(seen, skip=judging.ids, only=judging.asked, fail_on=judging.least))
