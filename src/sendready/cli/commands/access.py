"""`sendready access DOMAIN`: production access by region, the text for the case and its flaws, and the request."""

from __future__ import annotations

import asyncio
import shlex
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.commands.apply import agreed, require_access
from sendready.cli.commands.check import look
from sendready.cli.options import Common
from sendready.cli.session import Session, looking, run, session
from sendready.engine.apply import make
from sendready.engine.attempt import attempt
from sendready.model import events
from sendready.model.change import Mode, Plan
from sendready.model.errors import BadInput, ExitCode, SendreadyError
from sendready.model.identity import Account
from sendready.model.observation import Observation, Seen, Unseen
from sendready.model.ports import World
from sendready.model.regions import SES_REGIONS
from sendready.report.access import Regions, access_document, access_lines
from sendready.report.commands import reaching
from sendready.report.narration import Narrator
from sendready.report.plan import plan_lines
from sendready.steps import production_access
from sendready.steps.naming import read_identity
from sendready.steps.production_access import dossier as texts
from sendready.steps.production_access.lint import Remark, remarks
from sendready.steps.production_access.site import privacy_link, site_remarks


def access(
    domain: Annotated[str, Parameter(help="Domain or address that is to send to anybody.")],
    /,
    *,
    common: Common | None = None,
    request: Annotated[bool, Parameter(negative="", help="Ask AWS for production access now.")] = False,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", help="Ask without asking you.")] = False,
    all_regions: Annotated[bool, Parameter(negative="", help="Look at every region of SES.")] = False,
    dossier: Annotated[Path | None, Parameter(help="File with your own text for the case, to be read.")] = None,
    draft: Annotated[bool, Parameter(negative="", help="Print the text for the case in place of the report.")] = False,
    write: Annotated[Path | None, Parameter(help="New file to write the text for the case to.")] = None,
    reply: Annotated[bool, Parameter(negative="", help="Print a reply to the case in place of the report.")] = False,
    web: Annotated[bool, Parameter(negative="", help="Open your website, too, as a reviewer would.")] = False,
    answers: AnswerFlags | None = None,
) -> int:
    """Show where production access stands, draft and check the text for the case, and ask for it.

    Exit codes: 0 production access (with --request: asked for), 1 denied or under review by AWS, 3 could not look,
    4 still in the sandbox.
    """
    with session(common, [domain]) as here:
        wanted = _Wanted(request, yes, all_regions, dossier, draft, write, reply, web)
        return run(_access(here, domain, answers, wanted))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the command line asked for."""

    request: bool
    yes: bool
    all_regions: bool
    dossier: Path | None
    draft: bool
    write: Path | None
    reply: bool
    web: bool


async def _access(
    here: Session,
    domain: str,
    answers: object | None,
    wanted: _Wanted,
) -> ExitCode:
    if wanted.request and (wanted.draft or wanted.reply or wanted.write is not None):
        raise BadInput("--request asks AWS; --draft, --reply and --write only write a text", "Run them one by one")
    identity = read_identity(domain)
    world = await here.world()
    async with looking(here.console, f"looking at {identity.name}"):
        seen = (await look(here.request(identity, world, answers), world)).observation
        for part in (seen.caller, seen.account):
            if isinstance(part, Unseen):
                raise part.reason
        regions = await _regions(here, seen, wanted.all_regions)
    text = _read(wanted.dossier) if wanted.dossier is not None else texts.draft(seen)
    if wanted.write is not None:
        return _write(here, wanted.write, text, identity.quoted)
    if wanted.draft:
        here.console.text(text)
        return ExitCode.DONE
    if wanted.reply:
        here.console.text(texts.reply(seen))
        return ExitCode.DONE
    account = regions[seen.region]
    said = remarks(seen, text) if isinstance(account, Account) and not account.production else ()
    if wanted.web:
        said = (*said, *await _site(here, seen, world))
    if here.common.format == "json":
        drafted = texts.reply(seen) if isinstance(account, Account) and _needs_reply(account) else None
        here.console.object(access_document(seen, regions, said, text, drafted))
    else:
        then = "" if wanted.request else _next(here, seen, account)
        here.console.data(access_lines(seen, regions, said, then=then))
    return await _request(here, seen, world, wanted.yes) if wanted.request else _code(account)


def _next(here: Session, seen: Observation, account: Account | SendreadyError) -> str:
    """The command that asks for it, where AWS takes a request."""
    if not isinstance(account, Account) or not production_access.may_be_asked_for(account):
        return ""
    website = shlex.quote(seen.answered.answers.website) if seen.answered.answers.website else "URL"
    command = f"sendready access {seen.identity.quoted} --request --website {website} --accept-terms"
    return reaching(command, here.connection.flags)


async def _site(here: Session, seen: Observation, world: World) -> tuple[Remark, ...]:
    """What a reviewer would stumble over on the website. Raises BadInput: no website is named."""
    website = seen.answered.answers.website
    if not website:
        raise BadInput("--web opens your website, and none is named", "Pass `--website https://…`")
    async with looking(here.console, f"opening {website}"):
        page = await attempt(world.web.page(website))
        link = privacy_link(page.value) if isinstance(page, Seen) else None
        privacy = await attempt(world.web.page(link)) if link is not None else None
    found = tuple(site_remarks(seen.identity.domain, website, page, privacy))
    if not found:
        here.console.note(f"{website} opens, says something, and has a privacy page")
    return found


async def _regions(here: Session, seen: Observation, everywhere: bool) -> Regions:
    """The region at work, and every other one of its partition where that was asked for."""
    said: dict[str, Account | SendreadyError] = {}
    if isinstance(seen.account, Unseen):
        said[seen.region] = seen.account.reason
    elif seen.account_seen is not None:
        said[seen.region] = seen.account_seen
    if everywhere:
        gov = seen.region.startswith("us-gov-")
        others = [one for one in SES_REGIONS if one != seen.region and one.startswith("us-gov-") is gov]
        said |= dict(zip(others, await asyncio.gather(*(_account(here, one) for one in others)), strict=True))
    return said


async def _account(here: Session, region: str) -> Account | SendreadyError:
    try:
        return await (await here.world(region=region)).ses.account()
    except SendreadyError as error:
        return error


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"--dossier: {path} cannot be read: {error}") from None


def _write(here: Session, path: Path, text: str, name: str) -> ExitCode:
    """Writes the draft; a file that is there is the user's own text by now and is never written over."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(f"--write: {path} is there already", "It is left as it is; name another file") from None
    except OSError as error:
        raise BadInput(f"--write: {path} cannot be written: {(error.strerror or '').lower()}") from None
    here.console.note(f"written to {path}; edit it, then: sendready access {name} --dossier {shlex.quote(str(path))}")
    return ExitCode.DONE


