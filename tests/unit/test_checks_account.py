"""The identity and the account in SES."""

from __future__ import annotations

import pytest
from builders import account, dkim, finding, held, ids, looked, status

from sendready.checks.registry import all_checks
from sendready.engine.diagnose import diagnose
from sendready.model.errors import AccessDenied
from sendready.model.finding import FindingState, Severity, Verdict
from sendready.model.identity import Dkim, Identity, IdentityKind, Review, SesIdentity, SigningOrigin, Status
from sendready.model.observation import Observation, Past, Records, Seen, Unseen
from sendready.model.step import Step, StepState


def sandboxed(**changes: object) -> Observation:
    return looked(account=Seen(account(production=False, **changes)))


def test_an_identity_that_never_was_is_to_do_and_one_that_is_gone_is_a_failure() -> None:
    assert finding(looked(missing=True), "SES001").state is FindingState.TODO
    assert finding(looked(missing=True, past=Past(identity_seen=True)), "SES001").state is FindingState.FAIL
    assert "SES001" not in ids(looked(ses=Unseen(AccessDenied("no"))))


def test_the_sandbox_is_to_do_and_says_how_far_it_reaches() -> None:
    seen = sandboxed(daily_quota=200.0, rate=1.0)

    found = finding(seen, "SES005")
    assert (found.state, found.severity) == (FindingState.TODO, Severity.WARNING)
    assert "200 a day, 1 a second" in found.detail
    assert diagnose(seen).verdict is Verdict.INCOMPLETE
    assert status(diagnose(seen), Step.PRODUCTION_ACCESS).state is StepState.TODO


def test_a_team_that_lives_in_the_sandbox_skips_it() -> None:
    diagnosis = diagnose(sandboxed(), skip={"SES005"})

    assert diagnosis.verdict is Verdict.READY
    assert status(diagnosis, Step.PRODUCTION_ACCESS).state is StepState.SKIPPED


@pytest.mark.parametrize(
    ("review", "state", "verdict"),
    [
        (Review("PENDING", "case-1"), FindingState.PENDING, Verdict.WAITING),
        (Review("DENIED", "1234567890"), FindingState.FAIL, Verdict.BROKEN),
        (Review("FAILED"), FindingState.FAIL, Verdict.BROKEN),
    ],
)
def test_a_review_explains_the_sandbox(review: Review, state: FindingState, verdict: Verdict) -> None:
    seen = sandboxed(review=review)

    assert ids(seen) == ["SES006"]
    assert finding(seen, "SES006").state is state
    assert finding(seen, "SES006").symptoms == ("SES005",)
    assert diagnose(seen).verdict is verdict


def test_a_review_that_was_granted_says_nothing_any_more() -> None:
    assert ids(looked(account=Seen(account(review=Review("DENIED", "1"))))) == []


def test_a_case_is_named_and_linked_where_its_number_is_known() -> None:
    known = finding(sandboxed(review=Review("DENIED", "1234567890")), "SES006")
    unknown = finding(sandboxed(review=Review("DENIED")), "SES006")

    assert "case 1234567890" in known.fix.text
    assert known.fix.commands[0].endswith("displayId=1234567890")
    assert unknown.fix.commands == ()


@pytest.mark.parametrize(
    ("changes", "check_id", "severity"),
    [
        ({"sending_enabled": False}, "SES007", Severity.CRITICAL),
        ({"enforcement": "SHUTDOWN"}, "SES008", Severity.CRITICAL),
        ({"enforcement": "PROBATION"}, "SES008", Severity.ERROR),
    ],
)
def test_an_account_that_may_not_send_comes_before_every_record(
    changes: dict[str, object], check_id: str, severity: Severity
) -> None:
    broken = looked(
        account=Seen(account(**changes)), dns=dict.fromkeys([r.wanted.question for r in looked().records], ())
    )

    first = diagnose(broken).first
    assert first is not None
    assert (first.id, first.severity) == (check_id, severity)
    assert diagnose(broken).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (Status.PENDING, (FindingState.PENDING, Severity.NOTICE)),
        (Status.FAILED, (FindingState.FAIL, Severity.ERROR)),
        (Status.TEMPORARY_FAILURE, (FindingState.FAIL, Severity.ERROR)),
        (Status.NOT_STARTED, (FindingState.FAIL, Severity.ERROR)),
    ],
)
def test_an_address_waits_for_its_link_and_has_no_steps_in_dns(
    state: Status, expected: tuple[FindingState, Severity]
) -> None:
    seen = address(state)

    found = finding(seen, "SES003")
    assert (found.state, found.severity) == expected
    assert "link" in found.detail
    assert ids(seen) == ["SES003"]
    for step in (Step.DKIM, Step.MAIL_FROM, Step.DMARC):
        assert status(diagnose(seen), step).state is StepState.SKIPPED


def test_a_verified_address_is_ready() -> None:
    assert ids(address(Status.SUCCESS)) == []
    assert diagnose(address(Status.SUCCESS)).verdict is Verdict.READY


def address(state: Status) -> Observation:
    name = "hello@example.com"
    ses = SesIdentity(
        name, IdentityKind.ADDRESS, state, state is Status.SUCCESS, Dkim(Status.NOT_STARTED, (), "", False)
    )
    return looked(
        identity=Identity(name, IdentityKind.ADDRESS), ses=ses, delegation=None, records=Records(), dmarc=None
    )


def test_what_ses_could_not_find_is_told_with_its_own_word_for_it() -> None:
    own_key = dkim(Status.FAILED, origin=SigningOrigin.EXTERNAL, tokens=())
    seen = looked(ses=held(Status.FAILED, dkim=own_key, error_type="HOST_NOT_FOUND"))

    (found,) = all_checks()["SES003"].run(seen)
    assert "HOST_NOT_FOUND" in found.detail
    assert found.observed == finding(seen, "KIM030").observed == ("FAILED", "HOST_NOT_FOUND")


def test_an_identity_whose_sending_was_switched_off_is_not_ready() -> None:
    found = finding(looked(ses=held(verified=False)), "SES003")

    assert found.observed == ("VerifiedForSendingStatus: false",)
    assert diagnose(looked(ses=held(verified=False))).verdict is Verdict.BROKEN


def test_production_access_that_was_there_is_lost_and_not_to_do() -> None:
    seen = looked(account=Seen(account(production=False)), past=Past(production_seen=True))

    found = finding(seen, "SES005")
    assert (found.state, found.severity) == (FindingState.FAIL, Severity.ERROR)
    assert diagnose(seen).verdict is Verdict.BROKEN
