"""The few operations of SES's older API that v2 lacks: identity topics, and the account in short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sendready.practice.aws.cloud import Call, Members, Operations
from sendready.practice.aws.errors import AwsError
from sendready.practice.aws.identities import create, normal, send_link, ses_of
from sendready.practice.aws.verification import refresh

if TYPE_CHECKING:
    from sendready.practice.aws.ses_state import Identity, MailFrom

OPERATIONS = Operations()
STATES = {
    "SUCCESS": "Success",
    "PENDING": "Pending",
    "FAILED": "Failed",
    "TEMPORARY_FAILURE": "TemporaryFailure",
    "NOT_STARTED": "NotStarted",
}


@OPERATIONS("GetSendQuota")
def get_send_quota(call: Call) -> Members:
    """The quota of the account."""
    ses = ses_of(call)
    day, rate = ses.quota(call.now)
    return {"Max24HourSend": day, "MaxSendRate": rate, "SentLast24Hours": float(ses.sent_lately(call.now))}


@OPERATIONS("GetSendStatistics")
def get_send_statistics(call: Call) -> Members:
    """Nothing: practice counts no bounces over time."""
    return {"SendDataPoints": []}


@OPERATIONS("GetAccountSendingEnabled")
def get_sending_enabled(call: Call) -> Members:
    """Whether the account may send."""
    ses = ses_of(call)
    return {"Enabled": ses.sending and ses.enforcement != "SHUTDOWN"}


@OPERATIONS("ListIdentities")
def list_identities(call: Call) -> Members:
    """All names."""
    kind = call.get("IdentityType")
    return {
        "Identities": [
            one.name for one in ses_of(call).identities.values() if kind is None or (kind == "Domain") == one.is_domain
        ]
    }


@OPERATIONS("VerifyEmailIdentity")
def verify_address(call: Call) -> None:
    """Makes an address identity, or mails the link of one again."""
    name = normal(call["EmailAddress"])
    identity = ses_of(call).identities.get(name)
    if identity is None:
        create(replace(call, wanted={"EmailIdentity": name}))
    elif not identity.may_send(call.now):
        send_link(call, identity)


@OPERATIONS("GetIdentityVerificationAttributes", waits=True)
def get_verification(call: Call) -> Members:
    """The verification state of each identity that exists."""
    found = _known(call)
    return {"VerificationAttributes": {one.name: {"VerificationStatus": STATES[one.status(call.now)]} for one in found}}


@OPERATIONS("GetIdentityDkimAttributes", waits=True)
def get_dkim(call: Call) -> Members:
    """The DKIM state of each identity that exists."""
    return {
        "DkimAttributes": {
            one.name: {
                "DkimEnabled": one.signing,
                "DkimVerificationStatus": STATES[one.dkim.status if one.dkim else "NOT_STARTED"],
                "DkimTokens": list(one.tokens),
            }
            for one in _known(call)
        }
    }


@OPERATIONS("GetIdentityMailFromDomainAttributes", waits=True)
def get_mail_from(call: Call) -> Members:
    """The MAIL FROM state of each identity that exists."""
    return {"MailFromDomainAttributes": {one.name: _mail_from(one.mail_from) for one in _known(call)}}


@OPERATIONS("GetIdentityNotificationAttributes")
def get_notification(call: Call) -> Members:
    """Topics and forwarding of each identity that exists."""
    known = ses_of(call).identities
    return {
        "NotificationAttributes": {
            name: {
                "BounceTopic": known[name].topics.get("Bounce", ""),
                "ComplaintTopic": known[name].topics.get("Complaint", ""),
                "DeliveryTopic": known[name].topics.get("Delivery", ""),
                "ForwardingEnabled": known[name].forwarding,
                "HeadersInBounceNotificationsEnabled": False,
                "HeadersInComplaintNotificationsEnabled": False,
                "HeadersInDeliveryNotificationsEnabled": False,
            }
            for name in map(normal, call["Identities"])
            if name in known
        }
    }


@OPERATIONS("SetIdentityNotificationTopic")
def set_topic(call: Call) -> None:
    """Sets or (without a topic) removes the topic for one kind of notification."""
    identity = _identity(call)
    topic = call.get("SnsTopic")
    if topic:
        identity.topics[call["NotificationType"]] = topic
    else:
        identity.topics.pop(call["NotificationType"], None)


@OPERATIONS("SetIdentityFeedbackForwardingEnabled")
def set_forwarding(call: Call) -> None:
    """Switches forwarding by mail; it cannot be off unless topics take bounces and complaints."""
    identity = _identity(call)
    if not call["ForwardingEnabled"] and not {"Bounce", "Complaint"} <= set(identity.topics):
        raise AwsError(
            "InvalidParameterValue",
            "Bounce and complaint topics are required to disable feedback forwarding.",
        )
    identity.forwarding = bool(call["ForwardingEnabled"])


def _known(call: Call) -> list[Identity]:
    with call.cloud.lock:
        known = ses_of(call).identities
        found = [known[name] for name in map(normal, call["Identities"]) if name in known]
    refresh(call.cloud, call.region, *found)
    return found


def _identity(call: Call) -> Identity:
    name = normal(call["Identity"])
    found = ses_of(call).identities.get(name)
    if found is None:
        raise AwsError("InvalidParameterValue", f"Identity {name} does not exist.")
    return found


def _mail_from(mail_from: MailFrom | None) -> Members:
    # The older API knows no state for "never set"; its model demands the three members all the same.
    if mail_from is None:
        return {
            "MailFromDomain": "",
            "MailFromDomainStatus": "Pending",
            "BehaviorOnMXFailure": "UseDefaultValue",
        }
    behaviour = {"USE_DEFAULT_VALUE": "UseDefaultValue", "REJECT_MESSAGE": "RejectMessage"}
    return {
        "MailFromDomain": mail_from.domain,
        "MailFromDomainStatus": STATES[mail_from.watch.status],
        "BehaviorOnMXFailure": behaviour[mail_from.on_failure],
    }
