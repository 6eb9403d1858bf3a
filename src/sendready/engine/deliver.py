"""One message to a real mailbox, and the link that its owner has to open first while the account is in the sandbox."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime

from sendready.engine.attempt import attempt
from sendready.engine.observe import Part
from sendready.engine.prove import unsubscribe_headers
from sendready.engine.watch import pause_after
from sendready.model.change import Change, SendMail
from sendready.model.errors import SendreadyError, ServiceFailure, Throttled, Unreachable
from sendready.model.events import Changed, Event, Failed, Note, Sent
from sendready.model.observation import Seen, Unseen
from sendready.model.ports import TestMessage, World

PASSING = (Unreachable, Throttled, ServiceFailure)
"""What a wait outlasts."""

SOURCE = (
    "open its source there (\u201cshow original\u201d): Authentication-Results should say pass for dkim, spf and dmarc"
)


async def deliver(change: Change, action: SendMail, world: World) -> AsyncGenerator[Event, None]:
    """Sends it once; yields Sent, Changed and what to look at, or Failed."""
    text = (
        f"A test by sendready: this message was sent from {action.sender} through Amazon SES.\n"
        "Whether it is authentic is told by the header Authentication-Results in its source.\n"
    )
    message = TestMessage(
        sender=action.sender,
        recipient=action.recipient,
        subject=action.subject or f"A test from {action.sender}",
        text=text,
        html=f"<p>{text.replace(chr(10), ' ').strip()}</p>",
        configuration_set=action.configuration_set,
        tags=(),
        headers=unsubscribe_headers(action.unsubscribe),
    )
    try:
        message_id = await world.ses.send(message)
    except SendreadyError as error:
        yield Failed(change, error)
        return
    yield Sent(action.recipient, message_id)
    yield Changed(change, "SES accepted it")
    yield Note(SOURCE)


async def link_opened(address: str, world: World, until: datetime) -> bool:
    """Waits until SES says that the link it mailed to an address was opened; False where that was not in time."""
    clock = world.clock
    since = clock.now()
    while True:
        held = await attempt(world.ses.identity(address))
        if isinstance(held, Seen) and held.value is not None and held.value.verified:
            return True
        left = (until - clock.now()).total_seconds()
        if isinstance(held, Unseen) and (left <= 0 or not isinstance(held.reason, PASSING)):
            raise held.reason
        if left <= 0:
            return False
        pause = pause_after(Part.SES, (clock.now() - since).total_seconds())
        await clock.sleep(min(pause, left))
