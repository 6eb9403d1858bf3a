"""What stands in the MAIL FROM domain's SPF record where it is not right (MFR)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from sendready.checks.legs import SPF_FAILS, SPF_UNALIGNED
from sendready.checks.mail_from import record_of
from sendready.checks.mail_from_flaws import (
    ALL,
    Flaw,
    all_of,
    exchanged,
    flaw_of,
    quoted,
    unquoted,
    wrong,
)
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import bare, is_at_or_below
from sendready.model.observation import Observation
from sendready.model.records import SPF_VERSION, ObservedRecord, RecordType
from sendready.model.step import Step


@check(
    "MFR008",
    "spf-lacks-amazonses",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's SPF record does not let SES send",
    explains=SPF_FAILS,
)
def spf_lacks_amazonses(seen: Observation) -> Iterator[Hit]:
    """An SPF record without `include:amazonses.com`; one that lets everybody send is MFR024."""
    record = wrong(seen, RecordType.TXT, Flaw.LACKS_SES)
    if record is None:
        return
    if meant := _meant(record):
        text, term = meant
        hit = exchanged(record, _what_is_wrong(term), f"In this TXT record replace `{term}` by `{SES_TERM}`")
        mended = replace(hit.fix, records=(replace(record.wanted, value=text.replace(term, SES_TERM)),))
        yield replace(hit, fix=mended, explains=(*SPF_FAILS, *_never_read(seen)))
        return
    behind = any(SES_TERM in text.lower().split() for text in record.found)
    hit = exchanged(
        record,
        f"its `{SES_TERM}` stands behind `all`, where nobody reads it" if behind else "mail from SES fails SPF",
        f"Move `{SES_TERM}` in front of the record's `all`"
        if behind
        else f"Add `{SES_TERM}` to this record, before its `all`",
    )
    hit = replace(hit, explains=(*SPF_FAILS, *_never_read(seen))) if behind else hit
    yield replace(hit, fix=replace(hit.fix, records=()))


SES_TERM = "include:amazonses.com"
"""What lets SES send (developer guide, mail-from)."""


def told_to_replace(seen: Observation) -> str | None:
    """The term of the MAIL FROM domain's SPF record that MFR008 tells to replace by SES's."""
    record = wrong(seen, RecordType.TXT, Flaw.LACKS_SES)
    meant = _meant(record) if record is not None else None
    return meant[1] if meant is not None else None


def _meant(record: ObservedRecord) -> tuple[str, str] | None:
    """The first term that was meant to let SES send and does not, behind the text that it stands in."""
    return next(((text, term) for text in record.found for term in text.split() if _is_nearly_ses(term)), None)


def _is_nearly_ses(term: str) -> bool:
    """Whether a term was meant as SES's `include`: a name that is nearly its, or its very name with another sign."""
    meant = _INCLUDE.match(term.lower())
    if meant is None or term.lower().removeprefix("+").removesuffix(".") == SES_TERM:
        return False
    name = bare(meant["name"])
    return is_at_or_below(name, AMAZON) or SequenceMatcher(None, name, AMAZON).ratio() >= ALIKE


def _what_is_wrong(term: str) -> str:
    if term.lower()[1:].removesuffix(".") == SES_TERM:
        refused = "leaves open whether" if term[0] == "?" else "denies that"
        return f"`{term}` names SES, and the `{term[0]}` in front of it {refused} SES may send, so its mail fails SPF"
    return f"`{term}` is not the name of SES's SPF record, so mail from SES fails SPF"


def _never_read(seen: Observation) -> tuple[str, ...]:
    """SPF011, where it speaks of the MAIL FROM domain's record alone; what it says of another is news."""
    own = seen.auth.spf.record if seen.auth.spf is not None else None
    return () if own is not None and any(not problem.fault.fatal for problem in own.problems) else ("SPF011",)


_INCLUDE = re.compile(r"[+?~-]?include[:=](?:https?://)?@?(?P<name>.*)")
AMAZON = "amazonses.com"
ALIKE = 0.8
"""From which likeness on a name is another one misspelt: two letters of thirteen are not."""


