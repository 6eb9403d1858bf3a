"""Carries a plan out: change by change, each one journalled, looking again after every round."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sendready.engine import journal
from sendready.engine.attempt import attempt
from sendready.engine.deliver import deliver
from sendready.engine.diagnose import locked_out, only_the_sandbox_is_left
from sendready.engine.observe import Request
from sendready.engine.planning import make_plan
from sendready.engine.prove import prove
from sendready.engine.publishing import amend, publish, until_everywhere
from sendready.engine.watch import Watch
from sendready.model.change import (
    AmendRecord,
    AttachConfigurationSet,
    Change,
    CreateConfigurationSet,
    CreateEventDestination,
    CreateIdentity,
    CreateTopic,
    EnableSigning,
    KeptEvents,
    Mode,
    Plan,
    PublishDkimLater,
    PublishRecord,
    RequestAccess,
    ResendLink,
    RestartVerification,
    SendMail,
    SendTest,
    SetMailFrom,
    SubscribeAddress,
)
from sendready.model.errors import AlreadyExists, ExitCode, Rejected, SendreadyError, ServiceFailure, Unreachable
from sendready.model.events import Changed, Conflicted, Event, Failed, Note, Observed, Planned, RecordTurned, Result
from sendready.model.finding import Diagnosis, Verdict
from sendready.model.observation import Observation, Seen
from sendready.model.ports import World
from sendready.model.records import RecordState
from sendready.steps.production_access import may_be_asked_for


@dataclass(slots=True)
class _Progress:
    """What this run has done so far."""

    tried: set[str] = field(default_factory=set)
    failed: int = 0
    conflicts: set[str] = field(default_factory=set)
    by_hand: set[str] = field(default_factory=set)
    """What the user has been told to do."""
    postponed: set[str] = field(default_factory=set)
    """Changes that SES wants to have only once the identity is verified."""
    written: set[tuple[str, str]] = field(default_factory=set)
    """Name and type of every record written, until it is live."""
    answers: dict[str, None] = field(default_factory=dict)
    """What the DNS host answered to what was written, each once."""
    announced: bool = False
    """Whether the plan promised DKIM records that SES has not named yet."""

    def may_try(self, change: Change, seen: Observation) -> bool:
        """Whether a change is new to this run, or is one that its time has come for."""
        if change.key in self.postponed:
            return seen.ses_identity is not None and seen.ses_identity.verified
        return change.key not in self.tried

    def rest_of(self, plan: Plan) -> Plan:
        """The plan without records that were written and do not show yet.

        They look like ones to add by hand as soon as the zone cannot be read again.
        """

        def left(change: Change) -> bool:
            record = change.record
            return record is None or record.key not in self.written

        return replace(plan, changes=tuple(c for c in plan.changes if c.mode is not Mode.BY_HAND or left(c)))


async def apply(
    request: Request,
    seen: Observation,
    plan: Plan,
    world: World,
    *,
    wait: timedelta | None = None,
    part: bool = False,
) -> AsyncGenerator[Event, None]:
    """Makes every change of `plan`, and later ones that it announced; with `wait`, goes on until the domain is ready.

    `part`: the plan was a part of what could be done, and nothing is told of the rest.
    Consent is by key: a change that the plan did not name is not made. A change that fails is told and the rest goes
    on. The last event is a Result with the exit code.
    """
    progress = _Progress(announced=_announces(plan))
    for event in _told(plan, progress):
        yield event
    async with aclosing(_make(plan, seen, world, progress)) as made:
        async for event in made:
            yield event
    until = world.clock.now() + (wait or timedelta())
    watch = Watch(request, world, until=until)
    diagnosis = request.judge(seen)
    current, trouble = plan, ""
    async with aclosing(watch.events()) as events:
        async for event in events:
            if isinstance(event, RecordTurned) and event.record.state is RecordState.LIVE:
                progress.written.discard(event.record.wanted.key)
            yield event
            if not isinstance(event, Observed):
                continue
            # Whose account it is does not change while a run lasts: what is made is written down under it.
            held = event.observation
            seen = held if held.account_id is not None else replace(held, caller=seen.caller)
            diagnosis = event.diagnosis
            try:
                current = progress.rest_of(_within(plan, await make_plan(seen, world), part=part))
            except SendreadyError as error:
                if error.message != trouble:
                    yield Note(f"no plan can be made right now: {error.message}")
                trouble = error.message
                if wait is None:
                    break
                continue
            trouble = ""
            if seen.ses_identity is not None:
                progress.announced = _announces(current)
            todo = [c for c in current.open if progress.may_try(c, seen) and _consented(c, plan)]
            for told in _told(current, progress):
                yield told
            if todo:
                async with aclosing(_make(Plan(tuple(todo)), seen, world, progress)) as made:
                    async for event in made:
                        yield event
                watch.nudge(request)
            elif wait is None and progress.answers:
                # What is told at the end is what is seen once the host is done with what was added.
                answers, progress.answers = progress.answers, {}
                async with aclosing(until_everywhere(answers, request.answered.answers.publish, world)) as spreading:
                    async for event in spreading:
                        yield event
                watch.nudge(request)
            elif wait is None or (_finished(diagnosis, current, progress, seen) and not watch.confirming):
                break
    yield Result(diagnosis.verdict, _exit(diagnosis.verdict, current, progress, wait))


def _within(accepted: Plan, plan: Plan, *, part: bool) -> Plan:
    """A later plan; where a part was accepted, what is left of that part."""
    keys = {change.key for change in accepted.changes}
    return replace(plan, changes=tuple(c for c in plan.changes if c.key in keys)) if part else plan


def _announces(plan: Plan) -> bool:
    """Whether records are still to be named by SES that are then written from here."""
    return any(isinstance(change.action, PublishDkimLater) for change in plan.open)


def _told(plan: Plan, progress: _Progress) -> list[Event]:
    """What nobody can do for the user, told once: conflicts, and the records to add by hand all together.

    The records wait until SES has named the DKIM tokens, so that the user goes to the DNS host only once.
    """
    new = [change for change in plan.conflicts if change.key not in progress.conflicts]
    progress.conflicts.update(change.key for change in new)
    events: list[Event] = [Conflicted(change) for change in new]
    by_hand = {change.key for change in plan.by_hand}
    if by_hand - progress.by_hand and not any(isinstance(c.action, PublishDkimLater) for c in plan.changes):
        progress.by_hand |= by_hand
        events.append(Planned(plan))
    return events


def _consented(change: Change, plan: Plan) -> bool:
    """Whether the accepted plan named it; the DKIM records it could only announce are named once SES has the tokens."""
    announced = change.record is not None and "._domainkey." in change.record.name and "dkim.records" in plan.keys
    return change.key in plan.keys or announced


def _finished(diagnosis: Diagnosis, current: Plan, progress: _Progress, seen: Observation) -> bool:
    """Whether there is nothing left to wait for."""
    if diagnosis.verdict is Verdict.READY and not current.later:
        return True
    if only_the_sandbox_is_left(diagnosis):
        return True
    hopeless = diagnosis.verdict is Verdict.BROKEN and not progress.written
    return hopeless or (diagnosis.verdict is Verdict.UNKNOWN and locked_out(seen))


def _exit(verdict: Verdict, current: Plan, progress: _Progress, wait: timedelta | None) -> ExitCode:
    if progress.failed or progress.conflicts:
        return ExitCode.BROKEN
    if wait is None and progress.announced and verdict is Verdict.UNKNOWN:
        return ExitCode.CANNOT_LOOK
    if wait is None:
        return ExitCode.NOT_YET if current.later or current.by_hand or progress.announced else ExitCode.DONE
    match verdict:
        case Verdict.READY:
            return ExitCode.NOT_YET if current.later else ExitCode.DONE
        case Verdict.BROKEN:
            return ExitCode.BROKEN
        case Verdict.UNKNOWN:
            return ExitCode.CANNOT_LOOK
        case _:
            return ExitCode.NOT_YET


async def make(changes: Sequence[Change], seen: Observation, world: World) -> AsyncGenerator[Event, None]:
    """Makes these changes and nothing else; for a face that has shown each of them and asks for them one by one."""
    async with aclosing(_make(Plan(tuple(changes)), seen, world, _Progress())) as events:
        async for event in events:
            yield event


async def _make(plan: Plan, seen: Observation, world: World, progress: _Progress) -> AsyncGenerator[Event, None]:
    """Makes the open changes of a plan in their order; records go in one batch."""
    records = [c for c in plan.open if isinstance(c.action, PublishRecord)]
    done_publishing = False
    broken_off = ""
    for change in plan.open:
        if isinstance(change.action, PublishDkimLater):
            continue  # becomes three changes of its own once SES has named the tokens
        if isinstance(change.action, PublishRecord):
            if done_publishing:
                continue
            done_publishing = True
            stream = _publish(records, seen, world, progress)
        elif isinstance(change.action, KeptEvents) and broken_off:
            # Each part stands on the one before it: a default set that tells nobody anything helps nobody.
            progress.tried.add(change.key)
            yield Note(f"{change.title}: left out, for {broken_off} failed")
            continue
        elif isinstance(change.action, SendTest):
            progress.tried.add(change.key)
            stream = prove(change, change.action, seen, world)
        elif isinstance(change.action, SendMail):
            progress.tried.add(change.key)
            stream = deliver(change, change.action, world)
        else:
            progress.tried.add(change.key)
            stream = _one(change, seen, world)
        async with aclosing(stream) as events:
            async for event in events:
                if isinstance(event, Failed) and change.key not in progress.postponed and _too_early(event):
                    progress.postponed.add(change.key)
                    yield Note(f"{change.title}: SES wants it only once the identity is verified; done then")
                    continue
                progress.postponed.discard(change.key)
                progress.failed += isinstance(event, Failed)
                if isinstance(event, Failed) and isinstance(change.action, KeptEvents):
                    broken_off = change.api
                yield event


def _too_early(event: Failed) -> bool:
    """SES may refuse a MAIL FROM for an identity that it has not verified yet (seen with the v1 API)."""
    refused = isinstance(event.change.action, SetMailFrom) and isinstance(event.error, Rejected)
    return refused and "not verified" in event.error.message.lower()


async def _one(change: Change, seen: Observation, world: World) -> AsyncGenerator[Event, None]:
    """One call. A thing that has appeared meanwhile is as good as made."""
    ses = world.ses
    try:
        match change.action:
            case CreateIdentity(name, key_length, tags):
                created = await ses.create_identity(name, key_length, tags)
                detail = f"{len(created.dkim.tokens)} DKIM tokens" if created.dkim.tokens else "a link is on its way"
            case ResendLink(name):
                await ses.resend_link(name)
                detail = "a link is on its way"
            case SetMailFrom(name, mail_from, on_mx_failure):
                await ses.set_mail_from(name, mail_from, on_mx_failure)
                detail = mail_from
            case EnableSigning(name):
                await ses.enable_signing(name)
                detail = "on"
            case RestartVerification(name):
                before = seen.ses_identity.dkim.tokens if seen.ses_identity is not None else ()
                after = (await ses.restart_verification(name)).tokens
                same = set(before) == set(after)
                detail = "tokens unchanged" if same else "SES gave out new tokens; the records below are the new ones"
            case RequestAccess():
                await _request_access(change.action, world)
                detail = "AWS reviews it, usually within 24 hours"
            case AmendRecord():
                detail = await amend(change, change.action, seen, world)
            case SubscribeAddress(_, address):
                await world.keeper.make(change.action)
                detail = f"AWS has mailed {address} a link to open"
            case CreateConfigurationSet() | CreateTopic() | CreateEventDestination() | AttachConfigurationSet():
                await world.keeper.make(change.action)
                detail = ""
            case PublishRecord() | PublishDkimLater() | SendTest() | SendMail():  # pragma: no cover - made elsewhere
                return
    except AlreadyExists:
        yield Changed(change, "was there already", already=True)
    except SendreadyError as error:
        yield Failed(change, error)
    else:
        yield Changed(change, journal.made(change, seen, world, detail))


async def _request_access(action: RequestAccess, world: World) -> None:
    """Asks once. Where the answer was lost, the account says whether AWS has got the request.

    The account is looked at anew: the plan may be hours old, and a request that somebody else has made since then,
    granted by now, would be written over without a word from AWS.
    """
    if not may_be_asked_for(await world.ses.account()):
        raise AlreadyExists("production access was asked for meanwhile")
    try:
        await world.ses.request_access(action)
    except (Unreachable, ServiceFailure) as lost:
        account = await attempt(world.ses.account())
        review = account.value.review if isinstance(account, Seen) else None
        if review is None or review.status != "PENDING":
            raise lost from None


async def _publish(
    changes: Sequence[Change], seen: Observation, world: World, progress: _Progress
) -> AsyncGenerator[Event, None]:
    """Adds the records; those that were written are remembered until they are live."""
    progress.tried.update(change.key for change in changes)
    async with aclosing(publish(changes, seen, world)) as events:
        async for event in events:
            if isinstance(event, Changed) and not event.already and event.change.record is not None:
                progress.written.add(event.change.record.key)
                progress.answers.update({event.answer: None} if event.answer else {})
            yield event
