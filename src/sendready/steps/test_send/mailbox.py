"""A test to a real mailbox: in the sandbox its owner has to open a link first, and nobody else is ever written to."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.model.change import Change, CreateIdentity, Mode, ResendLink, SendMail, Setting
from sendready.model.identity import SesIdentity, Status
from sendready.model.observation import Observation
from sendready.model.step import Step
from sendready.steps import kept_events
from sendready.steps.test_send import sender_of, unsubscribe_page


def must_be_verified(seen: Observation, address: str) -> bool:
    """Whether SES refuses mail to an address because of the sandbox, unless a link was opened there."""
    account, ses = seen.account_seen, seen.ses_identity
    own = ses is not None and ses.verified and address.rpartition("@")[2].lower() == seen.identity.domain
    return account is not None and not account.production and not own and seen.identity.name != address


def changes(seen: Observation, address: str, recipient: SesIdentity | None, subject: str = "") -> Iterator[Change]:
    """Verifies the recipient where SES wants that, then sends one message.

    `recipient` is what SES holds of the address itself, None where it holds nothing.
    """
    answers, ses = seen.answered.answers, seen.ses_identity
    waits = must_be_verified(seen, address) and not (recipient is not None and recipient.verified)
    if waits and recipient is None:
        yield Change(
            key="test.recipient",
            step=Step.TEST_SEND,
            action=CreateIdentity(address, None, answers.tags),
            title=f"Mail {address} a link, which lets the sandbox write to it",
            api="ses:CreateEmailIdentity",
            note="it is good for 24 hours; whoever reads that mailbox has to open it",
        )
    elif waits and recipient is not None and recipient.status is Status.FAILED:
        yield Change(
            key="test.recipient",
            step=Step.TEST_SEND,
            action=ResendLink(address),
            title=f"Mail {address} its link again",
            api="ses:VerifyEmailIdentity",
            note="the last one was not opened within 24 hours",
        )
    sender = sender_of(seen.identity, answers)
    ready = ses is not None and ses.verified
    yield Change(
        key="test.mail",
        step=Step.TEST_SEND,
        action=SendMail(
            sender,
            address,
            subject,
            unsubscribe_page(seen.identity, answers),
            kept_events.set_to_prove(seen.identity, answers, ses),
        ),
        title=f"Send one message to {address}",
        api="ses:SendEmail",
        mode=Mode.AUTOMATIC if ready and not waits else Mode.LATER,
        settings=(Setting("from", sender, seen.answered.source("from_local")),),
        note=""
        if ready and not waits
        else "once the link was opened"
        if ready
        else "once SES has verified the identity",
    )
