"""SES's verification: looks the wanted records up in the DNS and moves the states of DKIM and MAIL FROM."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from sendready.practice.aws.lookups import Answer, Outcome, Question
from sendready.practice.aws.ses_state import LINK_LIFE, Identity, MailFrom, Ses, Watch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sendready.practice.aws.cloud import Cloud

ERRORS = {
    Outcome.NO_NAME: "HOST_NOT_FOUND",
    Outcome.NO_DATA: "TYPE_NOT_FOUND",
    Outcome.FAILED: "DNS_SERVER_ERROR",
}
TOGETHER = 20
"""How many identities are looked up at the same time: more answers would not fit into a socket's buffer."""
REGIONAL_DKIM_ZONES = frozenset({
    "af-south-1", "ap-northeast-3", "ap-south-2", "ap-southeast-3", "ap-southeast-5", "ca-west-1",
    "eu-central-2", "eu-south-1", "il-central-1", "me-central-1", "us-gov-east-1",
})  # fmt: skip
"""Regions whose DKIM keys live in their own zone (AWS General Reference, "DKIM domains")."""


def signing_hosted_zone(region: str) -> str:
    """The zone that holds SES's public keys for a region."""
    return f"dkim.{region}.amazonses.com" if region in REGIONAL_DKIM_ZONES else "dkim.amazonses.com"


def feedback_host(region: str) -> str:
    """The host that must be the only MX of a custom MAIL FROM domain."""
    return f"feedback-smtp.{region}.amazonses.com"


def refresh(cloud: Cloud, region: str, *identities: Identity) -> None:
    """Catches up with the looks SES has taken since the identities were last read.

    Takes no lock of the cloud: a slow name server must not stop the other operations.
    """
    now = cloud.clock.now()
    due = [identity for identity in identities if _questions(identity, now)]
    for start in range(0, len(due), TOGETHER):
        with contextlib.ExitStack() as looking:
            # Always in the same order: two that list the same identities must not wait for each other.
            for identity in sorted(due[start : start + TOGETHER], key=lambda identity: identity.name):
                looking.enter_context(identity.looking)
            _look(cloud, region, due[start : start + TOGETHER], now)


def refresh_named(cloud: Cloud, account: str, region: str, *names: str) -> None:
    """`refresh`, for those of `names` that are identities."""
    with cloud.lock:
        known = cloud.state(Ses, account, region).identities
        found = [known[name] for name in dict.fromkeys(names) if name in known]
    refresh(cloud, region, *found)


def _look(cloud: Cloud, region: str, identities: Sequence[Identity], now: datetime) -> None:
    asked = [(identity, identity.dkim, identity.mail_from, _questions(identity, now)) for identity in identities]
    answers = cloud.look_up([question for *_, questions in asked for question in questions])
    with cloud.lock:
        for identity, dkim, mail_from, questions in asked:
            # What was changed while the answers were on their way is judged at the next look.
            if dkim is not None and dkim is identity.dkim and (identity.name, "SOA") in questions:
                _judge_dkim(identity, dkim, answers, now)
            if mail_from is not None and (mail_from.domain, "MX") in questions:
                _judge_mail_from(mail_from, answers[mail_from.domain, "MX"], region, now)


def _questions(identity: Identity, now: datetime) -> list[Question]:
    """What SES has to ask about an identity by now."""
    questions: list[Question] = []
    if identity.dkim is not None and identity.dkim.is_due(now):
        questions += [*_dkim_questions(identity), (identity.name, "SOA")]
    if identity.mail_from is not None and identity.mail_from.watch.is_due(now):
        questions.append((identity.mail_from.domain, "MX"))
    return questions


def _dkim_questions(identity: Identity) -> list[Question]:
    kind = "TXT" if identity.origin == "EXTERNAL" else "CNAME"
    return [(f"{token}._domainkey.{identity.name}", kind) for token in identity.tokens]


def _judge_dkim(identity: Identity, watch: Watch, answers: dict[tuple[str, str], Answer], now: datetime) -> None:
    watch.soa = answers[identity.name, "SOA"].soa or watch.soa
    watch.looked(now, _dkim_error(identity, answers))
    if watch.status == "SUCCESS":
        identity.key_length = identity.next_key_length


def _dkim_error(identity: Identity, answers: dict[tuple[str, str], Answer]) -> str | None:
    for token, question in zip(identity.tokens, _dkim_questions(identity), strict=True):
        answer = answers[question]
        if answer.outcome in ERRORS:
            return ERRORS[answer.outcome]
        right = (
            any("p=" in value for value in answer.values)
            if identity.origin == "EXTERNAL"
            else answer.values == (f"{token}.{identity.hosted_zone}",)
        )
        if not right:
            return "INVALID_VALUE"
    return None


def _judge_mail_from(mail_from: MailFrom, answer: Answer, region: str, now: datetime) -> None:
    error = ERRORS.get(answer.outcome)
    if error is None:
        hosts = [value.partition(" ")[2] for value in answer.values]
        error = None if hosts == [feedback_host(region)] else "INVALID_VALUE"
    mail_from.watch.looked(now, error)


def click(cloud: Cloud, link: str) -> bool:
    """Opens a verification mail's link, given its token; False if it is unknown or older than 24 hours."""
    with cloud.lock:
        now = cloud.clock.now()
        for ses in cloud.states(Ses).values():
            for identity in ses.identities.values():
                if link and identity.link == link and identity.link_sent is not None:
                    if identity.confirmed is None and now - identity.link_sent < LINK_LIFE:
                        identity.confirmed = now
                    return identity.confirmed is not None
    return False
