"""Resource policies: whether one lets an AWS service in, and whom it names; never more certain than it can be."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any


class Access(Enum):
    """What a policy makes of a request."""

    ALLOWED = auto()
    DENIED = auto()
    """By a statement, or because no statement allows it."""
    UNSURE = auto()
    """It hangs on a condition that cannot be judged from here."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a service wants to do to a resource, and for whom."""

    service: str
    """Its principal, such as `ses.amazonaws.com`."""
    action: str
    resource: str
    source_arn: str
    source_account: str

    @property
    def context(self) -> dict[str, str]:
        """What conditions may ask about, keys in lower case (IAM user guide, global condition keys)."""
        return {
            "aws:sourcearn": self.source_arn,
            "aws:sourceaccount": self.source_account,
            "aws:sourceowner": self.source_account,
            "aws:principalisawsservice": "true",
            "aws:securetransport": "true",
        }


@dataclass(frozen=True, slots=True)
class Grant:
    """One statement that allows something, as far as people are concerned."""

    statement: str
    """Its Sid, or its place in the policy."""
    principals: tuple[str, ...]
    """`*`, account ids, ARNs."""
    conditional: bool


def statements(document: str) -> list[Mapping[str, Any]]:
    """The statements of a policy document; none where it cannot be read."""
    try:
        policy = json.loads(document)
    except (ValueError, RecursionError):  # the latter for brackets in brackets without end
        return []
    found = policy.get("Statement", []) if isinstance(policy, dict) else []
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def judge(document: str, visit: Visit) -> Access:
    """Whether a policy document lets a service do something: an Allow that matches, and no Deny that does."""
    allowed = Access.DENIED
    unsure = False
    for statement in statements(document):
        if not _is_about(statement, visit):
            continue
        holds = _conditions(statement.get("Condition", {}), visit.context)
        if statement.get("Effect") == "Deny":
            if holds is True:
                return Access.DENIED
            unsure = unsure or holds is None
        elif holds is True:
            allowed = Access.ALLOWED
        elif holds is None and allowed is Access.DENIED:
            allowed = Access.UNSURE
    return Access.UNSURE if unsure and allowed is Access.ALLOWED else allowed


def grants(document: str) -> list[Grant]:
    """Whom a policy allows anything, statement by statement."""
    found = []
    for number, statement in enumerate(statements(document), 1):
        if statement.get("Effect") != "Allow":
            continue
        principal = statement.get("Principal")
        named = _listed(principal.get("AWS")) if isinstance(principal, dict) else _listed(principal)
        found.append(
            Grant(str(statement.get("Sid") or f"statement {number}"), tuple(named), bool(statement.get("Condition")))
        )
    return found


def account_of(principal: str) -> str | None:
    """The account of a principal, an ARN or twelve digits; None for anything else."""
    parts = principal.split(":")
    candidate = parts[4] if len(parts) > 5 else principal
    return candidate if len(candidate) == 12 and candidate.isdigit() else None


def _is_about(statement: Mapping[str, Any], visit: Visit) -> bool:
    return _names(statement, visit.service) and _acts(statement, visit.action) and _covers(statement, visit.resource)


def _names(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal")
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return "NotPrincipal" in statement
    return "*" in _listed(principal.get("AWS")) or any(
        fnmatch.fnmatchcase(service, pattern) for pattern in _listed(principal.get("Service"))
    )


def _acts(statement: Mapping[str, Any], action: str) -> bool:
    """Whether the statement speaks of the action; names of actions do not mind case."""
    if "NotAction" in statement:
        return not any(fnmatch.fnmatchcase(action.lower(), one.lower()) for one in _listed(statement["NotAction"]))
    return any(fnmatch.fnmatchcase(action.lower(), one.lower()) for one in _listed(statement.get("Action")))


def _covers(statement: Mapping[str, Any], resource: str) -> bool:
    if "NotResource" in statement:
        return not any(fnmatch.fnmatchcase(resource, one) for one in _listed(statement["NotResource"]))
    return any(fnmatch.fnmatchcase(resource, one) for one in _listed(statement.get("Resource", "*")))


def _conditions(conditions: object, context: Mapping[str, str]) -> bool | None:
    """Whether all hold; None where that is not known and none is known to fail."""
    if not isinstance(conditions, dict):
        return None
    held = [
        _condition(operator, key.lower(), _listed(values), context)
        for operator, keys in conditions.items()
        for key, values in (keys.items() if isinstance(keys, dict) else ())
    ]
    if False in held:
        return False
    return None if None in held else True


def _condition(operator: str, key: str, values: list[str], context: Mapping[str, str]) -> bool | None:
    if key not in context:
        return None
    found, name = context[key], operator.lower().rpartition(":")[2].removesuffix("ifexists")
    match name:
        case "stringequals":
            return found in values
        case "stringnotequals":
            return found not in values
        case "stringequalsignorecase" | "bool":
            return found.lower() in [value.lower() for value in values]
        case "stringlike" | "arnlike" | "arnequals":  # both ARN operators take wildcards
            return any(fnmatch.fnmatchcase(found, value) for value in values)
        case "stringnotlike" | "arnnotlike" | "arnnotequals":
            return not any(fnmatch.fnmatchcase(found, value) for value in values)
        case _:
            return None


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return [str(one) for one in value]
    return [str(value).lower() if isinstance(value, bool) else str(value)]
