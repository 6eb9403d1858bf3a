"""What the engine needs from the outside world, as Protocols; `world` implements them, `wiring` plugs them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sendready.model.answers import KeyLength, Publish
    from sendready.model.change import KeptEvents, RequestAccess
    from sendready.model.event_settings import EventSettings
    from sendready.model.identity import Account, Caller, Dkim, ListedIdentity, OnMxFailure, SesIdentity
    from sendready.model.observation import Delegation, Past
    from sendready.model.publisher import Publisher, Written
    from sendready.model.records import Question, Sighting
    from sendready.model.soundness import Soundness
    from sendready.model.surroundings import (
        ConfigurationSet,
        EventDestination,
        Neighbours,
        Queue,
        Rates,
        Recommendation,
        Refusal,
        Rule,
        Suppressed,
        Topic,
    )
    from sendready.model.website import WebPage

Tags = Sequence[tuple[str, str]]


class Clock(Protocol):
    """Time, which may run faster than the wall in a practice world."""

    def now(self) -> datetime:
        """The time, in UTC."""

    def monotonic(self) -> float:
        """Seconds since some moment; unlike the time, it is never set back."""

    async def sleep(self, seconds: float) -> None:
        """Waits that long on this clock."""


@dataclass(frozen=True, slots=True)
class TestMessage:
    """One message to the mailbox simulator, or to a mailbox that the user named."""

    __test__ = False  # pytest would take the name for a test class

    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    configuration_set: str
    """Empty: the identity's default, where it has one."""
    tags: Tags
    headers: Sequence[tuple[str, str]] = ()


class Ses(Protocol):
    """Amazon SES in one account and region. Every method raises `AwsError`s."""

    @property
    def region(self) -> str:
        """The region all of this is about."""

    async def caller(self) -> Caller:
        """Whose credentials these are."""

    async def account(self) -> Account:
        """Sandbox, quota, health and review."""

    async def identity(self, name: str) -> SesIdentity | None:
        """The identity, or None where SES says that it does not have it."""

    async def identities(self) -> tuple[ListedIdentity, ...]:
        """Every identity of the region, by name."""

    async def neighbours(self, name: str) -> Neighbours:
        """The identities above and below a name, of the first thousand of the region."""

    async def configuration_set(self, name: str) -> ConfigurationSet | None:
        """The set, or None where SES says that there is none."""

    async def event_destinations(self, name: str) -> tuple[EventDestination, ...]:
        """Where a configuration set sends its events."""

    async def feedback_topics(self, name: str) -> Mapping[str, str]:
        """Of Bounce, Complaint and Delivery those that have an SNS topic of the older API."""

    async def recommendations(self, name: str, caller: Caller) -> tuple[Recommendation, ...]:
        """What the Virtual Deliverability Manager recommends; to be asked only where it is on."""

    async def suppressed(self, address: str) -> Suppressed | None:
        """The address's entry on the suppression list, or None; refused in the sandbox."""

    async def create_identity(self, name: str, key_length: KeyLength | None, tags: Tags) -> SesIdentity:
        """Creates it; an address is sent its link by this. Raises AlreadyExists."""

    async def resend_link(self, name: str) -> None:
        """Mails an address identity its link again."""

    async def set_mail_from(self, name: str, mail_from: str, on_mx_failure: OnMxFailure) -> None:
        """Sets the custom MAIL FROM domain, or restarts SES's search for its MX."""

    async def enable_signing(self, name: str) -> None:
        """Switches DKIM signing on."""

    async def restart_verification(self, name: str) -> Dkim:
        """Makes SES look for the DKIM records again; to be called at FAILED only."""

    async def request_access(self, request: RequestAccess) -> None:
        """Asks for production access. Raises Conflict while a review is under way or after a denial."""

    async def send(self, message: TestMessage) -> str:
        """Sends one message, never retrying; the message id."""


class OtherRegions(Protocol):
    """SES in the regions beside the one at work. Raises `AwsError`s."""

    @property
    def names(self) -> tuple[str, ...]:
        """The other regions of SES in the same partition; a region that is not enabled is among them."""

    async def identity(self, region: str, name: str) -> SesIdentity | None:
        """The identity there, or None where SES says that it does not have it; one attempt, not waited for long."""


class EventHops(Protocol):
    """What SES's events pass on their way to whoever listens; only ever read. Raises `AwsError`s."""

    async def topic(self, arn: str) -> Topic | None:
        """The topic with its subscriptions, their queues and its key; None where there is no such topic."""

    async def queue(self, arn: str) -> Queue | None:
        """A queue's policy and key; None where there is no such queue."""

    async def rules(self) -> tuple[Rule, ...]:
        """The rules of the default bus with a pattern; how many targets each has, where SES's events match it."""

    async def stream(self, arn: str) -> str | None:
        """The status of a Firehose stream; None where there is no such stream."""


class Metrics(Protocol):
    """CloudWatch, as far as SES writes to it. Raises `AwsError`s."""

    async def rates(self) -> Rates:
        """The account's bounce and complaint rate."""


class Permissions(Protocol):
    """What IAM would say. Raises `AwsError`s."""

    async def refusals(self, principal: str, resources: Sequence[str]) -> tuple[Refusal, ...]:
        """Which of ses:SendEmail and ses:SendRawEmail a user or role may not do on which of the resources."""


