"""What stands in the DMARC record that applies, where it is not right: one finding for each fault (DMC)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.mailauth.dmarc import addresses
from sendready.model.dmarc import DmarcDiscovery, DmarcFault, DmarcRecord
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import is_registry
from sendready.model.observation import Observation
from sendready.model.step import Step

F = DmarcFault


def judged(seen: Observation) -> DmarcDiscovery | None:
    """What was found, where a record applies and is the only one at its name."""
    found = seen.dmarc_seen
    return found if found is not None and found.record is not None else None


def _theirs(seen: Observation) -> DmarcRecord | None:
    """The record that applies, where the user or their organisation wrote it: a registry's is not theirs to mend."""
    found = judged(seen)
    if found is None or is_registry((found.found_at or "").removeprefix("_dmarc.")):
        return None
    return found.record


def about(
    seen: Observation,
    detail: str,
    expected: str,
    do: str,
    *,
    severity: Severity | None = None,
    title: str | None = None,
) -> Hit:
    """A finding about the record that applies."""
    found = judged(seen)
    record = found.record if found is not None else None
    name = (found.found_at if found is not None else None) or f"_dmarc.{seen.identity.domain}"
    return Hit(
        subject=name,
        detail=detail,
        expected=expected,
        observed=(record.text,) if record is not None else (),
        evidence=tuple(s for s in found.sightings if s.question.name == name) if found is not None else (),
        fix=Fix(do),
        severity=severity,
        title=title,
    )


def _faults(seen: Observation, *faults: DmarcFault) -> str:
    """Everything of these kinds that is wrong in the record, as one text; empty where nothing is."""
    record = _theirs(seen)
    problems = record.faults(*faults) if record is not None else ()
    return "; ".join(problem.placed for problem in problems)


def _without_policy(seen: Observation) -> Severity | None:
    """An error where receivers end up without a policy, else a warning: reports, or a detail, suffer."""
    found = seen.dmarc_seen
    return None if found is None or found.policy is None else Severity.WARNING


@check(
    "DMC005",
    "separator-error",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="A separator in the DMARC record is wrong",
    explains=("DMC001", "DMC004", "DMC006", "DMC007", "DMC014"),
)
def separator_error(seen: Observation) -> Iterator[Hit]:
    """Tags are parted by semicolons and by nothing else (RFC 9989, section 4.7)."""
    if wrong := _faults(seen, F.SEPARATOR):
        do = "Edit the record: `name=value` for each tag, and a semicolon between two of them"
        yield about(seen, wrong, "v=DMARC1; p=…; rua=mailto:…", do, severity=_without_policy(seen))


@check(
    "DMC006",
    "policy-missing",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="The DMARC record states no policy",
    explains=("DMC001",),
)
def policy_missing(seen: Observation) -> Iterator[Hit]:
    """Without `p` newer receivers read `p=none` where `rua` is valid; Gmail and older ones read no policy at all."""
    if _faults(seen, F.POLICY_MISSING):
        why = "newer receivers read p=none where there is an address for reports, Gmail and older ones read no policy"
        yield about(seen, why, "v=DMARC1; p=none; …", "Add `p=none;` right behind `v=DMARC1;`")


@check(
    "DMC007",
    "policy-invalid",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="The DMARC record states a policy that there is not",
    explains=("DMC001",),
)
def policy_invalid(seen: Observation) -> Iterator[Hit]:
    """One wrong `p`, `sp` or `np` turns the whole record into `p=none`, or into nothing (RFC 9989, 4.10.1)."""
    if wrong := _faults(seen, F.POLICY_INVALID):
        found = seen.dmarc_seen
        becomes = "p=none" if found is not None and found.policy is not None else "no record at all"
        detail = f"{wrong}; receivers take the whole record for {becomes}"
        yield about(seen, detail, "p, sp and np: none, quarantine or reject", "Correct the value, or take the tag out")
    if wrong := _faults(seen, F.VALUE_INVALID):
        title = "A tag of the DMARC record has a value that it cannot have"
        do = "Correct the value, or take the tag out"
        yield about(seen, wrong, "a value that the tag knows", do, severity=Severity.WARNING, title=title)


@check(
    "DMC008",
    "duplicate-tag",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="A tag stands twice in the DMARC record",
)
def duplicate_tag(seen: Observation) -> Iterator[Hit]:
    """The RFC does not say what happens then; some receivers refuse the record."""
    if wrong := _faults(seen, F.DUPLICATE):
        yield about(seen, f"{wrong}; some receivers refuse the record for it", "each tag once", "Keep one of them")


@check(
    "DMC009",
    "removed-tag",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The DMARC record has a tag that exists no longer",
)
def removed_tag(seen: Observation) -> Iterator[Hit]:
    """`rf`, `ri`, and `pct=100`: dropped by RFC 9989, and without effect."""
    if wrong := _faults(seen, F.REMOVED):
        yield about(seen, wrong, "no `pct`, `rf`, `ri`", "Take it out at the next change; nothing depends on it")


