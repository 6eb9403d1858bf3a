"""This machine and these credentials: what kept us from looking (ENV)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator

from sendready.checks.registry import check
from sendready.model.errors import AwsError, Rejected, SendreadyError, ServiceFailure, StateError
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.observation import Observation, Seen, Unseen
from sendready.model.records import Outcome
from sendready.model.step import Step

Judge = Callable[[Observation], Iterator[Hit]]


def _unseen(seen: Observation, check_id: str) -> Iterator[Hit]:
    """One hit for each error of this kind, the same error being told once.

    An error that is not AWS's own, such as a profile that does not exist, kept us from having credentials.
    """
    told: set[tuple[str, str]] = set()
    parts = {"ses:GetEmailIdentity": seen.ses, "ses:GetAccount": seen.account, "sts:GetCallerIdentity": seen.caller}
    for action, part in parts.items():
        if not isinstance(part, Unseen):
            continue
        reason = part.reason
        kind = _kind_of(reason)
        if kind != check_id or (reason.message, reason.hint or "") in told:
            continue
        told.add((reason.message, reason.hint or ""))
        decides = action != "sts:GetCallerIdentity" or check_id != "ENV015"
        yield Hit(
            subject=(reason.action if isinstance(reason, AwsError) else "") or action,
            detail=reason.message,
            observed=(reason.code,) if isinstance(reason, AwsError) and reason.code else (),
            fix=Fix(reason.hint or ""),
            state=FindingState.UNKNOWN,
            severity=None if decides else Severity.WARNING,
            title=_title_of(reason),
        )
    if not told:
        yield from _around(seen, check_id)


def _around(seen: Observation, check_id: str) -> Iterator[Hit]:
    """One hit for everything around the identity that was kept from us in this way; none of it decides the verdict."""
    reasons = [unseen.reason for unseen in (seen.around.unseen() if seen.around is not None else ())]
    ours = [reason for reason in reasons if isinstance(reason, AwsError) and reason.check_id == check_id]
    if not ours:
        return
    actions = tuple(dict.fromkeys(reason.action for reason in ours if reason.action))
    what = dict.fromkeys(_TELLS.get(action, action) for action in actions)
    hints = dict.fromkeys(reason.hint for reason in ours if reason.hint)
    fix = "; ".join(hints)
    if check_id == "ENV015" and len(actions) > 1:
        fix = f"Attach a policy with {json.dumps({'Effect': 'Allow', 'Action': actions, 'Resource': '*'})}"
    yield Hit(
        subject=", ".join(actions) or "AWS",
        title="Something around the identity could not be looked at",
        detail=f"could not check {', '.join(what) or ours[0].message}; the verdict does not hang on it",
        observed=tuple(dict.fromkeys(reason.code or reason.message for reason in ours)),
        fix=Fix(fix or "Try again; if it stays so, leave the checks out with `--skip`"),
        state=FindingState.UNKNOWN,
        severity=Severity.WARNING,
    )


_TELLS = {
    "ses:ListEmailIdentities": "which other identities have a say in this mail",
    "ses:GetConfigurationSet": "the configuration set",
    "ses:GetConfigurationSetEventDestinations": "where bounces and complaints are sent",
    "ses:GetIdentityNotificationAttributes": "the topics for bounces and complaints",
    "ses:ListRecommendations": "what the Virtual Deliverability Manager recommends",
    "ses:GetSuppressedDestination": "whether the address is suppressed",
    "cloudwatch:GetMetricData": "the bounce and complaint rates",
    "sns:GetTopicAttributes": "the topic that takes events",
    "sns:ListSubscriptionsByTopic": "who listens to the topic",
    "sqs:GetQueueUrl": "the queue behind the topic",
    "sqs:GetQueueAttributes": "the queue behind the topic",
    "kms:DescribeKey": "the key that the topic or queue is encrypted with",
    "kms:GetKeyPolicy": "the key that the topic or queue is encrypted with",
    "iam:SimulatePrincipalPolicy": "whether the application may send",
    "events:ListRules": "the rules of the event bus",
    "events:ListTargetsByRule": "where the rules of the event bus lead",
    "firehose:DescribeDeliveryStream": "the stream that takes events",
}
"""What each call would have told."""


def _kind_of(reason: SendreadyError) -> str:
    """The id it is told under. What AWS says only of a send would be an answer of no use here: AWS was not reached."""
    if not isinstance(reason, AwsError):
        return "ENV010"
    return reason.check_id if reason.check_id.startswith("ENV") else AwsError.check_id


def _title_of(reason: SendreadyError) -> str | None:
    """A title of its own for what is neither missing nor refused credentials."""
    if isinstance(reason, ServiceFailure | Rejected):
        return "AWS answered with an error"
    if isinstance(reason, StateError):
        return "What earlier runs kept cannot be read"
    return None if isinstance(reason, AwsError) else "The AWS configuration cannot be used"


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


_NOBODY = ("DEL003", "DEL004", "DEL005")


@check(
    "ENV001",
    "no-resolver",
    step=Step.ACCOUNT,
    severity=Severity.CRITICAL,
    title="No DNS resolver answers",
    explains=_NOBODY,
)
def no_resolver(seen: Observation) -> Iterator[Hit]:
    """Neither the system's resolvers nor the public ones answered: the network is down, or lets nothing out."""
    yield from _nobody_asked(seen, "no-resolver")


