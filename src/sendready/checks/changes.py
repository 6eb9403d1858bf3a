"""What has changed since everything worked last, and who else changes things here (RUN)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sendready.checks.delegation import RECORDS
from sendready.checks.registry import check
from sendready.checks.since import servers_seen, since_good, told, when
from sendready.model.answers import Source
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.observation import Observation, Seen
from sendready.model.records import Question, RecordType
from sendready.model.step import Step

STACK = "aws:cloudformation:stack-name"
"""The tag that CloudFormation, and with it the CDK and SAM, sets on what it creates."""

MANAGERS = ("terraform", "opentofu", "tofu", "pulumi", "cloudformation", "cdk", "crossplane", "ansible")
"""Tools whose names people write into a tag of their own."""

_MANAGED = re.compile(r"(managed|created|provisioned)[-_ ]?(by|with)|iac|tool", re.IGNORECASE)
"""Keys of such tags."""

_HERITAGE = re.compile(r"heritage=([\w-]+)")
"""How ExternalDNS marks the names that it manages, in a TXT record beside the others."""


def _moved(seen: Observation) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The name servers before and now, where none of the old ones is left."""
    good, now = seen.past.good, servers_seen(seen)
    if good is None or not good.servers or not now or set(good.servers) & set(now):
        return None
    return good.servers, now


@check(
    "RUN001",
    "changed-since-good",
    step=Step.IDENTITY,
    severity=Severity.NOTICE,
    title="Something has changed since everything worked",
)
def changed_since_good(seen: Observation) -> Iterator[Hit]:
    """Name servers, records and what SES holds, compared with the last look at which the domain was ready."""
    good, changed = seen.past.good, since_good(seen)
    if good is not None and changed:
        yield Hit(
            subject=seen.identity.name,
            detail=f"it was ready last on {good.last.astimezone():%Y-%m-%d %H:%M %Z}",
            expected="as it was then",
            observed=tuple(f"{d.name}: {told(d.before)} → {told(d.now)}, {when(d)}" for d in changed),
            fix=Fix("Whoever changed it knows why; what it breaks is told by the other findings"),
        )


@check(
    "RUN002",
    "nameservers-moved",
    step=Step.DKIM,
    severity=Severity.ERROR,
    title="The domain moved to other name servers, and records did not move along",
    explains=(*RECORDS, "RUN001", "KIM033"),
)
def nameservers_moved(seen: Observation) -> Iterator[Hit]:
    """None of the name servers is one of those of the last good look, and records that were there are missing."""
    moved = _moved(seen)
    if moved is None:
        return
    lost = [record.wanted for record in seen.records if record.absent and record.wanted.key in seen.past.live_records]
    if lost:
        before, now = moved
        yield Hit(
            subject=seen.zone or seen.identity.domain,
            detail=f"{len(lost)} record{'s' if len(lost) > 1 else ''} that the old servers had are not at the new ones",
            expected=f"the records at {told(now)}",
            observed=(f"served by {told(before)} before",),
            fix=Fix(f"Add {'these records' if len(lost) > 1 else 'this record'} at the new DNS host", tuple(lost)),
        )


@check(
    "RUN003",
    "plan-not-finished",
    step=Step.IDENTITY,
    severity=Severity.INFO,
    title="A set-up that was begun here is not finished",
)
def plan_not_finished(seen: Observation) -> Iterator[Hit]:
    """Answers of an earlier run are kept here, the domain was never ready, and something is still to be done for it."""
    begun = Source.SAVED in seen.answered.sources.values()
    held = seen.ses_identity
    worked = seen.past.good is not None or (held is not None and held.last_success is not None)
    if not begun or worked or not isinstance(seen.ses, Seen):
        return
    left = ["the identity"] if seen.identity_missing else []
    left += [
        f"{record.wanted.type.value} {record.wanted.name}"
        for record in seen.records
        if record.absent and record.wanted.key not in seen.past.live_records
    ]
    if left:
        yield Hit(
            subject=seen.identity.name,
            detail="its answers are kept: nothing is asked again, and what is there stays",
            expected="everything made that was answered",
            observed=tuple(f"left: {what}" for what in left),
            fix=Fix("Go on where it was left", commands=(f"sendready {seen.identity.quoted}",)),
            state=FindingState.FAIL,  # of no weight: what is left is told, and counts, by its own finding
        )


@check(
    "RUN004",
    "other-tool-owns-record",
    step=Step.IDENTITY,
    severity=Severity.INFO,
    title="Another tool says that it manages what is here",
)
def other_tool_owns_record(seen: Observation) -> Iterator[Hit]:
    """Tags of the identity, or a mark in DNS: what is changed past such a tool is changed back at its next run."""
    held = seen.ses_identity
    marks = [f"tag {key} = {value}" for key, value in (held.tags if held is not None else ()) if _is_mark(key, value)]
    texts = [*seen.auth.answers(Question(seen.identity.domain, RecordType.TXT))]
    texts += [text for record in seen.records for s in record.sightings for text in s.answers]
    marks += [f"TXT {text}" for text in dict.fromkeys(texts) if _HERITAGE.match(text)]
    if marks:
        yield Hit(
            subject=seen.identity.name,
            detail="what is changed here and not there may be changed back at its next run",
            expected="changes made where they are kept",
            observed=tuple(marks),
            fix=Fix("Make lasting changes in that tool; `sendready records` prints the records as Terraform, too"),
        )


def _is_mark(key: str, value: str) -> bool:
    return key == STACK or key.lower() in MANAGERS or (bool(_MANAGED.fullmatch(key)) and value.lower() in MANAGERS)
