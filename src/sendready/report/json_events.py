"""What programs read of work: the plan, and a stream of events; fields are only ever added."""

from __future__ import annotations

from typing import Any

from sendready.model import events
from sendready.model.change import Change, Plan
from sendready.model.errors import AwsError, SendreadyError
from sendready.model.observation import Observation
from sendready.report.json import check_document, stamp, wanted_object
from sendready.report.records import record_object


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


def finding_of(error: SendreadyError) -> str | None:
    """The id of the finding that an error is reported under; None for those of our own side."""
    return error.check_id if isinstance(error, AwsError) else None


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
            told = {"message": error.message, "hint": error.hint, "finding": finding_of(error)}
            return {"type": event.type, "ok": False, "change": change_object(change), "error": told}
        case events.Conflicted(change):
            return {"type": event.type, "change": change_object(change)}
        case events.RecordTurned(record):
            text = f"{record.wanted.type.value} {record.wanted.name} is {record.state.value}"
            return {"type": event.type, "text": text, "record": record_object(record)}
        case events.Waiting(_, _, since, next_look):
            return {"type": event.type, "for": list(event.what), "since": stamp(since), "next_look": stamp(next_look)}
        case events.Sent(address, message_id):
            return {"type": event.type, "address": address, "message_id": message_id}
        case events.SimulatorEvent(address, kind, ms):
            return {"type": event.type, "address": address, "event": kind, "ms": round(ms)}
        case events.Note(text):
            return {"type": event.type, "text": text}
        case events.Result(verdict, code, detail):
            return {"type": event.type, "verdict": verdict.value, "exit": int(code), "detail": detail}
