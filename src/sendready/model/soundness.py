"""How well a zone is served beyond its records: how its servers take questions, and whether its signatures hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sendready.model.records import NameServer


@dataclass(frozen=True, slots=True)
class Manners:
    """How one server takes the same question put in different ways; None: not known."""

    server: NameServer
    edns: bool | None = None
    """False: it answers only without EDNS (RFC 6891)."""
    keeps_case: bool | None = None
    """False: its answer does not bear the question as it was spelt, which resolvers compare."""
    tcp: bool | None = None
    """False: it answers over UDP and not over TCP (RFC 7766, section 5)."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The keys and signatures of a zone at one of its servers."""

    server: NameServer
    keys: tuple[int, ...]
    """Tags of the zone's keys (RFC 4034, appendix B)."""
    linked: bool
    """Whether the zone above vouches for one of them."""
    begins: datetime | None
    """The latest moment at which one of the signatures begins to be valid."""
    expires: datetime | None
    """The first moment at which one of them is valid no longer."""


@dataclass(frozen=True, slots=True)
class Chain:
    """DNSSEC of a zone that the zone above says is signed."""

    tags: tuple[int, ...]
    """Tags of the keys that the zone above vouches for (its DS records)."""
    signatures: tuple[Signatures, ...] = ()
    """By server; those that gave no answer are left out."""
    refused: str = ""
    """Why a resolver that checks signatures gives out nothing of the zone, in its own words; empty: it does not."""
    resolver: str = ""
    """The resolver that said so."""


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was found out about one zone."""

    manners: tuple[Manners, ...] = ()
    tcp_leaves: bool | None = None
    """Whether servers of the zone above can be reached over TCP; asked only where none of this zone's can."""
    chain: Chain | None = None
    """None: the zone above does not say that it is signed, or could not be asked."""
