"""`sendready watch DOMAIN`: waits until it is ready, telling what turns, line by line; changes nothing."""

from __future__ import annotations

from contextlib import aclosing
from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.commands.check import exit_of
from sendready.cli.dns_only import DnsOnly
from sendready.cli.options import Common, Judging, read_duration
from sendready.cli.session import Session, run, session
from sendready.cli.stream import Stream
from sendready.engine.diagnose import locked_out, only_the_sandbox_is_left
from sendready.engine.watch import Watch
from sendready.model import events
from sendready.model.errors import BadInput, ExitCode
from sendready.model.finding import FindingState, Verdict
from sendready.model.identity import Status
from sendready.steps.naming import read_identity


def watch(
    domain: Annotated[str, Parameter(help="Domain or address to wait for.")],
    /,
    *,
    common: Common | None = None,
    wait: Annotated[str | None, Parameter(help="How long at most: 60s, 30m, 2h, 3d; without it, until ready.")] = None,
    judging: Judging | None = None,
    dns: DnsOnly | None = None,
) -> int:
    """Wait until a domain is ready, telling what turns.

    Exit codes: 0 ready, 1 broken with nothing on its way, 3 could not look, 4 not ready in time.
    """
    longest = read_duration(wait) if wait is not None else None
    judging = (judging or Judging()).checked()
    dns = (dns or DnsOnly()).checked()
    with session(common, [domain], looks=True) as here:
        return run(_watch(here, domain, longest, judging, dns))


async def _watch(here: Session, domain: str, wait: timedelta | None, judging: Judging, dns: DnsOnly) -> ExitCode:
    stream = Stream(here)
    with stream.closing():
        return await _watched(here, domain, wait, judging, dns, stream)


async def _watched(
    here: Session, domain: str, wait: timedelta | None, judging: Judging, dns: DnsOnly, stream: Stream
) -> ExitCode:
    identity = read_identity(domain)
    world = await here.world(aws=not dns.dns_only)
    dkim = dns.dkim(identity, world)
    if dns.dns_only and dkim is None and identity.is_domain:
        raise BadInput(
            "which DKIM records to wait for is not known without AWS",
            f"sendready watch {identity.quoted} --dns-only --tokens A,B,C",
        )
    request = here.request(identity, world, judging=judging, dns_only=dns.dns_only, dkim=dkim)
    until = world.clock.now() + wait if wait is not None else None
    last: events.Observed | None = None
    watching = Watch(request, world, until=until)
    async with aclosing(watching.events()) as happening:
        async for event in happening:
            if isinstance(event, events.Observed):
                if last is None:
                    stream.open()
                last = event
            stream.tell(event)
            over = isinstance(event, events.Observed) and _is_over(event, dns_only=dns.dns_only)
            if over and not watching.confirming:
                break
    verdict = last.diagnosis.verdict if last is not None else Verdict.UNKNOWN
    code = exit_of(verdict)
    stream.report(last)
    stream.tell(events.Result(verdict, code))
    return code


def _is_over(event: events.Observed, *, dns_only: bool = False) -> bool:
    """Ready, unknowable for want of permission, or broken with nothing on its way; one time-out ends no wait."""
    diagnosis = event.diagnosis
    if diagnosis.verdict is Verdict.UNKNOWN:
        return locked_out(event.observation)
    ses = event.observation.ses_identity
    pending = any(finding.state is FindingState.PENDING for finding in diagnosis.findings)
    # While SES looks, whoever adds the records one by one is still at it; without SES, while any of them lacks.
    pending = pending or (ses is not None and ses.status is Status.PENDING)
    pending = pending or (dns_only and not all(record.live for record in event.observation.records))
    if only_the_sandbox_is_left(diagnosis) or event.observation.identity_missing:
        return True
    if diagnosis.verdict is Verdict.BROKEN:
        return not pending
    return diagnosis.verdict is Verdict.READY
