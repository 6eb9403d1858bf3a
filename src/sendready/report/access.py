"""Where an account stands with production access, region by region, and what a reviewer would say: text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sendready.checks.account import CASE
from sendready.model.errors import SendreadyError
from sendready.model.identity import Account
from sendready.model.observation import Observation
from sendready.report.json import stamp
from sendready.report.lines import WIDTH, Line, Span, Style, columns, line, wrapped
from sendready.steps.production_access.lint import Remark

Regions = Mapping[str, Account | SendreadyError]
"""What each region said, or why it could not be asked."""


def access_lines(seen: Observation, regions: Regions, remarks: tuple[Remark, ...], *, then: str = "") -> Iterator[Line]:
    """The status of every region that was asked, then the remarks with reason and source, and what to do `then`."""
    yield line(Span(seen.identity.name, Style.STRONG), Span(f"  {seen.account_id or ''}", Style.QUIET))
    rows = [(region, *_cells(said)) for region, said in regions.items()]
    for row in columns(rows):
        yield line("  ", row)
    for region, said in regions.items():
        if isinstance(said, Account):
            yield from _way_on(region, said)
            if region == seen.region and not said.production and said.review is None:
                told = f"{region}: until AWS grants it mail goes to verified recipients and the mailbox simulator only"
                yield from wrapped(told, "    ", "  ○ ")
    if remarks:
        yield line()
        yield from remark_lines(remarks)
    if then:
        yield line()
        yield line(Span("next", Style.STRONG))
        yield line("  ", then)


def remark_lines(remarks: Sequence[Remark], *, width: int = WIDTH) -> Iterator[Line]:
    """What to put right before the request is made, each with why and where that is written."""
    yield line(Span("What a reviewer would stumble over:", Style.STRONG))
    for remark in remarks:
        yield from wrapped(remark.text, "    ", "  ! ", Style.PLAIN, width=width)
        yield from wrapped(f"{remark.reason} ({remark.source})", "    ", style=Style.QUIET, width=width)


def _cells(said: Account | SendreadyError) -> tuple[str, ...]:
    if isinstance(said, SendreadyError):
        return ("? unknown", said.message)
    state = "✓ production" if said.production else "○ sandbox"
    health = said.enforcement.lower() if said.sending_enabled else f"{said.enforcement.lower()}, paused"
    review = f"review {said.review.status}" if said.review is not None else "no request yet"
    return (state, said.allowance, health, "" if said.production else review)


def _way_on(region: str, account: Account) -> Iterator[Line]:
    """What to do where AWS waits for something or has said no; all of it is read in the root mailbox and the case."""
    case = account.review.case_id if account.review is not None else None
    where = f": {CASE.format(case=case)}" if case else ""
    if account.enforcement in ("PROBATION", "SHUTDOWN"):
        stands = "has shut the account's sending down" if account.enforcement == "SHUTDOWN" else "has it under review"
        yield from wrapped(
            f"{region}: AWS {stands}. Its mail went to the account's root mailbox. Mend the cause,"
            " rotate credentials if you did not send that mail, then reply in the case: `--reply` drafts it",
            "    ",
            "  ✗ ",
        )
    if not account.sending_enabled and account.enforcement != "SHUTDOWN":
        yield from wrapped(
            f"{region}: sending is paused, by you or by AWS: nothing goes out. Find out who paused it and why; AWS"
            " writes to the account's root mailbox (`sendready explain SES007`)",
            "    ",
            "  ✗ ",
        )
    match account.review.status if account.review is not None and not account.production else "":
        case "PENDING":
            yield from wrapped(f"{region}: AWS is reading the request, usually within 24 hours{where}", "    ", "  ◐ ")
        case "DENIED":
            yield from wrapped(
                f"{region}: AWS said no; a new request is refused. Reply in the case{where} (`--reply` drafts it)",
                "    ",
                "  ✗ ",
            )
        case "FAILED":
            yield from wrapped(f"{region}: the request never reached AWS; send it again: `--request`", "    ", "  ✗ ")
        case _:
            return


def access_document(
    seen: Observation, regions: Regions, remarks: tuple[Remark, ...], dossier: str, reply: str | None
) -> dict[str, Any]:
    """`access --format json`, schema `sendready.access/1`."""
    return {
        "schema": "sendready.access/1",
        "domain": seen.identity.name,
        "region": seen.region,
        "account": seen.account_id,
        "observed_at": stamp(seen.at),
        "regions": [_region(region, said) for region, said in regions.items()],
        "remarks": [
            {"slug": one.slug, "text": one.text, "reason": one.reason, "source": one.source} for one in remarks
        ],
        "dossier": dossier,
        "reply": reply,
    }


def _region(region: str, said: Account | SendreadyError) -> dict[str, Any]:
    if isinstance(said, SendreadyError):
        return {"region": region, "status": "unknown", "problem": said.message}
    review = said.review
    case = review.case_id if review is not None else None
    return {
        "region": region,
        "status": "production" if said.production else "sandbox",
        "problem": None,
        "review": review.status if review is not None else None,
        "case": case,
        "case_url": CASE.format(case=case) if case else None,
        "sending_enabled": said.sending_enabled,
        "enforcement": said.enforcement,
        "daily_quota": said.daily_quota,
        "rate": said.rate,
        "sent": said.sent,
    }
