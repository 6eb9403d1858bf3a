"""What stands in the MAIL FROM domain's MX and SPF record where it is not right: one finding for each fault (MFR)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from enum import Enum, auto

from sendready.checks.legs import SPF_FAILS, SPF_UNALIGNED
from sendready.checks.mail_from import STATE, held_mail_from, lost_or_todo, record_of
from sendready.checks.registry import check
from sendready.mailauth import spf
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.identity import Status
from sendready.model.names import bare, is_at_or_below
from sendready.model.observation import Observation, Slip
from sendready.model.records import SPF_VERSION, ObservedRecord, RecordState, RecordType
from sendready.model.regions import SES_REGIONS, region_of_feedback_host
from sendready.model.step import Step


class Flaw(Enum):
    """What is wrong with an MX or an SPF record; the first that applies, in this order, and no other."""

    WILDCARD = auto()
    SEVERAL = auto()
    PRIORITY_INSIDE = auto()
    APPENDED = auto()
    ANOTHER_REGION = auto()
    UNKNOWN_HOST = auto()
    QUOTED = auto()
    LACKS_SES = auto()


def _wrong(seen: Observation, rtype: RecordType, flaw: Flaw) -> ObservedRecord | None:
    """The record, where no server has it right and this is why."""
    record = record_of(seen, rtype)
    return record if record is not None and _flaw(record, seen) is flaw else None


def _flaw(record: ObservedRecord, seen: Observation) -> Flaw | None:
    wrong = record.state is RecordState.WRONG
    if wrong and any(stray.wanted == record.wanted for stray in seen.strays_of(Slip.WILDCARD)):
        return Flaw.WILDCARD
    if _several(record):
        return Flaw.SEVERAL
    if record.wanted.type is RecordType.TXT and _quoted(record):
        return Flaw.QUOTED
    if not wrong:
        return None
    if record.wanted.type is RecordType.TXT:
        return None if any(_all_of(text) == "+" for text in record.found) else Flaw.LACKS_SES
    hosts = [_host(found) for found in record.found]
    if all(_PRIORITY.match(host) for host in hosts):
        return Flaw.PRIORITY_INSIDE
    if all(_appended(record, host, seen) for host in hosts):
        return Flaw.APPENDED
    return Flaw.ANOTHER_REGION if all(map(_is_feedback, hosts)) else Flaw.UNKNOWN_HOST


def _several(record: ObservedRecord) -> bool:
    """Whether a server of the zone holds more than one, with or without the right one."""
    return any(s.outcome.conclusive and len(record.wanted.relevant(s.answers)) > 1 for s in record.sightings)


def _host(mx: str) -> str:
    return bare(mx.rpartition(" ")[2])


def _is_feedback(host: str) -> bool:
    return region_of_feedback_host(host) in SES_REGIONS


_PRIORITY = re.compile(r"\d+(?:\\032|\\009|[.])+feedback-smtp\.")
"""A number in front of SES's host, as a label of its own or behind an escaped blank (RFC 1035, section 5.1)."""


def _appended(record: ObservedRecord, host: str, seen: Observation) -> bool:
    tails = (seen.identity.domain, seen.zone or seen.identity.domain, record.wanted.name)
    return any(
        host.endswith(f".{tail}") and region_of_feedback_host(host.removesuffix(f".{tail}")) is not None
        for tail in tails
    )


def _replace(record: ObservedRecord, detail: str, do: str, severity: Severity | None = None) -> Hit:
    return Hit(
        subject=record.wanted.name,
        detail=detail,
        expected=record.wanted.value,
        observed=record.found,
        evidence=record.sightings,
        fix=Fix(do, (record.wanted,)),
        severity=severity,
    )


