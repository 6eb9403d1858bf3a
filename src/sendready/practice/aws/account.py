"""The SES account in one region: sandbox and production access, quota, pausing, suppression settings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sendready.practice.aws.cloud import Call, Members, Operations
from sendready.practice.aws.errors import AwsError, bad_request, not_found
from sendready.practice.aws.identities import ses_of
from sendready.practice.aws.ses_state import Review

OPERATIONS = Operations()
WEB_ADDRESS = re.compile(
    r"(?:https?://)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)


@OPERATIONS("GetAccount")
def get(call: Call) -> Members:
    """State and quota; `Details` and `VdmAttributes` appear once they were put."""
    ses = ses_of(call)
    now = call.now
    day, rate = ses.quota(now)
    suppression: Members = {"SuppressedReasons": list(ses.suppressed_reasons)}
    if ses.validation is not None:
        suppression["ValidationAttributes"] = ses.validation
    details = None
    if ses.details is not None:
        details = dict(ses.details)
        if ses.review is not None:
            details["ReviewDetails"] = {"Status": ses.review.status(now), "CaseId": ses.review.case}
    return {
        "DedicatedIpAutoWarmupEnabled": ses.warmup,
        "EnforcementStatus": ses.enforcement,
        "ProductionAccessEnabled": ses.production(now),
        "SendQuota": {
            "Max24HourSend": day,
            "MaxSendRate": rate,
            "SentLast24Hours": float(ses.sent_lately(now)),
        },
        "SendingEnabled": ses.sending and ses.enforcement != "SHUTDOWN",
        "SuppressionAttributes": suppression,
        "Details": details,
        "VdmAttributes": ses.vdm,
        "PricingAttributes": {"CurrentPlan": ses.plan, "NextPlan": ses.plan},
    }


@OPERATIONS("PutAccountDetails")
def put_details(call: Call) -> None:
    """Describes the account and asks for production access; refused during a review and after a denial."""
    ses = ses_of(call)
    now = call.now
    if not WEB_ADDRESS.fullmatch(call["WebsiteURL"]):
        raise bad_request("Url contains invalid format")
    # A denied account gets the same bare conflict (aws/aws-cli#6652): the way on is the support case.
    if ses.review is not None and ses.review.status(now) in ("PENDING", "DENIED"):
        raise AwsError("ConflictException", "There is already an ongoing account details update under review.")
    kept = (
        "MailType",
        "WebsiteURL",
        "ContactLanguage",
        "UseCaseDescription",
        "AdditionalContactEmailAddresses",
    )
    ses.details = {"ContactLanguage": "EN"} | {name: call[name] for name in kept if call.get(name) is not None}
    if call.get("ProductionAccessEnabled") and not ses.production(now):
        cloud = call.cloud
        case = f"case-{call.account}-muen-{now.year}-{cloud.next_id():06x}"
        ses.review = Review(now, now + timedelta(seconds=cloud.review_seconds), cloud.review_outcome, case)


@OPERATIONS("PutAccountSendingAttributes")
def put_sending(call: Call) -> None:
    """Pauses or resumes all sending."""
    ses_of(call).sending = bool(call.get("SendingEnabled", False))


@OPERATIONS("PutAccountSuppressionAttributes")
def put_suppression(call: Call) -> None:
    """Chooses which addresses go on the suppression list."""
    ses = ses_of(call)
    ses.suppressed_reasons = list(dict.fromkeys(call.get("SuppressedReasons", [])))
    if call.get("ValidationAttributes") is not None:
        ses.validation = call["ValidationAttributes"]


@OPERATIONS("PutAccountVdmAttributes")
def put_vdm(call: Call) -> None:
    """Switches the Virtual Deliverability Manager; its attributes show only while it is on."""
    wanted: dict[str, Any] = dict(call["VdmAttributes"])
    ses_of(call).vdm = wanted if wanted["VdmEnabled"] == "ENABLED" else {"VdmEnabled": "DISABLED"}


@OPERATIONS("GetMessageInsights")
def message_insights(call: Call) -> None:
    """Always not found: it needs VDM, and leaves the simulator's mail out.

    Raises:
        AwsError: Always.
    """
    if (ses_of(call).vdm or {}).get("VdmEnabled") != "ENABLED":
        raise not_found("Virtual Deliverability Manager is not enabled for this account.")
    raise not_found(f"Message {call['MessageId']} does not exist.")


@OPERATIONS("ListRecommendations")
def recommendations(call: Call) -> Members:
    """What VDM has found, filtered; not found without it.

    Raises:
        AwsError: VDM is off.
    """
    if (ses_of(call).vdm or {}).get("VdmEnabled") != "ENABLED":
        raise not_found("Virtual Deliverability Manager is not enabled for this account.")
    members = {"TYPE": "Type", "IMPACT": "Impact", "STATUS": "Status", "RESOURCE_ARN": "ResourceArn"}
    wanted = {members[key]: value for key, value in call.get("Filter", {}).items()}
    found = [one for one in ses_of(call).recommendations if all(one[key] == wanted[key] for key in wanted)]
    return {"Recommendations": found}
