"""A message as a receiver has it, or a bounce: what its headers say about who signed, who passed and who refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Signature:
    """One DKIM-Signature header (RFC 6376, section 3.5)."""

    domain: str
    """d="""
    selector: str
    """s="""
    signed: frozenset[str] = frozenset()
    """h=: the names of the headers it covers, lower case."""


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result out of Authentication-Results (RFC 8601, section 2.2)."""

    method: str
    """dkim, spf, dmarc, …."""
    result: str
    """pass, fail, none, temperror, permerror, …."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """`header.d`, `smtp.mailfrom` and so on, lower case."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """How SES handed the message over, as the receiving host wrote it down (RFC 5321, section 4.4)."""

    text: str
    """The Received header without what stands behind its time stamp's semicolon."""
    tls: bool | None
    unnamed: bool
    """Whether the receiver found no name for SES's address that leads back to it."""


@dataclass(frozen=True, slots=True)
class Received:
    """What was read out of one message."""

    author: str = ""
    """The domain of the From address; empty where there is none."""
    authors: int = 0
    """How many addresses From names, over all From headers."""
    return_path: str = ""
    """The domain that bounces go to, as the receiver wrote it down."""
    signatures: tuple[Signature, ...] = ()
    receiver: str = ""
    """Who wrote the results down: the authserv-id of the first Authentication-Results."""
    results: tuple[Result, ...] = ()
    """Those of that receiver alone: anybody can write such headers into a message."""
    foreign: tuple[str, ...] = ()
    """Other authserv-ids, whose results do not count."""
    headers: Mapping[str, int] = field(default_factory=dict)
    """How often each header stands there, by lower-case name."""
    unsubscribe: str = ""
    """List-Unsubscribe."""
    unsubscribe_post: str = ""
    """List-Unsubscribe-Post."""
    region: str = ""
    """The SES region it was sent from, out of Feedback-ID; empty where there is none."""
    hop: Hop | None = None
    """None where no Received header tells of SES's server."""
    replies: tuple[str, ...] = ()
    """With a bounce: what the receivers said."""

    def of(self, method: str) -> tuple[Result, ...]:
        """One method's results."""
        return tuple(result for result in self.results if result.method == method)
