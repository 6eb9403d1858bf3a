"""Which IAM action and resource a call is about, and how IAM words its refusal."""

from __future__ import annotations

from sendready.practice.aws.cloud import Call, partition


def action_and_resource(call: Call) -> tuple[str, str]:
    """The IAM action of a call and the ARN it acts on (`*` where the action knows no resource).

    SES's v2 SendEmail needs `ses:SendRawEmail` when the content is raw, else `ses:SendEmail`.
    """
    match call.service:
        case "sesv2" | "ses":
            return f"ses:{_ses_action(call)}", _ses_resource(call)
        case "route53":
            zone = call.get("HostedZoneId") or (call.get("Id") if "HostedZone" in call.operation else None)
            arn = f"arn:{partition(call.region)}:route53:::hostedzone/{str(zone).rpartition('/')[2]}"
            return f"route53:{call.operation}", arn if zone else "*"
        case "sns":
            name = call.get("Name")
            return f"sns:{call.operation}", call.get("TopicArn") or (call.arn("sns", name) if name else "*")
        case "sqs":
            name = call.get("QueueName") or str(call.get("QueueUrl", "")).rpartition("/")[2]
            return f"sqs:{call.operation}", call.arn("sqs", name) if name else "*"
        case "events":
            rule = call.get("Rule") or (call.get("Name") if call.operation.endswith("Rule") else None)
            return f"events:{call.operation}", call.arn("events", f"rule/{rule}") if rule else "*"
        case service:
            return f"{service}:{call.operation}", "*"


def refusal(call: Call, action: str, resource: str) -> str:
    """IAM's words for "no policy allows this"."""
    return (
        f"User: {call.principal.arn} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )


def _ses_action(call: Call) -> str:
    if call.operation == "SendEmail" and "Raw" in call.get("Content", {}):
        return "SendRawEmail"
    return call.operation


def _ses_resource(call: Call) -> str:
    if call.operation == "SendEmail":
        sender = str(call.get("FromEmailAddress", "")).rpartition("<")[2].rstrip("> ")
        return call.arn("ses", f"identity/{sender.rpartition('@')[2]}") if sender else "*"
    identity = call.get("EmailIdentity") or call.get("Identity")
    if identity:
        return call.arn("ses", f"identity/{identity}")
    configuration_set = call.get("ConfigurationSetName")
    if configuration_set:
        return call.arn("ses", f"configuration-set/{configuration_set}")
    return str(call.get("ResourceArn", "*"))
