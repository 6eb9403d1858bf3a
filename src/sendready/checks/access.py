"""Who else may send from the identity, and what was changed since it was set up (SES)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.model.answers import Source
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation
from sendready.model.policy import account_of, grants
from sendready.model.step import Step


@check(
    "SES031",
    "open-identity-policy",
    step=Step.IDENTITY,
    severity=Severity.WARNING,
    title="A policy lets strangers send from the identity",
)
def open_identity_policy(seen: Observation) -> Iterator[Hit]:
    """A sending-authorization policy with everybody as its principal, or, as a notice, another account."""
    ses = seen.ses_identity
    for name, document in ses.policies if ses is not None else ():
        for grant in grants(document):
            everybody = "*" in grant.principals and not grant.conditional
            foreign = [
                principal
                for principal in grant.principals
                if (account_of(principal) or seen.account_id) != seen.account_id
            ]
            if not everybody and not foreign:
                continue
            yield Hit(
                subject=f"{name} {grant.statement}",
                title=None if everybody else "A policy lets another AWS account send from the identity",
                detail="anybody with an AWS account may send as this domain, on its reputation"
                if everybody
                else f"account {account_of(foreign[0])} may send as this domain, on its reputation",
                expected="principals that you know",
                observed=("Principal: *",) if everybody else tuple(foreign),
                fix=Fix(
                    "Name the accounts or roles that may, or delete the policy"
                    if everybody
                    else "If you do not know that account, delete the policy",
                    commands=(
                        f"aws sesv2 get-email-identity-policies --email-identity {seen.identity.quoted}"
                        f" --region {seen.region}",
                    ),
                ),
                severity=None if everybody else Severity.NOTICE,
            )


@check(
    "SES034",
    "drift-from-plan",
    step=Step.IDENTITY,
    severity=Severity.NOTICE,
    title="The identity is not as it was set up",
)
def drift_from_plan(seen: Observation) -> Iterator[Hit]:
    """SES has another value than the one answered in an earlier run; what is not set at all is told elsewhere."""
    ses, answered = seen.ses_identity, seen.answered
    if ses is None or not seen.identity.is_domain:
        return
    drifted = []
    wanted = answered.answers.mail_from_domain(seen.identity.domain)
    if (
        answered.source("mail_from") is Source.SAVED
        and ses.mail_from is not None
        and wanted
        not in (
            None,
            ses.mail_from.domain,
        )
    ):
        drifted.append((f"MAIL FROM {wanted}", f"MAIL FROM {ses.mail_from.domain}"))
    length = answered.answers.key_length.ses
    if (
        answered.source("key_length") is Source.SAVED
        and ses.dkim.needs_cnames
        and ses.dkim.key_length not in ("", length)
    ):
        drifted.append((f"DKIM keys {length}", f"DKIM keys {ses.dkim.key_length}"))
    if drifted:
        yield Hit(
            subject=ses.name,
            detail="an earlier run of sendready was told otherwise; something else has changed it since",
            expected=", ".join(then for then, _ in drifted),
            observed=tuple(now for _, now in drifted),
            fix=Fix(
                "If what is there now is right, nothing has to be done; else look at what else manages this identity"
            ),
        )
