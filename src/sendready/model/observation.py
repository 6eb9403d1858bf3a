"""Everything seen in one look; checks judge it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

from sendready.model.answers import Answered
from sendready.model.dmarc import DmarcDiscovery
from sendready.model.errors import SendreadyError
from sendready.model.event_settings import EventSettings
from sendready.model.finding import Verdict
from sendready.model.history import PastLook
from sendready.model.identity import Account, Caller, Identity, SesIdentity
from sendready.model.mail_auth import MailAuth
from sendready.model.received import Received
from sendready.model.records import NameServer, ObservedRecord, Outcome, Question, RecordType, Sighting, WantedRecord
from sendready.model.soundness import Soundness
from sendready.model.step import Step

if TYPE_CHECKING:
    from sendready.model.surroundings import Surroundings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """Something that was looked at, with what was there."""

    value: T


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that could not be looked at, with the reason; never the same as absent."""

    reason: SendreadyError


@dataclass(frozen=True, slots=True)
class Delegation:
    """Which servers answer for a name: its zone cut, walked down from the top-level domain."""

    name: str
    """The name that was asked about."""
    zone: str | None
    """The apex of the zone that holds the name; None where the walk could not finish."""
    servers: tuple[NameServer, ...] = ()
    exists: bool | None = None
    """False: the parent zone proves that the domain is not delegated. None: not known."""
    primary: str | None = None
    """The SOA's MNAME."""
    serial: int | None = None
    parent_names: tuple[str, ...] = ()
    """The name servers that the zone above names; empty where one server holds both zones."""
    own_names: tuple[str, ...] = ()
    """Those that the zone itself names; empty where it could not be asked."""
    glue: tuple[NameServer, ...] = ()
    """The addresses that the zone above gives for name servers inside the zone."""
    nowhere: tuple[str, ...] = ()
    """Name servers that surely have no address."""
    aliased: tuple[str, ...] = ()
    """Name servers whose name is an alias of another one."""
    negative_ttl: int | None = None
    """How long resolvers may remember that a name does not exist, seconds: min(SOA TTL, MINIMUM), RFC 2308."""
    sightings: tuple[Sighting, ...] = ()
    """The answers of the walk, from the top-level domain down."""
    through: str = ""
    """The resolver that answered for everything, where no name server could be asked."""


class Slip(StrEnum):
    """What went wrong where a record was entered, told by where it, or something in its place, was found."""

    DOUBLED = "doubled"
    """At its name with the zone, or a part of it, behind it once more."""
    NO_DOMAINKEY = "no-domainkey"
    """At the token alone, without `_domainkey`."""
    NO_UNDERSCORE = "no-underscore"
    """At a name in which the underscore was dropped or written another way."""
    ZONE_ABOVE = "zone-above"
    """At the name it would have in the domain above a subdomain."""
    ZONE_BELOW = "zone-below"
    """At a name one label too deep, such as `www`."""
    APEX = "apex"
    """At the domain itself instead of at a name below it."""
    SWAPPED = "swapped"
    """Name and value exchanged: something at the value's name, inside the zone."""
    ANOTHER_TYPE = "another-type"
    """A text at its own name, where an alias was wanted."""
    ADDRESS = "address"
    """Addresses at its own name, where an alias was wanted."""
    ALIAS = "alias"
    """A CNAME at its own name, where records of another type were wanted."""
    CHAINED = "chained"
    """At the name that its CNAME points to, instead of at its own."""
    BESIDE = "beside"
    """A text at its own name, where its CNAME stands as it should: the name has two things."""
    WILDCARD = "wildcard"
    """What any name would get: it comes from the zone's `*` record."""


