"""Evaluates resource policies: whether a topic or a queue lets an AWS service in."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Access:
    """What a service wants to do to a resource, and for whom."""

    service: str
    """The service's principal, such as `ses.amazonaws.com`."""
    action: str
    resource: str
    source_arn: str
    source_account: str

    @property
    def context(self) -> dict[str, str]:
        """Condition keys in lower case: IAM's keys do not mind case."""
        return {
            "aws:sourcearn": self.source_arn,
            "aws:sourceaccount": self.source_account,
            "aws:sourceowner": self.source_account,
            "aws:principalisawsservice": "true",
            "aws:securetransport": "true",
        }


def allows(policy: str, access: Access) -> bool:
    """Whether a policy document allows it: one matching Allow, and no matching Deny.

    A document that cannot be read allows nothing.
    """
    try:
        document = json.loads(policy)
    except ValueError:
        return False
    statements = document.get("Statement", []) if isinstance(document, dict) else []
    allowed = False
    for statement in statements if isinstance(statements, list) else [statements]:
        if not _matches(statement, access):
            continue
        if statement.get("Effect") == "Deny":
            return False
        allowed = allowed or statement.get("Effect") == "Allow"
    return allowed


def _matches(statement: Mapping[str, Any], access: Access) -> bool:
    return (
        _principal(statement.get("Principal"), access.service)
        and _any_like(statement.get("Action"), access.action.lower(), str.lower)
        and _any_like(statement.get("Resource"), access.resource)
        and all(
            _condition(operator, key.lower(), _listed(values), access.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _principal(principal: object, service: str) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return False
    return "*" in _listed(principal.get("AWS")) or service in _listed(principal.get("Service"))


def _condition(operator: str, key: str, values: list[str], context: Mapping[str, str]) -> bool:
    name = operator.lower().removeprefix("foranyvalue:").removeprefix("forallvalues:")
    if key not in context:
        return name.endswith("ifexists") or operator.lower().startswith("forallvalues:")
    found = context[key]
    match name.removesuffix("ifexists"):
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
            return False


def _any_like(patterns: object, value: str, fold: Callable[[str], str] = str) -> bool:
    return any(fnmatch.fnmatchcase(value, fold(pattern)) for pattern in _listed(patterns))


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [str(one) for one in value]
    return [str(value).lower() if isinstance(value, bool) else str(value)]
