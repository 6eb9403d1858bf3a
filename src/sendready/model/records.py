"""DNS records: what SES wants, what each server answered, and what follows from the two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sendready.model.names import absolute, bare
from sendready.model.step import Step

STRING_LIMIT = 255
"""Bytes of one character string in a TXT record (RFC 1035, section 3.3)."""


class RecordType(StrEnum):
    """The record types sendready asks for."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    DNSKEY = "DNSKEY"
    DS = "DS"
    MX = "MX"
    NS = "NS"
    SOA = "SOA"
    TXT = "TXT"


class Outcome(StrEnum):
    """What came of one query to one server. Only the first three say anything about the record."""

    ANSWER = "ANSWER"
    NODATA = "NODATA"
    """The name exists without this type (RFC 2308, section 2.2)."""
    NXDOMAIN = "NXDOMAIN"
    SERVFAIL = "SERVFAIL"
    REFUSED = "REFUSED"
    NOT_AUTHORITATIVE = "NOT_AUTHORITATIVE"
    """The server answered for a zone it does not serve: lame."""
    INTERCEPTED = "INTERCEPTED"
    """A resolver answered where an authoritative server was asked: the network's, in most cases."""
    TIMEOUT = "TIMEOUT"
    UNREACHABLE = "UNREACHABLE"
    TRUNCATED = "TRUNCATED"
    """The answer did not fit into UDP, and there was none over TCP."""
    GARBLED = "GARBLED"
    """An answer that is not DNS, or not to our question."""

    @property
    def conclusive(self) -> bool:
        """Whether the record's presence or absence is proven by it."""
        return self in (Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN)


@dataclass(frozen=True, slots=True)
class NameServer:
    """One address of one name server."""

    name: str
    address: str
    """An IP address; where it is really reached is the resolver's business (`SENDREADY_DNS_MAP`)."""


@dataclass(frozen=True, slots=True)
class Question:
    """A name and a type."""

    name: str
    type: RecordType


@dataclass(frozen=True, slots=True)
class Redirection:
    """A DNAME: every name below its owner is read below its target instead (RFC 6672)."""

    owner: str
    target: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one server answered for one record, and when: the evidence under every finding."""

    server: NameServer
    question: Question
    outcome: Outcome
    answers: tuple[str, ...]
    """The record set in presentation format; TXT strings joined, names without their final dot."""
    ttl: int | None
    """Seconds."""
    ms: float
    """Milliseconds until the answer, or until we gave up."""
    at: datetime
    zone: str = ""
    """The zone whose servers were asked: the one that holds exactly this name."""
    alias: str | None = None
    """What the name is a CNAME of, where something else was asked for: the answers are those found there."""
    redirected: Redirection | None = None
    """The DNAME above the name, which the server made its CNAME of."""
    pieces: tuple[tuple[str, ...], ...] = ()
    """With TXT: the character strings of each record that has several; `answers` holds them joined."""
    circular: bool = False
    """Whether the alias leads back to where it came from, so that no resolver ever gets to its end."""


class RecordState(StrEnum):
    """How far one wanted record is, over all authoritative servers."""

    LIVE = "live"
    """Every server that answered has it."""
    SPREADING = "spreading"
    """Some have it, others not yet."""
    MISSING = "missing"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """No server answered; nothing may be concluded."""


@dataclass(frozen=True, slots=True)
class WantedRecord:
    """A DNS record that SES, or mail authentication, needs."""

    name: str
    type: RecordType
    value: str
    """Presentation format without quotes: `10 feedback-smtp.eu-west-1.amazonses.com`, `v=spf1 …`, a target."""
    purpose: str
    step: Step
    ttl: int = 300
    """Seconds; short, so that a mistake made during set-up is forgotten soon."""

    @property
    def question(self) -> Question:
        """What a server is asked to find it."""
        return Question(self.name, self.type)

    @property
    def key(self) -> tuple[str, str]:
        """Name and type, as the state directory keeps them."""
        return self.name, self.type.value

    def is_met_by(self, answers: Sequence[str]) -> bool:
        """Whether a record set does what this record is wanted for.

        A CNAME must be the very one. The MAIL FROM's MX must be alone; its priority is free ("must be exactly one",
        SES developer guide, mail-from). An SPF or DMARC record may say more than ours does.
        """
        return _MEETS[self.type](self, answers)

    def relevant(self, answers: Iterable[str]) -> tuple[str, ...]:
        """The answers that compete with this record; unrelated TXT records at the same name do not."""
        if self.type is not RecordType.TXT:
            return tuple(answers)
        version = SPF_VERSION if SPF_VERSION.match(self.value) else DMARC_VERSION
        return tuple(text for text in answers if version.match(text))


SPF_VERSION = re.compile(r"v=spf1(?= |\Z)", re.IGNORECASE)
"""How a TXT record begins that receivers take for SPF (RFC 7208, section 4.5)."""

DMARC_VERSION = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?=;|\Z)")
"""How one begins that they take for DMARC; the value is case-sensitive (RFC 9989, section 4.7)."""


def _same_target(wanted: WantedRecord, answers: Sequence[str]) -> bool:
    return [bare(answer) for answer in answers] == [bare(wanted.value)]


def _same_exchanger(wanted: WantedRecord, answers: Sequence[str]) -> bool:
    return [bare(answer.rpartition(" ")[2]) for answer in answers] == [bare(wanted.value.rpartition(" ")[2])]


def _text_does_the_job(wanted: WantedRecord, answers: Sequence[str]) -> bool:
    ours = wanted.relevant(answers)
    return len(ours) == 1 and (not SPF_VERSION.match(ours[0]) or _lets_ses_send(ours[0]))


def _lets_ses_send(spf: str) -> bool:
    """Whether an SPF record includes SES's; what stands behind `all` is not read (RFC 7208, section 5.1)."""
    for term in spf.lower().split()[1:]:
        if term.removeprefix("+").removesuffix(".") == "include:amazonses.com":
            return True
        if term.lstrip("+-~?") == "all":
            return False
    return False


