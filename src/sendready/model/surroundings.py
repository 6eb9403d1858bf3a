"""What AWS holds around an identity: other regions, identities beside it, its configuration set, where events go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sendready.model.identity import IdentityKind, ListedIdentity, SesIdentity
from sendready.model.names import is_at_or_below
from sendready.model.observation import Seen, Unseen
from sendready.model.publisher import Zone
from sendready.model.records import WantedRecord

T = TypeVar("T")
Looked = Seen[T] | Unseen | None
"""Something around the identity; None where nothing pointed at it, so that it was not asked for."""


@dataclass(frozen=True, slots=True)
class InRegion:
    """What SES holds of the same name in another region."""

    region: str
    held: Seen[SesIdentity | None] | Unseen

    @property
    def answered(self) -> bool:
        """Whether that region could be asked: one that is not enabled cannot."""
        return isinstance(self.held, Seen)

    @property
    def identity(self) -> SesIdentity | None:
        """The identity there; None where there is none or that region could not be asked."""
        return self.held.value if isinstance(self.held, Seen) else None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The identities of this region that have a say in mail from the domain, the identity itself left out."""

    listed: tuple[ListedIdentity, ...]
    """The domains above it, the subdomains and the addresses below its domain."""
    complete: bool = True
    """False where the region has more identities than were read; what is not here may then exist all the same."""
    looked_at: tuple[SesIdentity, ...] = ()
    """Those of them that were asked for one by one: the domain above, and some of the addresses."""

    def addresses(self, domain: str) -> tuple[ListedIdentity, ...]:
        """The address identities at exactly this domain."""
        return tuple(
            one for one in self.listed if one.kind is IdentityKind.ADDRESS and one.name.rpartition("@")[2] == domain
        )

    def above(self, domain: str) -> ListedIdentity | None:
        """The nearest domain identity that lies above a domain, or is it: the one whose settings its mail takes."""
        domains = [
            one for one in self.listed if one.kind is IdentityKind.DOMAIN and is_at_or_below(domain, one.name.lower())
        ]
        return max(domains, key=lambda one: len(one.name), default=None)

    def details(self, name: str) -> SesIdentity | None:
        """What SES holds of one of them, where it was asked."""
        return next((one for one in self.looked_at if one.name == name), None)


@dataclass(frozen=True, slots=True)
class ConfigurationSet:
    """One answer of `GetConfigurationSet`."""

    name: str
    sending: bool = True
    """`SendingOptions.SendingEnabled`."""
    reputation_metrics: bool = False
    suppressed_reasons: tuple[str, ...] | None = None
    """What the set suppresses in place of the account; None where it leaves that to the account."""


class Target(StrEnum):
    """Where a configuration set can send its events."""

    SNS = "SNS"
    EVENT_BRIDGE = "EventBridge"
    FIREHOSE = "Firehose"
    CLOUDWATCH = "CloudWatch"
    """Counts only: nobody learns which address bounced."""
    OTHER = "another service"

    @property
    def tells_who(self) -> bool:
        """Whether the address that bounced or complained can be read from what arrives."""
        return self is not Target.CLOUDWATCH


@dataclass(frozen=True, slots=True)
class EventDestination:
    """One row of `GetConfigurationSetEventDestinations`."""

    name: str
    enabled: bool
    types: frozenset[str]
    """BOUNCE, COMPLAINT, DELIVERY, …."""
    target: Target
    arn: str = ""
    """The topic, bus or stream."""


@dataclass(frozen=True, slots=True)
class Key:
    """The KMS key that a topic or a queue is encrypted with."""

    id: str
    aws_managed: bool = False
    """One of AWS's own, such as alias/aws/sns: its policy lets no other service in and cannot be changed."""
    enabled: bool = True
    policy: Looked[str] = None
    """The policy of a customer's key, JSON."""


@dataclass(frozen=True, slots=True)
class Queue:
    """An SQS queue that a topic delivers to."""

    arn: str
    policy: str = ""
    """The policy document, JSON; empty where it has none, which lets no service in."""
    key: Looked[Key] = None
    """None where no KMS key is used."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who listens to a topic."""

    protocol: str
    """sqs, https, lambda, email, …."""
    endpoint: str
    confirmed: bool
    queue: Looked[Queue | None] = None
    """With sqs; `Seen(None)`: there is no such queue."""


