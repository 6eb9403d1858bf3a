"""The identity and the account in SES (SES)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.checks.reputation import rate_severities
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.identity import Status
from sendready.model.observation import Observation
from sendready.model.step import Step

CASE = "https://console.aws.amazon.com/support/home#/case/?displayId={case}"
"""Where a support case is read and answered."""


@check(
    "SES001",
    "identity-missing",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="The identity does not exist in SES",
)
def identity_missing(seen: Observation) -> Iterator[Hit]:
    """GetEmailIdentity says NotFound in this region."""
    if seen.identity_missing:
        yield Hit(
            subject=seen.identity.name,
            detail=f"SES has no identity {seen.identity.name} in {seen.region}; identities belong to one region",
            expected="an identity",
            observed=("NotFound",),
            fix=Fix("Create it", commands=(f"sendready apply {seen.identity.quoted}",), safe=True),
            state=FindingState.FAIL if seen.past.identity_seen else FindingState.TODO,
        )


@check(
    "SES003",
    "not-verified",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="SES has not verified the identity",
    explains=("KIM034",),
)
def not_verified(seen: Observation) -> Iterator[Hit]:
    """Anything but SUCCESS; where DNS explains it, that is reported instead."""
    ses = seen.ses_identity
    if ses is None or (ses.status is Status.SUCCESS and ses.verified):
        return
    if ses.status is Status.SUCCESS:
        yield Hit(
            subject=ses.name,
            title="SES does not accept mail from the identity",
            detail="SES says SUCCESS, and that the identity may not send",
            expected="VerifiedForSendingStatus: true",
            observed=("VerifiedForSendingStatus: false",),
            fix=Fix("Look at the identity in the SES console: somebody, or AWS, has switched its sending off"),
        )
        return
    if not seen.identity.is_domain:
        yield Hit(
            subject=ses.name,
            detail=f"SES says {ses.status.value}: the link AWS mailed to {ses.name} has not been opened",
            expected="SUCCESS",
            observed=(ses.status.value,),
            fix=Fix("Open the link in that mailbox; it is good for 24 hours"),
            state=FindingState.PENDING if ses.status is Status.PENDING else FindingState.FAIL,
            severity=Severity.NOTICE if ses.status is Status.PENDING else None,
            awaits="the link in the mailbox to be opened" if ses.status is Status.PENDING else "",
        )
        return
    error = f" ({ses.error_type})" if ses.error_type else ""
    losing = "SES no longer finds what verified the identity, and stops sending for it in some days"
    yield Hit(
        subject=ses.name,
        title=losing if ses.status is Status.TEMPORARY_FAILURE and ses.verified else None,
        detail=f"SES says {ses.status.value}{error}",
        expected="SUCCESS",
        observed=(ses.status.value, *((ses.error_type,) if ses.error_type else ())),
        fix=Fix(
            "SES has stopped looking; mend its DKIM set-up, then run this again"
            if ses.status is Status.FAILED
            else "SES goes on looking; it is safe to leave and look later"
        ),
        state=FindingState.PENDING if ses.status is Status.PENDING else FindingState.FAIL,
        severity=Severity.NOTICE if ses.status is Status.PENDING else None,
        awaits="SES to verify the identity" if ses.status is Status.PENDING else "",
    )


@check(
    "SES005",
    "sandbox",
    step=Step.PRODUCTION_ACCESS,
    severity=Severity.WARNING,
    title="The account is in the sandbox",
)
def sandbox(seen: Observation) -> Iterator[Hit]:
    """Until AWS lifts it, mail goes to verified recipients only, 200 a day, one a second."""
    account = seen.account_seen
    if account is not None and not account.production:
        lost = seen.past.production_seen
        yield Hit(
            subject=f"{seen.account_id or 'account'} {seen.region}",
            detail=f"mail goes only to verified recipients and the simulator, {account.allowance}",
            expected="production access",
            observed=("sandbox",),
            fix=Fix(
                "Ask for production access",
                commands=(f"sendready apply {seen.identity.quoted} --request-access --website URL --accept-terms",),
            ),
            title="The account is in the sandbox again" if lost else None,
            state=FindingState.FAIL if lost else FindingState.TODO,
            severity=Severity.ERROR if lost else None,
        )


@check(
    "SES006",
    "review-pending-or-denied",
    step=Step.PRODUCTION_ACCESS,
    severity=Severity.ERROR,
    title="AWS denied production access",
    explains=("SES005",),
)
def review_pending_or_denied(seen: Observation) -> Iterator[Hit]:
    """A request is under review, was denied, or never reached AWS."""
    account = seen.account_seen
    if account is None or account.production or account.review is None:
        return
    case = account.review.case_id
    where = "the support case AWS opened"
    if case:
        where = case if case.startswith("case") else f"case {case}"
    subject = f"{seen.account_id or 'account'} {seen.region}"
    match account.review.status:
        case "PENDING":
            yield Hit(
                subject=subject,
                title="AWS is reviewing the request for production access",
                detail=f"{where}; a first answer usually comes within 24 hours",
                expected="GRANTED",
                observed=("PENDING",),
                fix=Fix(f"Watch {where} for questions; it is safe to leave and look later"),
                state=FindingState.PENDING,
                severity=Severity.NOTICE,
                awaits="AWS to review the access request",
            )
        case "DENIED":
            yield Hit(
                subject=subject,
                detail=f"a new request is answered with a conflict; the way on is {where}",
                expected="GRANTED",
                observed=("DENIED",),
                fix=Fix(
                    f"Reply in {where}: how recipients opted in, how much you send, how bounces, complaints and"
                    " unsubscribes are handled, and a sample",
                    commands=(CASE.format(case=case),) if case else (),
                ),
            )
        case "FAILED":
            yield Hit(
                subject=subject,
                title="The request for production access did not reach AWS",
                detail="an internal error at AWS; it may be sent again",
                expected="GRANTED",
                observed=("FAILED",),
                fix=Fix(
                    "Send the request again",
                    commands=(f"sendready apply {seen.identity.quoted} --request-access",),
                    safe=True,
                ),
            )


@check(
    "SES007",
    "sending-paused",
    step=Step.ACCOUNT,
    severity=Severity.CRITICAL,
    title="Sending is paused for the whole account",
)
def sending_paused(seen: Observation) -> Iterator[Hit]:
    """SendingEnabled is false: by you, or by AWS."""
    account = seen.account_seen
    if account is not None and not account.sending_enabled:
        yield Hit(
            subject=f"{seen.account_id or 'account'} {seen.region}",
            detail="every send is refused with SendingPausedException",
            expected="SendingEnabled: true",
            observed=("SendingEnabled: false",),
            fix=Fix(
                "Find out who paused it and why; once the cause is mended, switch it on",
                commands=(f"aws sesv2 put-account-sending-attributes --sending-enabled --region {seen.region}",),
            ),
        )


@check(
    "SES008",
    "enforcement",
    step=Step.ACCOUNT,
    severity=Severity.ERROR,
    title="AWS has put the account under review",
)
def enforcement(seen: Observation) -> Iterator[Hit]:
    """EnforcementStatus PROBATION or SHUTDOWN."""
    account = seen.account_seen
    if account is None or account.enforcement in ("HEALTHY", ""):
        return
    stopped = account.enforcement == "SHUTDOWN"
    # A rate is the reason for the review: whatever it weighs, the review is told before it.
    weighs = max((Severity.ERROR, *rate_severities(seen)))
    yield Hit(
        subject=f"{seen.account_id or 'account'} {seen.region}",
        title="AWS has stopped sending from this account" if stopped else None,
        detail="AWS wrote to the account's root mailbox and opened a support case",
        expected="HEALTHY",
        observed=(account.enforcement,),
        fix=Fix(
            "Mend the cause first, then reply in the case: what caused it, what you have changed already, what keeps"
            " it from coming back. If you did not send this mail, rotate the credentials that did"
        ),
        severity=Severity.CRITICAL if stopped else weighs,
        explains=("SES007",) if stopped else (),  # what was shut down is paused, and cannot be switched on again
    )
