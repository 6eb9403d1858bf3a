"""Fault: SES refuses to send, for a reason that no look can foresee."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendready.practice.aws.errors import AwsError

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

NAME = "send-refused"
SUMMARY = "Every send is refused, as only `test` can tell: too many a second, or =quota, =sender, =set, =set-paused."

_UNVERIFIED = "Email address is not verified. The following identities failed the check in region {region}: {name}"


def accepts(argument: str) -> bool:
    """What it can be told."""
    return argument in {"rate", "quota", "sender", "set", "set-paused"}


def inflict(practice: Practice, domain: str, argument: str | None) -> None:
    """Answers every SendEmail with the reason named by `argument`."""
    practice.aws.fail("SendEmail", _reason(argument or "rate", practice.region, domain), times=None)


def _reason(argument: str, region: str, domain: str) -> AwsError:
    match argument:
        case "quota":
            return AwsError("ThrottlingException", "Daily message quota exceeded.")
        case "sender":
            name = f"hello@{domain}"
            return AwsError("MessageRejected", _UNVERIFIED.format(region=region.upper(), name=name))
        case "set":
            return AwsError("NotFoundException", "Configuration set <mail> does not exist.")
        case "set-paused":
            text = "Email sending has been disabled for configuration set <mail>."
            return AwsError("SendingPausedException", text)
        case _:
            return AwsError("ThrottlingException", "Maximum sending rate exceeded.")
