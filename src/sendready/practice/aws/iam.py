"""IAM's policy simulator: everything is allowed but what was ordered to be refused."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field

from sendready.practice.aws.cloud import Call, Members, Operations

OPERATIONS = Operations()


@dataclass
class Iam:
    """What an account's principals may not do."""

    refused: list[tuple[str, str]] = field(default_factory=list)
    """Patterns of an action and of a resource."""


@OPERATIONS("SimulatePrincipalPolicy")
def simulate(call: Call) -> Members:
    """One result for each action and resource."""
    refused = call.cloud.state(Iam, call.account, "global").refused
    return {
        "IsTruncated": False,
        "EvaluationResults": [
            {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": "implicitDeny" if _is_refused(refused, action, resource) else "allowed",
                "MatchedStatements": [],
                "MissingContextValues": [],
            }
            for action in call["ActionNames"]
            for resource in call.get("ResourceArns", ["*"])
        ],
    }


def _is_refused(refused: list[tuple[str, str]], action: str, resource: str) -> bool:
    return any(fnmatch.fnmatchcase(action, one) and fnmatch.fnmatchcase(resource, other) for one, other in refused)
