"""What programs read of a look: the check document; fields are only ever added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sendready.checks.bulk import UNCHECKED, in_bulk
from sendready.checks.pages import page
from sendready.checks.since import since_good
from sendready.mailauth.alignment import Leg, predict
from sendready.model.finding import Diagnosis, Finding, Fix
from sendready.model.history import SinceLast
from sendready.model.observation import Observation
from sendready.model.records import Sighting, WantedRecord
from sendready.report.records import record_object


def stamp(at: datetime | None) -> str | None:
    """A time in ISO 8601, UTC, to the second."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_document(seen: Observation, diagnosis: Diagnosis, *, everything: bool = False) -> dict[str, Any]:
    """`check --format json`, schema `sendready.check/1`; with `everything` also what the root causes explain."""
    return {
        "schema": "sendready.check/1",
        "domain": seen.identity.name,
        "region": seen.region,
        "account": seen.account_id,
        "observed_at": stamp(seen.at),
        "verdict": diagnosis.verdict.value,
        "steps": [{"step": s.step.value, "status": s.state.value, "summary": s.summary} for s in diagnosis.steps],
        "findings": [finding_object(finding) for finding in diagnosis.findings],
        "records": [record_object(record) for record in seen.records],
        "alignment": alignment(seen),
        "unchecked": [
            {"id": check_id, "summary": page(check_id).summary} for check_id in (UNCHECKED if in_bulk(seen) else ())
        ],
        "changed": changed(seen),
        **({"explained": [finding_object(finding) for finding in diagnosis.explained]} if everything else {}),
    }


def changed(seen: Observation) -> dict[str, Any] | None:
    """What differs from the last look at which the domain was ready; null where no such look is known."""
    good = seen.past.good
    if good is None:
        return None
    return {
        "last_ready": stamp(good.last),
        "differences": [
            {
                "subject": difference.subject.value,
                "name": difference.name,
                "before": list(difference.before),
                "now": list(difference.now),
                "last_as_before": stamp(difference.last_as_before),
                "first_different": stamp(difference.first_different),
            }
            for difference in since_good(seen)
        ],
    }


def since_object(since: SinceLast) -> dict[str, Any]:
    """What differs from the look before, for `check --changes`."""
    return {
        "last": stamp(since.at),
        "moves": [
            {"subject": m.subject.value, "name": m.name, "before": list(m.before), "now": list(m.now)}
            for m in since.moves
        ],
        "begun": list(since.begun),
        "ended": list(since.ended),
    }


def finding_object(finding: Finding) -> dict[str, Any]:
    """One finding, with all its evidence."""
    return {
        "id": finding.id,
        "slug": finding.slug,
        "severity": finding.severity.word,
        "state": finding.state.value,
        "step": finding.step.value,
        "subject": finding.subject,
        "title": finding.title,
        "detail": finding.detail,
        "expected": finding.expected,
        "observed": list(finding.observed),
        "evidence": [sighting_object(sighting) for sighting in finding.evidence],
        "fix": fix_object(finding.fix),
        "symptoms": list(finding.symptoms),
        "references": list(finding.references),
        "recheck_at": stamp(finding.recheck_at),
    }


def sighting_object(sighting: Sighting) -> dict[str, Any]:
    """One server's answer."""
    return {
        "server": sighting.server.name,
        "address": sighting.server.address,
        "query": f"{sighting.question.name} {sighting.question.type.value}",
        "rcode": sighting.outcome.value,
        "answer": list(sighting.answers),
        "ttl": sighting.ttl,
        "ms": sighting.ms,
        "at": stamp(sighting.at),
    }


def fix_object(fix: Fix) -> dict[str, Any]:
    """How to get there."""
    return {
        "text": fix.text,
        "records": [wanted_object(record) for record in fix.records],
        "commands": list(fix.commands),
        "safe": fix.safe,
    }


def wanted_object(record: WantedRecord) -> dict[str, Any]:
    """A record to be added."""
    return {
        "name": record.name,
        "type": record.type.value,
        "value": record.value,
        "ttl": record.ttl,
        "purpose": record.purpose,
        "step": record.step.value,
    }


def alignment(seen: Observation) -> dict[str, Any]:
    """Which of DKIM and SPF would align with the From domain, what DMARC makes of it, and what bulk senders must add.

    `aligned` is null where it is not known.
    """
    told, found = predict(seen), seen.dmarc_seen

    def leg(one: Leg) -> dict[str, Any]:
        return {"domain": one.domain, "aligned": one.aligned, "passes": one.passes, "why": one.why}

    return {
        "from": told.author,
        "dkim": leg(told.dkim),
        "spf": leg(told.spf),
        "dmarc": {
            "policy": found.policy if found else None,
            "found_at": found.found_at if found else None,
            "verdict": told.dmarc.value,
        },
        "bulk": {name: {"verdict": verdict.value, "why": why} for name, (verdict, why) in told.bulk.items()},
    }
