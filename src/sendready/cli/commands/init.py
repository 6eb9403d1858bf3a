"""`sendready init [DOMAIN]`: a commented `sendready.toml`, with what is known of the domain filled in; asks nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.options import Common
from sendready.cli.output import Console
from sendready.cli.session import Session, connection_from, run
from sendready.model.answers import Answered
from sendready.model.errors import BadInput, ExitCode
from sendready.model.identity import Identity
from sendready.steps.answering import gather
from sendready.steps.configuration import configuration
from sendready.steps.naming import read_identity
from sendready.wiring import CONFIG


def init(
    domain: Annotated[str | None, Parameter(help="Domain or address: answers given earlier are filled in.")] = None,
    /,
    *,
    common: Common | None = None,
    answers: AnswerFlags | None = None,
) -> int:
    """Write a commented sendready.toml: every key, its default and what it is for; what is known is filled in.

    It is written to the working directory, or to --config FILE, and never over a file. Nobody is asked for it: known is
    what flags and SENDREADY_… variables say, and what was answered here before.
    """
    common = common or Common()
    if common.practises:
        raise BadInput("init is about your own world", "Leave out --practice")
    path = common.config or Path(CONFIG)
    common = replace(common, config=None)
    identity = read_identity(domain) if domain is not None else None
    here = Session(Console(no_color=common.no_color), common, connection_from(common, {}), {})
    return run(_init(here, identity, path, answers))


async def _init(here: Session, identity: Identity | None, path: Path, answers: object | None) -> ExitCode:
    text = configuration(
        await _known(here, identity, answers), here.connection.flags, identity.name if identity is not None else ""
    )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(f"{path} is there already and stays as it is", "Another name: --config FILE") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None
    here.console.note(f"wrote {path}; a line that begins with # shows a default")
    return ExitCode.DONE


async def _known(here: Session, identity: Identity | None, answers: object | None) -> Answered:
    """What flags and environment say, and for a domain what was answered earlier. Raises BadInput."""
    if identity is not None:
        return here.answered(identity, await here.world(aws=False), answers)
    given = {name: value for name, value in (vars(answers).items() if answers else ()) if value is not None}
    return gather(flags=given, environment=here.connection.environment, file={}, saved={}, practice={})
