"""What the engine needs from the outside world, as Protocols; `world` implements them, `wiring` plugs them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sendready.model.answers import KeyLength
    from sendready.model.change import RequestAccess
    from sendready.model.identity import Account, Caller, Dkim, ListedIdentity, OnMxFailure, SesIdentity
    from sendready.model.observation import Delegation, Past
    from sendready.model.records import Question, Sighting, WantedRecord

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
    """One message to the mailbox simulator."""

    __test__ = False  # pytest would take the name for a test class

    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    configuration_set: str
    tags: Tags


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


class Dns(Protocol):
    """The domain name system, asked at its authoritative servers. Time-outs are outcomes, not errors."""

    async def delegation(self, name: str) -> Delegation:
        """The zone that holds `name`, walked down from its top-level domain. Raises Unreachable."""

    async def look(self, question: Question) -> tuple[Sighting, ...]:
        """What every authoritative server of the name's zone answers, in the order of the servers."""

    async def resolve(self, question: Question) -> Sighting | None:
        """What a recursive resolver answers; None where none did in time. Only for names of others, or live ones."""

    def forget(self) -> None:
        """Drops what is remembered of delegations, so that the next look walks again."""


@dataclass(frozen=True, slots=True)
class HostedZone:
    """A zone at Route 53."""

    id: str
    name: str
    servers: tuple[str, ...]


class HostedZones(Protocol):
    """Route 53, to which records are only ever added."""

    async def find(self, delegation: Delegation) -> HostedZone | None:
        """The public hosted zone whose name servers the world is really sent to; None where there is none."""

    async def existing(self, zone: HostedZone, names: Sequence[str]) -> Mapping[Question, tuple[str, ...]]:
        """Every record set at these names; TXT values joined and without quotes, names without final dot."""

    async def create(self, zone: HostedZone, records: Sequence[WantedRecord]) -> str:
        """Adds the records, all or none; the change id. Raises AlreadyExists where one is there."""


class ResourceKind(StrEnum):
    """What a test send creates for its own time, in this order."""

    QUEUE = "queue"
    TOPIC = "topic"
    SUBSCRIPTION = "subscription"
    CONFIGURATION_SET = "configuration-set"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something temporary in the user's account; its name tells that it is ours."""

    kind: ResourceKind
    name: str
    """`sendready-` and eight hex digits: the name of the run."""


class EventPath(Protocol):
    """A temporary way for SES's events to reach us: configuration set → SNS topic → SQS queue."""

    async def create(self, resource: Resource, tags: Tags) -> None:
        """Creates one part; parts are created in the order of `ResourceKind`."""

    async def delete(self, resource: Resource) -> None:
        """Removes one part; nothing happens where it is gone already."""

    async def receive(self, run: str, wait: float) -> tuple[str, ...]:
        """Messages that arrived, waiting up to `wait` seconds for the first; each is returned once."""


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

    def learn(self, scope: Scope, learn: Callable[[Past], Past]) -> None:
        """Keeps what `learn` makes of what is known by now; runs at the same time lose nothing to one another."""

    def begin(self, scope: Scope, resource: Resource) -> None:
        """Writes into the journal, before it is created, that a temporary resource may exist."""

    def end(self, scope: Scope, resource: Resource) -> None:
        """Writes that it is gone."""

    def running(self, scope: Scope, run: str) -> AbstractContextManager[None]:
        """For the time of the block, what `run` has begun is not unfinished, for this process and all others."""

    def unfinished(self) -> Sequence[tuple[Scope, Resource]]:
        """Everything that interrupted runs may have left behind, newest first; not what a run is still using."""

    def record(self, scope: Scope, entry: Mapping[str, Any]) -> None:
        """Appends to the journal what was changed, where and when."""


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside the process, as the engine sees it."""

    ses: Ses
    dns: Dns
    zones: HostedZones
    events: EventPath
    store: Store
    clock: Clock
    random_hex: Callable[[], str]
    """Eight hex digits, new at every call: the name of a run."""
