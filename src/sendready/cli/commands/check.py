"""`sendready check DOMAIN…`: looks, judges, reports; changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sendready.checks.since import since_last, since_last_told
from sendready.cli.dns_only import DnsOnly
from sendready.cli.many import Place, Target, Targets, enter, listed, looked_at
from sendready.cli.options import Application, CheckCommon, CheckJudging
from sendready.cli.progress import Progress
from sendready.cli.session import Session, run, session
from sendready.cli.targets import Selection, Shard, Told, is_same_file, read_shard, read_told
from sendready.engine.diagnose import diagnose
from sendready.engine.observe import Request, observe
from sendready.model.answers import Answered
from sendready.model.errors import AwsError, BadInput, ExitCode, SendreadyError, StateError
from sendready.model.finding import Verdict
from sendready.model.history import SinceLast
from sendready.model.identity import Identity
from sendready.model.looks import Observed
from sendready.model.names import is_at_or_below
from sendready.model.observation import Observation, Unseen
from sendready.model.ports import World
from sendready.model.received import Received
from sendready.report.json import check_document, since_object
from sendready.report.lines import Line, Span, Style, line, wrapped

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
    selection: Selection | None = None,
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
            help="Ask Spamhaus and SURBL by DNS whether they list the domain; they learn its name.",
        ),
    ] = False,
) -> int:
    """Say whether a domain sends through SES, and if not, why.

    Exit codes: 0 ready, 1 broken, 3 could not look, 4 waiting or incomplete; of several domains the first of 3, 1, 4, 0
    that occurs. The same with --changes, whether something is said or not. With --fix those of the look afterwards,
    and 1 where a change failed.
    """
    common, selection = common or CheckCommon(), selection or Selection()
    judging = (judging or CheckJudging()).checked()
    dns = (dns or DnsOnly()).checked()
    _fitting(domains, common, selection, dns, message)
    if yes and not fix:
        raise BadInput("--yes goes with --fix", "To look changes nothing")
    if fix:
        _fixable(domains, common, selection, dns_only=dns.dns_only)
    shard = read_shard(selection.shard)
    identities = selection.chosen(domains, sys.stdin)
    told = read_told(selection.resume) if selection.resume is not None else Told()
    received = _read_message(message, identities[0]) if message is not None else None
    with session(common, [identity.name for identity in identities], looks=True) as here:
        if fix:
            from sendready.cli.commands.fix import mend

            return run(mend(here, domains[0], judging, application, received, blocklists=blocklists, yes=yes))
        return run(_check(here, identities, (selection, shard, told), judging, application, dns, received, blocklists))


def _fitting(
    domains: Sequence[str], common: CheckCommon, selection: Selection, dns: DnsOnly, message: Path | None
) -> None:
    """Raises BadInput for options that do not go together."""
    if not domains and not selection.several:
        raise BadInput("no domain was given", "sendready check example.com")
    if message is not None and (len(domains) != 1 or selection.several):
        raise BadInput("--message is about one domain", "sendready check example.com --message FILE")
    if common.changes and dns.dns_only:
        raise BadInput("--changes goes by what is kept of each account", "Leave out --dns-only")
    if selection.all_identities and dns.dns_only:
        raise BadInput("--all-identities asks SES", "Leave out --dns-only, or name the domains")
    if selection.resume is not None and common.format != "json":
        raise BadInput(
            "--resume goes with --format json",
            f"sendready check … --format json --resume {selection.resume} >> {selection.resume}",
        )


def _fixable(domains: Sequence[str], common: CheckCommon, selection: Selection, *, dns_only: bool) -> None:
    """Raises BadInput for what --fix cannot go with."""
    if len(domains) > 1 or selection.several or len(common.given("profile")) > 1 or len(common.given("region")) > 1:
        raise BadInput(
            "--fix is about one domain in one account and region",
            f"sendready check {(*domains, 'example.com')[0]} --fix",
        )
    if dns_only:
        raise BadInput("--fix asks AWS, too", "Leave out --dns-only")
    if common.format not in ("text", "json"):
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
    identities: Sequence[Identity],
    chosen: tuple[Selection, Shard | None, Told],
    judging: CheckJudging,
    application: Application | None,
    dns: DnsOnly,
    message: Received | None,
    blocklists: bool,
) -> ExitCode:
    places = await enter(here, aws=not dns.dns_only)
    codes, targets = await _targets(here, places, identities, chosen)
    total = sum(1 for _ in targets)
    report = _Report(here, judging)

    async def one(target: Target) -> Observed:
        place, identity = target
        if place.world is None:
            return _unseen(target, place.refusal or AwsError("the account could not be entered"), judging)
        dkim = dns.dkim(identity, place.world)
        request = place.here.request(identity, place.world, application, judging, dns_only=dns.dns_only, dkim=dkim)
        return await look(replace(request, message=message, blocklists=blocklists), place.world)

    progress = Progress(here.console, total, f"looking at {identities[0].name if identities else 'SES'}")
    with progress.shown():
        async with aclosing(looked_at(iter(targets), one, in_order=here.common.format != "json")) as outcomes:
            async for target, outcome in outcomes:
                with progress.aside():
                    codes.add(exit_of(report.show(target, _seen(here, target, outcome, judging, alone=total == 1))))
    report.end()
    return next((code for code in _ORDER if code in codes), ExitCode.DONE)


async def _targets(
    here: Session, places: Sequence[Place], identities: Sequence[Identity], chosen: tuple[Selection, Shard | None, Told]
) -> tuple[set[ExitCode], Targets]:
    """What to look at, with the exit codes of what is known without looking; tells what is left out."""
    selection, shard, told = chosen
    codes: set[ExitCode] = set()
    named = []
    for place in places:
        own: Sequence[Identity] = ()
        if selection.all_identities:
            try:
                own = await listed(place)
            except AwsError as error:
                codes.add(ExitCode.CANNOT_LOOK)
                here.console.error(error)
        named.append((place, tuple({identity.name: identity for identity in (*identities, *own)}.values())))
    targets = Targets(named, shard, told)
    held = [exit_of(verdict) for verdict in targets.held()]
    left, whole = sum(1 for _ in targets), sum(len(names) for _, names in named)
    if shard is not None:
        here.console.note(f"part {shard.number} of {shard.of}: {left + len(held)} of {whole}")
    if selection.resume is not None:
        _tell_resumed(here, selection.resume, told, len(held), left)
    if not left and not held and not codes:
        here.console.note("there is nothing to look at")
    return codes | set(held), targets


def _tell_resumed(here: Session, path: Path, told: Told, held: int, left: int) -> None:
    here.console.note(f"{path} tells of {held}; {left} are looked at")
    if told.broken_lines:
        here.console.note(f"{path}: {told.broken_lines} lines are no results, such as one that was cut off half-way")
    if told.open_ended and is_same_file(path, here.console.stdout):
        here.console.text("")  # what is appended to half a line would be lost with it


def _seen(
    here: Session, target: Target, outcome: Observed | StateError, judging: CheckJudging, *, alone: bool
) -> Observed:
    """What was seen; of one among several whose own state cannot be read, that. Raises StateError where it is alone."""
    if isinstance(outcome, Observed):
        return outcome
    if alone:
        raise outcome
    here.console.error(outcome)
    return _unseen(target, outcome, judging)


async def look(request: Request, world: World) -> Observed:
    """One look, its result alone."""
    async with aclosing(observe(request, world)) as events:
        async for event in events:
            if isinstance(event, Observed):
                return event
    raise RuntimeError("a look ended without an observation")


class _Report:
    """The results as they come, in the form that was asked for."""

    def __init__(self, here: Session, judging: CheckJudging) -> None:
        self._here = here
        self._judging = judging
        self._changes = isinstance(here.common, CheckCommon) and here.common.changes
        self._quiet = isinstance(here.common, CheckCommon) and here.common.quiet
        self._all = isinstance(here.common, CheckCommon) and here.common.all
        self._form: str = here.common.format
        self._shown = 0
        self._kept: list[Observed] = []
        """All of them, where the form is one document."""

    def show(self, target: Target, seen: Observed) -> Verdict:
        """One result; its verdict."""
        there = target[0].here
        verdict, console = seen.diagnosis.verdict, self._here.console
        if seen.unwritten:
            console.note(f"what was seen cannot be kept for later: {seen.unwritten}")
        if self._quiet and verdict is Verdict.READY:
            return verdict
        since = self._since(seen) if self._changes else None
        if since is not None and not since.anything and verdict is not Verdict.UNKNOWN:
            return verdict
        match self._form:
            case "json":
                document = check_document(seen.observation, seen.diagnosis, everything=self._all)
                console.object(document if since is None else {**document, "since_last": since_object(since)})
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
                if since is not None:
                    console.data(_changed_lines(seen, since))
                console.data(there.report(seen))
        self._shown += 1
        return verdict

    def _since(self, seen: Observed) -> SinceLast:
        """What differs from the look before, but for what is left out of the verdict."""
        whole = diagnose(seen.observation).findings
        kept = self._judging.asked
        ignored = self._judging.ids | {f.id for f in whole if kept and f.id not in kept}
        return since_last(seen.observation, whole, ignored)

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


def _changed_lines(seen: Observed, since: SinceLast) -> Iterator[Line]:
    """What differs, before the report itself."""
    name = seen.observation.identity.name
    if since.at is None:
        yield line(Span(f"{name}: the first look that is kept", Style.STRONG))
    elif since.anything:
        yield line(Span(f"{name}: since {since.at.astimezone():%Y-%m-%d %H:%M %Z}", Style.STRONG))
        for sentence in since_last_told(since):
            yield from wrapped(sentence, "    ", "  ")
    yield line()


def _unseen(target: Target, error: SendreadyError, judging: CheckJudging) -> Observed:
    """Nothing could be looked at: a report that says so."""
    place, identity = target
    unseen = Unseen(error)
    seen = Observation(identity, place.region, datetime.now(UTC), Answered(), caller=unseen, account=unseen, ses=unseen)
    return Observed(seen, diagnose(seen, skip=judging.ids, only=judging.asked, fail_on=judging.least))
