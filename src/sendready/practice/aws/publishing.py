"""SES's events: made for a mail that was sent, published where its configuration set says."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sendready.practice.aws import events, kms, sns
from sendready.practice.aws.message import Mail, stamp
from sendready.practice.aws.policies import Access, allows
from sendready.practice.aws.simulator import Fate, fate

if TYPE_CHECKING:
    from sendready.practice.aws.cloud import Call, Cloud, Members
    from sendready.practice.aws.ses_state import ConfigurationSet, Identity, Ses

VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."
"""What SES publishes, as plain text, when a topic becomes an event destination."""
SUBJECT = "Amazon SES Email Event Notification"
OUTGOING_IP = "54.240.7.21"
SEND, ARRIVAL, COMPLAINT = 0.5, 1.0, 2.0
"""When an event is published after the call, practice seconds."""
NAMES = {
    "Send": ("SEND", "Email Sent"),
    "Delivery": ("DELIVERY", "Email Delivered"),
    "Bounce": ("BOUNCE", "Email Bounced"),
    "Complaint": ("COMPLAINT", "Email Complaint Received"),
}
"""By eventType: the API's event type and EventBridge's detail-type."""


def topic_refusal(cloud: Cloud, topic_arn: str, source_arn: str, account: str, region: str) -> str | None:
    """Why SES may not publish to a topic; None if it may."""
    topic = sns.topic_at(cloud, topic_arn)
    if topic is None or topic_arn.split(":")[3] != region:
        return f"SNS topic <{topic_arn}> not found in region {region}."
    if topic.attributes.get("FifoTopic") == "true":
        return f"SNS topic <{topic_arn}> is a FIFO topic, which is not supported."
    access = Access("ses.amazonaws.com", "sns:Publish", topic_arn, source_arn, account)
    if not allows(topic.attributes.get("Policy", ""), access):
        return f"Could not publish to SNS topic <{topic_arn}>: access denied by the topic's policy."
    key = topic.attributes.get("KmsMasterKeyId", "")
    if key and not kms.lets_in(
        cloud, key, Access("ses.amazonaws.com", "kms:GenerateDataKey", "*", source_arn, account)
    ):
        return f"Could not publish to SNS topic <{topic_arn}>: access denied by the topic's key."
    return None


def publish_text(cloud: Cloud, topic_arn: str, text: str, *, subject: str) -> None:
    """Publishes to a topic shortly, if it is still there by then."""

    def publish() -> None:
        topic = sns.topic_at(cloud, topic_arn)
        if topic is not None and not cloud.events_lost:
            sns.deliver(cloud, topic, text, subject)

    cloud.agenda.after(SEND, publish)


def mail_sent(
    call: Call,
    ses: Ses,
    mail: Mail,
    identity: Identity,
    configuration_set: ConfigurationSet | None,
    tags: dict[str, str],
    message_id: str,
) -> None:
    """Plans the events of a mail, in the order measured for each kind of recipient."""
    described = _described(call, mail, identity, configuration_set, tags, message_id)
    fates: dict[Fate, list[str]] = {}
    suppressed = {address.lower() for address in ses.suppressed}
    for recipient in mail.recipients:
        found = Fate.SUPPRESSED if recipient.lower() in suppressed else fate(recipient)
        fates.setdefault(found, []).append(recipient)
    _plan(call, configuration_set, identity, SEND, "Send", {"send": {}}, described)
    arrived = [one for kind in (Fate.DELIVERED, Fate.COMPLAINED) for one in fates.get(kind, [])]
    if arrived:
        _plan(
            call,
            configuration_set,
            identity,
            ARRIVAL,
            "Delivery",
            {"delivery": _delivery(call, arrived)},
            described,
        )
    for kind in (Fate.BOUNCED, Fate.SUPPRESSED):
        if kind in fates:
            body = {"bounce": _bounce(call, fates[kind], message_id, suppressed=kind is Fate.SUPPRESSED)}
            _plan(call, configuration_set, identity, ARRIVAL, "Bounce", body, described)
    if Fate.COMPLAINED in fates:
        body = {"complaint": _complaint(call, fates[Fate.COMPLAINED], message_id)}
        _plan(call, configuration_set, identity, COMPLAINT, "Complaint", body, described)


def _plan(
    call: Call,
    configuration_set: ConfigurationSet | None,
    identity: Identity,
    delay: float,
    event_type: str,
    body: Members,
    described: Members,
) -> None:
    def publish() -> None:
        if call.cloud.events_lost:
            return
        if configuration_set is not None:
            _to_destinations(call, configuration_set, event_type, {"eventType": event_type, **body, "mail": described})
        topic = identity.topics.get(event_type)
        if topic:
            plain = {key: value for key, value in described.items() if key != "tags"}
            _to_topic(
                call,
                topic,
                call.arn("ses", f"identity/{identity.name}"),
                {"notificationType": event_type, **body, "mail": plain},
            )

    call.cloud.agenda.after(delay, publish)


def _to_destinations(call: Call, configuration_set: ConfigurationSet, event_type: str, event: Members) -> None:
    kind, detail_type = NAMES[event_type]
    with call.cloud.lock:
        destinations = list(configuration_set.destinations.values())
    for destination in destinations:
        if not destination.enabled or kind not in destination.types:
            continue
        match destination.target:
            case {"SnsDestination": {"TopicArn": topic}}:
                _to_topic(call, topic, call.arn("ses", f"configuration-set/{configuration_set.name}"), event)
            case {"EventBridgeDestination": _}:
                resources = [event["mail"]["sourceArn"]]
                whole = events.envelope(call.cloud, call.account, call.region, "aws.ses", detail_type, resources, event)
                events.put(call.cloud, call.account, call.region, whole)


def _to_topic(call: Call, topic_arn: str, source: str, event: Members) -> None:
    topic = sns.topic_at(call.cloud, topic_arn)
    if topic is not None and topic_refusal(call.cloud, topic_arn, source, call.account, call.region) is None:
        sns.deliver(call.cloud, topic, json.dumps(event, separators=(",", ":")), SUBJECT)


def _described(
    call: Call,
    mail: Mail,
    identity: Identity,
    configuration_set: ConfigurationSet | None,
    tags: dict[str, str],
    message_id: str,
) -> Members:
    automatic = {
        "ses:operation": "SendRawEmail" if mail.raw else "SendEmail",
        "ses:source-ip": call.source_ip,
        "ses:from-domain": mail.sender.rpartition("@")[2],
        "ses:caller-identity": call.principal.arn.rpartition("/")[2],
        "ses:outgoing-ip": OUTGOING_IP,
    }
    if configuration_set is not None:
        automatic["ses:configuration-set"] = configuration_set.name
    return {
        "timestamp": stamp(call.now),
        "source": mail.shown_sender,
        "sourceArn": call.arn("ses", f"identity/{identity.name}"),
        "sendingAccountId": call.account,
        "messageId": message_id,
        "destination": list(mail.recipients),
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in mail.headers],
        "commonHeaders": mail.common | {"messageId": message_id},
        "tags": {name: [value] for name, value in (automatic | tags).items()},
    }


def _later(call: Call, seconds: float) -> str:
    return stamp(call.now + timedelta(seconds=seconds))


def _delivery(call: Call, recipients: list[str]) -> Members:
    return {
        "timestamp": _later(call, ARRIVAL),
        "processingTimeMillis": int(ARRIVAL * 1000),
        "recipients": recipients,
        "smtpResponse": "250 2.6.0 Message received",
        "remoteMtaIp": "54.240.255.1",
        "reportingMTA": _reporting_host(call),
    }


def _bounce(call: Call, recipients: list[str], message_id: str, *, suppressed: bool) -> Members:
    status = "5.1.1"
    diagnosis = "smtp; 550 5.1.1 user unknown"
    if suppressed:
        diagnosis = (
            "Amazon SES did not send the message to this address because it is on the suppression list for "
            "your account. For more information about removing addresses from the suppression list, see the "
            "Amazon SES Developer Guide"
        )
    bounced: list[dict[str, Any]] = [
        {"emailAddress": one, "action": "failed", "status": status, "diagnosticCode": diagnosis} for one in recipients
    ]
    return {
        "bounceType": "Permanent",
        "bounceSubType": "OnAccountSuppressionList" if suppressed else "General",
        "bouncedRecipients": bounced,
        "timestamp": _later(call, ARRIVAL),
        "feedbackId": _feedback_id(message_id),
        "reportingMTA": f"dns; {_reporting_host(call)}",
    }


def _complaint(call: Call, recipients: list[str], message_id: str) -> Members:
    return {
        "complainedRecipients": [{"emailAddress": one} for one in recipients],
        "timestamp": _later(call, COMPLAINT),
        "feedbackId": _feedback_id(message_id),
        "complaintSubType": None,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": _later(call, ARRIVAL),
    }


def _feedback_id(message_id: str) -> str:
    return f"{message_id.partition('-')[0]}-{uuid.uuid4()}-000000"


def _reporting_host(call: Call) -> str:
    return f"a7-21.smtp-out.{call.region}.amazonses.com"
