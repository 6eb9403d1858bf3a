"""`sendready explain [ID|TOPIC|"SMTP reply"]`: the page about it, or what a reply meant; without, all findings."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from sendready.checks.meaning import SES, Meaning
from sendready.checks.pages import all_pages, topics
from sendready.checks.pages import page as page_of
from sendready.checks.replies import Heard, looks_like_a_reply, meaning_of
from sendready.cli.nearest import nearest
from sendready.cli.options import Common
from sendready.cli.output import Console
from sendready.model.errors import BadInput, ExitCode
from sendready.report.lines import Span, Style, columns, hanging, line, wrapped

SCHEMA = "sendready.explain/1"


def explain(
    id: Annotated[str | None, Parameter(help="Such as KIM004, or bulk, or a reply or an error, in quotes.")] = None,  # noqa: A002  it is the name of the argument
    /,
    *,
    common: Common | None = None,
) -> int:
    """Say what a finding means, why it matters, how it was found and what to do; or what a reply means.

    A reply is a receiver's, as it stands in a bounce or an event, or SES's own to your application: what its SMTP
    endpoint answers, or an error of its API such as MessageRejected.

    `sendready explain bulk` tells what receivers ask of those who send much, and what SES has for it.
    """
    common = common or Common()
    console = Console(no_color=common.no_color)
    pages = all_pages() | topics()
    if id is None:
        if common.format == "json":
            for entry in pages.values():
                console.object({"schema": SCHEMA, "id": entry.id, "slug": entry.slug, "summary": entry.summary})
        else:
            rows = columns([(page.id, page.slug) for page in pages.values()])
            told = zip(rows, pages.values(), strict=True)
            width = max(map(len, rows)) + 2
            console.data(row for name, page in told for row in hanging(line(name.ljust(width)), page.summary))
        return ExitCode.DONE
    wanted = id.strip().upper()
    by_slug = {page.slug.upper(): page for page in pages.values()}
    page = pages.get(wanted) or pages.get(wanted.lower()) or by_slug.get(wanted)
    if page is None and (meant := meaning_of(id, Heard.ANYWHERE)) is not None:
        return _reply(meant, console, json=common.format == "json")
    if page is None and looks_like_a_reply(id):
        raise BadInput(
            "nothing in this reply is known here",
            "Give it as it stands in the bounce, the event or the log, in quotes: the code and the text behind it",
        )
    if page is None:
        near = nearest(wanted, [*pages, *by_slug])
        hint = f"Did you mean `{near if near in pages else near.lower()}`?" if near else None
        raise BadInput(f"`{id}` is no finding", hint or "`sendready explain` lists them all")
    if common.format == "json":
        console.object({"schema": SCHEMA, "id": page.id, "slug": page.slug, "summary": page.summary, "text": page.text})
    else:
        console.data(
            line(Span(text, Style.STRONG if text.startswith("#") else Style.PLAIN)) for text in page.text.splitlines()
        )
    return ExitCode.DONE


def _reply(meant: Meaning, console: Console, *, json: bool) -> int:
    """What a receiver, or SES itself, meant."""
    if json:
        console.object(
            {
                "schema": SCHEMA,
                "who": meant.who,
                "title": meant.title,
                "means": meant.means,
                "do": meant.do,
                "findings": list(meant.findings),
                "source": meant.source,
            }
        )
        return ExitCode.DONE
    console.data([line(Span(f"{meant.who}: {meant.title}", Style.STRONG)), line()])
    console.data(wrapped(f"{meant.means[0].upper()}{meant.means[1:]}.", ""))
    if meant.who == SES:
        console.data([line("SES said this to your application; no receiver has seen the message.")])
    console.data([line(), *hanging(line("do    "), f"{meant.do}.")])
    if meant.findings:
        console.data([line(), line("what may be behind it; `sendready check DOMAIN` says which:")])
        console.data(row for each in meant.findings for row in hanging(line(f"  {each}  "), page_of(each).summary))
    console.data([line(), line(Span(meant.source, Style.QUIET))])
    return ExitCode.DONE
