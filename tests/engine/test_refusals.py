"""What SES says when it refuses a message: each reason has its own words, its finding, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from practising import DOMAIN, HandClock, all_of, of_type, planned, request

from sendready.engine.prove import prove
from sendready.model.change import SendTest
from sendready.model.errors import (
    AccountSuspended,
    AwsError,
    ConfigurationSetGone,
    ConfigurationSetPaused,
    MailFromNotVerified,
    QuotaUsedUp,
    RecipientNotVerified,
    SenderNotVerified,
    SendingPaused,
    SendingTooFast,
)
from sendready.model.events import Failed, Sent
from sendready.model.ports import TestMessage, World
from sendready.practice.aws.errors import AwsError as TheirError
from sendready.practice.aws.ses_state import ConfigurationSet
from sendready.practice.aws.sqs import Sqs
from sendready.practice.servers import Practice


@pytest.fixture
def world(world: World, practice: Practice) -> World:
    practice.finish(DOMAIN)
    return replace(world, clock=HandClock())


def message(**changes: str) -> TestMessage:
    plain = TestMessage(f"hello@{DOMAIN}", "success@simulator.amazonses.com", "s", "t", "h", "", ())
    return replace(plain, **changes)  # type: ignore[arg-type]


def suspended(practice: Practice) -> None:
    practice.ses.enforcement = "SHUTDOWN"


def paused(practice: Practice) -> None:
    practice.ses.sending = False


def unverified(practice: Practice) -> None:
    del practice.ses.identities[DOMAIN]


def mail_from_lost(practice: Practice) -> None:
    mail_from = practice.ses.identities[DOMAIN].mail_from
    assert mail_from is not None
    mail_from.on_failure, mail_from.watch.status = "REJECT_MESSAGE", "FAILED"


def default_gone(practice: Practice) -> None:
    practice.ses.identities[DOMAIN].configuration_set = "gone"


def default_paused(practice: Practice) -> None:
    practice.ses.sets["off"] = ConfigurationSet("off", {"SendingOptions": {"SendingEnabled": False}})
    practice.ses.identities[DOMAIN].configuration_set = "off"


def quota(practice: Practice) -> None:
    practice.aws.fail("SendEmail", TheirError("ThrottlingException", "Daily message quota exceeded."))


def rate(practice: Practice) -> None:
    practice.aws.fail("SendEmail", TheirError("ThrottlingException", "Maximum sending rate exceeded."))


REFUSALS: dict[Callable[[Practice], None], tuple[type[AwsError], str]] = {
    suspended: (AccountSuspended, "SES008"),
    paused: (SendingPaused, "SES007"),
    unverified: (SenderNotVerified, "SES003"),
    mail_from_lost: (MailFromNotVerified, "MFR019"),
    default_gone: (ConfigurationSetGone, "SES011"),
    default_paused: (ConfigurationSetPaused, "SES012"),
    quota: (QuotaUsedUp, "SES009"),
    rate: (SendingTooFast, "SES009"),
}


@pytest.mark.parametrize("reason", REFUSALS, ids=lambda reason: reason.__name__)
async def test_each_reason_is_an_error_of_its_own(
    practice: Practice, world: World, reason: Callable[[Practice], None]
) -> None:
    expected, finding = REFUSALS[reason]
    reason(practice)

    with pytest.raises(expected) as caught:
        await world.ses.send(message())

    assert caught.value.check_id == finding
    assert caught.value.hint
    assert "Exception" not in caught.value.message


async def test_in_the_sandbox_it_is_the_recipient_that_is_not_verified(practice: Practice, world: World) -> None:
    practice.ses.review = None

    with pytest.raises(RecipientNotVerified, match=r"friend@another\.example is not verified") as caught:
        await world.ses.send(message(recipient="friend@another.example"))

    assert "sendready apply friend@another.example" in (caught.value.hint or "")


async def test_a_sender_that_is_not_verified_comes_before_the_recipient(practice: Practice, world: World) -> None:
    practice.ses.review = None

    with pytest.raises(SenderNotVerified):
        await world.ses.send(message(sender="a@b.example", recipient="friend@another.example"))


async def test_another_refusal_is_told_in_the_words_of_ses(practice: Practice, world: World) -> None:
    practice.aws.fail("SendEmail", TheirError("MessageRejected", "Something new."))

    with pytest.raises(AwsError, match=r"Something new\.") as caught:
        await world.ses.send(message())

    assert caught.value.code == "MessageRejected"


@pytest.mark.parametrize("reason", [suspended, paused, mail_from_lost, quota, rate], ids=lambda reason: reason.__name__)
async def test_a_test_send_that_is_refused_leaves_nothing_behind(
    practice: Practice, world: World, reason: Callable[[Practice], None]
) -> None:
    seen, plan = await planned(request(test=True), world)
    (change,) = (one for one in plan.open if one.key == "test.send")
    assert isinstance(change.action, SendTest)
    reason(practice)

    events = await all_of(prove(change, change.action, seen, world))

    (failed,) = of_type(events, Failed)
    assert isinstance(failed.error, REFUSALS[reason][0])
    assert of_type(events, Sent) == []
    assert practice.ses.sets == {}
    assert practice.cloud.state(Sqs, practice.account_id, practice.region).queues == {}
    assert list(world.store.unfinished()) == []
