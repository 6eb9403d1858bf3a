"""The DMARC record that applies to the domain (DMC)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from sendready.checks.beside import circular_alias, texts_beside_alias
from sendready.checks.entering import name_field
from sendready.checks.registry import check
from sendready.hosts import place
from sendready.mailauth import dmarc
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.observation import Observation, Slip
from sendready.model.records import STRING_LIMIT, Outcome, Question, RecordType, Sighting, WantedRecord
from sendready.model.step import Step


@check(
    "DMC001",
    "missing",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="No DMARC record",
    explains=("BLK002",),
)
def missing(seen: Observation) -> Iterator[Hit]:
    """Nothing applies, neither here nor above, and every name of the walk was asked; or what does states no policy."""
    found = seen.dmarc_seen
    if found is not None and (round_and_round := circular_alias(seen)):
        yield _leads_nowhere(seen, f"_dmarc.{found.domain}", round_and_round, _wanted(seen))
        return
    if found is None or not found.complete or found.policy is not None or found.competing:
        return
    if found.record is not None:
        yield Hit(
            subject=found.found_at or f"_dmarc.{found.domain}",
            title="The DMARC record states no policy that receivers apply",
            detail=f"they go on as if there were none: {'; '.join(problem.text for problem in found.record.problems)}",
            expected="v=DMARC1; p=none, or p=quarantine or p=reject",
            observed=(found.record.text,),
            evidence=found.sightings,
            fix=Fix("Correct this record; `p`, `sp` and `np` must each be none, quarantine or reject"),
        )
        return
    wanted = _wanted(seen)
    name = f"_dmarc.{found.domain}"
    # Only an alias of the name's own: one that a wildcard answers with gives way to a record with the exact name.
    aliases = [s for stray in seen.strays_of(Slip.ALIAS) if stray.wanted.step is Step.DMARC for s in stray.sightings]
    if dangling := [s for s in aliases if s.question.name == name and s.alias and not s.answers]:
        yield _leads_nowhere(seen, name, dangling, wanted)
        return
    yield Hit(
        subject=name,
        detail="Gmail, Yahoo and Outlook want one from everybody who sends in bulk",
        expected=f"TXT {wanted[0].value}" if wanted else "a TXT record `v=DMARC1; p=none`",
        observed=("none, here and above",),
        evidence=found.sightings,
        fix=Fix(f"Add this TXT record at {place(seen)}", wanted, safe=True),
        state=FindingState.FAIL if _was_there(seen) else FindingState.TODO,
    )


def _wanted(seen: Observation) -> tuple[WantedRecord, ...]:
    return tuple(record.wanted for record in seen.records.of_step(Step.DMARC))


def _leads_nowhere(seen: Observation, name: str, told: list[Sighting], wanted: tuple[WantedRecord, ...]) -> Hit:
    """An alias without a text at its end: nothing can be added beside it (RFC 1034, section 3.6.2)."""
    target = next(s.alias for s in told if s.alias)
    if all(s.circular for s in told):
        why = "which leads in a circle"
    else:
        gone = all(s.outcome is Outcome.NXDOMAIN for s in told)
        why = "which does not exist" if gone else "which has no TXT record"
    return Hit(
        subject=name,
        title="The name of the DMARC record is an alias that leads to none",
        detail=f"a CNAME leads to {target}, {why}; beside a CNAME no TXT record can stand",
        expected=f"TXT {wanted[0].value}" if wanted else "a TXT record `v=DMARC1; p=none`",
        observed=tuple(dict.fromkeys(f"CNAME {s.alias}" for s in told if s.alias)),
        evidence=tuple(told),
        fix=Fix(
            f"If a DMARC service is to manage the policy, have it publish the TXT record at `{target}`, or correct the"
            f" CNAME; else delete the CNAME at `{name_field(name, seen)}`, then add this TXT record",
            wanted,
        ),
        explains=("BLK002", "DMC031"),
    )


@check(
    "DMC002",
    "several-records",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="More than one DMARC record",
    explains=("DMC001", "BLK002"),
)
def several_records(seen: Observation) -> Iterator[Hit]:
    """Receivers discard them all (RFC 9989, section 4.10); some go on to the domain above, some stop."""
    found = seen.dmarc_seen
    if found is not None and found.competing:
        yield Hit(
            subject=f"_dmarc.{found.domain}",
            detail="receivers discard all of them",
            expected="one record",
            observed=found.competing,
            evidence=found.sightings,
            fix=Fix("Keep one of them and delete the others"),
        )


@check(
    "DMC003",
    "wrong-place",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="The DMARC record is at the wrong name",
    explains=("DMC001",),
)
def wrong_place(seen: Observation) -> Iterator[Hit]:
    """No record applies, and one was found at a name where nobody looks for the domain's.

    What stands at `_dmarc.www` may be there on purpose, for mail from `www`: then the domain's was never added.
    """
    for record in seen.records.of_step(Step.DMARC):
        strays = [stray for stray in seen.strays_of(*_PLACES) if stray.wanted == record.wanted]
        if not strays or not record.absent:
            continue
        mistakes = [stray for stray in strays if stray.slip is not Slip.ZONE_BELOW]
        first = (mistakes or strays)[0]
        # A policy made for a name below, such as `reject` for a `www` that sends nothing, is not the domain's.
        text = next(iter(record.wanted.relevant(first.answers)), "") if mistakes else record.wanted.value
        parsed = dmarc.parse([text.encode()])
        strict = mistakes and parsed is not None and parsed.tag("p") not in (None, "none")
        yield Hit(
            subject=record.wanted.name,
            title=None if mistakes else "No DMARC record; one is at a name below the domain",
            detail=f"it is at {first.at}, where no receiver looks for it"
            + ("; moved, its policy takes effect: see first that your mail passes" if strict else "")
            if mistakes
            else f"the one at {first.at} counts for mail from that name only",
            expected=f"{record.wanted.name} TXT",
            observed=tuple(f"{s.at} TXT {text}" for s in strays for text in record.wanted.relevant(s.answers)),
            evidence=tuple(sighting for stray in strays for sighting in stray.sightings),
            fix=Fix(
                f"Add this TXT record with the name `{name_field(record.wanted.name, seen)}`"
                + (f", then delete the one at `{first.at}`" if mistakes else ""),
                (replace(record.wanted, value=text),),
                safe=not mistakes,
            ),
            state=FindingState.FAIL if mistakes or _was_there(seen) else FindingState.TODO,
        )


_PLACES = (Slip.APEX, Slip.NO_UNDERSCORE, Slip.DOUBLED, Slip.ZONE_BELOW)


def _was_there(seen: Observation) -> bool:
    return (f"_dmarc.{seen.identity.domain}", "TXT") in seen.past.live_records


@check(
    "DMC004",
    "not-a-dmarc-record",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="The text at _dmarc is not a DMARC record",
    explains=("DMC001",),
)
def not_a_dmarc_record(seen: Observation) -> Iterator[Hit]:
    """A text that was meant as DMARC and does not begin with `v=DMARC1;` (RFC 9989, section 4.7): nobody reads it.

    Beside a record that counts it is harmless, and where one from above applies it only hides what was meant.
    """
    texts = [text for text in _others(seen) if _was_meant(text)]
    if texts and not _has_own(seen):
        inherited = seen.dmarc_seen is not None and seen.dmarc_seen.policy is not None
        yield Hit(
            subject=f"_dmarc.{seen.identity.domain}",
            detail=_what_is_wrong(texts[0]),
            expected="v=DMARC1; as its very first characters",
            observed=tuple(texts),
            evidence=_sightings(seen),
            fix=Fix(
                "Edit this TXT record so that it begins with `v=DMARC1;` and `p` comes next, with nothing in front and"
                f" no quotation marks: `{_as_meant(texts[0])}`"
            ),
            severity=Severity.WARNING if inherited else None,
        )


@check(
    "DMC032",
    "foreign-txt-at-dmarc",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="A text at _dmarc has nothing to do with DMARC",
)
def foreign_txt_at_dmarc(seen: Observation) -> Iterator[Hit]:
    """An SPF record, a verification or the zone's wildcard; receivers skip it (RFC 9989, section 4.10)."""
    texts = [text for text in _others(seen) if not _was_meant(text)]
    if texts:
        yield Hit(
            subject=f"_dmarc.{seen.identity.domain}",
            detail="receivers skip it" if _has_own(seen) else "it may come from your `*` record, or was put there",
            expected="DMARC records only",
            observed=tuple(text or "an empty text" for text in texts),
            evidence=_sightings(seen),
            fix=Fix(
                "If the DNS host lists this TXT record at `_dmarc`, delete it; if not, it comes from the `*` record,"
                " which no longer answers here once the DMARC record is there"
            ),
            severity=Severity.NOTICE if _has_own(seen) else None,
        )


