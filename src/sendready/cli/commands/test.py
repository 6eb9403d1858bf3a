"""`sendready test DOMAIN`: five messages to the mailbox simulator, proven by their events, or one to a real mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.commands.apply import agreed, tell_leftovers
from sendready.cli.commands.check import look
from sendready.cli.commands.plan import require_events
from sendready.cli.options import Common, read_duration
from sendready.cli.session import Session, looking, run, session
from sendready.cli.stream import Stream
from sendready.engine.apply import make
from sendready.engine.deliver import link_opened
from sendready.engine.observe import Request
from sendready.model import events
from sendready.model.change import Change, Mode, Plan
from sendready.model.errors import BadInput, ExitCode
from sendready.model.finding import Verdict
from sendready.model.identity import IdentityKind
from sendready.model.observation import Observation, Unseen
from sendready.model.ports import World
from sendready.report.commands import reaching
from sendready.report.proof import Proof
from sendready.steps import kept_events, test_send
from sendready.steps.naming import read_identity
from sendready.steps.test_send import mailbox


def test(
    domain: Annotated[str, Parameter(help="Domain or address to send from.")],
    /,
    *,
    common: Common | None = None,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", help="Send without asking.")] = False,
    to: Annotated[str | None, Parameter(help="Address of a real mailbox, in place of the simulator.")] = None,
    subject: Annotated[str, Parameter(help="Subject of the messages.")] = "",
    keep: Annotated[
        bool, Parameter(negative="", help="Leave the temporary queue, topic and set in place; `cleanup` removes them.")
    ] = False,
    wait: Annotated[
        str | None, Parameter(help="With --to in the sandbox: how long to wait for the link to be opened.")
    ] = None,
    answers: AnswerFlags | None = None,
) -> int:
    """Send to the mailbox simulator and prove every event, or send one message to a real mailbox.

    Exit codes: 0 proven or accepted, 1 refused or an event was lost, 3 could not look, 4 not yet.
    """
    longest = read_duration(wait) if wait is not None else timedelta()
    if keep and to is not None:
        raise BadInput("--keep goes with the simulator: nothing temporary is created for a real mailbox")
    with session(common, [domain], finished=True) as here:
        stream = Stream(here)

        async def main() -> ExitCode:
            with stream.closing():
                request, world, seen = await _looked(here, domain, answers)
                if to is None:
                    return await _simulated(here, request, seen, world, stream, subject, keep=keep, yes=yes)
                address = read_identity(to)
                if address.kind is not IdentityKind.ADDRESS:
                    raise BadInput(f"--to: `{to}` is not an address")
                return await _mailed(here, request, seen, world, stream, address.name, subject, longest, yes=yes)

        return run(main())


async def _looked(here: Session, domain: str, answers: object | None) -> tuple[Request, World, Observation]:
    """What is there. Raises what kept it from being seen: without that nothing can be sent."""
    identity = read_identity(domain)
    world = await here.world()
    request = here.request(identity, world, answers)
    async with looking(here.console, f"looking at {identity.name}"):
        seen = (await look(request, world)).observation
    for part in (seen.caller, seen.ses, seen.account):
        if isinstance(part, Unseen):
            raise part.reason
    answered = replace(seen.answered, answers=replace(seen.answered.answers, test=True))
    seen = replace(seen, answered=answered)
    require_events(seen)
    return replace(request, answered=answered), world, seen


async def _simulated(
    here: Session,
    request: Request,
    seen: Observation,
    world: World,
    stream: Stream,
    subject: str,
    *,
    keep: bool,
    yes: bool,
) -> ExitCode:
    change = test_send.sending(seen, subject=subject, keep=keep)
    plan = Plan((*kept_events.changes(seen), change), kept=tuple(kept_events.kept(seen)))
    stream.begin(request, seen, plan)
    tell_leftovers(seen, world, stream)
    if plan.conflicts:
        for conflict in plan.conflicts:
            stream.tell(events.Conflicted(conflict))
        return _nothing_sent(here, stream, request, seen, ExitCode.BROKEN, "something else is in the way")
    if change.mode is Mode.LATER:
        return _nothing_sent(here, stream, request, seen, ExitCode.NOT_YET, _unverified(here, seen))
    if not agreed(here, plan, yes):
        return _nothing_sent(here, stream, request, seen, ExitCode.NOT_YET, "you did not want it")
    proof = Proof()
    failed = await _make(plan.changes, seen, world, stream, proof)
    if here.common.format != "json":
        here.console.data(proof.lines())
    judged = request.judge(seen)
    first = judged.first
    if not failed and first is not None and judged.verdict is Verdict.BROKEN:
        check = reaching(f"sendready check {seen.identity.quoted}", here.connection.flags)
        here.console.note(f"its events are proven, yet the domain is broken: {first.title} ({first.id}): {check}")
    code = ExitCode.BROKEN if failed else ExitCode.DONE
    return _ended(stream, request, seen, code, "an event is missing or a call was refused" if failed else "proven")


async def _mailed(
    here: Session,
    request: Request,
    seen: Observation,
    world: World,
    stream: Stream,
    address: str,
    subject: str,
    wait: timedelta,
    *,
    yes: bool,
) -> ExitCode:
    held = await world.ses.identity(address) if mailbox.must_be_verified(seen, address) else None
    changes = tuple(mailbox.changes(seen, address, held, subject))
    plan = Plan(changes)
    stream.begin(request, seen, plan)
    if not agreed(here, plan, yes):
        return _nothing_sent(here, stream, request, seen, ExitCode.NOT_YET, "you did not want it")
    *before, mail = changes
    if await _make(before, seen, world, stream):
        return _ended(stream, request, seen, ExitCode.BROKEN, "the link could not be mailed")
    if mail.mode is Mode.LATER and seen.ses_identity is not None and seen.ses_identity.verified:
        if here.practice is not None:
            stream.tell(events.Note(f"practice: the mailed link is {here.practice.link_of(address)}"))
        if not await link_opened(address, world, world.clock.now() + wait):
            why = f"the link AWS mailed to {address} has not been opened; open it, then run this again"
            return _nothing_sent(here, stream, request, seen, ExitCode.NOT_YET, why)
        mail = replace(mail, mode=Mode.AUTOMATIC)
    if mail.mode is not Mode.AUTOMATIC:
        return _nothing_sent(here, stream, request, seen, ExitCode.NOT_YET, _unverified(here, seen))
    failed = await _make((mail,), seen, world, stream)
    return _ended(stream, request, seen, ExitCode.BROKEN if failed else ExitCode.DONE, "refused" if failed else "sent")


async def _make(
    changes: Sequence[Change], seen: Observation, world: World, stream: Stream, proof: Proof | None = None
) -> bool:
    """Makes changes and tells what happens; true where one of them failed."""
    failed = False
    async with aclosing(make(changes, seen, world)) as happening:
        async for event in happening:
            stream.tell(event)
            failed = failed or isinstance(event, events.Failed)
            if proof is not None:
                proof.take(event)
    return failed


def _unverified(here: Session, seen: Observation) -> str:
    """Why SES would take no message from the identity, and what tells what is missing."""
    held = seen.ses_identity
    why = f"does not have {seen.identity.name}" if held is None else f"has not verified {seen.identity.name}"
    check = reaching(f"sendready check {seen.identity.quoted}", here.connection.flags)
    return f"SES in {seen.region} {why}; what is missing: {check}"


def _nothing_sent(
    here: Session, stream: Stream, request: Request, seen: Observation, code: ExitCode, why: str
) -> ExitCode:
    """The end of a command that sent nothing, with the reason."""
    here.console.note(f"nothing was sent: {why}")
    return _ended(stream, request, seen, code, f"nothing was sent: {why}")


def _ended(stream: Stream, request: Request, seen: Observation, code: ExitCode, detail: str) -> ExitCode:
    """The last event: the domain's verdict, which a test send never moves, and how this command ends."""
    stream.result(events.Result(request.judge(seen).verdict, code, detail))
    return code
