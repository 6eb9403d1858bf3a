"""What AWS has to allow for each purpose: IAM statements, no wider than the calls that are made.

Names of actions and whether they can be held to a resource: AWS Service Authorization Reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sendready.model.regions import partition_of


class Purpose(StrEnum):
    """What somebody wants to be able to do."""

    CHECK = "check"
    SETUP = "setup"
    PUBLISH = "publish"
    TEST = "test"
    SEND = "send"
    CLEANUP = "cleanup"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Statement:
    """Actions of one kind, and what they are held to; `{identity}` is the identity, `*` where it is not known."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)


IDENTITY = "arn:{partition}:ses:*:*:identity/{identity}"
SETS = "arn:{partition}:ses:*:*:configuration-set/*"
OURS = "sendready-*"
"""How everything begins that is created for a test."""

_WHO = Statement("Who", ("sts:GetCallerIdentity",))
_ZONES = Statement(
    "Zones", ("route53:GetHostedZone", "route53:ListHostedZonesByName", "route53:ListResourceRecordSets")
)
_LOOK = (
    _WHO,
    Statement(
        "Look",
        (
            *("ses:GetAccount", "ses:GetConfigurationSet", "ses:GetConfigurationSetEventDestinations"),
            *("ses:GetEmailIdentity", "ses:GetIdentityNotificationAttributes", "ses:ListEmailIdentities"),
        ),
    ),
)
_AROUND = Statement(
    "LookAround",
    (
        *("cloudwatch:GetMetricData", "events:ListRules", "events:ListTargetsByRule"),
        *("firehose:DescribeDeliveryStream", "iam:SimulatePrincipalPolicy", "kms:DescribeKey", "kms:GetKeyPolicy"),
        *("ses:GetSuppressedDestination", "ses:ListRecommendations", "sns:GetTopicAttributes"),
        *("sns:ListSubscriptionsByTopic", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"),
    ),
)
_SPREAD = Statement("UntilEverywhere", ("route53:GetChange",), ("arn:{partition}:route53:::change/*",))
_WRITE = Statement("WriteRecords", ("route53:ChangeResourceRecordSets",), ("arn:{partition}:route53:::hostedzone/*",))

_FOR: Mapping[Purpose, tuple[Statement, ...]] = {
    Purpose.CHECK: (*_LOOK, _AROUND, _ZONES),
    Purpose.SETUP: (
        *_LOOK,
        Statement(
            "SetUp",
            (
                *("ses:CreateEmailIdentity", "ses:PutEmailIdentityDkimAttributes"),
                *("ses:PutEmailIdentityDkimSigningAttributes", "ses:PutEmailIdentityMailFromAttributes"),
                "ses:TagResource",
            ),
            (IDENTITY,),
        ),
        Statement("AskAws", ("ses:PutAccountDetails", "ses:VerifyEmailIdentity")),
        Statement(
            "KeepEvents",
            ("ses:CreateConfigurationSet", "ses:CreateConfigurationSetEventDestination", "ses:TagResource"),
            (SETS,),
        ),
        Statement("DefaultSet", ("ses:PutEmailIdentityConfigurationSetAttributes",), (IDENTITY, SETS)),
        Statement(
            "HearOfBounces",
            ("sns:CreateTopic", "sns:ListSubscriptionsByTopic", "sns:Subscribe", "sns:TagResource"),
            ("arn:{partition}:sns:*:*:*",),
        ),
    ),
    Purpose.PUBLISH: (_WHO, _ZONES, _WRITE, _SPREAD),
    Purpose.TEST: (
        *_LOOK,
        Statement("Send", ("ses:SendEmail",)),
        Statement(
            "TemporarySet",
            (
                *("ses:CreateConfigurationSet", "ses:CreateConfigurationSetEventDestination"),
                *("ses:DeleteConfigurationSet", "ses:TagResource"),
            ),
            (f"arn:{{partition}}:ses:*:*:configuration-set/{OURS}",),
        ),
        Statement(
            "TemporaryTopic",
            ("sns:CreateTopic", "sns:DeleteTopic", "sns:TagResource"),
            (f"arn:{{partition}}:sns:*:*:{OURS}",),
        ),
        Statement("Listen", ("sns:ListSubscriptionsByTopic", "sns:Subscribe", "sns:Unsubscribe")),
        Statement(
            "TemporaryQueue",
            (
                *("sqs:CreateQueue", "sqs:DeleteMessage", "sqs:DeleteQueue"),
                *("sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:TagQueue"),
            ),
            (f"arn:{{partition}}:sqs:*:*:{OURS}",),
        ),
        Statement(
            "InPlaceOfSns",
            ("events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:TagResource"),
            (f"arn:{{partition}}:events:*:*:rule/{OURS}",),
        ),
    ),
    Purpose.SEND: (Statement("Send", ("ses:SendEmail", "ses:SendRawEmail"), (IDENTITY, SETS)),),
    Purpose.CLEANUP: (
        _WHO,
        Statement(
            "RemoveTheTest",
            ("ses:DeleteConfigurationSet",),
            (f"arn:{{partition}}:ses:*:*:configuration-set/{OURS}",),
        ),
        Statement("RemoveTheTopic", ("sns:DeleteTopic",), (f"arn:{{partition}}:sns:*:*:{OURS}",)),
        Statement("StopListening", ("sns:ListSubscriptionsByTopic", "sns:Unsubscribe")),
        Statement("RemoveTheQueue", ("sqs:DeleteQueue", "sqs:GetQueueUrl"), (f"arn:{{partition}}:sqs:*:*:{OURS}",)),
        Statement(
            "RemoveTheRule",
            ("events:DeleteRule", "events:RemoveTargets"),
            (f"arn:{{partition}}:events:*:*:rule/{OURS}",),
        ),
        _ZONES,
        Statement("RemoveRecords", _WRITE.actions, _WRITE.resources),
    ),
}


def statements(purpose: Purpose) -> tuple[Statement, ...]:
    """What a purpose needs; for all of them, statements of one name once."""
    if purpose is not Purpose.ALL:
        return _FOR[purpose]
    return tuple({(s.sid, s.resources): s for several in _FOR.values() for s in several}.values())


def actions(purpose: Purpose) -> frozenset[str]:
    """Every action a purpose needs."""
    return frozenset(action for statement in statements(purpose) for action in statement.actions)


def policy(purposes: Sequence[Purpose], region: str = "", identity: str = "*") -> dict[str, Any]:
    """An IAM policy document for some purposes, for an identity where one is named, in the region's partition."""
    partition = partition_of(region)

    def told() -> Iterator[dict[str, Any]]:
        whole = {(s.sid, s.resources): s for purpose in purposes for s in statements(purpose)}
        names: dict[str, int] = {}
        for statement in whole.values():
            names[statement.sid] = names.get(statement.sid, 0) + 1
            number = names[statement.sid]
            yield {
                "Sid": statement.sid if number == 1 else f"{statement.sid}{number}",
                "Effect": "Allow",
                "Action": sorted(statement.actions),
                "Resource": [r.format(partition=partition, identity=identity) for r in statement.resources],
            }

    return {"Version": "2012-10-17", "Statement": list(told())}