def _sightings(seen: Observation) -> tuple[Sighting, ...]:
    """What was answered at the domain's own `_dmarc`, whether a record is wanted there or one from above applies."""
    name = f"_dmarc.{seen.identity.domain}"
    told = [s for record in seen.records.of_step(Step.DMARC) for s in record.sightings]
    if not told and seen.dmarc_seen is not None:
        told = [s for s in seen.dmarc_seen.sightings if s.question.name == name]
    return tuple(s for s in told if s.outcome.conclusive)


def _others(seen: Observation) -> tuple[str, ...]:
    """The texts there that are no DMARC records."""
    texts = (text for s in _sightings(seen) for text in s.answers if not dmarc.is_record(text))
    return tuple(dict.fromkeys(texts))


def _has_own(seen: Observation) -> bool:
    return any(dmarc.is_record(text) for s in _sightings(seen) for text in s.answers)


_MEANT = re.compile(r"\bv\s*[=:]\s*dmarc|(?:^|[;\s\"'])p\s*=\s*(?:none|quarantine|reject)\b", re.IGNORECASE)


def _as_meant(text: str) -> str:
    """The record that somebody wanted to enter: its policy is kept, and whoever was to get the reports."""
    policy = re.search(r"\bp\s*[=:]\s*(none|quarantine|reject)\b", text, re.IGNORECASE)
    parts = ["v=DMARC1", f"p={policy[1].lower() if policy else 'none'}"]
    for tag in ("rua", "ruf"):
        value = re.search(rf"\b{tag}\s*[=:]\s*([^;]*)", text, re.IGNORECASE)
        addresses = re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", value[1]) if value else []
        if addresses:
            parts.append(f"{tag}={','.join(f'mailto:{address}' for address in addresses)}")
    return "; ".join(parts)