def _merged(texts: Sequence[str]) -> str:
    """One SPF record with the terms of several, each once, and SES's; it shuts others out only where all of them do."""
    terms = [term for text in texts if SPF_VERSION.match(text) for term in text.split()[1:]]
    ends = {all_of(text) for text in texts if SPF_VERSION.match(text)}
    kept = dict.fromkeys([*(term for term in terms if not ALL.fullmatch(term)), SES_TERM])
    return " ".join(("v=spf1", *kept, "-all" if ends == {"-"} else "~all"))


@check(
    "MFR009",
    "several-spf",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain has more than one SPF record",
    explains=SPF_FAILS,
)
def several_spf(seen: Observation) -> Iterator[Hit]:
    """Two records are a permanent error (RFC 7208, section 4.5)."""
    if record := wrong(seen, RecordType.TXT, Flaw.SEVERAL):
        yield Hit(
            subject=record.wanted.name,
            detail="receivers treat two SPF records as a permanent error",
            expected="one record",
            observed=record.found,
            evidence=record.sightings,
            fix=Fix(f"Make them one, `{_merged(record.found)}`, and delete the others"),
        )


@check(
    "MFR011",
    "literal-quotes-in-txt",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's SPF record has quotation marks in it",
    explains=("MFR007", "MFR010", *SPF_FAILS),
)
def literal_quotes_in_txt(seen: Observation) -> Iterator[Hit]:
    """A mark in front makes it no SPF record at all, one at the end makes it invalid (RFC 7208, sections 4.5, 4.6).

    Beside a record that is in order, one with a mark in front is a text that nobody reads.
    """
    record = record_of(seen, RecordType.TXT)
    if record is not None and flaw_of(record, seen) is Flaw.QUOTED:
        texts = quoted(record)
        yield Hit(
            subject=record.wanted.name,
            detail="the form adds the marks itself, so those that were typed are part of the text",
            expected=record.wanted.value,
            observed=texts,
            evidence=record.sightings,
            fix=Fix(
                "Edit this TXT record: delete the quotation marks, and any backslash, at both ends of its value",
                tuple(replace(record.wanted, value=unquoted(text)) for text in texts[:1]),
            ),
        )


@check(
    "MFR024",
    "weak-all",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="The MAIL FROM domain's SPF record shuts nobody out",
    explains=SPF_UNALIGNED,
)
def weak_all(seen: Observation) -> Iterator[Hit]:
    """`+all` lets anybody send; `?all`, or no `all`, says nothing about anybody else (RFC 7208, sections 4.7, 5.1)."""
    record = record_of(seen, RecordType.TXT)
    if record is None or flaw_of(record, seen) not in (None, Flaw.LACKS_SES):
        return
    for text in record.found:
        qualifier = all_of(text)
        if qualifier in ("+", "?", ""):
            anybody = qualifier == "+"
            yield Hit(
                subject=record.wanted.name,
                title="The MAIL FROM domain's SPF record lets anybody send" if anybody else None,
                detail="mail from any server in the world passes SPF for this name"
                if anybody
                else "mail from servers that it does not name is neither let through nor shut out",
                expected="~all, or -all, at its end",
                observed=(text,),
                evidence=record.sightings,
                fix=Fix(
                    f"End the record in `~all` instead of `{qualifier}all`"
                    if qualifier
                    else "End the record in `~all`",
                    (replace(record.wanted, value=_with_soft_fail(text)),),
                ),
                severity=Severity.ERROR if anybody else None,
                explains=(*SPF_UNALIGNED, *_never_read(seen)) if anybody else None,
            )


def _with_soft_fail(spf: str) -> str:
    """The record with SES let in, `~all` at its end and nothing behind it: what follows `all` is not read."""
    terms: list[str] = []
    for term in spf.split():
        if ALL.fullmatch(term):
            break
        terms.append(term)
    has_it = any(term.lower().removeprefix("+").removesuffix(".") == SES_TERM for term in terms)
    return " ".join([*terms, *([] if has_it else [SES_TERM]), "~all"])
