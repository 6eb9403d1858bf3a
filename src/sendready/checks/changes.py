"""What has changed since everything worked last, and who else changes things here (RUN)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sendready.checks.delegation import RECORDS
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import LastGood, Observation, Seen
from sendready.model.records import Question, RecordState, RecordType
from sendready.model.step import Step

NOTHING = "nothing"

STACK = "aws:cloudformation:stack-name"
"""The tag that CloudFormation, and with it the CDK and SAM, sets on what it creates."""

MANAGERS = ("terraform", "opentofu", "tofu", "pulumi", "cloudformation", "cdk", "crossplane", "ansible")
"""Tools whose names people write into a tag of their own."""

_MANAGED = re.compile(r"(managed|created|provisioned)[-_ ]?(by|with)|iac|tool", re.IGNORECASE)
"""Keys of such tags."""

_HERITAGE = re.compile(r"heritage=([\w-]+)")
"""How ExternalDNS marks the names that it manages, in a TXT record beside the others."""


def last_good(seen: Observation) -> LastGood:
    """What a look saw, in the form that later ones are compared with; what could not be seen is left out."""
    return LastGood(seen.at, _servers(seen), dict(_records(seen)), dict(_settings(seen)))


def _servers(seen: Observation) -> tuple[str, ...]:
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    return tuple(sorted({server.name for server in cut.servers})) if cut is not None else ()


def _records(seen: Observation) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The records whose state is beyond doubt: one that spreads, or that nobody could be asked for, says nothing."""
    for record in seen.records:
        if record.state not in (RecordState.UNKNOWN, RecordState.SPREADING):
            yield f"{record.wanted.type.value} {record.wanted.name}", tuple(sorted(record.found))


def _settings(seen: Observation) -> Iterator[tuple[str, str]]:
    held, account = seen.ses_identity, seen.account_seen
    if held is not None:
        yield "DKIM tokens", ", ".join(sorted(held.dkim.tokens)) or NOTHING
        yield "DKIM signing", "on" if held.dkim.signing_enabled else "off"
        yield "MAIL FROM", held.mail_from.domain if held.mail_from is not None else NOTHING
        yield "default configuration set", held.configuration_set or NOTHING
    if account is not None:
        yield "access", "production" if account.production else "sandbox"
        yield "sending", "on" if account.sending_enabled else "paused"


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[tuple[str, object, object]]:
    """What both looks saw, and saw differently."""
    for name, was in before.items():
        if name in now and now[name] != was:
            yield name, was, now[name]


def _moved(seen: Observation) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The name servers before and now, where none of the old ones is left."""
    good, now = seen.past.good, _servers(seen)
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
    good = seen.past.good
    if good is None:
        return
    now = last_good(seen)
    changed = [f"{name}: {_told(was)} → {_told(is_)}" for name, was, is_ in _differing(good.records, now.records)]
    changed += [f"{name}: {was} → {is_}" for name, was, is_ in _differing(good.settings, now.settings)]
    if good.servers and now.servers and good.servers != now.servers:
        changed.insert(0, f"name servers: {_told(good.servers)} → {_told(now.servers)}")
    if changed:
        yield Hit(
            subject=seen.identity.name,
            detail=f"it was ready last on {good.at.astimezone():%Y-%m-%d %H:%M %Z}",
            expected="as it was then",
            observed=tuple(changed),
            fix=Fix("Whoever changed it knows why; what it breaks is told by the other findings"),
        )


def _told(values: object) -> str:
    return ", ".join(values) or NOTHING if isinstance(values, tuple) else str(values)


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
            expected=f"the records at {_told(now)}",
            observed=(f"served by {_told(before)} before",),
            fix=Fix(f"Add {'these records' if len(lost) > 1 else 'this record'} at the new DNS host", tuple(lost)),
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