@check(
    "DMC010",
    "pct-no-longer-limits",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="The DMARC policy is no longer limited by `pct`",
)
def pct_no_longer_limits(seen: Observation) -> Iterator[Hit]:
    """Newer receivers ignore `pct` and apply the policy to all mail; harmless beside `p=none`."""
    if wrong := _faults(seen, F.PCT):
        enforced = seen.dmarc_seen is not None and seen.dmarc_seen.policy in ("quarantine", "reject")
        do = "Take `pct` out; to hold the policy back, write `t=y`, or `p=none`"
        yield about(seen, wrong, "no `pct`", do, severity=None if enforced else Severity.NOTICE)


@check(
    "DMC011",
    "unknown-tag",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="The DMARC record has a tag that nobody knows",
)
def unknown_tag(seen: Observation) -> Iterator[Hit]:
    """Ignored by receivers; worse where another one was meant, which is then missing."""
    if wrong := _faults(seen, F.UNKNOWN_TAG):
        meant = "was meant" in wrong
        do = "Correct the name of the tag" if meant else "Take it out"
        yield about(seen, wrong, "registered tags only", do, severity=None if meant else Severity.NOTICE)


@check(
    "DMC012",
    "policy-not-second",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The DMARC record has its policy too far behind",
)
def policy_not_second(seen: Observation) -> Iterator[Hit]:
    """RFC 7489 wanted it there, and receivers that still go by it may skip the record."""
    if wrong := _faults(seen, F.POLICY_NOT_SECOND):
        yield about(seen, wrong, "v=DMARC1; p=…; …", "Put `p` right behind `v=DMARC1;`")


@check(
    "DMC013",
    "no-aggregate-address",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="Nobody gets the DMARC reports",
)
def no_aggregate_address(seen: Observation) -> Iterator[Hit]:
    """Without `rua` there are no reports, and who fails DMARC stays unknown; Yahoo strongly recommends it."""
    record = _theirs(seen)
    if record is not None and record.tag("rua") is None:
        why = "without `rua` no receiver says which mail failed, and from where"
        do = (
            "Add `; rua=mailto:` and a mailbox that can receive mail, not one at the MAIL FROM domain; where the zone"
            " can be written from here, `sendready apply` does it with `--dmarc-reports ADDRESS`"
        )
        yield about(seen, why, "rua=mailto:dmarc@…", do)


@check(
    "DMC014",
    "report-uri-without-mailto",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="An address for DMARC reports cannot be used",
)
def report_uri_without_mailto(seen: Observation) -> Iterator[Hit]:
    """`rua` and `ruf` hold `mailto:` URIs, parted by commas, without spaces (RFC 9989, section 4.7)."""
    if wrong := _faults(seen, F.URI):
        record = _theirs(seen)
        left = record is not None and bool(addresses(record, "rua"))
        detail = wrong if left else f"{wrong}; no reports are sent"
        yield about(
            seen, detail, "rua=mailto:name@domain", "Write each address as `mailto:name@domain`, commas between"
        )


@check(
    "DMC017",
    "size-suffix",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="An address for DMARC reports has a size behind it",
)
def size_suffix(seen: Observation) -> Iterator[Hit]:
    """`!10m` was dropped by RFC 9989, section 4.8; some reporters take it for a part of the address."""
    if wrong := _faults(seen, F.SIZE):
        yield about(seen, wrong, "mailto:name@domain", "Take the `!` and the size out")


@check(
    "DMC018",
    "many-report-uris",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The DMARC record names many addresses for reports",
)
def many_report_uris(seen: Observation) -> Iterator[Hit]:
    """Receivers need not send to more than two (RFC 7489, section 6.2); some do not."""
    record = _theirs(seen)
    count = len(addresses(record, "rua")) if record is not None else 0
    if count > 2:
        yield about(seen, f"{count} addresses; some receivers send to the first two only", "two", "Keep two of them")


@check(
    "DMC019",
    "unencoded-comma-or-bang",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="An address for DMARC reports holds a `,` or a `!`",
)
def unencoded_comma_or_bang(seen: Observation) -> Iterator[Hit]:
    """Both have a meaning of their own there and must be written as %2C and %21 (RFC 9989, section 4.7)."""
    if wrong := _faults(seen, F.URI_CHARACTER):
        yield about(seen, wrong, "%2C for a comma, %21 for `!`", "Write them so, or use another mailbox")


@check(
    "DMC035",
    "fo-useless-or-conflicting",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The failure options in the DMARC record do nothing",
)
def fo_useless_or_conflicting(seen: Observation) -> Iterator[Hit]:
    """`fo` without `ruf` is ignored; 0 and 1 exclude each other (RFC 9989, section 4.7)."""
    if wrong := _faults(seen, F.FO, F.FO_UNUSED):
        yield about(seen, wrong, "`fo` beside a `ruf`, with options that agree", "Take `fo` out")
