"""`sendready records DOMAIN`: the DNS records with their state, to be read, copied or loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.commands.check import look
from sendready.cli.options import RecordsCommon
from sendready.cli.session import Session, looking, run, session
from sendready.model.errors import ExitCode
from sendready.model.observation import Observation, Seen, Unseen
from sendready.report.handoff.html import html
from sendready.report.handoff.markdown import markdown
from sendready.report.records import records_document, table_lines, zone_file
from sendready.report.spreadsheet import csv_file
from sendready.report.terraform import terraform
from sendready.steps.naming import read_identity


def records(
    domain: Annotated[str, Parameter(help="Domain whose records are wanted.")],
    /,
    *,
    common: RecordsCommon | None = None,
    answers: AnswerFlags | None = None,
) -> int:
    """Show the DNS records SES needs, with what is in DNS now.

    `--format html` is a page for whoever manages the DNS: `sendready records DOMAIN --format html > records.html`.

    Exit codes: 0 shown, 1 there is no such domain, 3 could not look.
    """
    common = common or RecordsCommon()
    # Of a practice domain that SES does not have yet, the records that matter most would be missing.
    with session(common, [domain], finished=True) as here:
        return run(_records(here, domain, answers, common.format))


FILES: dict[str, Callable[[Observation], str]] = {
    "zone": zone_file,
    "csv": csv_file,
    "terraform": terraform,
    "markdown": markdown,
    "html": html,
}
"""Forms that are a file of their own: for a zone, a sheet, Terraform, or whoever manages the DNS."""


async def _records(here: Session, domain: str, answers: object | None, form: str) -> ExitCode:
    identity = read_identity(domain)
    world = await here.world()
    async with looking(here.console, f"looking at {identity.name}"):
        seen = (await look(here.request(identity, world, answers), world)).observation
    if form == "json":
        here.console.object(records_document(seen))
    elif form in FILES:
        here.console.text(FILES[form](seen))
    else:
        here.console.data(table_lines(seen))
    if isinstance(seen.delegation, Seen) and seen.delegation.value.exists is False:
        here.console.note(
            f"{identity.domain} does not exist in DNS: see first that the name is right and registered"
            " (`sendready explain DEL001`)"
        )
        return ExitCode.BROKEN
    if isinstance(seen.ses, Unseen):
        here.console.error(seen.ses.reason)
        return seen.ses.reason.exit_code
    if not identity.is_domain:
        here.console.note("an address is verified by a link in its mailbox; it needs no records")
    elif seen.identity_missing:
        here.console.note(
            f"the three DKIM records are missing here: SES names them once the identity exists, "
            f"`sendready apply {identity.quoted}`"
        )
    return ExitCode.DONE
