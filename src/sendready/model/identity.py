"""What is being set up: a domain or a single address, and how SES and the account see it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class IdentityKind(StrEnum):
    """SES verifies whole domains by DNS and single addresses by a link in the mailbox."""

    DOMAIN = "domain"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Identity:
    """A domain or an address as SES names it."""

    name: str
    """The domain as A-labels in lower case, or the address (its local part is case-sensitive in SES)."""
    kind: IdentityKind = IdentityKind.DOMAIN
    typed: str = field(default="", compare=False)
    """What the user typed, where it differs."""

    @property
    def quoted(self) -> str:
        """The name as one word of a shell."""
        return shlex.quote(self.name)

    @property
    def domain(self) -> str:
        """The domain, or the domain of the address."""
        return self.name.rpartition("@")[2]

    @property
    def is_domain(self) -> bool:
        """Whether records in DNS verify it."""
        return self.kind is IdentityKind.DOMAIN


class Status(StrEnum):
    """How far SES is with DKIM, MAIL FROM or the identity as a whole (sesv2 `VerificationStatus`)."""

    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    TEMPORARY_FAILURE = "TEMPORARY_FAILURE"
    NOT_STARTED = "NOT_STARTED"

    @classmethod
    def _missing_(cls, value: object) -> Status:
        """A state that SES has invented since: nothing good may be concluded from it."""
        return cls.NOT_STARTED


class SigningOrigin(StrEnum):
    """Who holds the DKIM key (sesv2 `DkimSigningAttributesOrigin`)."""

    AWS_SES = "AWS_SES"
    """Easy DKIM: SES makes the keys and publishes them behind three CNAMEs."""
    EXTERNAL = "EXTERNAL"
    """The user's own key (BYODKIM)."""
    REPLICA = "REPLICA"
    """Deterministic Easy DKIM: the keys of the same identity in another region; needs no records of its own."""


@dataclass(frozen=True, slots=True)
class Dkim:
    """The identity's DKIM attributes (sesv2 `DkimAttributes`)."""

    status: Status
    tokens: tuple[str, ...]
    signing_zone: str
    """`SigningHostedZone`: the CNAMEs point to `<token>.<signing_zone>`; it differs by region and identity."""
    signing_enabled: bool = True
    key_length: str = ""
    """`RSA_2048_BIT`, `RSA_1024_BIT`, or empty where SES does not say."""
    origin: SigningOrigin = SigningOrigin.AWS_SES
    selector: str = ""
    """With a key of the user's own: its selector, which SES gives out in place of tokens."""
    primary: str = ""
    """With a replica: the region that holds the key."""

    @property
    def needs_cnames(self) -> bool:
        """Whether this identity is verified through the three Easy DKIM CNAMEs."""
        return self.origin is SigningOrigin.AWS_SES


class OnMxFailure(StrEnum):
    """What SES does with mail while the MAIL FROM's MX is not there (sesv2 `BehaviorOnMxFailure`)."""

    USE_DEFAULT_VALUE = "USE_DEFAULT_VALUE"
    REJECT_MESSAGE = "REJECT_MESSAGE"

    @classmethod
    def _missing_(cls, value: object) -> OnMxFailure:
        """What AWS may add one day is not what rejects mail."""
        return cls.USE_DEFAULT_VALUE


@dataclass(frozen=True, slots=True)
class MailFrom:
    """The custom MAIL FROM domain as SES holds it (sesv2 `MailFromAttributes`)."""

    domain: str
    status: Status
    on_mx_failure: OnMxFailure = OnMxFailure.USE_DEFAULT_VALUE


@dataclass(frozen=True, slots=True)
class ZoneSerial:
    """The SOA record SES saw at its last check (sesv2 `SOARecord`)."""

    primary: str
    admin: str
    serial: int


@dataclass(frozen=True, slots=True)
class SesIdentity:
    """One answer of `GetEmailIdentity`."""

    name: str
    kind: IdentityKind
    status: Status
    """`VerificationStatus`."""
    verified: bool
    """`VerifiedForSendingStatus`: whether SES accepts mail from it now."""
    dkim: Dkim
    mail_from: MailFrom | None = None
    configuration_set: str | None = None
    feedback_forwarding: bool = True
    error_type: str | None = None
    """`VerificationInfo.ErrorType`; SES leaves a stale one beside SUCCESS."""
    last_checked: datetime | None = None
    last_success: datetime | None = None
    zone_seen: ZoneSerial | None = None
    tags: tuple[tuple[str, str], ...] = ()
    policies: tuple[tuple[str, str], ...] = ()
    """Names and documents (JSON) of the policies that let others send from it."""


@dataclass(frozen=True, slots=True)
class ListedIdentity:
    """One row of `ListEmailIdentities`."""

    name: str
    kind: IdentityKind
    status: Status
    sending: bool
    """`SendingEnabled`: whether mail may be sent from it."""


@dataclass(frozen=True, slots=True)
class Review:
    """A request for production access and what became of it (sesv2 `ReviewDetails`)."""

    status: str
    """PENDING, FAILED (an internal error at AWS: may be sent again), GRANTED or DENIED."""
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One answer of `GetAccount`; everything in it belongs to one region."""

    production: bool
    """False in the sandbox."""
    sending_enabled: bool
    enforcement: str
    """HEALTHY, PROBATION or SHUTDOWN."""
    daily_quota: float
    """Recipients in 24 hours; -1 is unlimited."""
    rate: float
    """Recipients a second."""
    sent: float
    """Recipients in the last 24 hours."""
    review: Review | None = None
    mail_type: str | None = None
    website: str | None = None
    contacts: tuple[str, ...] = ()
    language: str | None = None
    suppressed_reasons: tuple[str, ...] | None = None
    """BOUNCE, COMPLAINT: what puts an address on the suppression list; None where SES does not say."""
    vdm: bool = False
    """Whether the Virtual Deliverability Manager, which costs extra, is on."""

    @property
    def allowance(self) -> str:
        """How much it may send, in words."""
        daily = f"{self.daily_quota:.0f} a day" if self.daily_quota >= 0 else "no daily limit"
        return f"{daily}, {self.rate:g} a second"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose credentials these are (sts `GetCallerIdentity`)."""

    account: str
    """Twelve digits."""
    arn: str
    profile: str | None = field(default=None, compare=False)

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov`, `aws-cn`, …: the second field of every ARN in this account."""
        return self.arn.split(":")[1] if self.arn.startswith("arn:") else "aws"
