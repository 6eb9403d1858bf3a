"""What is wrong with the MAIL FROM domain's MX or SPF record: one flaw for each, which the checks (MFR) tell."""

from __future__ import annotations

import re
from enum import Enum, auto

from sendready.checks.mail_from import record_of
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import bare
from sendready.model.observation import Observation, Slip
from sendready.model.records import SPF_VERSION, ObservedRecord, RecordState, RecordType
from sendready.model.regions import SES_REGIONS, region_of_feedback_host


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


def wrong(seen: Observation, rtype: RecordType, flaw: Flaw) -> ObservedRecord | None:
    """The record, where no server has it right and this is why."""
    record = record_of(seen, rtype)
    return record if record is not None and flaw_of(record, seen) is flaw else None


def flaw_of(record: ObservedRecord, seen: Observation) -> Flaw | None:
    """What is wrong with it; None where nothing is, or nothing of these."""
    wrong = record.state is RecordState.WRONG
    if wrong and any(stray.wanted == record.wanted for stray in seen.strays_of(Slip.WILDCARD)):
        return Flaw.WILDCARD
    if _several(record):
        return Flaw.SEVERAL
    if record.wanted.type is RecordType.TXT and quoted(record):
        return Flaw.QUOTED
    if not wrong:
        return None
    if record.wanted.type is RecordType.TXT:
        return None if any(all_of(text) == "+" for text in record.found) else Flaw.LACKS_SES
    hosts = [host_of(found) for found in record.found]
    if all(_PRIORITY.match(host) for host in hosts):
        return Flaw.PRIORITY_INSIDE
    if all(_appended(record, host, seen) for host in hosts):
        return Flaw.APPENDED
    return Flaw.ANOTHER_REGION if all(map(_is_feedback, hosts)) else Flaw.UNKNOWN_HOST


def _several(record: ObservedRecord) -> bool:
    """Whether a server of the zone holds more than one, with or without the right one."""
    return any(s.outcome.conclusive and len(record.wanted.relevant(s.answers)) > 1 for s in record.sightings)


def host_of(mx: str) -> str:
    """The host of an MX value, without its priority."""
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


def exchanged(record: ObservedRecord, detail: str, do: str, severity: Severity | None = None) -> Hit:
    """A hit about a value that is to be replaced by the wanted one."""
    return Hit(
        subject=record.wanted.name,
        detail=detail,
        expected=record.wanted.value,
        observed=record.found,
        evidence=record.sightings,
        fix=Fix(do, (record.wanted,)),
        severity=severity,
    )


def quoted(record: ObservedRecord) -> tuple[str, ...]:
    """The texts that are SPF records but for a mark at an end; one in front counts only where there is no other."""
    texts = dict.fromkeys(text for s in record.sightings if s.outcome.conclusive for text in s.answers)
    return tuple(text for text in texts if _is_quoted_spf(text) and (record.absent or SPF_VERSION.match(text)))


_MARKS = "\\\"'\u2018\u2019\u201a\u201c\u201d\u201e"


def unquoted(text: str) -> str:
    """A text without marks and blanks at its ends."""
    return text.strip(f"{_MARKS} ")


def _is_quoted_spf(text: str) -> bool:
    return SPF_VERSION.match(unquoted(text)) is not None and (text[0] in _MARKS or text.rstrip()[-1] in _MARKS)


ALL = re.compile(r"([+?~-]?)all", re.IGNORECASE)
"""The term that says what becomes of everybody else, with its qualifier."""


def all_of(spf: str) -> str | None:
    """The qualifier of `all`, which is `+` where none is written; empty without one, None where `redirect` decides."""
    terms = spf.split()[1:]
    match = next((match for match in map(ALL.fullmatch, terms) if match), None)
    if match is not None:
        return match.group(1) or "+"
    return None if any(term.lower().startswith("redirect=") for term in terms) else ""