_MEETS: dict[RecordType, Callable[[WantedRecord, Sequence[str]], bool]] = {
    RecordType.CNAME: _same_target,
    RecordType.MX: _same_exchanger,
    RecordType.TXT: _text_does_the_job,
}


@dataclass(frozen=True, slots=True)
class ObservedRecord:
    """A wanted record and what every authoritative server said about it."""

    wanted: WantedRecord
    sightings: tuple[Sighting, ...]
    equivalents: frozenset[str] = frozenset()
    """Values that look different and are known to do the same, such as an SPF record that lets SES in by a detour."""

    @property
    def state(self) -> RecordState:
        """The verdict over all servers; servers that gave no conclusive answer do not vote."""
        votes = {self.state_at(sighting) for sighting in self.sightings} - {RecordState.UNKNOWN}
        match votes:
            case _ if not votes:
                return RecordState.UNKNOWN
            case _ if votes == {RecordState.LIVE}:
                return RecordState.LIVE
            case _ if RecordState.LIVE in votes:
                return RecordState.SPREADING
            case _ if RecordState.WRONG in votes:
                return RecordState.WRONG
            case _:
                return RecordState.MISSING

    def state_at(self, sighting: Sighting) -> RecordState:
        """What one server's answer says about the record."""
        if not sighting.outcome.conclusive:
            return RecordState.UNKNOWN
        competing = self.wanted.relevant(sighting.answers)
        if not competing:
            return RecordState.MISSING
        same = self.wanted.is_met_by(competing) or (len(competing) == 1 and competing[0] in self.equivalents)
        return RecordState.LIVE if same else RecordState.WRONG

    @property
    def live(self) -> bool:
        """Every server that answered has it."""
        return self.state is RecordState.LIVE

    @property
    def absent(self) -> bool:
        """Proven absent: at least one server answered and none has it."""
        return self.state is RecordState.MISSING

    @property
    def found(self) -> tuple[str, ...]:
        """Every competing value seen at this name, without repeats, in the order first seen."""
        values = (value for sighting in self.sightings for value in self.wanted.relevant(sighting.answers))
        return tuple(dict.fromkeys(values))

    @property
    def servers_with_it(self) -> tuple[Sighting, ...]:
        """The sightings that show it."""
        return tuple(s for s in self.sightings if self.state_at(s) is RecordState.LIVE)


def master_form(record: WantedRecord, *, octal: bool = False) -> str:
    r"""Record data as master files hold it, names absolute (RFC 1035, section 5.1); `\DDD` in `octal` for Route 53."""
    match record.type:
        case RecordType.TXT:
            return quoted(record.value, octal=octal)
        case RecordType.MX:
            priority, _, host = record.value.partition(" ")
            return f"{priority} {absolute(host)}"
        case _:
            return absolute(record.value)


def quoted(text: str, *, octal: bool = False) -> str:
    r"""Character strings of at most 255 bytes in quotes; all but printable ASCII as `\DDD`."""
    raw = text.encode()
    pieces = [raw[start : start + STRING_LIMIT] for start in range(0, len(raw), STRING_LIMIT)] or [b""]
    return " ".join(f'"{"".join(_escaped(byte, octal=octal) for byte in piece)}"' for piece in pieces)


def _escaped(byte: int, *, octal: bool) -> str:
    if byte in b'"\\':
        return f"\\{chr(byte)}"
    if 32 <= byte < 127:
        return chr(byte)
    return f"\\{byte:03o}" if octal else f"\\{byte:03d}"
