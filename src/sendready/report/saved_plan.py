"""A plan that is kept to be carried out later: all of it, what it rests on, and what is otherwise by then."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sendready.checks.since import as_kept, told
from sendready.model.answers import ANSWER_NAMES, Answered, Source
from sendready.model.change import Change, Plan
from sendready.model.errors import BadInput
from sendready.model.finding import Verdict
from sendready.model.history import Subject
from sendready.model.observation import Observation
from sendready.report.json import stamp
from sendready.report.json_events import plan_object
from sendready.steps.answering import read_answer

SCHEMA = "sendready.saved-plan/1"

FAMILY = SCHEMA.partition("/")[0]


def saved_plan(seen: Observation, plan: Plan, answered: Answered) -> dict[str, Any]:
    """The document, with a fingerprint of everything in it."""
    content = {
        "schema": SCHEMA,
        "identity": seen.identity.name,
        "region": seen.region,
        "account": seen.account_id,
        "observed_at": stamp(seen.at),
        "answers": [
            {"name": name, "value": getattr(answered.answers, name), "source": answered.source(name).value}
            for name in ANSWER_NAMES
            if name in answered.sources
        ],
        **plan_object(plan),
        "actions": [_action(change) for change in plan.changes],
        "rests_on": [
            {"subject": subject.value, "name": name, "values": values} for (subject, name), values in _facts(seen)
        ],
    }
    plain: dict[str, Any] = json.loads(json.dumps(content))
    return {**plain, "fingerprint": _fingerprint(plain)}


def _action(change: Change) -> dict[str, Any]:
    return {"key": change.key, "kind": type(change.action).__name__, **asdict(change.action)}


def _facts(seen: Observation) -> Iterator[tuple[tuple[Subject, str], tuple[str, ...]]]:
    """What was seen for certain; the verdict plays no part in it."""
    yield from sorted(as_kept(seen, Verdict.UNKNOWN).facts.items())


def _fingerprint(content: Mapping[str, Any]) -> str:
    whole = json.dumps({name: value for name, value in content.items() if name != "fingerprint"}, sort_keys=True)
    return f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan that was read back."""

    content: Mapping[str, Any]

    @property
    def identity(self) -> str:
        """The domain or address it is about."""
        return str(self.content["identity"])

    @property
    def answered(self) -> Answered:
        """The answers it was made from; those of today's flags, environment and files play no part."""
        entries = self.content["answers"]
        values = {e["name"]: read_answer(e["name"], e["value"], f"the plan's `{e['name']}`") for e in entries}
        answered = Answered()
        for source in Source:
            names = [entry["name"] for entry in entries if entry["source"] == source.value]
            answered = answered.filled({name: values[name] for name in names}, source)
        return answered

    def elsewhere(self, seen: Observation) -> tuple[str, ...]:
        """Where this is not the account and region that it was made for."""
        pairs = (("account", self.content["account"], seen.account_id), ("region", self.content["region"], seen.region))
        return tuple(f"{name}: {was} in the plan, {now} here" for name, was, now in pairs if was != now)

    def differences(self, seen: Observation, plan: Plan) -> tuple[str, ...]:
        """What is not as it was, one sentence each: what the plan rests on, and what would be done by now."""
        now = saved_plan(seen, plan, Answered())
        return (*self._facts_moved(now), *self._changes_moved(now))

    def _facts_moved(self, now: Mapping[str, Any]) -> Iterator[str]:
        """Only what was seen both times: what cannot be looked at now may well be as it was."""
        today = {(fact["subject"], fact["name"]): fact["values"] for fact in now["rests_on"]}
        for fact in self.content["rests_on"]:
            values = today.get((fact["subject"], fact["name"]), fact["values"])
            if values != fact["values"]:
                yield f"{fact['name']}: {told(fact['values'])} then, {told(values)} now"

    def _changes_moved(self, now: Mapping[str, Any]) -> Iterator[str]:
        before, after = _by_key(self.content), _by_key(now)
        for key, (change, action) in before.items():
            if key not in after:
                yield f"“{change['title']}” is planned no more"
            elif (change["mode"], action) != (after[key][0]["mode"], after[key][1]):
                yield f"“{change['title']}” would be done otherwise: {_otherwise((change, action), after[key])}"
        yield from (
            f"“{change['title']}” would be done, too" for key, (change, _) in after.items() if key not in before
        )


Entry = tuple[Mapping[str, Any], Mapping[str, Any]]
"""A change as it is told, and its action whole."""


def _by_key(content: Mapping[str, Any]) -> dict[str, Entry]:
    pairs = zip(content["changes"], content["actions"], strict=True)
    return {change["key"]: (change, action) for change, action in pairs}


def _otherwise(before: Entry, after: Entry) -> str:
    (change, action), (change_now, action_now) = before, after
    parts = {"mode": (change["mode"], change_now["mode"])}
    parts |= {name: (action.get(name), action_now.get(name)) for name in {**action, **action_now}}
    return ", ".join(f"{name} {was} then, {is_} now" for name, (was, is_) in parts.items() if was != is_)


def read_plan(text: str, where: str) -> SavedPlan:
    """A saved plan. Raises BadInput where it is none, is another version's, or was edited."""
    again = "Make it anew: sendready plan example.com --out FILE"
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):  # the latter for brackets in brackets without end
        content = None
    schema = content.get("schema") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(schema, str) or not schema.startswith(f"{FAMILY}/"):
        raise BadInput(f"--plan: {where} is no saved plan", again)
    if schema != SCHEMA:
        raise BadInput(f"--plan: {where} was saved as {schema}, and this version reads {SCHEMA}", again)
    if content.get("fingerprint") != _fingerprint(content):
        raise BadInput(f"--plan: {where} was changed after it was saved", again)
    return SavedPlan(content)
