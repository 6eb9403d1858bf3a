"""The port through which records are written at a DNS host, whichever it is: only ever added, never replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sendready.model.answers import Publish
    from sendready.model.observation import Delegation
    from sendready.model.records import Question, WantedRecord


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as a DNS host holds it."""

    host: str
    """Who holds it, as in "Route 53 zone …"."""
    name: str
    id: str = ""
    """The host's own id; empty where the name is one."""
    servers: tuple[str, ...] = ()
    """The name servers it is meant for; empty where the host does not say."""

    @property
    def label(self) -> str:
        """Name and id, as in "in shop.example (Z1)"."""
        return f"{self.name} ({self.id})" if self.id else self.name

    def is_served_by(self, delegation: Delegation) -> bool | None:
        """Whether the world is sent to the servers this zone is meant for; None where the host does not say."""
        if not self.servers:
            return None
        return self.name == delegation.zone and bool({s.name for s in delegation.servers} & set(self.servers))


@dataclass(frozen=True, slots=True)
class Found:
    """What a host holds for a domain."""

    zone: Zone | None = None
    """The zone to write to, as far as the host can tell."""
    unasked: tuple[Zone, ...] = ()
    """Public zones that would hold the domain and that nobody is sent to (DEL020, DEL021), longest name first."""
    private: tuple[Zone, ...] = ()
    """Zones that are seen only inside somebody's own network."""


@dataclass(frozen=True, slots=True)
class Written:
    """A record that a run of ours added, as the journal has it."""

    record: WantedRecord
    publish: Publish
    """How it was written."""
    zone: Zone
    at: datetime


class Publisher(Protocol):
    """One DNS host. Every method raises `SendreadyError`s: of permission, of reach, or of a refusal."""

    @property
    def host(self) -> str:
        """What it is called in a sentence."""

    @property
    def api(self) -> str:
        """The call that adds a record, as it stands in a plan: `route53:ChangeResourceRecordSets`."""

    @property
    def extends(self) -> bool:
        """Whether a text can be added beside others of its name without writing those anew."""

    @property
    def amends(self) -> bool:
        """Whether a text can be exchanged for another in one step that fails where the first has changed."""

    async def find(self, delegation: Delegation) -> Found:
        """The zones that hold a domain, told apart by where the world is sent."""

    async def existing(self, zone: Zone, names: Sequence[str]) -> Mapping[Question, tuple[str, ...]]:
        """Every record set at these names; TXT values joined and without quotes, names without final dot."""

    async def create(self, zone: Zone, records: Sequence[WantedRecord]) -> str:
        """Adds the records, and says what the host answered.

        Raises:
            AlreadyExists, Rejected, AccessDenied: nothing was added; something appeared at one of the names
                meanwhile, or the host refused.
            SendreadyError: any other leaves open which of them were added.
        """

    async def is_everywhere(self, answer: str) -> bool | None:
        """Whether what `create` answered about is at all the host's name servers; None where it does not say."""

    async def remove(self, zone: Zone, record: WantedRecord) -> bool:
        """Takes away exactly this record and no other; False where it does not stand there with exactly this value."""

    async def amend(self, zone: Zone, before: str, record: WantedRecord) -> bool:
        """Puts a text in the place of the one with the value `before`; False where that does not stand there."""
