"""What programs read: the check document, the plan and the events; fields are only ever added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sendready.model import events
from sendready.model.change import Change, Plan
from sendready.model.finding import Diagnosis, Finding, Fix
from sendready.model.identity import Status
from sendready.model.observation import Observation
from sendready.model.records import RecordType, Sighting, WantedRecord
from sendready.model.step import Step
from sendready.report.records import record_object


def stamp(at: datetime | None) -> str | None:
    """A time in ISO 8601, UTC, to the second."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_document(seen: Observation, diagnosis: Diagnosis) -> dict[str, Any]:
    """`check --format json`, schema `sendready.check/1`."""
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
    """Which of DKIM and SPF would align with the From domain, and what DMARC makes of it.

    Relaxed alignment holds for every subdomain of the identity's domain (RFC 9989, section 4.4), so a leg that works
    at all aligns; the identity itself is the From domain. A MAIL FROM is always below it, so `aspf=s` rules SPF out.
    """
    ses, domain = seen.ses_identity, seen.identity.domain
    signs = ses is not None and ses.dkim.status is Status.SUCCESS and ses.dkim.signing_enabled
    mail_from = ses.mail_from if ses is not None else None
    spf_live = any(r.live for r in seen.records.of_step(Step.MAIL_FROM) if r.wanted.type is RecordType.TXT)
    found = seen.dmarc_seen
    strict = found is not None and found.record is not None and (found.record.tag("aspf") or "r").lower() == "s"
    spf = mail_from is not None and mail_from.status is Status.SUCCESS and spf_live and not strict
    verdict = "unknown" if ses is None or found is None else "pass" if signs or spf else "fail"
    return {
        "from": domain,
        "dkim": {"domain": domain if ses is not None else None, "aligned": signs if ses is not None else None},
        "spf": {"domain": mail_from.domain if mail_from else None, "aligned": spf if ses is not None else None},
        "dmarc": {
            "policy": found.policy if found else None,
            "found_at": found.found_at if found else None,
            "verdict": verdict,
        },
    }


def plan_document(seen: Observation, plan: Plan) -> dict[str, Any]:
    """`plan --format json`, schema `sendready.plan/1`."""
    return {
        "schema": "sendready.plan/1",
        "domain": seen.identity.name,
        "region": seen.region,
        "account": seen.account_id,
        "observed_at": stamp(seen.at),
        **plan_object(plan),
    }


def plan_object(plan: Plan) -> dict[str, Any]:
    """The changes and what is kept."""
    return {
        "changes": [change_object(change) for change in plan.changes],
        "kept": [{"step": kept.step.value, "title": kept.title} for kept in plan.kept],
        "note": plan.zone_note,
    }


def change_object(change: Change) -> dict[str, Any]:
    """One change."""
    return {
        "key": change.key,
        "step": change.step.value,
        "title": change.title,
        "api": change.api,
        "mode": change.mode.value,
        "settings": [{"name": s.name, "value": s.value, "source": s.source.value} for s in change.settings],
        "record": wanted_object(change.record) if change.record is not None else None,
        "existing": list(change.existing),
        "note": change.note,
    }


VERSION_EVENT = {"type": "version", "schema": "sendready.events/1"}
"""The first line of every stream of events."""


def event_object(event: events.Event) -> dict[str, Any] | None:
    """One line of a stream of events; None for those that are only for people who wait."""
    match event:
        case events.Looking():
            return None
        case events.Observed(seen, diagnosis):
            document = check_document(seen, diagnosis)
            return {"type": event.type, "verdict": document["verdict"], "check": document}
        case events.Planned(plan):
            return {"type": event.type, **plan_object(plan)}
        case events.Changed(change, detail, already):
            return {
                "type": event.type,
                "ok": True,
                "change": change_object(change),
                "detail": detail,
                "already": already,
            }
        case events.Failed(change, error):
            told = {"message": error.message, "hint": error.hint}
            return {"type": event.type, "ok": False, "change": change_object(change), "error": told}
        case events.Conflicted(change):
            return {"type": event.type, "change": change_object(change)}
        case events.RecordTurned(record):
            text = f"{record.wanted.type.value} {record.wanted.name} is {record.state.value}"
            return {"type": event.type, "text": text, "record": record_object(record)}
        case events.Waiting(what, since, next_look):
            return {"type": event.type, "for": list(what), "since": stamp(since), "next_look": stamp(next_look)}
        case events.Sent(address, message_id):
            return {"type": event.type, "address": address, "message_id": message_id}
        case events.SimulatorEvent(address, kind, ms):
            return {"type": event.type, "address": address, "event": kind, "ms": round(ms)}
        case events.Note(text):
            return {"type": event.type, "text": text}
        case events.Result(verdict, code, detail):
            return {"type": event.type, "verdict": verdict.value, "exit": int(code), "detail": detail}