class Dns(Protocol):
    """The domain name system, asked at its authoritative servers. Time-outs are outcomes, not errors."""

    async def delegation(self, name: str) -> Delegation:
        """The zone that holds `name`, walked down from its top-level domain. Raises Unreachable."""

    async def look(self, question: Question) -> tuple[Sighting, ...]:
        """What every authoritative server of the name's zone answers, in the order of the servers."""

    async def soundness(self, cut: Delegation) -> Soundness:
        """How the zone's servers take questions, and whether its signatures hold. What fails is not known."""

    async def resolved(self, questions: Sequence[Question]) -> tuple[Sighting, ...]:
        """What each resolver answers, out of its memory or not; never to be asked for what may not exist yet."""

    async def resolve(self, question: Question) -> Sighting | None:
        """What a recursive resolver answers; None where none did in time. Only for names of others, or live ones."""

    def forget(self) -> None:
        """Drops what is remembered of delegations, so that the next look walks again."""


class ResourceKind(StrEnum):
    """What a test send creates for its own time, in this order; not every send needs every part."""

    QUEUE = "queue"
    TOPIC = "topic"
    SUBSCRIPTION = "subscription"
    RULE = "rule"
    CONFIGURATION_SET = "configuration-set"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something temporary in the user's account; its name tells that it is ours."""

    kind: ResourceKind
    name: str
    """`sendready-` and eight hex digits: the name of the run."""
    of: str = ""
    """What it hangs on where that is not a part of the run: ARN of a topic or bus, or a configuration set's name."""


class EventPath(Protocol):
    """A temporary way for SES's events to reach us: configuration set → SNS topic or EventBridge rule → SQS queue."""

    async def create(self, resource: Resource, tags: Tags) -> None:
        """Creates one part; parts are created in the order of `ResourceKind`."""

    async def delete(self, resource: Resource) -> None:
        """Removes one part; nothing happens where it is gone already."""

    async def receive(self, run: str, wait: float) -> tuple[str, ...]:
        """Messages that arrived, waiting up to `wait` seconds for the first; each is returned once."""


class EventKeeper(Protocol):
    """Where a configuration set's events go for good. What exists is read, what is missing is created, no more."""

    async def settings(self, configuration_set: str, topic: str) -> EventSettings:
        """What is there of a set and of a topic (its ARN, or its name in this account; empty: none is meant)."""

    async def make(self, part: KeptEvents) -> None:
        """Creates one part. Raises AlreadyExists where one of that name is there."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What state is kept for: one identity in one account and region."""

    account: str
    region: str
    identity: str


class Store(Protocol):
    """The state directory: answers, history and the journal. Raises StateError."""

    def answers(self, identity: str, region: str) -> Mapping[str, Any]:
        """The answers saved last for this identity in this region; empty where there are none."""

    def save_answers(self, scope: Scope, answers: Mapping[str, Any]) -> None:
        """Keeps the answers."""

    def past(self, identity: str, region: str, account: str | None = None) -> Past:
        """What earlier looks knew: those of one account, or of the one the identity was seen in last."""

    def regions(self, identity: str, account: str) -> tuple[str, ...]:
        """The regions in which an account was seen to have the identity, the one seen last first."""

    def learn(self, scope: Scope, learn: Callable[[Past], Past]) -> None:
        """Keeps what `learn` makes of what is known by now; runs at the same time lose nothing to one another."""

    async def learn_in_turn(self, scope: Scope, learn: Callable[[Past], Past]) -> None:
        """The same off the event loop, in the order in which it was asked for about a scope.

        Cancelled before its turn it learns nothing; later, it is over before the next begins.
        """

    def begin(self, scope: Scope, resource: Resource) -> None:
        """Writes into the journal, before it is created, that a temporary resource may exist."""

    def end(self, scope: Scope, resource: Resource) -> None:
        """Writes that it is gone."""

    def running(self, scope: Scope, run: str) -> AbstractContextManager[None]:
        """For the time of the block, what `run` has begun is not unfinished, for this process and all others."""

    def unfinished(self) -> Sequence[tuple[Scope, Resource]]:
        """Everything that interrupted runs may have left behind, newest first; not what a run is still using."""

    def written(self) -> Sequence[tuple[Scope, Written]]:
        """Every record that was added and not taken away since, newest first."""

    def journal(self, identity: str, region: str) -> Sequence[Mapping[str, Any]]:
        """What was changed for an identity in a region, in all accounts, oldest first in each."""

    def taken_back(self, scope: Scope, written: Written, at: datetime) -> None:
        """Writes that a record was taken away again, or is not ours any more."""

    def record(self, scope: Scope, entry: Mapping[str, Any]) -> None:
        """Appends to the journal what was changed, where and when."""


class Web(Protocol):
    """The user's own website; never asked but with `--web`."""

    async def page(self, url: str) -> WebPage:
        """The page at an address, redirects followed, within bounds of time and size. Raises Unreachable."""


class Preferences(Protocol):
    """What somebody prefers at their terminal; never worth an error."""

    @property
    def theme(self) -> str:
        """The name of the theme that was chosen last; empty where none is known."""

    async def keep_theme(self, name: str) -> None:
        """Remembers the theme, off the event loop; the last one stays."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside the process, as the engine sees it."""

    ses: Ses
    dns: Dns
    publisher: Callable[[Publish], Publisher]
    """Whoever writes records in the chosen way. Raises BadInput: a package or a variable it needs is missing."""
    events: EventPath
    keeper: EventKeeper
    store: Store
    clock: Clock
    random_hex: Callable[[], str]
    """Eight hex digits, new at every call: the name of a run."""
    regions: OtherRegions
    hops: EventHops
    metrics: Metrics
    permissions: Permissions
    web: Web
