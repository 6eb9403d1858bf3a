"""`sendready apply DOMAIN`: shows the plan, asks, does it, and with `--wait` goes on until the domain is ready."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sendready.cli import plan_file
from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.commands.plan import prepare, require_events, show
from sendready.cli.options import Common, Judging, read_duration
from sendready.cli.session import Session, run, session
from sendready.cli.stream import Stream
from sendready.engine import apply as engine
from sendready.engine.cleanup import leftovers
from sendready.engine.observe import Request
from sendready.model import events
from sendready.model.answers import flag_of
from sendready.model.change import Mode, Plan, RequestAccess
from sendready.model.errors import BadInput, ExitCode, MissingAnswer, PlanOutdated, StateError
from sendready.model.looks import Observed
from sendready.model.observation import Observation
from sendready.model.ports import Scope, World
from sendready.report.plan import plan_lines
from sendready.report.saved_plan import SavedPlan
from sendready.steps import production_access
from sendready.steps.answering import SPENT, to_save, without
from sendready.steps.naming import read_identity
from sendready.steps.production_access.dossier import draft
from sendready.steps.production_access.lint import remarks
from sendready.steps.spent import spent_before


def apply(
    domain: Annotated[str | None, Parameter(help="Domain or address to set up.")] = None,
    /,
    *,
    common: Common | None = None,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", help="Make the changes without asking.")] = False,
    wait: Annotated[
        str | None, Parameter(help="How long to wait for the domain to be ready: 60s, 30m, 2h, 3d.")
    ] = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Only show the plan, as `plan` does.")] = False,
    plan: Annotated[
        Path | None,
        Parameter(help="FILE that `plan --out` saved: exactly that is done, or nothing where something has changed."),
    ] = None,
    judging: Judging | None = None,
    answers: AnswerFlags | None = None,
) -> int:
    """Set a domain up, or go on where reality stands.

    Exit codes: 0 done (with --wait: ready), 1 a change failed, a conflict was left alone or a saved plan no longer
    fits, 2 an answer is missing, 3 could not look, 4 not ready yet.
    """
    saved = plan_file.read(plan) if plan is not None else None
    domain = _named(domain, saved, answers)
    longest = read_duration(wait) if wait is not None else None
    judging = (judging or Judging()).checked()
    with session(common, [domain]) as here:
        if dry_run:
            return run(_dry_run(here, domain, answers, saved))
        return run(_apply(here, domain, saved or answers, judging, yes, longest))


def _named(domain: str | None, saved: SavedPlan | None, answers: object | None) -> str:
    """The domain meant. Raises BadInput where none is, or where a saved plan would not be all that is done."""
    if saved is None:
        if domain is None:
            raise BadInput("no domain was given", "sendready apply example.com")
        return domain
    if domain is not None and read_identity(domain).name != saved.identity:
        raise BadInput(f"the plan is about {saved.identity}, not {domain}", "Leave out the name: the plan has it")
    if given := [flag_of(name) for name, value in (vars(answers).items() if answers else ()) if value is not None]:
        raise BadInput(f"--plan holds every answer; {', '.join(given)} would change it", "Make the plan with them")
    return saved.identity


async def _prepared(
    here: Session, domain: str, answers: object | None, judging: Judging | None = None
) -> tuple[Request, World, Observed, Plan]:
    """The look and the plan; one that was saved only where it still fits.

    Raises:
        BadInput: it was made for another account or region.
        PlanOutdated: it does not fit any more, with everything that differs.
    """
    if not isinstance(answers, SavedPlan):
        return await prepare(here, domain, answers, judging)
    request, world, looked, plan = await prepare(here, domain, None, judging, answers.answered)
    seen = looked.observation
    if elsewhere := answers.elsewhere(seen):
        hint = f"Pass the --profile and --region of the plan; its region is {answers.content['region']}"
        raise BadInput("nothing was done: the plan was made elsewhere", hint, details=elsewhere)
    if differences := answers.differences(seen, plan):
        raise PlanOutdated(
            "nothing was done: it is not as it was when the plan was saved",
            f"Look at a new plan: sendready plan {seen.identity.quoted} --out FILE",
            details=differences,
        )
    return request, world, looked, plan


async def _dry_run(here: Session, domain: str, answers: object | None, saved: SavedPlan | None) -> ExitCode:
    _, _, looked, plan = await _prepared(here, domain, saved or answers)
    seen = looked.observation
    require_events(seen)
    show(here, seen, plan)
    return ExitCode.CHANGES_PENDING if plan.changes else ExitCode.DONE


async def _apply(
    here: Session, domain: str, answers: object | None, judging: Judging, yes: bool, wait: timedelta | None
) -> ExitCode:
    stream = Stream(here)
    with stream.closing():
        return await _applied(here, domain, answers, judging, yes, wait, stream)


async def _applied(
    here: Session,
    domain: str,
    answers: object | None,
    judging: Judging,
    yes: bool,
    wait: timedelta | None,
    stream: Stream,
) -> ExitCode:
    request, world, looked, plan = await _prepared(here, domain, answers, judging)
    seen = looked.observation
    require_access(seen)
    require_events(seen)
    stream.begin(request, seen, plan)
    tell_leftovers(seen, world, stream)
    tell_remarks(seen, plan, stream)
    if plan.changes and not agreed(here, plan, yes):
        here.console.note("nothing was changed")
        stream.result(events.Result(looked.diagnosis.verdict, ExitCode.NOT_YET, "nothing was changed"))
        return ExitCode.NOT_YET
    remember(request, seen, world)
    return await carry_out(here, request, seen, plan, world, wait, stream)


def require_access(seen: Observation) -> None:
    """Raises MissingAnswer where a request is going to be made and AWS's form would be incomplete."""
    if missing := production_access.missing_answers(seen):
        raise MissingAnswer(
            f"the access request needs {' and '.join(missing)}",
            "`--website URL` is the site AWS looks at; `--accept-terms` confirms that you mail only people who asked"
            " for it",
        )