def _needs_reply(account: Account) -> bool:
    denied = account.review is not None and account.review.status == "DENIED" and not account.production
    return denied or account.enforcement in ("PROBATION", "SHUTDOWN")


def _code(account: Account | SendreadyError) -> ExitCode:
    match account:
        case SendreadyError():
            return account.exit_code
        case Account() if _needs_reply(account) or not account.sending_enabled:
            return ExitCode.BROKEN
        case Account(production=True):
            return ExitCode.DONE
        case _:
            return ExitCode.NOT_YET


async def _request(here: Session, seen: Observation, world: World, yes: bool) -> ExitCode:
    """Makes the request once it was shown and agreed to; where AWS would refuse it, it is not made."""
    account = seen.account_seen
    if account is None or not production_access.may_be_asked_for(account):
        here.console.note("no request is made: AWS takes none as things stand")
        return _code(account) if account is not None else ExitCode.CANNOT_LOOK
    asking = replace(seen.answered, answers=replace(seen.answered.answers, request_access=True))
    seen = replace(seen, answered=asking)
    require_access(seen)
    plan = Plan(tuple(change for change in production_access.changes(seen) if change.mode is Mode.AUTOMATIC))
    here.console.say(plan_lines(plan))
    if not agreed(here, plan, yes):
        here.console.note("nothing was asked for")
        return ExitCode.NOT_YET
    narrator, failed = Narrator(), False
    async with aclosing(make(plan.changes, seen, world)) as happening:
        async for event in happening:
            failed = failed or isinstance(event, events.Failed)
            here.console.say(narrator.lines(event))
    return ExitCode.BROKEN if failed else ExitCode.DONE
