"""What kept us from looking: told once, as what it is, and never as something that is missing."""

from __future__ import annotations

import pytest
from builders import ACCOUNT, finding, ids, looked

from sendready.engine.diagnose import diagnose
from sendready.model import errors
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.identity import Caller
from sendready.model.observation import Past, Seen, Unseen

REASONS = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, errors.AwsError)
    if error not in (errors.AwsError, errors.EventsLost)  # one is no error of its own, the other speaks of events
]


@pytest.mark.parametrize("error", REASONS)
def test_whatever_kept_us_from_asking_for_the_identity_the_verdict_is_unknown(error: type[errors.AwsError]) -> None:
    seen = looked(ses=Unseen(error("message", "hint", action="ses:GetEmailIdentity", code="Code")))

    first = diagnose(seen).first
    assert first is not None
    told = error.check_id if error.check_id.startswith("ENV") else "ENV016"
    assert (first.id, first.state) == (told, FindingState.UNKNOWN)
    assert (first.subject, first.detail, first.fix.text) == ("ses:GetEmailIdentity", "message", "hint")
    assert first.observed == ("Code",)
    assert diagnose(seen).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("part", ["ses", "account"])
def test_an_error_that_is_not_aws_s_leaves_the_verdict_unknown_too(part: str) -> None:
    seen = looked(**{part: Unseen(errors.BadInput("no profile is called `work`", "Look at the profiles"))})

    assert diagnose(seen).verdict is Verdict.UNKNOWN
    assert finding(seen, "ENV010").detail == "no profile is called `work`"


def test_one_error_on_three_calls_is_told_once() -> None:
    gone = Unseen(errors.NoCredentials("no credentials", "log in"))

    assert ids(looked(caller=gone, account=gone, ses=gone)) == ["ENV010"]


def test_permissions_are_told_call_by_call() -> None:
    def denied(action: str) -> Unseen:
        return Unseen(errors.AccessDenied(f"not allowed: {action}", "attach", action=action))

    seen = looked(account=denied("ses:GetAccount"), ses=denied("ses:GetEmailIdentity"))

    found = diagnose(seen).findings
    assert [f.subject for f in found] == ["ses:GetEmailIdentity", "ses:GetAccount"]
    assert {f.severity for f in found} == {Severity.ERROR}


def test_a_permission_that_decides_nothing_is_a_warning_and_does_not_move_the_verdict() -> None:
    denied = Unseen(errors.AccessDenied("not allowed: sts:GetCallerIdentity", "attach", action="sts:GetCallerIdentity"))
    seen = looked(caller=denied)

    assert finding(seen, "ENV015").severity is Severity.WARNING
    assert diagnose(seen).verdict is Verdict.READY


def test_an_error_that_aws_answered_is_not_called_unreachable() -> None:
    assert finding(looked(ses=Unseen(errors.ServiceFailure("boom"))), "ENV016").title == "AWS answered with an error"
    assert finding(looked(ses=Unseen(errors.Rejected("bad"))), "ENV016").title == "AWS answered with an error"
    assert finding(looked(ses=Unseen(errors.Unreachable("no route"))), "ENV016").title == "AWS cannot be reached"


def test_an_identity_that_is_gone_together_with_its_account_is_in_the_other_account() -> None:
    seen = looked(missing=True, past=Past(account="210987654321", identity_seen=True))

    found = finding(seen, "ENV012")
    assert (found.expected, found.observed) == ("210987654321", (ACCOUNT,))
    assert "SES001" in found.symptoms
    assert diagnose(seen).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    "past",
    [Past(), Past(account=ACCOUNT, identity_seen=True), Past(account="210987654321"), Past(identity_seen=True)],
)
def test_a_new_identity_is_no_wrong_account(past: Past) -> None:
    assert "ENV012" not in ids(looked(missing=True, past=past))


def test_an_identity_that_is_there_is_in_the_right_account_whatever_was_known() -> None:
    other = Seen(Caller("210987654321", "arn:aws:iam::210987654321:user/x"))

    assert ids(looked(caller=other, past=Past(account=ACCOUNT, identity_seen=True))) == []