@dataclass(frozen=True, slots=True)
class Topic:
    """An SNS topic."""

    arn: str
    policy: str = ""
    key: Looked[Key] = None
    """None where no KMS key is used."""
    fifo: bool = False
    """SES publishes to standard topics only."""
    subscriptions: Looked[tuple[Subscription, ...]] = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of EventBridge's default bus."""

    name: str
    enabled: bool
    pattern: str
    """The event pattern, JSON."""
    targets: Looked[int] = None
    """How many targets it has; asked only of rules that SES's events match."""


@dataclass(frozen=True, slots=True)
class Hops:
    """A destination and what lies behind it on the way to whoever listens."""

    destination: EventDestination
    topic: Looked[Topic | None] = None
    """`Seen(None)`: there is no such topic."""
    rules: Looked[tuple[Rule, ...]] = None
    stream: Looked[str | None] = None
    """The stream's status, ACTIVE or another; `Seen(None)`: there is no such stream."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The account's newest reputation metrics in CloudWatch (namespace AWS/SES), as fractions; None: no datum."""

    bounce: float | None = None
    complaint: float | None = None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An address on the account's suppression list (sesv2 `SuppressedDestination`)."""

    address: str
    reason: str
    """BOUNCE or COMPLAINT."""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What SES's Virtual Deliverability Manager says about the identity (sesv2 `Recommendation`)."""

    kind: str
    """DKIM, DMARC, SPF, BIMI, COMPLAINT, BOUNCE, …."""
    text: str
    impact: str
    """LOW or HIGH."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that a sender may not do (iam `SimulatePrincipalPolicy`)."""

    action: str
    """ses:SendEmail or ses:SendRawEmail."""
    resource: str
    """The ARN of the identity or the configuration set."""
    explicit: bool = False
    """Denied by a statement, and not just allowed by none."""


@dataclass(frozen=True, slots=True)
class HeldElsewhere:
    """A zone at the user's DNS host that nobody is sent to, and the wanted records that stand in it."""

    zone: Zone
    records: tuple[WantedRecord, ...]
    private: bool = False
    """Seen only inside a network of the user's own."""
    twin: Zone | None = None
    """The zone of the same name, at the same host, that the world is sent to."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that was looked at around one identity. Each part is asked only where something points at it."""

    remembered: tuple[str, ...] = ()
    """Other regions in which earlier looks of this machine saw the identity in this account, latest first."""
    regions: tuple[InRegion, ...] = ()
    """What other regions said; empty where none was asked."""
    neighbours: Looked[Neighbours] = None
    configuration_set: Looked[ConfigurationSet | None] = None
    """`Seen(None)`: the identity names one that does not exist."""
    hops: Looked[tuple[Hops, ...]] = None
    topics: Looked[Mapping[str, str]] = None
    """Kinds of feedback, Bounce, Complaint, Delivery, with the ARN of the topic that the older API has for it."""
    rates: Looked[Rates] = None
    recommendations: Looked[tuple[Recommendation, ...]] = None
    suppressed: Looked[Suppressed | None] = None
    """With an address out of the sandbox: its entry on the suppression list; `Seen(None)`: it is not there."""
    refusals: Looked[tuple[Refusal, ...]] = None
    """What the application's user or role may not do, where the answers name it."""

    zones: Looked[tuple[HeldElsewhere, ...]] = None
    """Where records that are missing stand all the same; asked only where some are."""

    def found_in(self) -> tuple[InRegion, ...]:
        """The other regions that have the identity; those where it is verified come first."""
        found = [one for one in self.regions if one.identity is not None]
        return tuple(sorted(found, key=lambda one: not (one.identity is not None and one.identity.verified)))

    def in_region(self, region: str) -> InRegion | None:
        """What was seen in one of them."""
        return next((one for one in self.regions if one.region == region), None)

    def unseen(self) -> Iterator[Unseen]:
        """Everything that could not be had, other regions excepted: most of them are nobody's concern."""
        yield from _unseen(tuple(getattr(self, entry.name) for entry in fields(self) if entry.name != "regions"))


def _unseen(value: object) -> Iterator[Unseen]:
    """Every Unseen inside a value, however deep it lies."""
    match value:
        case Unseen():
            yield value
        case Seen():
            yield from _unseen(value.value)
        case tuple():
            for one in value:
                yield from _unseen(one)
        case Hops() | Topic() | Subscription() | Queue() | Key() | Rule():
            yield from _unseen(tuple(getattr(value, entry.name) for entry in fields(value)))
        case _:
            return
