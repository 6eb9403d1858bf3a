"""The identity's default configuration set: whether it is there, and what it does to mail (SES)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation, Seen
from sendready.model.step import Step
from sendready.model.surroundings import ConfigurationSet


def configuration_set(seen: Observation) -> ConfigurationSet | None:
    """The set; None where the identity has none, it is gone, or it could not be asked for."""
    looked = seen.around.configuration_set if seen.around is not None else None
    return looked.value if isinstance(looked, Seen) else None


@check(
    "SES010",
    "no-default-configuration-set",
    step=Step.IDENTITY,
    severity=Severity.NOTICE,
    title="Mail is being sent, and the identity has no default configuration set",
)
def no_default_configuration_set(seen: Observation) -> Iterator[Hit]:
    """Events then go somewhere only where each call names a set; said where the account sends, and not before."""
    ses, account = seen.ses_identity, seen.account_seen
    if ses is None or not ses.verified or ses.configuration_set is not None or account is None or not account.sent:
        return
    yield Hit(
        subject=ses.name,
        detail="events of mail that names no configuration set are lost; bounces are at most mailed back",
        expected="a default configuration set",
        observed=("none",),
        fix=Fix(
            "Attach the set that has your event destinations",
            commands=(
                f"aws sesv2 put-email-identity-configuration-set-attributes --email-identity {seen.identity.quoted}"
                f" --configuration-set-name SET --region {seen.region}",
            ),
        ),
    )


@check(
    "SES011",
    "configuration-set-gone",
    step=Step.IDENTITY,
    severity=Severity.CRITICAL,
    title="The identity's configuration set does not exist: every send fails",
    explains=("SES014",),
)
def configuration_set_gone(seen: Observation) -> Iterator[Hit]:
    """The identity names a default set that SES does not have."""
    ses, looked = seen.ses_identity, seen.around.configuration_set if seen.around is not None else None
    if ses is None or ses.configuration_set is None or not isinstance(looked, Seen) or looked.value is not None:
        return
    yield Hit(
        subject=ses.configuration_set,
        detail=f"{ses.name} has it as its default, so SES answers every send with"
        f" `Configuration set {ses.configuration_set} does not exist`",
        expected=ses.configuration_set,
        observed=("NotFound",),
        fix=Fix(
            "Create the set again, with its event destinations, or attach another one. The second command detaches it",
            commands=(
                f"aws sesv2 create-configuration-set --configuration-set-name {ses.configuration_set}"
                f" --region {seen.region}",
                f"aws sesv2 put-email-identity-configuration-set-attributes --email-identity {seen.identity.quoted}"
                f" --region {seen.region}",
            ),
        ),
    )


@check(
    "SES012",
    "configuration-set-paused",
    step=Step.IDENTITY,
    severity=Severity.CRITICAL,
    title="Sending is paused for the identity's configuration set",
)
def configuration_set_paused(seen: Observation) -> Iterator[Hit]:
    """`SendingOptions.SendingEnabled` is false: by you, or by an alarm that does so."""
    held = configuration_set(seen)
    if held is not None and not held.sending:
        yield Hit(
            subject=held.name,
            detail="every send that uses it, by name or by default, is refused with SendingPausedException",
            expected="SendingEnabled: true",
            observed=("SendingEnabled: false",),
            fix=Fix(
                "Find out who paused it and why: an alarm on bounces may have. Once the cause is mended, switch it on",
                commands=(
                    f"aws sesv2 put-configuration-set-sending-options --configuration-set-name {held.name}"
                    f" --sending-enabled --region {seen.region}",
                ),
            ),
        )


@check(
    "SES013",
    "reputation-metrics-off",
    step=Step.IDENTITY,
    severity=Severity.NOTICE,
    title="The configuration set keeps no bounce and complaint rates of its own",
)
def reputation_metrics_off(seen: Observation) -> Iterator[Hit]:
    """`ReputationMetricsEnabled` is false: only the account as a whole has rates."""
    held = configuration_set(seen)
    if held is not None and not held.reputation_metrics:
        yield Hit(
            subject=held.name,
            detail="when the account's rates rise, nothing tells whether this mail is the cause",
            expected="ReputationMetricsEnabled: true",
            observed=("ReputationMetricsEnabled: false",),
            fix=Fix(
                "Switch them on; CloudWatch charges for each metric",
                commands=(
                    f"aws sesv2 put-configuration-set-reputation-options --configuration-set-name {held.name}"
                    f" --reputation-metrics-enabled --region {seen.region}",
                ),
                safe=True,
            ),
        )


@check(
    "SES022",
    "set-overrides-suppression",
    step=Step.IDENTITY,
    severity=Severity.NOTICE,
    title="The configuration set suppresses less than the account",
)
def set_overrides_suppression(seen: Observation) -> Iterator[Hit]:
    """`SuppressionOptions` of the set leave out a reason that the account has."""
    held, account = configuration_set(seen), seen.account_seen
    if held is None or held.suppressed_reasons is None or account is None or account.suppressed_reasons is None:
        return
    missing = [reason for reason in account.suppressed_reasons if reason not in held.suppressed_reasons]
    if missing:
        yield Hit(
            subject=held.name,
            detail=f"after a {' or '.join(missing).lower()} the address goes on being mailed through this set",
            expected=", ".join(account.suppressed_reasons),
            observed=(", ".join(held.suppressed_reasons) or "nothing suppressed",),
            fix=Fix(
                "Unless that is meant, let the set suppress what the account does",
                commands=(
                    f"aws sesv2 put-configuration-set-suppression-options --configuration-set-name {held.name}"
                    f" --suppressed-reasons {' '.join(account.suppressed_reasons)} --region {seen.region}",
                ),
                safe=True,
            ),
        )