@check(
    "MFR002",
    "mx-wrong-region",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's MX belongs to another region",
    explains=STATE,
)
def mx_wrong_region(seen: Observation) -> Iterator[Hit]:
    """One MX, of SES, of a region other than this one; harmless where SES accepts it all the same."""
    record, mail_from = _wrong(seen, RecordType.MX, Flaw.ANOTHER_REGION), held_mail_from(seen)
    if record is not None and mail_from is not None:
        accepted = mail_from.status is Status.SUCCESS
        region = region_of_feedback_host(_host(record.found[0])) or "another region"
        yield _replace(
            record,
            f"it is {region}'s, and this look is at {seen.region}; a MAIL FROM domain belongs to one region",
            f"If mail is to leave from {region}, look there: `--region {region}`. Else replace the MX",
            Severity.WARNING if accepted else None,
        )


@check(
    "MFR003",
    "several-mx",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain has more than one MX",
    explains=STATE,
)
def several_mx(seen: Observation) -> Iterator[Hit]:
    """SES wants exactly one (developer guide, mail-from)."""
    if record := _wrong(seen, RecordType.MX, Flaw.SEVERAL):
        yield _replace(
            record, "SES wants exactly one MX there", "Keep only the MX of SES; receive mail on another name"
        )


@check(
    "MFR004",
    "mx-target-gets-domain-appended",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The DNS host appended the domain to the MAIL FROM's MX",
    explains=STATE,
)
def mx_target_gets_domain_appended(seen: Observation) -> Iterator[Hit]:
    """The host is SES's with the zone's, the identity's or the MAIL FROM's name behind it."""
    if record := _wrong(seen, RecordType.MX, Flaw.APPENDED):
        host = _host(record.wanted.value)
        yield _replace(
            record,
            "a host name without its final dot was read as relative to the zone",
            f"Enter `{host}.` as the mail server, with the dot at its end, or as the form asks for names outside the"
            " zone",
        )


@check(
    "MFR005",
    "mx-priority-inside-value",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The priority of the MAIL FROM's MX stands in its host name",
    explains=STATE,
)
def mx_priority_inside_value(seen: Observation) -> Iterator[Hit]:
    """`10 feedback-smtp…` was entered where the host alone belongs, so the number became part of the name."""
    if record := _wrong(seen, RecordType.MX, Flaw.PRIORITY_INSIDE):
        priority, _, host = record.wanted.value.partition(" ")
        yield _replace(
            record,
            "the number became part of the host's name",
            f"Enter `{priority}` in the priority field and only `{host}` as the mail server",
        )


