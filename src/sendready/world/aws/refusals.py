"""Why SES refused to send one message: each reason with its own words and its own way out."""

from __future__ import annotations

import re

from sendready.model import errors as ours
from sendready.model.ports import TestMessage

_UNVERIFIED = re.compile(r"identities failed the check in region \S+: (.*)", re.IGNORECASE)
"""MessageRejected names them, comma-separated and cut off with an ellipsis (developer guide, error messages)."""

_SET = re.compile(r"configuration set", re.IGNORECASE)


def refusal(error: ours.AwsError, message: TestMessage, region: str) -> ours.AwsError:
    """The reason in our words, where it is one of those SES documents; any other error comes back as it is."""
    sender, code, text = message.sender, error.code, error.message
    domain = sender.rpartition("@")[2]
    told = {"action": error.action, "code": code}
    match code:
        case "MessageRejected" if found := _UNVERIFIED.search(text):
            return _unverified([name.strip() for name in found[1].split(",")], message, region, told)
        case "MessageRejected" if "not verified" in text.lower():
            return _unverified([], message, region, told)
        case "SendingPausedException" if _SET.search(text):
            name = _named(text) or message.configuration_set
            return ours.ConfigurationSetPaused(
                f"sending is switched off for the configuration set {name}",
                "Find out who paused it and why; then switch it on: aws sesv2 put-configuration-set-sending-options"
                f" --configuration-set-name {name} --sending-enabled --region {region}",
                **told,
            )
        case "SendingPausedException":
            return ours.SendingPaused(
                f"sending is paused for the whole account in {region}",
                "Find out who paused it, you or AWS, and why; the account's root mailbox has AWS's mail",
                **told,
            )
        case "AccountSuspendedException":
            return ours.AccountSuspended(
                "AWS has stopped this account from sending",
                "Reply in the support case AWS opened: the cause, what you changed, what keeps it from coming back",
                **told,
            )
        case "MailFromDomainNotVerifiedException":
            return ours.MailFromNotVerified(
                f"the MAIL FROM domain of {domain} is not verified, and the identity refuses mail until it is",
                f"Run `sendready check {domain}`: its MX record is missing or wrong",
                **told,
            )
        case "LimitExceededException" | "ThrottlingException" | "Throttling" if "quota" in text.lower():
            return ours.QuotaUsedUp(
                f"the quota of this account in {region} is used up for now",
                "It counts the last 24 hours; wait, or ask for more in the Service Quotas console",
                **told,
            )
        case "ThrottlingException" | "Throttling" | "TooManyRequestsException":
            return ours.SendingTooFast(
                "more messages a second than the account may send",
                "Something else is sending at the same time; run this again when it pauses",
                **told,
            )
        case _ if _SET.search(text) and "not exist" in text.lower():
            return ours.ConfigurationSetGone(
                f"the configuration set {_named(text) or message.configuration_set} does not exist in {region}",
                "Somebody deleted it. While it is the default of the identity every send fails: create it again, or"
                " give the identity another one",
                **told,
            )
        case _:
            return error


def _unverified(names: list[str], message: TestMessage, region: str, told: dict[str, str]) -> ours.AwsError:
    """SES names the addresses that failed: only ours to the recipient is the sandbox, anything else is the sender."""
    recipient = message.recipient
    if names and message.sender not in names and any(name.rstrip(".…") in recipient for name in names):
        return ours.RecipientNotVerified(
            f"the account is in the sandbox in {region}, and {recipient} is not verified there",
            f"Verify it by a link in its mailbox: `sendready apply {recipient}`, or ask for production access",
            **told,
        )
    return ours.SenderNotVerified(
        f"SES in {region} has verified neither {message.sender} nor its domain",
        f"Run `sendready check {message.sender.rpartition('@')[2]}`; an identity counts only in its own region",
        **told,
    )


def _named(text: str) -> str:
    """The set that SES names; empty where it only speaks of one."""
    found = re.search(r"configuration set (?:<([A-Za-z0-9_-]+)>|(?!does )([A-Za-z0-9_-]+) )", text, re.IGNORECASE)
    return (found[1] or found[2]) if found else ""
