"""Who may send from the identity and who may not, and what was changed since it was set up (SES)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.model.answers import Source
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation, Seen
from sendready.model.policy import account_of, grants
from sendready.model.smtp import region_of_smtp_host, smtp_host
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
    "SES032",
    "sender-lacks-permission",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="The application's user or role may not send",
)
def sender_lacks_permission(seen: Observation) -> Iterator[Hit]:
    """IAM refuses it on the identity, or on the configuration set; one action of the two is a notice."""
    looked = seen.around.refusals if seen.around is not None else None
    refused = looked.value if isinstance(looked, Seen) else ()
    for resource in dict.fromkeys(one.resource for one in refused):
        ours = [one for one in refused if one.resource == resource]
        actions = [one.action for one in ours]
        whole = len(actions) > 1
        statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
        yield Hit(
            subject=seen.answered.answers.sender_arn,
            title=None if whole else f"The application's user or role may not {actions[0]}",
            detail=f"{' and '.join(actions)} on {resource.rpartition(':')[2]} are refused"
            if whole
            else f"{actions[0]} on {resource.rpartition(':')[2]} is refused; it may not need that",
            expected="allowed",
            observed=tuple(f"{one.action}: {'explicitDeny' if one.explicit else 'implicitDeny'}" for one in ours),
            fix=Fix(
                "A statement denies it: find that one, in its policies, its boundary or the organisation's"
                if any(one.explicit for one in ours)
                else f"Attach a policy with {json.dumps(statement)}",
                safe=False,
            ),
            severity=None if whole else Severity.NOTICE,
        )


@check(
    "SES033",
    "smtp-password-region",
    step=Step.IDENTITY,
    severity=Severity.ERROR,
    title="The application connects to the SMTP host of another region",
)
def smtp_password_region(seen: Observation) -> Iterator[Hit]:
    """The host that the answers name is another region's, or none of SES's; the password is good in one region only."""
    host = seen.answered.answers.smtp_host.strip().lower().rstrip(".")
    if not host or seen.ses_identity is None:
        return
    region, expected = region_of_smtp_host(host), smtp_host(seen.region)
    if region == seen.region and expected is not None:
        return
    there = f"; or look at {region}: `--region {region}`" if region not in (None, seen.region) else ""
    if region is None:
        detail = "no SMTP host of SES is called so"
    elif smtp_host(region) is None:
        detail = f"SES has no SMTP host in {region}"
    else:
        detail = (
            f"SES in {region} does not know {seen.ses_identity.name} of {seen.region}, and a password that was made for"
            f" {seen.region} is refused there with 535"
        )
    yield Hit(
        subject=host,
        title=None if region else "The application does not connect to SES",
        detail=detail,
        expected=expected or f"the API: SES has no SMTP host in {seen.region}",
        observed=(host,),
        fix=Fix(
            f"Connect to {expected}, with a password derived for {seen.region}: the user name stays, the password does"
            f" not{there}",
            commands=(f"sendready smtp-password --region {seen.region}",),
        )
        if expected is not None
        else Fix(f"{seen.region} has no SMTP host: send through the API{there}"),
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
