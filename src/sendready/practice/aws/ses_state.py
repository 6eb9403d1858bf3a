"""What SES remembers in one account and region."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

FIRST_LOOK = timedelta(seconds=5)
"""From a creation or change to SES's first look at the DNS."""
NEXT_LOOK = timedelta(seconds=10)
"""Between two looks while something is missing. (AWS publishes neither number; a measured run took 7 s.)"""
SETTLED_LOOK = timedelta(seconds=60)
"""Between two looks once all is well."""
PATIENCE = timedelta(hours=72)
"""How long SES searches, and waits for records that vanished (developer guide, "Verified identities")."""
LINK_LIFE = timedelta(hours=24)
"""How long the link in a verification mail works (developer guide, "Creating identities")."""


@dataclass
class Watch:
    """One thing SES keeps looking for in the DNS: an identity's DKIM records, or a MAIL FROM domain's MX."""

    status: str
    since: datetime
    """When this status began."""
    due: datetime
    """When SES looks next."""
    last_checked: datetime | None = None
    last_success: datetime | None = None
    error: str | None = None
    """The last error seen; like the real one it stays after success."""
    soa: tuple[str, str, int] | None = None
    """Primary server, administrator's address and serial, as SES saw them."""

    @classmethod
    def begin(cls, now: datetime) -> Watch:
        """A search that begins."""
        return cls("PENDING", now, now + FIRST_LOOK)

    @classmethod
    def found(cls, at: datetime) -> Watch:
        """A search that succeeded at `at`."""
        return cls("SUCCESS", at, at + SETTLED_LOOK, last_checked=at, last_success=at)

    def is_due(self, now: datetime) -> bool:
        """Whether SES has looked since, as far as its timetable goes; it never looks again after FAILED."""
        return self.status != "FAILED" and now >= self.due

    def looked(self, now: datetime, error: str | None) -> None:
        """Takes the result of a look: None for found, else the ErrorType."""
        pause = SETTLED_LOOK if self.status == "SUCCESS" else NEXT_LOOK
        at = self.due + pause * ((now - self.due) // pause)
        if self.status != "SUCCESS":
            at = min(at, max(self.due, self.since + PATIENCE))
        self.last_checked = at
        if error is None:
            self.last_success = at
            self._become("SUCCESS", at)
        else:
            self.error = error
            self._missed(at, error)
        self.due = at + (SETTLED_LOOK if self.status == "SUCCESS" else NEXT_LOOK)

    def _missed(self, at: datetime, error: str) -> None:
        if self.status == "SUCCESS" and error != "DNS_SERVER_ERROR":
            self._become("TEMPORARY_FAILURE", at)
        elif self.status != "SUCCESS" and at - self.since >= PATIENCE:
            self._become("FAILED", at)

    def _become(self, status: str, at: datetime) -> None:
        if status != self.status:
            self.status = status
            self.since = at


@dataclass
class MailFrom:
    """A custom MAIL FROM domain."""

    domain: str
    on_failure: str
    watch: Watch


@dataclass
class Identity:
    """A domain or an address one may send from."""

    name: str
    created: datetime
    tokens: tuple[str, ...] = ()
    hosted_zone: str = ""
    origin: str = "AWS_SES"
    signing: bool = True
    key_length: str = "RSA_2048_BIT"
    next_key_length: str = "RSA_2048_BIT"
    key_changed: datetime | None = None
    """When the key length was last changed."""
    dkim: Watch | None = None
    """None for an address."""
    confirmed: datetime | None = None
    """When the link of an address was clicked."""
    link: str = ""
    link_sent: datetime | None = None
    mail_from: MailFrom | None = None
    forwarding: bool = True
    configuration_set: str | None = None
    policies: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    """SNS topics by Bounce, Complaint, Delivery (an API v1 setting)."""
    looking: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_domain(self) -> bool:
        """Whether this is a domain rather than an address."""
        return "@" not in self.name

    def status(self, now: datetime) -> str:
        """The VerificationStatus."""
        if self.dkim is not None:
            return self.dkim.status
        if self.confirmed is not None:
            return "SUCCESS"
        return "FAILED" if self.link_sent and now - self.link_sent >= LINK_LIFE else "PENDING"

    def may_send(self, now: datetime) -> bool:
        """The VerifiedForSendingStatus: records that vanished lately do not stop the mail."""
        return self.status(now) in ("SUCCESS", "TEMPORARY_FAILURE")


@dataclass
class EventDestination:
    """Where the events of a configuration set go."""

    name: str
    enabled: bool
    types: list[str]
    target: dict[str, Any]
    """One member of the API's EventDestination, such as `SnsDestination`."""


@dataclass
class ConfigurationSet:
    """A named group of sending rules."""

    name: str
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the API's member, such as `DeliveryOptions`."""
    destinations: dict[str, EventDestination] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def sending(self) -> bool:
        """Whether mail may go out under this set."""
        return bool(self.options.get("SendingOptions", {}).get("SendingEnabled", True))


@dataclass
class Review:
    """A request for production access."""

    asked: datetime
    until: datetime
    outcome: str
    case: str

    def status(self, now: datetime) -> str:
        """PENDING until the review is over."""
        return self.outcome if now >= self.until else "PENDING"


@dataclass
class Suppressed:
    """An address on the account's suppression list."""

    address: str
    reason: str
    since: datetime


@dataclass
class Ses:
    """SES in one account and region."""

    identities: dict[str, Identity] = field(default_factory=dict)
    sets: dict[str, ConfigurationSet] = field(default_factory=dict)
    details: dict[str, Any] | None = None
    review: Review | None = None
    granted: bool = False
    """Whether production access was given without a review that practice knows of."""
    sending: bool = True
    enforcement: str = "HEALTHY"
    suppressed_reasons: list[str] = field(default_factory=lambda: ["BOUNCE", "COMPLAINT"])
    validation: dict[str, Any] | None = None
    suppressed: dict[str, Suppressed] = field(default_factory=dict)
    vdm: dict[str, Any] | None = None
    recommendations: list[dict[str, Any]] = field(default_factory=list)
    """What the Virtual Deliverability Manager has found, as the API shows it."""
    warmup: bool = True
    plan: str = "ESSENTIALS"
    sent: list[datetime] = field(default_factory=list)
    """When each counted recipient was sent to."""

    def production(self, now: datetime) -> bool:
        """Whether the account is out of the sandbox."""
        return self.granted or (self.review is not None and self.review.status(now) == "GRANTED")

    def quota(self, now: datetime) -> tuple[float, float]:
        """Mails in 24 hours and mails a second; the numbers after a grant are typical, AWS promises none."""
        return (50_000.0, 14.0) if self.production(now) else (200.0, 1.0)

    def sent_lately(self, now: datetime) -> int:
        """Mails that count towards the quota, of the last 24 hours."""
        self.sent = [at for at in self.sent if now - at < timedelta(hours=24)]
        return len(self.sent)
