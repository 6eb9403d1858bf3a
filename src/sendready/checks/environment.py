"""This machine and these credentials: what kept us from looking (ENV)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sendready.checks.registry import check
from sendready.model.errors import AwsError, Rejected, SendreadyError, ServiceFailure
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.observation import Observation, Seen, Unseen
from sendready.model.step import Step

Judge = Callable[[Observation], Iterator[Hit]]


def _unseen(seen: Observation, check_id: str) -> Iterator[Hit]:
    """One hit for each AWS error of this kind, the same error being told once."""
    told: set[tuple[str, str]] = set()
    parts = {"ses:GetEmailIdentity": seen.ses, "ses:GetAccount": seen.account, "sts:GetCallerIdentity": seen.caller}
    for action, part in parts.items():
        if not isinstance(part, Unseen):
            continue
        reason = part.reason
        if _id_of(reason) != check_id or (reason.message, reason.hint or "") in told:
            continue
        told.add((reason.message, reason.hint or ""))
        decides = action != "sts:GetCallerIdentity" or check_id != "ENV015"
        yield Hit(
            subject=getattr(reason, "action", "") or action,
            detail=reason.message,
            observed=tuple(filter(None, (getattr(reason, "code", ""),))),
            fix=Fix(reason.hint or ""),
            state=FindingState.UNKNOWN,
            severity=None if decides else Severity.WARNING,
            title="AWS answered with an error" if isinstance(reason, ServiceFailure | Rejected) else None,
        )


def _id_of(reason: SendreadyError) -> str:
    """What is not AWS's error is reported, too: whatever could not be looked at must never pass for ready."""
    return reason.check_id if isinstance(reason, AwsError) else AwsError.check_id


def _about(check_id: str) -> Judge:
    def judge(seen: Observation) -> Iterator[Hit]:
        return _unseen(seen, check_id)

    return judge


for _id, _slug, _severity, _title in (
    ("ENV009", "clock-skew", Severity.ERROR, "This machine's clock is wrong"),
    ("ENV010", "no-credentials", Severity.CRITICAL, "No AWS credentials"),
    ("ENV011", "expired-session", Severity.CRITICAL, "The AWS session has expired"),
    ("ENV013", "no-region", Severity.ERROR, "No AWS region"),
    ("ENV015", "missing-permission", Severity.ERROR, "A permission is missing"),
    ("ENV016", "aws-unreachable", Severity.CRITICAL, "AWS cannot be reached"),
    ("ENV017", "throttled", Severity.ERROR, "AWS is still throttling after every attempt"),
    ("ENV018", "region-not-enabled", Severity.ERROR, "The region is not enabled in this account"),
):
    check(_id, _slug, step=Step.ACCOUNT, severity=_severity, title=_title)(_about(_id))


@check(
    "ENV012",
    "wrong-account",
    step=Step.ACCOUNT,
    severity=Severity.ERROR,
    title="These credentials belong to another account than last time",
    explains=("SES001",),
)
def wrong_account(seen: Observation) -> Iterator[Hit]:
    """The identity was seen in one account earlier and is looked for in another now."""
    if not isinstance(seen.caller, Seen) or seen.past.account is None or not seen.past.identity_seen:
        return
    now = seen.caller.value.account
    if now != seen.past.account and seen.identity_missing:
        yield Hit(
            subject=seen.identity.name,
            detail=f"{seen.identity.name} was set up in account {seen.past.account}; these credentials are for {now}",
            expected=seen.past.account,
            observed=(now,),
            fix=Fix(f"Use a profile of account {seen.past.account}: `--profile NAME`"),
        )
