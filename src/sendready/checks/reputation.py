"""What AWS counts and remembers: quota, suppression, bounce and complaint rates, recommendations (SES, REP)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.model.domain_lists import LISTS, why_listed
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.observation import Observation, Seen
from sendready.model.step import Step
from sendready.model.surroundings import Rates

NEAR_QUOTA = 0.8
"""The part of the daily quota from which on it is worth a word."""


def _whose(seen: Observation) -> str:
    return f"{seen.account_id or 'account'} {seen.region}"


@check(
    "SES009",
    "quota-near",
    step=Step.ACCOUNT,
    severity=Severity.WARNING,
    title="The daily quota is nearly used up",
)
def quota_near(seen: Observation) -> Iterator[Hit]:
    """More than 80 % of what may be sent in 24 hours; -1 is unlimited. A quota that is used up refuses mail."""
    account = seen.account_seen
    if account is None or account.daily_quota <= 0 or account.sent <= NEAR_QUOTA * account.daily_quota:
        return
    used_up = account.sent >= account.daily_quota
    yield Hit(
        subject=_whose(seen),
        title="The daily quota is used up" if used_up else None,
        detail=f"{account.sent:.0f} of {account.daily_quota:.0f} in the last 24 hours"
        + ("; SES answers sends with `Daily message quota exceeded`" if used_up else ""),
        expected=f"at most {account.daily_quota:.0f}",
        observed=(f"{account.sent:.0f}",),
        fix=Fix(
            "Ask for production access: the sandbox's quota cannot be raised in another way"
            if not account.production
            else "Ask for a higher quota in the Service Quotas console, or send less; the 24 hours roll on all the time"
        ),
        severity=Severity.ERROR if used_up else None,
    )


@check(
    "SES021",
    "account-suppression-off",
    step=Step.ACCOUNT,
    severity=Severity.WARNING,
    title="The account goes on mailing addresses that bounced or complained",
)
def account_suppression_off(seen: Observation) -> Iterator[Hit]:
    """The account's suppression list leaves out bounces, complaints or both."""
    account = seen.account_seen
    if account is None or account.suppressed_reasons is None:
        return
    missing = [reason for reason in ("BOUNCE", "COMPLAINT") if reason not in account.suppressed_reasons]
    if missing:
        yield Hit(
            subject=_whose(seen),
            detail=f"{' and '.join(missing)} put no address on the suppression list; each further mail counts again",
            expected="BOUNCE, COMPLAINT",
            observed=(", ".join(account.suppressed_reasons) or "nothing suppressed",),
            fix=Fix(
                "Switch both on, unless the application keeps such a list itself",
                commands=(
                    "aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT"
                    f" --region {seen.region}",
                ),
                safe=True,
            ),
        )


@check(
    "SES023",
    "recipient-suppressed",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="The address is on the suppression list: SES drops mail to it",
)
def recipient_suppressed(seen: Observation) -> Iterator[Hit]:
    """An address identity bounced or complained once; tests to it, and bounces mailed back to it, never arrive."""
    looked = seen.around.suppressed if seen.around is not None else None
    entry = looked.value if isinstance(looked, Seen) else None
    if entry is not None:
        since = f" since {entry.since:%Y-%m-%d}" if entry.since is not None else ""
        yield Hit(
            subject=entry.address,
            detail=f"it is there for a {entry.reason.lower()}{since}; SES accepts mail to it and drops it",
            expected="not on the list",
            observed=(entry.reason,),
            fix=Fix(
                "If the mailbox works, take it off the list; after a complaint, ask the person first",
                commands=(
                    f"aws sesv2 delete-suppressed-destination --email-address {seen.identity.quoted}"
                    f" --region {seen.region}",
                ),
            ),
        )


def _rates(seen: Observation) -> Rates | None:
    looked = seen.around.rates if seen.around is not None else None
    return looked.value if isinstance(looked, Seen) else None


BOUNCES = ((0.10, Severity.CRITICAL), (0.05, Severity.ERROR), (0.02, Severity.WARNING))
"""From which rate on it is how bad: AWS reviews at 5 % and may pause at 10 % (SES guide, enforcement FAQ)."""

COMPLAINTS = ((0.005, Severity.CRITICAL), (0.001, Severity.ERROR), (0.0005, Severity.WARNING))
"""AWS reviews at 0.1 % and may pause at 0.5 %."""


def _judged(rate: float, steps: tuple[tuple[float, Severity], ...]) -> Severity | None:
    return next((severity for limit, severity in steps if rate >= limit), None)


def rate_severities(seen: Observation) -> tuple[Severity, ...]:
    """How bad the account's bounce and complaint rates are; nothing for a rate that is in order or not known."""
    rates = _rates(seen)
    if rates is None:
        return ()
    told = ((rates.bounce, BOUNCES), (rates.complaint, COMPLAINTS))
    judged = (_judged(rate, steps) for rate, steps in told if rate is not None)
    return tuple(severity for severity in judged if severity is not None)


