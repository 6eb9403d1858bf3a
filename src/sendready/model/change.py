"""What would be done, and what was: changes, the plan that lists them, and their results."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sendready.model.answers import KeyLength, Language, MailType, Source
from sendready.model.identity import OnMxFailure
from sendready.model.records import WantedRecord
from sendready.model.step import Step


@dataclass(frozen=True, slots=True)
class CreateIdentity:
    """Creates the domain or address in SES."""

    name: str
    key_length: KeyLength | None
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResendLink:
    """Mails an address identity its link again; the old one lives 24 hours."""

    name: str


@dataclass(frozen=True, slots=True)
class SetMailFrom:
    """Sets, or after FAILED sets again, the custom MAIL FROM domain."""

    name: str
    mail_from: str
    on_mx_failure: OnMxFailure = OnMxFailure.USE_DEFAULT_VALUE


@dataclass(frozen=True, slots=True)
class EnableSigning:
    """Switches DKIM signing on."""

    name: str


@dataclass(frozen=True, slots=True)
class RestartVerification:
    """Makes SES look again after it gave up (FAILED); tokens are re-read and compared afterwards."""

    name: str


@dataclass(frozen=True, slots=True)
class PublishRecord:
    """Adds one record to the zone; never replaces one."""

    record: WantedRecord


@dataclass(frozen=True, slots=True)
class AmendRecord:
    """Puts a text in the place of another of its name, on condition that the other is still there unchanged."""

    before: str
    record: WantedRecord
    """As it is to be; whoever agreed has seen both."""


@dataclass(frozen=True, slots=True)
class PublishDkimLater:
    """Adds the three DKIM records, whose names SES gives out only once the identity exists."""

    domain: str


@dataclass(frozen=True, slots=True)
class RequestAccess:
    """Asks AWS to lift the sandbox in this region (sesv2 `PutAccountDetails`)."""

    mail_type: MailType
    website: str
    contacts: tuple[str, ...]
    language: Language


@dataclass(frozen=True, slots=True)
class CreateConfigurationSet:
    """Creates the configuration set whose events are kept."""

    name: str
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CreateTopic:
    """Creates an SNS topic to which only one configuration set may publish."""

    name: str
    configuration_set: str
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SubscribeAddress:
    """Asks a mailbox to listen to a topic of this account; AWS mails it a link to confirm."""

    topic: str
    """The topic's name."""
    address: str


@dataclass(frozen=True, slots=True)
class CreateEventDestination:
    """Lets a configuration set send some kinds of events on; SES checks that it may."""

    configuration_set: str
    name: str
    target: str
    """ARN of an SNS topic or of the default event bus, or the name of a topic of this account."""
    types: tuple[str, ...]
    """The API's words: BOUNCE, COMPLAINT, …."""


@dataclass(frozen=True, slots=True)
class AttachConfigurationSet:
    """Makes a configuration set the default of an identity that has none."""

    identity: str
    configuration_set: str


KeptEvents = CreateConfigurationSet | CreateTopic | SubscribeAddress | CreateEventDestination | AttachConfigurationSet
"""What makes events go to somebody who listens, in the order in which it is created."""


@dataclass(frozen=True, slots=True)
class SendTest:
    """Sends one message to each simulator address and waits for the events."""

    identity: str
    sender: str
    tags: tuple[tuple[str, str], ...] = ()
    configuration_set: str = ""
    """The set that stays and is to be proven; empty: a temporary one, unless there are topics."""
    topics: tuple[tuple[str, str], ...] = ()
    """The identity's own SNS topics, as kind (`Bounce`) and ARN, which are to be proven in place of a set."""
    subject: str = ""
    """Empty: one that says what the message is."""
    unsubscribe: str = ""
    """Address of the page that `List-Unsubscribe` names (RFC 8058)."""
    keep: bool = False
    """Leaves what was created for it in place, to be looked at; `cleanup` removes it."""


@dataclass(frozen=True, slots=True)
class SendMail:
    """Sends one message to a mailbox that the user named."""

    sender: str
    recipient: str
    subject: str = ""
    unsubscribe: str = ""
    configuration_set: str = ""


Action = (
    CreateIdentity
    | ResendLink
    | SetMailFrom
    | EnableSigning
    | RestartVerification
    | PublishRecord
    | AmendRecord
    | PublishDkimLater
    | RequestAccess
    | KeptEvents
    | SendTest
    | SendMail
)


class Mode(StrEnum):
    """Who carries a change out, and whether it can be."""

    AUTOMATIC = "automatic"
    BY_HAND = "by-hand"
    """The user does: there is no way to write to this zone from here."""
    CONFLICT = "conflict"
    """Nobody: something else is there already and is left alone."""
    LATER = "later"
    """Once something that is still pending has arrived."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a change and where it came from."""

    name: str
    value: str
    source: Source


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to be done, shown before it is done."""

    key: str
    """Stable between looks; consent is given by key, the journal is kept by key."""
    step: Step
    action: Action
    title: str
    api: str
    """The call that makes it, as an IAM action: `ses:CreateEmailIdentity`."""
    mode: Mode = Mode.AUTOMATIC
    settings: tuple[Setting, ...] = ()
    note: str = ""
    """Why it is by hand, later or in conflict."""
    existing: tuple[str, ...] = ()
    """With a conflict: what is there."""

    @property
    def record(self) -> WantedRecord | None:
        """The record it publishes, if it does."""
        return self.action.record if isinstance(self.action, PublishRecord) else None


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that exists already and stays as it is."""

    step: Step
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that would be done, in its order, and what is kept."""

    changes: tuple[Change, ...]
    kept: tuple[Kept, ...] = ()
    zone_note: str = ""
    """Where the records go, or why nobody can write them from here."""

    @property
    def open(self) -> tuple[Change, ...]:
        """The changes this machine can make now."""
        return tuple(c for c in self.changes if c.mode is Mode.AUTOMATIC)

    @property
    def conflicts(self) -> tuple[Change, ...]:
        """Where something else is in the way."""
        return tuple(c for c in self.changes if c.mode is Mode.CONFLICT)

    @property
    def later(self) -> tuple[Change, ...]:
        """What this machine can make only once something else has come true."""
        return tuple(c for c in self.changes if c.mode is Mode.LATER)

    @property
    def by_hand(self) -> tuple[Change, ...]:
        """What the user has to do."""
        return tuple(c for c in self.changes if c.mode is Mode.BY_HAND)

    @property
    def keys(self) -> frozenset[str]:
        """What consent to this plan covers: the changes it said we would make, now or later."""
        return frozenset(c.key for c in self.changes if c.mode in (Mode.AUTOMATIC, Mode.LATER))
