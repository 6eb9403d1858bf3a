"""SendEmail: who may send what to whom, and what SES says when not."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from sendready.practice.aws import publishing
from sendready.practice.aws.cloud import Call, Members, Operations
from sendready.practice.aws.errors import AwsError, bad_request, not_found
from sendready.practice.aws.identities import ses_of
from sendready.practice.aws.message import Mail, read
from sendready.practice.aws.simulator import is_simulator
from sendready.practice.aws.verification import refresh_named

if TYPE_CHECKING:
    from sendready.practice.aws.ses_state import ConfigurationSet, Identity, Ses

OPERATIONS = Operations()
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
ID_PREFIX = {
    "us-east-1": "0100", "us-west-2": "0101", "eu-west-1": "0102", "eu-central-1": "0107",
    "ap-southeast-2": "0108", "ap-south-1": "0109", "ca-central-1": "010d",
}  # fmt: skip
"""How message ids of a region begin, as far as it is known."""


@OPERATIONS("SendEmail", waits=True)
def send(call: Call) -> Members:
    """Accepts a mail, and publishes its events a little later."""
    mail = read(call)
    names = [name for address in (mail.sender, *mail.recipients) for name in candidates(address)]
    refresh_named(call.cloud, call.account, call.region, *names)
    with call.cloud.lock:
        ses = ses_of(call)
        _check_account(ses)
        identity = _check_addresses(call, ses, mail)
        _check_mail_from(identity)
        configuration_set = _configuration_set(call, ses, identity)
        tags = _tags(call)
        _check_quota(call, ses, mail)
        message_id = _message_id(call)
        publishing.mail_sent(call, ses, mail, identity, configuration_set, tags, message_id)
        return {"MessageId": message_id}


def candidates(address: str) -> list[str]:
    """The identities that can speak for an address: itself, without its label, its domain, those above."""
    local, _, domain = address.rpartition("@")
    unlabelled = f"{local.partition('+')[0]}@{domain}"
    labels = domain.split(".")
    parents = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return list(dict.fromkeys([address, unlabelled, *parents]))


def _check_account(ses: Ses) -> None:
    if ses.enforcement == "SHUTDOWN":
        raise AwsError(
            "AccountSuspendedException",
            "The message can't be sent because the account's ability to send email has been permanently restricted.",
        )
    if not ses.sending:
        raise AwsError(
            "SendingPausedException",
            "The message can't be sent because the account's ability to send email is currently paused.",
        )


def _check_addresses(call: Call, ses: Ses, mail: Mail) -> Identity:
    now = call.now
    checked = [mail.sender]
    if not ses.production(now):
        checked += [one for one in mail.recipients if not is_simulator(one)]
    verified = {
        address: next(
            (
                ses.identities[name]
                for name in candidates(address)
                if name in ses.identities and ses.identities[name].may_send(now)
            ),
            None,
        )
        for address in checked
    }
    failed = [address for address, identity in verified.items() if identity is None]
    sender = verified[mail.sender]
    if failed or sender is None:
        raise AwsError(
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region "
            f"{call.region.upper()}: {', '.join(failed)}",
        )
    return sender


def _check_mail_from(identity: Identity) -> None:
    mail_from = identity.mail_from
    if mail_from and mail_from.on_failure == "REJECT_MESSAGE" and mail_from.watch.status != "SUCCESS":
        raise AwsError(
            "MailFromDomainNotVerifiedException",
            "The message can't be sent because the sending domain isn't verified.",
        )


def _configuration_set(call: Call, ses: Ses, identity: Identity) -> ConfigurationSet | None:
    name = call.get("ConfigurationSetName") or identity.configuration_set
    if not name:
        return None
    found = ses.sets.get(name)
    if found is None:
        raise not_found(f"Configuration set <{name}> does not exist.")
    if not found.sending:
        raise AwsError("SendingPausedException", f"Email sending has been disabled for configuration set <{name}>.")
    return found


def _tags(call: Call) -> dict[str, str]:
    tags = {tag["Name"]: tag["Value"] for tag in call.get("EmailTags", [])}
    for name, value in tags.items():
        for text in (name, value):
            if not TAG.fullmatch(text):
                raise bad_request(f"Invalid email tag <{text}>: only A-Z, a-z, 0-9, _ and -, at most 256.")
    return tags


def _check_quota(call: Call, ses: Ses, mail: Mail) -> None:
    now = call.now
    day, rate = ses.quota(now)
    counted = [one for one in mail.recipients if not is_simulator(one)]
    if counted and ses.sent_lately(now) + len(counted) > day:
        raise AwsError("ThrottlingException", "Daily message quota exceeded.")
    if not call.cloud.throttle.allows(call.account, call.region, "SendEmail", rate=rate):
        raise AwsError("ThrottlingException", "Maximum sending rate exceeded.")
    ses.sent += [now for _ in counted]


def _message_id(call: Call) -> str:
    prefix = ID_PREFIX.get(call.region, "0110")
    return f"{prefix}{int(call.now.timestamp() * 1000):012x}-{uuid.uuid4()}-000000"
