"""Test send: one message to each address of the mailbox simulator, each proven by the events it must cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sendready.model.change import Change, Kept, Mode, SendTest, Setting
from sendready.model.observation import Observation
from sendready.model.step import Step


@dataclass(frozen=True, slots=True)
class Scenario:
    """A simulator address and the events SES publishes for it, in any order."""

    box: str
    """The local part before the label."""
    events: tuple[str, ...]
    meaning: str

    def address(self, label: str) -> str:
        """The address with a label, which tells our messages from others (`+` only; a dash is none)."""
        return f"{self.box}+{label}@simulator.amazonses.com"


SCENARIOS = (
    Scenario("success", ("Send", "Delivery"), "accepted"),
    Scenario("bounce", ("Send", "Bounce"), "refused for good: 550 5.1.1"),
    Scenario("complaint", ("Send", "Delivery", "Complaint"), "accepted, then reported as spam"),
    Scenario("ooto", ("Send", "Delivery"), "accepted, answered out of office"),
    Scenario("suppressionlist", ("Send", "Bounce"), "refused: on the suppression list"),
)
"""The five addresses and what each causes (SES developer guide, send-an-email-from-console; sequences measured)."""


def kept(seen: Observation) -> Iterator[Kept]:
    """The proof there is, where another one was asked for."""
    proven = seen.past.test_proven
    if seen.answered.answers.test and proven is not None:
        yield Kept(Step.TEST_SEND, f"proven on {proven:%Y-%m-%d}; it is not sent again")


def changes(seen: Observation) -> Iterator[Change]:
    """Sends the test where it was asked for and has not been proven since the identity last changed."""
    answers, ses = seen.answered.answers, seen.ses_identity
    if not answers.test or seen.past.test_proven is not None or not (ses is not None or seen.identity_missing):
        return
    sender = seen.identity.name if not seen.identity.is_domain else f"{answers.from_local}@{seen.identity.domain}"
    ready = ses is not None and ses.verified
    yield Change(
        key="test.send",
        step=Step.TEST_SEND,
        action=SendTest(seen.identity.name, sender, answers.tags),
        title=f"Send {len(SCENARIOS)} messages to the mailbox simulator and wait for their events",
        api="ses:SendEmail",
        mode=Mode.AUTOMATIC if ready else Mode.LATER,
        settings=(Setting("from", sender, seen.answered.source("from_local")),),
        note=(
            "a temporary configuration set, SNS topic and SQS queue are created and removed again"
            if ready
            else "once SES has verified the identity"
        ),
    )