@check(
    "ENV002",
    "direct-dns-blocked",
    step=Step.ACCOUNT,
    severity=Severity.CRITICAL,
    title="This network lets only its own resolver be asked",
    explains=_NOBODY,
)
def direct_dns_blocked(seen: Observation) -> Iterator[Hit]:
    """A resolver answers, and none of the servers on the way to the domain does; or one was to be asked for all."""
    yield from _nobody_asked(seen, "no-answer")
    cut = seen.delegation.value if isinstance(seen.delegation, Seen) else None
    if cut is not None and cut.through:
        yield Hit(
            subject=seen.identity.domain,
            title="Seen through one resolver only",
            detail=f"{cut.through} was asked for everything, so what each name server says is not known, and a record"
            " that was asked for too early is missed for a while",
            fix=Fix("Look again without `--doh` where the network lets name servers be asked"),
            state=FindingState.UNKNOWN,
            severity=Severity.NOTICE,
            explains=(),
        )


def _nobody_asked(seen: Observation, code: str) -> Iterator[Hit]:
    reason = seen.delegation.reason if isinstance(seen.delegation, Unseen) else None
    if isinstance(reason, AwsError) and reason.code == code:
        yield Hit(
            subject=seen.identity.domain,
            detail=f"{reason.message}; nothing can be said about any record",
            fix=Fix(reason.hint or ""),
            state=FindingState.UNKNOWN,
        )


@check(
    "ENV003",
    "dns-intercepted",
    step=Step.ACCOUNT,
    severity=Severity.CRITICAL,
    title="This network answers in place of the domain's name servers",
    explains=_NOBODY,
)
def dns_intercepted(seen: Observation) -> Iterator[Hit]:
    """Answers that should be authoritative come from a resolver: AA clear, RA set."""
    yield from _nobody_asked(seen, "intercepted")
    foreign = [s for record in seen.records for s in record.sightings if s.outcome is Outcome.INTERCEPTED]
    if seen.intercepted:
        yield Hit(
            subject=seen.identity.domain,
            detail="port 53 is redirected to a resolver of the network; what it remembers may be old, so nothing can"
            " be said about any record",
            observed=tuple(dict.fromkeys(f"{s.server.name} ({s.server.address})" for s in foreign)),
            evidence=tuple(foreign[:1]),
            fix=Fix("Look from another network, without the VPN or hotspot"),
            state=FindingState.UNKNOWN,
        )


@check(
    "ENV021",
    "idn-input",
    step=Step.IDENTITY,
    severity=Severity.INFO,
    title="The domain has international letters",
)
def idn_input(seen: Observation) -> Iterator[Hit]:
    """What was typed is not how the records have it; and letters of several scripts that look alike are worth a look.

    Records hold A-labels (RFC 5890, section 2.3.2.1). Who typed those knows them.
    """
    domain = seen.identity.domain
    shown = ".".join(map(_in_letters, domain.split(".")))
    mixed = [label for label in shown.split(".") if len(_look_alikes(label)) > 1]
    if shown == domain or (seen.identity.typed.isascii() and not mixed):
        return
    scripts = " and ".join(sorted(_look_alikes(mixed[0]))) if mixed else ""
    yield Hit(
        subject=shown,
        title=f"The domain mixes letters of {scripts}" if mixed else None,
        detail=f"{shown} is {domain} in DNS and in SES"
        + ("; letters that look alike are not the same, and receivers distrust such names" if mixed else ""),
        expected=domain,
        observed=(shown,),
        fix=Fix(
            "See that it is spelt as you registered it" if mixed else f"Use {domain} wherever a record asks for it"
        ),
        severity=Severity.NOTICE if mixed else None,
    )


def _in_letters(label: str) -> str:
    """A label as people read it (IDNA 2008); one that cannot be read stays as it is."""
    if not label.startswith("xn--"):
        return label
    import idna

    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label


def _look_alikes(label: str) -> set[str]:
    """The scripts of a label among those whose letters can be taken for one another's."""
    scripts = {unicodedata.name(character, "").partition(" ")[0].capitalize() for character in label}
    return scripts & {"Latin", "Greek", "Cyrillic", "Armenian", "Cherokee"}
