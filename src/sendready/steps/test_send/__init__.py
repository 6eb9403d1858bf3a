"""Test send: one message to each address of the mailbox simulator, each proven by the events it must cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sendready.model.answers import Answers, EventRoute, Source
from sendready.model.change import Change, Kept, Mode, SendTest, Setting
from sendready.model.identity import Identity
from sendready.model.observation import Observation
from sendready.model.step import Step
from sendready.steps import kept_events


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
    yield sending(seen)


def sending(seen: Observation, *, subject: str = "", keep: bool = False) -> Change:
    """The test send itself, whatever the answers say about wanting one."""
    answers, ses = seen.answered.answers, seen.ses_identity
    sender, through = sender_of(seen.identity, answers), kept_events.set_to_prove(seen.identity, answers, ses)
    ready = ses is not None and ses.verified
    settings = [Setting("from", sender, seen.answered.source("from_local"))]
    if through:
        settings.append(Setting("configuration set", through, seen.answered.source("configuration_set")))
    topics = kept_events.topics_to_prove(seen) if not through else ()
    settings += [Setting(f"{kind.lower()} topic", arn, Source.FOUND) for kind, arn in topics]
    lacking = answers.events is not EventRoute.TEMPORARY and not through and not topics
    return Change(
        key="test.send",
        step=Step.TEST_SEND,
        action=SendTest(
            seen.identity.name,
            sender,
            answers.tags,
            through,
            topics,
            subject,
            unsubscribe_page(seen.identity, answers),
            keep,
        ),
        title=(
            f"Send the mailbox simulator a message for each event that {through or 'the identity'} tells of,"
            " and wait for them"
            if through or topics
            else f"Send {len(SCENARIOS)} messages to the mailbox simulator and wait for their events"
        ),
        api="ses:SendEmail",
        mode=Mode.CONFLICT if lacking else Mode.AUTOMATIC if ready else Mode.LATER,
        settings=tuple(settings),
        note=_note(ready, through, topics, lacking=lacking),
    )


def _note(ready: bool, through: str, topics: tuple[tuple[str, str], ...], *, lacking: bool) -> str:
    if lacking:
        return (
            "no configuration set is known whose events could be proven, and the identity has no topics of its own;"
            " name a set with `--configuration-set`"
        )
    if not ready:
        return "once SES has verified the identity"
    if through:
        return "a temporary SQS queue listens to what the set sends on, and is removed again"
    if topics:
        return "a temporary SQS queue is subscribed to these topics, and is removed again"
    return "a temporary configuration set, SNS topic and SQS queue are created and removed again"


def sender_of(identity: Identity, answers: Answers) -> str:
    """The From address: an address identity sends from itself, a domain from the local part that was chosen."""
    return identity.name if not identity.is_domain else f"{answers.from_local}@{identity.domain}"


def unsubscribe_page(identity: Identity, answers: Answers) -> str:
    """What `List-Unsubscribe` names; one-click needs an address that begins with https (RFC 8058, section 3.1)."""
    site = answers.website if answers.website.startswith("https://") else f"https://{identity.domain}/"
    return f"{site.rstrip('/')}/unsubscribe"
