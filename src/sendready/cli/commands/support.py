"""`sendready support [DOMAIN]`: one file for a bug report, shown before it is saved, without secrets."""

from __future__ import annotations

import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from sendready.cli.commands.check import look
from sendready.cli.options import Common
from sendready.cli.session import Session, looking, run, session
from sendready.model.answers import Answered
from sendready.model.errors import BadInput, ExitCode, SendreadyError
from sendready.model.identity import Identity
from sendready.model.observation import Past
from sendready.report.json import check_document, stamp
from sendready.report.redaction import Redaction
from sendready.report.support import support_document
from sendready.steps.naming import read_identity

PACKAGES = ("boto3", "botocore", "awscrt", "cyclopts", "dnspython", "octodns", "platformdirs", "textual", "urllib3")
"""What sendready stands on."""


def support(
    domain: Annotated[str | None, Parameter(help="Domain or address that it is about; looked at once more.")] = None,
    /,
    *,
    common: Common | None = None,
    out: Annotated[Path | None, Parameter(help="FILE to save it to, once you have seen it.")] = None,
    names: Annotated[
        bool, Parameter(negative="", help="Leave domains, addresses, accounts and DKIM tokens readable.")
    ] = False,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"], negative="", help="With --out: save without asking.")] = False,
) -> int:
    """Gather what a bug report needs: versions, which settings there are, what was done and seen. Nothing is sent.

    Secrets are never in it. Domains, addresses, account numbers, names in ARNs and DKIM tokens are replaced, the same
    by the same, unless you pass --names; name servers and IP addresses stay. Read it before you pass it on.

    Exit codes: 0 printed or saved, 4 not wanted.
    """
    if yes and out is None:
        raise BadInput("--yes goes with --out", "Without it everything is printed, and nothing saved")
    if out is not None and out.exists():
        raise BadInput(f"--out: {out} is there already and stays as it is", "Choose another name")
    identity = read_identity(domain) if domain is not None else None
    with session(common, [domain] if domain is not None else [], looks=True) as here:
        return run(_support(here, identity, out, names=names, yes=yes))


async def _support(here: Session, identity: Identity | None, out: Path | None, *, names: bool, yes: bool) -> ExitCode:
    document, domains = await _gathered(here, identity)
    environment = {**os.environ, **here.connection.environment}
    safe = Redaction(environment, domains, names=names).of(document)
    if out is None:
        if here.common.format == "json":
            here.console.object(safe)
        else:
            here.console.text(json.dumps(safe, indent=1, ensure_ascii=True))
        return ExitCode.DONE
    text = json.dumps(safe, indent=1, ensure_ascii=True) + "\n"
    here.console.stderr.write(text)
    if not yes and not here.console.interactive:
        raise BadInput("nothing was saved: there is no terminal to ask on", "Pass `--yes`, or leave out --out")
    if not yes and here.console.ask(f"\nSave this as {out}? [y/N] ").lower() not in ("y", "yes"):
        return ExitCode.NOT_YET
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise BadInput(f"--out: {out} cannot be written: {(error.strerror or str(error)).lower()}") from None
    here.console.note(f"saved {out}")
    return ExitCode.DONE


async def _gathered(here: Session, identity: Identity | None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The document with everything in it, and the names in it that are the user's."""
    answered, past, journal, check, trouble = Answered(), Past(), (), None, "no domain was named"
    domains: set[str] = set()
    if identity is not None:
        domains |= {identity.domain}
        trouble = ""
        try:
            world = await here.world()
            past, journal = _kept(here, identity, world.ses.region)
            request = here.request(identity, world)
            async with looking(here.console, f"looking at {identity.name}"):
                looked = await look(request, world)
            answered = looked.observation.answered
            check = check_document(looked.observation, looked.diagnosis)
            domains |= {looked.observation.zone} if looked.observation.zone else set()
        except SendreadyError as error:
            trouble = error.message
    document = support_document(
        surroundings=_surroundings(here),
        environment=here.connection.environment,
        options=here.connection.flags,
        answered=answered,
        past=past,
        journal=journal,
        check=check,
        trouble=trouble,
    )
    return document, tuple(domains)


def _kept(here: Session, identity: Identity, region: str) -> tuple[Past, Any]:
    from sendready.wiring import open_store

    store = open_store(here.connection)
    return store.past(identity.name, region), store.journal(identity.name, region)


def _surroundings(here: Session) -> dict[str, Any]:
    return {
        "made_at": stamp(datetime.now(UTC)),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "encoding": sys.stdout.encoding or "",
        "terminal": here.console.interactive,
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