def tell_remarks(seen: Observation, plan: Plan, stream: Stream) -> None:
    """What a reviewer at AWS would stumble over, before the request is sent; it is sent all the same."""
    if not any(isinstance(change.action, RequestAccess) for change in plan.open):
        return
    planned = {change.key for change in plan.changes} | {change.step.value for change in plan.changes}
    for remark in remarks(seen, draft(seen)):
        if MENDED_BY.get(remark.slug) not in planned:
            stream.tell(events.Note(f"access request: {remark.text}. Why: {remark.reason}"))


MENDED_BY = {"not-verified": "identity.create", "no-dmarc": "dmarc", "nobody-hears-bounces": "events.set"}
"""Remarks that fall away by what the same plan does: the key of a change, or its step."""


async def carry_out(
    here: Session,
    request: Request,
    seen: Observation,
    plan: Plan,
    world: World,
    wait: timedelta | None,
    stream: Stream,
) -> ExitCode:
    """Runs the engine on an accepted plan and tells what happens; prints the last look at the end."""
    last: events.Observed | None = None
    code = ExitCode.NOT_YET
    spent: set[str] = set()
    async with aclosing(engine.apply(request, seen, plan, world, wait=wait)) as happening:
        async for event in happening:
            if isinstance(event, events.Observed):
                last = event
            if isinstance(event, events.Result):
                code = ExitCode(event.exit)
                stream.report(last)
            stream.tell(event)
            if isinstance(event, events.Changed) and event.change.key in SPENT:
                spent |= SPENT[event.change.key]
                _remember_spent(request, seen, world, spent, stream)
            if isinstance(event, events.Changed) and here.practice is not None:
                _offer_link(here, event, stream)
    return code


def _remember_spent(request: Request, seen: Observation, world: World, spent: Collection[str], stream: Stream) -> None:
    """The same, in the middle of a run that a full disk must not break off."""
    try:
        remember(request, seen, world, spent)
    except StateError as error:
        stream.tell(events.Note(f"the answers could not be kept: {error.message}"))


def remember(request: Request, seen: Observation, world: World, spent: Collection[str] = ()) -> None:
    """Keeps what was answered, so that no later run has to ask; a yes that is spent is forgotten."""
    spent = {*spent, *(spent_before(seen) & request.answered.sources.keys())}
    answers = to_save(without(request.answered, spent))
    if seen.account_id is not None and (answers or spent):
        world.store.save_answers(Scope(seen.account_id, seen.region, seen.identity.name), answers)


def tell_leftovers(seen: Observation, world: World, stream: Stream) -> None:
    """Says what an interrupted run may have left in this account and region."""
    left = {resource.name for _, resource in leftovers(world, seen.account_id or "").here}
    if left:
        stream.tell(events.Note(f"an interrupted run left {', '.join(sorted(left))}; `sendready cleanup` removes it"))


def agreed(here: Session, plan: Plan, yes: bool) -> bool:
    """Whether the user wants it; asked only where somebody is there.

    Raises:
        BadInput: nobody is, and `--yes` was not given.
    """
    count = sum(change.mode in (Mode.AUTOMATIC, Mode.LATER) for change in plan.changes)
    if yes or not count:
        return True
    if not here.console.interactive:
        raise BadInput("nothing was changed: there is no terminal to ask on", "Pass `--yes` to make these changes")
    if here.common.format == "json":  # which tells the plan to a program, and not to whoever is asked
        here.console.say(plan_lines(plan))
    return here.console.ask(f"\nMake {'this change' if count == 1 else f'these {count} changes'}? [y/N] ").lower() in (
        "y",
        "yes",
    )


def _offer_link(here: Session, event: events.Changed, stream: Stream) -> None:
    """In practice nobody has the mailbox: the link AWS would mail is shown."""
    name = getattr(event.change.action, "name", "")
    if here.practice is not None and event.change.key == "identity.create" and "@" in name:
        stream.tell(events.Note(f"practice: the mailed link is {here.practice.link_of(name)}"))
