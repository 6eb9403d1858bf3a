"""STS: who am I, and the keys of a role in another account."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from sendready.practice.aws.cloud import Call, Members, Operations
from sendready.practice.aws.errors import AwsError

OPERATIONS = Operations()
ROLE = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/(?:[\w+=,.@/-]*/)?([\w+=,.@-]+)")


@OPERATIONS("GetCallerIdentity")
def get_caller_identity(call: Call) -> Members:
    """The account and the ARN behind the access key."""
    return {"UserId": call.principal.user_id, "Account": call.principal.account, "Arn": call.principal.arn}


@OPERATIONS("AssumeRole")
def assume_role(call: Call) -> Members:
    """Keys for a role; every role of every account exists and trusts the caller."""
    found = ROLE.fullmatch(call["RoleArn"])
    if found is None:
        raise AwsError("ValidationError", f"{call['RoleArn']} is invalid")
    part, account, role = found.groups()
    key, principal = call.cloud.role_key(account, role, call["RoleSessionName"], part=part)
    return {
        "Credentials": {
            "AccessKeyId": key,
            "SecretAccessKey": secrets.token_urlsafe(30),
            "SessionToken": secrets.token_urlsafe(90),
            "Expiration": call.now + timedelta(seconds=call.get("DurationSeconds", 3600)),
        },
        "AssumedRoleUser": {"AssumedRoleId": principal.user_id, "Arn": principal.arn},
        "PackedPolicySize": 0,
    }


@OPERATIONS("GetSessionToken")
def get_session_token(call: Call) -> Members:
    """Temporary keys of the caller's own."""
    key, _ = call.cloud.role_key(call.account, "practice", "session", part=call.principal.arn.split(":")[1])
    return {
        "Credentials": {
            "AccessKeyId": key,
            "SecretAccessKey": secrets.token_urlsafe(30),
            "SessionToken": secrets.token_urlsafe(90),
            "Expiration": call.now + timedelta(seconds=call.get("DurationSeconds", 43200)),
        }
    }
