"""`sendready snippet DOMAIN --for LANGUAGE`: a program that sends from the domain, ready to be pasted."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.options import Common
from sendready.cli.session import Session, looking, run, session
from sendready.engine.attempt import attempt
from sendready.model.errors import BadInput, ExitCode
from sendready.model.identity import IdentityKind, SesIdentity
from sendready.model.observation import Unseen
from sendready.model.smtp import SMTP_REGIONS
from sendready.report.commands import reaching
from sendready.report.snippets import TRY_IT, Language, Settings
from sendready.report.snippets import snippet as written
from sendready.steps import kept_events
from sendready.steps.naming import read_identity
from sendready.steps.test_send import sender_of


def snippet(
    domain: Annotated[str, Parameter(help="Domain or address to send from.")],
    /,
    *,
    common: Common | None = None,
    language: Annotated[
        Literal["python", "java", "dotnet", "php", "ruby", "cli", "smtp"],
        Parameter(name="--for", help="What the application is written in, or how it sends."),
    ],
    to: Annotated[str, Parameter(help="Recipient; AWS's mailbox simulator where none is named.")] = TRY_IT,
    answers: AnswerFlags | None = None,
) -> int:
    """Print a program that sends one message from a domain, with the region, From and configuration set it needs.

    Exit codes: 0 printed, 2 the region has no SMTP host, 3 no region is known.
    """
    with session(common, [domain], finished=True) as here:
        return run(_snippet(here, domain, Language(language), to, answers))


async def _snippet(here: Session, domain: str, language: Language, to: str, answers: object | None) -> ExitCode:
    identity, recipient = read_identity(domain), read_identity(to)
    if recipient.kind is not IdentityKind.ADDRESS:
        raise BadInput(f"--to: `{to}` is not an address")
    world = await here.world()
    answered = here.answered(identity, world, answers).answers
    async with looking(here.console, f"looking at {identity.name}"):
        seen = await attempt(world.ses.identity(identity.name))
    held = None if isinstance(seen, Unseen) else seen.value
    configuration_set = kept_events.set_to_prove(identity, answered, held) or (held and held.configuration_set) or ""
    sender = sender_of(identity, answered)
    settings = Settings(world.ses.region, sender, configuration_set, recipient.name)
    if language is Language.SMTP and settings.smtp_host is None:
        raise BadInput(f"SES has no SMTP host in {settings.region}", f"It has one in {', '.join(SMTP_REGIONS)}")
    code = written(language, settings)
    if here.common.format == "json":
        here.console.object(
            {
                "schema": "sendready.snippet/1",
                "region": settings.region,
                "from": sender,
                "configuration_set": configuration_set,
                "language": language.value,
                "code": code,
            }
        )
    else:
        here.console.text(code)
    if isinstance(seen, Unseen):
        told = "so a configuration set is named only where you did"
        here.console.note(f"SES could not be asked: {seen.reason.message}; {told}")
    else:
        _say_state(here, held, identity.quoted, settings.region)
    if language.untried:
        here.console.note(f"{language.label}: {language.untried}")
    here.console.note(f"what it must be allowed: sendready policy {identity.quoted} --for send")
    return ExitCode.DONE


def _say_state(here: Session, held: SesIdentity | None, name: str, region: str) -> None:
    """Why SES would refuse it as things stand."""
    if held is None or not held.verified:
        why = "has not verified it" if held is not None else "does not have it"
        check = reaching(f"sendready check {name}", here.connection.flags)
        here.console.note(f"SES in {region} {why} yet, so what this sends is refused: {check}")