@check(
    "MFR006",
    "mx-unknown-host",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain's MX is not SES's",
    explains=STATE,
)
def mx_unknown_host(seen: Observation) -> Iterator[Hit]:
    """One MX that is no feedback host of SES at all."""
    if record := _wrong(seen, RecordType.MX, Flaw.UNKNOWN_HOST):
        yield _replace(
            record,
            "SES looks for its own host there, whole and alone",
            "Replace the MX; mail for this name goes to SES only",
        )


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
    record = _wrong(seen, RecordType.TXT, Flaw.LACKS_SES)
    if record is None:
        return
    if meant := _meant(record):
        text, term = meant
        hit = _replace(record, _what_is_wrong(term), f"In this TXT record replace `{term}` by `{SES_TERM}`")
        mended = replace(hit.fix, records=(replace(record.wanted, value=text.replace(term, SES_TERM)),))
        yield replace(hit, fix=mended, explains=(*SPF_FAILS, *_never_read(seen)))
        return
    behind = any(SES_TERM in text.lower().split() for text in record.found)
    hit = _replace(
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
    record = _wrong(seen, RecordType.TXT, Flaw.LACKS_SES)
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
    """One SPF record with the terms of several, each once, and SES's; the mildest ending of them."""
    terms = [term for text in texts if text.lower().startswith("v=spf1") for term in text.split()[1:]]
    ends = [term for term in terms if term.lower().lstrip("+-~?") == "all"]
    kept = dict.fromkeys([term for term in terms if term not in ends] + [f"include:{spf.AMAZON}"])
    mildest = next((end for end in ("?all", "~all", "-all") if end in ends), "~all")
    return " ".join(("v=spf1", *kept, mildest))


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
    if record := _wrong(seen, RecordType.TXT, Flaw.SEVERAL):
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
    if record is not None and _flaw(record, seen) is Flaw.QUOTED:
        quoted = _quoted(record)
        yield Hit(
            subject=record.wanted.name,
            detail="the form adds the marks itself, so those that were typed are part of the text",
            expected=record.wanted.value,
            observed=quoted,
            evidence=record.sightings,
            fix=Fix(
                "Edit this TXT record: delete the quotation marks, and any backslash, at both ends of its value",
                tuple(replace(record.wanted, value=_unquoted(text)) for text in quoted[:1]),
            ),
        )


def _quoted(record: ObservedRecord) -> tuple[str, ...]:
    """The texts that are SPF records but for a mark at an end; one in front counts only where there is no other."""
    texts = dict.fromkeys(text for s in record.sightings if s.outcome.conclusive for text in s.answers)
    return tuple(text for text in texts if _is_quoted_spf(text) and (record.absent or SPF_VERSION.match(text)))


_MARKS = "\\\"'\u2018\u2019\u201a\u201c\u201d\u201e"


def _unquoted(text: str) -> str:
    return text.strip(f"{_MARKS} ")


def _is_quoted_spf(text: str) -> bool:
    return SPF_VERSION.match(_unquoted(text)) is not None and (text[0] in _MARKS or text.rstrip()[-1] in _MARKS)


@check(
    "MFR022",
    "wildcard-interferes",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="A wildcard answers in place of a MAIL FROM record",
)
def wildcard_interferes(seen: Observation) -> Iterator[Hit]:
    """A name nobody has made gets the same answer: the record itself is not there, which is no failure at first."""
    found = [r for r in (_wrong(seen, t, Flaw.WILDCARD) for t in (RecordType.MX, RecordType.TXT)) if r is not None]
    if not found:
        return
    types = " and ".join(record.wanted.type.value for record in found)
    what = f"this {types} record" if len(found) == 1 else "these records"
    hit = _replace(
        found[0],
        "a made-up name beside it gets the same answer, so it comes from your `*` record",
        f"Add {what} with the exact name; the `*` record no longer answers there then, and can stay for other names",
    )
    states = [lost_or_todo(seen, record) for record in found]
    mx = any(record.wanted.type is RecordType.MX for record in found)
    spf = any(record.wanted.type is RecordType.TXT for record in found)
    yield replace(
        hit,
        subject=f"{found[0].wanted.name} {types}",
        expected=", ".join(record.wanted.value for record in found),
        observed=tuple(text for record in found for text in record.found),
        evidence=tuple(sighting for record in found for sighting in record.sightings),
        fix=replace(hit.fix, records=tuple(record.wanted for record in found), safe=True),
        state=FindingState.FAIL if FindingState.FAIL in states else states[0],
        explains=("DEL023", *(STATE if mx else ()), *(SPF_FAILS if spf else ())),
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
    if record is None or _flaw(record, seen) not in (None, Flaw.LACKS_SES):
        return
    for text in record.found:
        qualifier = _all_of(text)
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


_ALL = re.compile(r"([+?~-]?)all", re.IGNORECASE)


def _all_of(spf: str) -> str | None:
    """The qualifier of `all`, which is `+` where none is written; empty without one, None where `redirect` decides."""
    terms = spf.split()[1:]
    match = next((match for match in map(_ALL.fullmatch, terms) if match), None)
    if match is not None:
        return match.group(1) or "+"
    return None if any(term.lower().startswith("redirect=") for term in terms) else ""


def _with_soft_fail(spf: str) -> str:
    """The record with SES let in, `~all` at its end and nothing behind it: what follows `all` is not read."""
    terms: list[str] = []
    for term in spf.split():
        if _ALL.fullmatch(term):
            break
        terms.append(term)
    ses = "include:amazonses.com"
    has_it = any(term.lower().removeprefix("+").removesuffix(".") == ses for term in terms)
    return " ".join([*terms, *([] if has_it else [ses]), "~all"])