_WHAT_AWS_DOES = {
    Severity.CRITICAL: "AWS may stop all sending of the account at this rate",
    Severity.ERROR: "AWS puts accounts under review at this rate",
    Severity.WARNING: "AWS asks senders to stay below this",
}


@check(
    "REP001",
    "bounce-rate",
    step=Step.ACCOUNT,
    severity=Severity.WARNING,
    title="Too much mail bounces",
)
def bounce_rate(seen: Observation) -> Iterator[Hit]:
    """`Reputation.BounceRate`: hard bounces, over a volume that SES chooses."""
    rates = _rates(seen)
    severity = _judged(rates.bounce, BOUNCES) if rates is not None and rates.bounce is not None else None
    if rates is not None and rates.bounce is not None and severity is not None:
        yield Hit(
            subject=_whose(seen),
            detail=f"{rates.bounce:.2%} of its mail bounces for good; {_WHAT_AWS_DOES[severity]}",
            expected="below 5 %, better below 2 %",
            observed=(f"{rates.bounce:.2%}",),
            fix=Fix(
                "Stop mailing the list this comes from, drop every address that bounced, and find out how they got onto"
                " it: bought, old, or never confirmed"
            ),
            severity=severity,
        )


@check(
    "REP002",
    "complaint-rate",
    step=Step.ACCOUNT,
    severity=Severity.WARNING,
    title="Too many recipients call the mail spam",
)
def complaint_rate(seen: Observation) -> Iterator[Hit]:
    """`Reputation.ComplaintRate`: reports of providers that send any, over a volume that SES chooses."""
    rates = _rates(seen)
    severity = _judged(rates.complaint, COMPLAINTS) if rates is not None and rates.complaint is not None else None
    if rates is not None and rates.complaint is not None and severity is not None:
        yield Hit(
            subject=_whose(seen),
            detail=f"{rates.complaint:.2%} of its mail is reported as spam; {_WHAT_AWS_DOES[severity]}",
            expected="below 0.1 %, better below 0.05 %",
            observed=(f"{rates.complaint:.2%}",),
            fix=Fix(
                "Mail only those who asked for it, let them unsubscribe with one click and honour it within two days,"
                " and drop whoever complained"
            ),
            severity=severity,
        )


@check(
    "REP003",
    "domain-listed",
    step=Step.ACCOUNT,
    severity=Severity.ERROR,
    title="A list of domains seen in spam has the domain",
)
def domain_listed(seen: Observation) -> Iterator[Hit]:
    """Asked only where the user wants it: the list learns the name. A refusal says nothing about the domain."""
    for said in seen.listings:
        zone = said.question.name.removeprefix(f"{seen.identity.domain}.")
        name, page = LISTS[zone]
        reasons = [why for code in said.answers if (why := why_listed(zone, code)) is not None]
        if reasons:
            yield Hit(
                subject=seen.identity.domain,
                detail=f"{name} has it for {', '.join(dict.fromkeys(reasons))}; receivers that ask it refuse the mail",
                expected="not listed",
                observed=said.answers,
                evidence=(said,),
                fix=Fix(f"Find out why, and end it; then ask for the domain to be taken off at {page}"),
            )
        elif said.answers or not said.outcome.conclusive:
            yield Hit(
                subject=said.question.name,
                title=f"{name} could not be asked",
                detail=f"it answers nothing to questions that come this way, such as by a public resolver; see {page}",
                observed=said.answers or (said.outcome.value,),
                evidence=(said,),
                fix=Fix("Ask by a resolver of your own or your provider's: `--resolver HOST`"),
                severity=Severity.NOTICE,
                state=FindingState.UNKNOWN,
            )


@check(
    "SES027",
    "open-recommendations",
    step=Step.IDENTITY,
    severity=Severity.INFO,
    title="AWS's Virtual Deliverability Manager has recommendations",
)
def open_recommendations(seen: Observation) -> Iterator[Hit]:
    """What it says and has not closed; read only where the user has it, and shown beside our own findings."""
    looked = seen.around.recommendations if seen.around is not None else None
    if isinstance(looked, Seen) and looked.value:
        strong = any(one.impact == "HIGH" for one in looked.value)
        yield Hit(
            subject=seen.identity.name,
            detail=f"{len(looked.value)} open; a fix takes it some hours to notice",
            expected="none open",
            observed=tuple(f"{one.kind} ({one.impact.lower()}): {one.text}" for one in looked.value),
            fix=Fix("Go by the other findings first: they are about this moment; then see what is left of these"),
            severity=Severity.NOTICE if strong else None,
        )