@dataclass(frozen=True, slots=True)
class Stray:
    """What was found where a wanted record is not: the record elsewhere, or something else in its place."""

    wanted: WantedRecord
    slip: Slip
    question: Question
    """What was asked to find it."""
    sightings: tuple[Sighting, ...]

    @property
    def at(self) -> str:
        """Where it is."""
        return self.question.name

    @property
    def answers(self) -> tuple[str, ...]:
        """Every value seen there, without repeats."""
        return tuple(dict.fromkeys(text for sighting in self.sightings for text in sighting.answers))


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier looks of this machine knew; all empty on a first look."""

    account: str | None = None
    """The AWS account the identity was last seen in."""
    identity_seen: bool = False
    live_records: frozenset[tuple[str, str]] = frozenset()
    """Name and type of every record that was live once."""
    written: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    """Name and type of the records that were written from here and were not seen live since, with the time."""
    production_seen: bool = False
    tokens: tuple[str, ...] = ()
    """The DKIM tokens SES last gave out."""
    signing_zone: str = ""
    ready_since: datetime | None = None
    """Since when the identity as it is now has worked at every look, as far as looks could tell."""
    last_ready: datetime | None = None
    test_proven: datetime | None = None
    looks: tuple[PastLook, ...] = ()
    """Earlier looks, oldest first; looks in a row that saw the same are one."""

    @property
    def good(self) -> PastLook | None:
        """The last look at which the domain was ready: later ones are compared with it."""
        return next((look for look in reversed(self.looks) if look.verdict is Verdict.READY), None)


@dataclass(frozen=True, slots=True)
class Records:
    """The wanted records with what was seen of them."""

    observed: tuple[ObservedRecord, ...] = ()

    def __iter__(self) -> Iterator[ObservedRecord]:
        return iter(self.observed)

    def __len__(self) -> int:
        return len(self.observed)

    def of_step(self, step: Step) -> tuple[ObservedRecord, ...]:
        """The records one step is about."""
        return tuple(record for record in self.observed if record.wanted.step is step)


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at AWS and DNS. Where a part is None it was not asked for, where Unseen it could not be had."""

    identity: Identity
    region: str
    at: datetime
    answered: Answered
    caller: Seen[Caller] | Unseen | None = None
    account: Seen[Account] | Unseen | None = None
    ses: Seen[SesIdentity | None] | Unseen | None = None
    """`Seen(None)`: SES says that the identity does not exist."""
    delegation: Seen[Delegation] | Unseen | None = None
    dmarc: Seen[DmarcDiscovery] | Unseen | None = None
    records: Records = field(default_factory=Records)
    strays: tuple[Stray, ...] = ()
    zone_sightings: tuple[Sighting, ...] = ()
    """What the zone's servers say about the zone itself: its SOA, its NS, whether the domain is an alias, the
    addresses of its name servers inside it, and the name the DKIM keys lie below."""
    wild: tuple[Sighting, ...] = ()
    """What names get that nobody has made, beside the domain's records and beside its DKIM keys."""
    soundness: Soundness | None = None
    resolved: tuple[Sighting, ...] = ()
    """What resolvers answer about records that are live, and about the zone, while SES has not seen everything yet."""
    auth: MailAuth = field(default_factory=MailAuth)
    """What mail authentication rests on beside the wanted records."""
    past: Past = field(default_factory=Past)
    around: Surroundings | None = None
    """What AWS holds around the identity; None where AWS was not asked."""
    mailbox: tuple[Sighting, ...] = ()
    """The MX of the domain itself, asked where bounces are mailed there."""
    own_key: tuple[Sighting, ...] = ()
    """The TXT record of a DKIM key that is the user's own."""
    listings: tuple[Sighting, ...] = ()
    """What lists of domains answered about this one; empty unless they were to be asked."""
    events: Seen[EventSettings] | Unseen | None = None
    """The configuration set whose events are to be kept; asked only where that was answered."""
    message: Received | None = None
    """A received message or a bounce that was given to be looked at."""

    @property
    def ses_identity(self) -> SesIdentity | None:
        """What SES holds; None where it holds nothing or could not be asked."""
        return self.ses.value if isinstance(self.ses, Seen) else None

    @property
    def identity_missing(self) -> bool:
        """SES says that it does not have this identity."""
        return isinstance(self.ses, Seen) and self.ses.value is None

    def strays_of(self, *slips: Slip) -> tuple[Stray, ...]:
        """What was found elsewhere, by what went wrong."""
        return tuple(stray for stray in self.strays if stray.slip in slips)

    @property
    def account_seen(self) -> Account | None:
        """The account's state in this region, where it could be asked."""
        return self.account.value if isinstance(self.account, Seen) else None

    @property
    def account_id(self) -> str | None:
        """Twelve digits, where the caller is known."""
        return self.caller.value.account if isinstance(self.caller, Seen) else None

    @property
    def partition(self) -> str:
        """The partition of this account's ARNs."""
        return self.caller.value.partition if isinstance(self.caller, Seen) else "aws"

    @property
    def zone(self) -> str | None:
        """The zone that holds the identity's domain."""
        return self.delegation.value.zone if isinstance(self.delegation, Seen) else None

    def about_zone(self, rtype: RecordType) -> tuple[Sighting, ...]:
        """What the zone's servers say about the zone itself, by type; `zone_sightings` says what there is."""
        return tuple(sighting for sighting in self.zone_sightings if sighting.question.type is rtype)

    @property
    def intercepted(self) -> bool:
        """Resolvers answered where authoritative servers were asked, and no such server did."""
        outcomes = {sighting.outcome for record in self.records for sighting in record.sightings}
        return Outcome.INTERCEPTED in outcomes and not any(outcome.conclusive for outcome in outcomes)

    @property
    def dmarc_seen(self) -> DmarcDiscovery | None:
        """Which DMARC policy applies, where it could be asked."""
        return self.dmarc.value if isinstance(self.dmarc, Seen) else None
