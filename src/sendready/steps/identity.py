"""Identity: the domain or address in SES; it is created where SES has none and adopted as it is where it has."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.change import Change, CreateIdentity, Kept, ResendLink, Setting
from sendready.model.identity import IdentityKind, SigningOrigin, Status
from sendready.model.observation import Observation
from sendready.model.step import Step


def changes(seen: Observation) -> Iterator[Change]:
    """Creates what SES says it does not have; an address whose link was not opened in time is sent another."""
    ses = seen.ses_identity
    if ses is not None and ses.kind is IdentityKind.ADDRESS and ses.status is Status.FAILED:
        yield resend(seen)
    if not seen.identity_missing:
        return
    answered, identity = seen.answered, seen.identity
    settings = [Setting("region", seen.region, answered.source("region"))]
    if identity.is_domain:
        settings.append(
            Setting("key length", f"{answered.answers.key_length.value} bits", answered.source("key_length"))
        )
    settings.extend(Setting(f"tag {key}", value, answered.source("tag")) for key, value in answered.answers.tags)
    yield Change(
        key="identity.create",
        step=Step.IDENTITY,
        action=CreateIdentity(
            identity.name,
            answered.answers.key_length if identity.is_domain else None,
            answered.answers.tags,
        ),
        title=f"Create the {identity.kind.value} identity {identity.name} in {seen.region}",
        api="ses:CreateEmailIdentity",
        settings=tuple(settings),
        note="" if identity.is_domain else "AWS mails it a link that is good for 24 hours",
    )


def resend(seen: Observation) -> Change:
    """Mails the link of an address identity again."""
    return Change(
        key="identity.resend",
        step=Step.IDENTITY,
        action=ResendLink(seen.identity.name),
        title=f"Mail {seen.identity.name} its link again",
        api="ses:VerifyEmailIdentity",
        note="good for 24 hours",
    )


def kept(seen: Observation) -> Iterator[Kept]:
    """What is adopted, and where the answers asked for something else."""
    ses, answered = seen.ses_identity, seen.answered
    if ses is None:
        return
    yield Kept(Step.IDENTITY, f"{ses.name} exists in {seen.region}")
    if ses.dkim.origin is SigningOrigin.EXTERNAL:
        yield Kept(Step.DKIM, "it signs with your own key (BYODKIM)")
    elif ses.dkim.origin is SigningOrigin.REPLICA:
        yield Kept(Step.DKIM, "its keys are a replica of another region's (DEED); it needs no records of its own")
    elif ses.dkim.key_length:
        bits = ses.dkim.key_length.removeprefix("RSA_").removesuffix("_BIT")
        asked = answered.answers.key_length.value
        other = (
            f"; you asked for {asked}, keys are never changed" if asked != bits and answered.given("key_length") else ""
        )
        yield Kept(Step.DKIM, f"{bits}-bit keys{other}")
    if ses.mail_from is not None:
        asked_for = answered.answers.mail_from_domain(seen.identity.domain)
        differs = asked_for != ses.mail_from.domain and answered.given("mail_from")
        other = f"; you asked for {asked_for or 'none'}" if differs else ""
        yield Kept(Step.MAIL_FROM, f"{ses.mail_from.domain}{other}")
