"""`sendready explain [ID]`: the page about a finding; without an id, all of them by name."""

from __future__ import annotations

import difflib
from typing import Annotated

from cyclopts import Parameter

from sendready.checks.pages import all_pages
from sendready.cli.options import Common
from sendready.cli.output import Console
from sendready.model.errors import BadInput, ExitCode
from sendready.report.lines import Span, Style, columns, line


def explain(
    id: Annotated[str | None, Parameter(help="Such as KIM004.")] = None,  # noqa: A002  it is the name of the argument
    /,
    *,
    common: Common | None = None,
) -> int:
    """Say what a finding means, why it matters, how it was found and what to do."""
    common = common or Common()
    console = Console(no_color=common.no_color)
    pages = all_pages()
    if id is None:
        if common.format == "json":
            for entry in pages.values():
                console.object({"id": entry.id, "slug": entry.slug, "summary": entry.summary})
        else:
            console.data(line(row) for row in columns([(p.id, p.slug) for p in pages.values()]))
        return ExitCode.DONE
    wanted = id.strip().upper()
    by_slug = {page.slug.upper(): page for page in pages.values()}
    page = pages.get(wanted) or by_slug.get(wanted)
    if page is None:
        near = difflib.get_close_matches(wanted, [*pages, *by_slug], 1)
        hint = f"Did you mean `{near[0] if near[0] in pages else near[0].lower()}`?" if near else None
        raise BadInput(f"`{id}` is no finding", hint or "`sendready explain` lists them all")
    if common.format == "json":
        console.object({"id": page.id, "slug": page.slug, "summary": page.summary, "text": page.text})
    else:
        console.data(
            line(Span(text, Style.STRONG if text.startswith("#") else Style.PLAIN)) for text in page.text.splitlines()
        )
    return ExitCode.DONE
