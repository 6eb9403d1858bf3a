"""What earlier looks saw, in the compact form the state directory keeps, and what differs from one to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sendready.model.finding import Verdict

LONGEST_VALUE = 512
"""Characters of one value that are kept; of a longer one its beginning and its fingerprint."""

MOST_VALUES = 16
"""Values kept of one record set; nothing that is right has more."""


def short(value: str) -> str:
    """A value in the form it is kept in: long ones stay distinguishable, and nobody's zone fills the disk."""
    if len(value) <= LONGEST_VALUE:
        return value
    fingerprint = hashlib.sha256(value.encode()).hexdigest()[:12]
    return f"{value[:400]}… ({len(value)} characters, sha256 {fingerprint})"


@dataclass(frozen=True, slots=True)
class PastLook:
    """What was seen, from the first look that saw exactly this to the last one; what could not be seen is left out."""

    first: datetime
    last: datetime
    verdict: Verdict
    servers: tuple[str, ...] = ()
    """Names of the domain's name servers, sorted."""
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By type and name, `CNAME tok._domainkey.example.com`: the values, sorted."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What SES held of the identity, by the words for it."""
    account: Mapping[str, str] = field(default_factory=dict)
    """What the account was allowed, by the words for it."""
    findings: tuple[str, ...] | None = None
    """What was to be told, `KIM004 fail`, sorted; None where not everything could be seen, and in older files."""

    @property
    def facts(self) -> dict[tuple[Subject, str], tuple[str, ...]]:
        """Everything it saw, by what it is about."""
        return {
            **({(Subject.SERVERS, "name servers"): self.servers} if self.servers else {}),
            **{(Subject.RECORD, name): values for name, values in self.records.items()},
            **{(Subject.SES, name): (value,) for name, value in self.settings.items()},
            **{(Subject.ACCOUNT, name): (value,) for name, value in self.account.items()},
        }


class Subject(StrEnum):
    """What can change."""

    SERVERS = "name-servers"
    RECORD = "record"
    SES = "ses"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it was when the domain was ready last; it changed between two looks."""

    subject: Subject
    name: str
    before: tuple[str, ...]
    """The values when the domain was ready last; of a record none where it was not there."""
    now: tuple[str, ...]
    last_as_before: datetime
    """When it was seen as before for the last time."""
    first_different: datetime
    """The earliest look still kept that saw it differ since then."""


@dataclass(frozen=True, slots=True)
class Move:
    """Something that is not as the look before saw it."""

    subject: Subject
    name: str
    before: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SinceLast:
    """What a look saw that the one before it did not."""

    at: datetime | None
    """When the look before was; None: there was none, and everything is new."""
    moves: tuple[Move, ...] = ()
    begun: tuple[str, ...] = ()
    """Findings that are new, `KIM004 fail`."""
    ended: tuple[str, ...] = ()
    """Findings that are gone."""

    @property
    def anything(self) -> bool:
        """Whether there is something to tell."""
        return self.at is None or bool(self.moves or self.begun or self.ended)
