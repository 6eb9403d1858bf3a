"""DMARC as receivers read it that do not walk the tree yet: the public suffix list decides (RFC 7489, section 3.2)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sendready.model.dmarc import POLICIES, DmarcDiscovery
from sendready.model.names import is_at_or_below, labels

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@cache
def _list() -> PublicSuffixList:
    """The list, which takes some 50 ms to build: only for names that cannot be told apart without it."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def registrable(domain: str) -> str:
    """The organisational domain by the list: one label below the public suffix; a suffix itself stays what it is."""
    found: str | None = _list().privatesuffix(domain)
    return found or domain


def same_organisation(one: str, other: str) -> bool:
    """Whether two domains have one organisational domain by the list; it is not loaded where their ends differ."""
    ends = [labels(name)[-2:] for name in (one, other)]
    return ends[0] == ends[1] and registrable(one) == registrable(other)


def older_reading(found: DmarcDiscovery) -> tuple[str | None, str | None]:
    """The name of the record that applies by RFC 7489, section 6.6.3, and its policy; out of what the walk found.

    There `p` must be there and be valid, `sp` counts below the organisational domain, and `np`, `psd`, `t` say
    nothing. Where nothing is found there either, both are None.
    """
    records = dict(found.walk)
    for name in (found.domain, registrable(found.domain)):
        record = records.get(name)
        if record is None:
            continue
        tags = ("p",) if name == found.domain else ("sp", "p")
        stated = next((value.lower() for value in map(record.tag, tags) if value is not None), None)
        return f"_dmarc.{name}", stated if stated in POLICIES else None
    return None, None


def is_own(name: str, domain: str) -> bool:
    """Whether a name lies in the domain, or in one with it, so that one party runs both."""
    return is_at_or_below(name, domain) or same_organisation(name, domain)
