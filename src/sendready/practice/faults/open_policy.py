"""Fault: anybody may send as the domain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "open-policy"
SUMMARY = "A policy lets every AWS account send from the identity."


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Adds the policy."""
    statement = {"Sid": "partners", "Effect": "Allow", "Principal": "*", "Action": "ses:SendEmail", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    practice.finished(domain).policies["partners"] = policy
