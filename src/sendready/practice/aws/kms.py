"""KMS: keys as far as topics and queues are encrypted with them; nothing is ever encrypted here."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field

from sendready.practice.aws.cloud import Call, Cloud, Members, Operations, partition
from sendready.practice.aws.errors import AwsError
from sendready.practice.aws.policies import Access, allows

OPERATIONS = Operations()
AWS_MANAGED = "alias/aws/"
"""How aliases of AWS's own keys begin; each exists as soon as it is used."""


@dataclass
class Key:
    """One customer's key."""

    id: str
    arn: str
    policy: str
    enabled: bool = True


@dataclass
class Kms:
    """All keys of one account and region by id, and the aliases that lead to them."""

    keys: dict[str, Key] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


def lets_in(cloud: Cloud, key: str, access: Access) -> bool:
    """Whether a service may use a key of its account in the region of `access`; never one of AWS's own."""
    region = access.source_arn.split(":")[3]
    with cloud.lock:
        found = _find(cloud.state(Kms, access.source_account, region), key)
    return found is not None and found.enabled and allows(found.policy, access)


@OPERATIONS("CreateKey")
def create(call: Call) -> Members:
    """Makes a key; without a policy only its own account may use it."""
    key_id = str(uuid.uuid4())
    root = f"arn:{partition(call.region)}:iam::{call.account}:root"
    own = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    policy = call.get("Policy") or json.dumps({"Version": "2012-10-17", "Statement": [own]})
    key = Key(key_id, call.arn("kms", f"key/{key_id}"), policy)
    call.cloud.state(Kms, call.account, call.region).keys[key_id] = key
    return {"KeyMetadata": _shown(call, key)}


@OPERATIONS("CreateAlias")
def alias(call: Call) -> None:
    """Gives a key another name."""
    call.cloud.state(Kms, call.account, call.region).aliases[call["AliasName"]] = _key(call, call["TargetKeyId"]).id


@OPERATIONS("DescribeKey")
def describe(call: Call) -> Members:
    """A key by its id, ARN or alias; AWS's own ones have no policy to show."""
    wanted = str(call["KeyId"])
    if (at := wanted.find(AWS_MANAGED)) >= 0:
        key_id = str(uuid.uuid5(uuid.NAMESPACE_URL, wanted[at:]))
        managed = {"KeyId": key_id, "Arn": call.arn("kms", f"key/{key_id}"), "KeyManager": "AWS", "Enabled": True}
        return {"KeyMetadata": managed}
    return {"KeyMetadata": _shown(call, _key(call, wanted))}


@OPERATIONS("GetKeyPolicy")
def get_policy(call: Call) -> Members:
    """The policy of a customer's key; an alias is not taken here."""
    if str(call["KeyId"]).startswith("alias/"):
        raise AwsError("InvalidArnException", f"Invalid keyId {call['KeyId']}")
    return {"Policy": _key(call, call["KeyId"]).policy, "PolicyName": "default"}


@OPERATIONS("PutKeyPolicy")
def put_policy(call: Call) -> None:
    """Replaces a key's policy."""
    _key(call, call["KeyId"]).policy = call["Policy"]


@OPERATIONS("DisableKey")
def disable(call: Call) -> None:
    """Switches a key off."""
    _key(call, call["KeyId"]).enabled = False


def _key(call: Call, wanted: str) -> Key:
    found = _find(call.cloud.state(Kms, call.account, call.region), wanted)
    if found is None:
        raise AwsError("NotFoundException", f"Key '{wanted}' does not exist")
    return found


def _find(kms: Kms, wanted: str) -> Key | None:
    name = wanted.partition(":key/")[2] or wanted
    return kms.keys.get(kms.aliases.get(name, name))


def _shown(call: Call, key: Key) -> Members:
    return {
        "AWSAccountId": call.account,
        "KeyId": key.id,
        "Arn": key.arn,
        "KeyManager": "CUSTOMER",
        "Enabled": key.enabled,
        "KeyState": "Enabled" if key.enabled else "Disabled",
    }