def _was_meant(text: str) -> bool:
    return _MEANT.search(text) is not None and "v=spf1" not in text.lower()


def _what_is_wrong(text: str) -> str:
    """Why receivers do not take it for DMARC, in the order in which they would notice."""
    first = text[:1]
    if byte := re.match(r"\\x([0-9a-f]{2})", text):  # how a sighting shows what is no UTF-8
        return f"it begins with the byte 0x{byte.group(1).upper()}"
    if first in _QUOTES:
        return "it begins with a quotation mark, which the form adds by itself"
    if not first.isascii() or first.isspace():
        named = "a space" if first == " " else f"U+{ord(first):04X} {unicodedata.name(first, 'without a name').lower()}"
        return f"it begins with {named}"
    if re.match(r"[vV]\s*=\s*DMARC1", text):
        return "there is no semicolon right behind `v=DMARC1`"
    if re.match(r"v\s*=\s*dmarc1", text, re.IGNORECASE):
        return "`DMARC1` has to be in capital letters"
    if re.search(r"v\s*=\s*dmarc1", text, re.IGNORECASE):
        return "`v=DMARC1` has to come first"
    return "`v=DMARC1` is missing at its beginning"


_QUOTES = frozenset("\"'\\\u2018\u2019\u201c\u201d\u201e")


@check(
    "DMC039",
    "differs-between-servers",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The DMARC record has not reached every name server",
)
def differs_between_servers(seen: Observation) -> Iterator[Hit]:
    """Servers of the zone answer with different DMARC records, or some with none."""
    for record in seen.records.of_step(Step.DMARC):
        told = [s for s in record.sightings if s.outcome.conclusive]
        answers = {record.wanted.relevant(s.answers) for s in told}
        if len(answers) > 1:
            have = [s for s in told if record.wanted.relevant(s.answers)]
            yield Hit(
                subject=record.wanted.name,
                detail=f"{len(have)} of {len(told)} servers have one, and not all the same answer",
                expected="the same answer from every server",
                observed=tuple(
                    f"{s.server.name}: {' '.join(record.wanted.relevant(s.answers)) or 'none'}" for s in told
                ),
                evidence=record.sightings,
                fix=Fix("Wait: the zone's servers copy it from one another within minutes"),
                state=FindingState.PENDING,
                awaits="the DMARC record to reach every name server",
            )


@check(
    "DMC030",
    "txt-and-cname",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="A DMARC record stands beside a CNAME",
    explains=("DMC031",),
)
def txt_and_cname(seen: Observation) -> Iterator[Hit]:
    """A name with a CNAME can have nothing else (RFC 1034, section 3.6.2), and some DNS hosts serve both all the same.

    Which policy a receiver applies then depends on what its resolver remembers.
    """
    name = f"_dmarc.{seen.identity.domain}"
    aliases = [s for s in seen.auth.said(Question(name, RecordType.CNAME)) if s.answers]
    both = texts_beside_alias(aliases, _sightings(seen))
    if both is not None:
        yield Hit(
            subject=name,
            detail="a resolver that remembers the CNAME looks at its target, another one finds the record here",
            expected="one of the two",
            observed=both.observed,
            evidence=both.evidence,
            fix=Fix("Keep the CNAME if a DMARC service manages the policy, else the TXT record; delete the other"),
        )


@check(
    "DMC037",
    "split-string-damage",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The DMARC record is cut in the middle of a word",
)
def split_string_damage(seen: Observation) -> Iterator[Hit]:
    """Strings of one TXT record are joined with nothing between them (RFC 9989, section 4.5), so it may be whole.

    A short record needs no cut; one within a word tells that something in between may have been lost.
    """
    for sighting in _sightings(seen):
        for pieces in sighting.pieces:
            text = "".join(pieces)
            cuts = [f"{a[-12:]}|{b[:12]}" for a, b in pairwise(pieces) if _within_a_word(a, b)]
            if dmarc.is_record(text) and len(text.encode()) <= STRING_LIMIT and cuts:
                yield Hit(
                    subject=sighting.question.name,
                    detail="receivers join the parts with nothing between them; if a space stood there, it is lost",
                    expected="one text in one piece",
                    observed=tuple(f"…{cut}…" for cut in cuts),
                    evidence=(sighting,),
                    fix=Fix("Read it as it is joined; if that is not what you meant, enter it again in one piece"),
                )
                return


def _within_a_word(before: str, after: str) -> bool:
    return bool(before and after) and not re.search(r"[\s;,]$", before) and not re.match(r"[\s;,]", after)
