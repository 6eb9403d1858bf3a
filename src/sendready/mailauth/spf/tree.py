"""An SPF record and everything it includes, read without a message: what it costs and whether SES is in it."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterator
from enum import StrEnum

from sendready.mailauth.lookup import Lookup, Status, joined
from sendready.mailauth.spf.parse import is_record, parse
from sendready.model.names import bare
from sendready.model.spf import Qualifier, SpfBranch, SpfNode, SpfRecord, SpfTerm

AMAZON = "amazonses.com"
"""The domain whose SPF record lists SES's servers, in every region (SES developer guide, mail-from)."""


MOST_NODES = 100
"""Names read in one tree, the same one in two places counted twice; receivers give up long before (RFC 7208, 4.6.4).

Without an end, a dozen names that include one another would be read for ever.
"""


async def read_tree(domain: str, lookup: Lookup) -> SpfNode:
    """Reads the record of a domain and all below it; every name of one level is asked at the same time.

    `lookup` may refuse to ask any more by answering TIMEOUT: what lies there is then unknown, never absent; so is what
    lies beyond `MOST_NODES`.
    """
    return await _Reading(lookup).read(domain, ())


class _Reading:
    """The reading of one tree."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._left = MOST_NODES

    async def read(self, domain: str, above: tuple[str, ...]) -> SpfNode:
        """A name with everything below it; `above` are the names that led here."""
        if domain in above:
            return SpfNode(domain, known=True, loops=True)
        if not self._left:
            return SpfNode(domain, known=False)
        self._left -= 1
        status, records = await self._lookup(domain, "TXT")
        if not status.conclusive:
            return SpfNode(domain, known=False)
        texts = tuple(text for text in map(joined, records) if is_record(text))
        record = parse(texts[0]) if len(texts) == 1 else None
        if record is None:
            return SpfNode(domain, known=True, texts=texts)
        branches = await asyncio.gather(*(self._branch(term, domain, (*above, domain)) for term in record.asking))
        return SpfNode(domain, True, texts, record, tuple(branches))

    async def _branch(self, term: SpfTerm, domain: str, above: tuple[str, ...]) -> SpfBranch:
        target = bare(term.value) if term.value is not None else domain
        if term.has_macro or term.name == "ptr":
            return SpfBranch(term, target)
        if term.name in ("include", "redirect"):
            return SpfBranch(term, target, await self.read(target, above))
        status, records = await self._lookup(target, "MX" if term.name == "mx" else "A")
        if not status.conclusive:
            return SpfBranch(term, target)
        void = status is not Status.OK or not records
        return SpfBranch(term, target, void=void, hosts=len(records) if term.name == "mx" else None)


class Covers(StrEnum):
    """Whether a record lets SES send."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """A part that could tell could not be asked."""


def covers_ses(node: SpfNode, amazon: SpfNode | None = None) -> tuple[Covers, tuple[str, ...]]:
    """Whether mail from SES passes, and by which names from the record down to `amazonses.com`.

    `amazon` is SES's own record, where it is known: one that lists all of its networks without naming it covers it,
    too. A record that receivers refuse covers nobody.
    """
    if node.record is None or node.record.fatal:
        return (Covers.NO if node.known else Covers.UNKNOWN), ()
    unknown = not node.known
    for branch in _passing(node.record, node):
        if branch.target == AMAZON:
            return Covers.YES, (node.domain, AMAZON)
        if branch.node is None:
            unknown = unknown or branch.term.has_macro
            continue
        found, path = covers_ses(branch.node, amazon)
        if found is Covers.YES:
            return found, (node.domain, *path)
        unknown = unknown or found is Covers.UNKNOWN
    if amazon is not None and amazon.record is not None and _lists(node, amazon):
        return Covers.YES, (node.domain,)
    return (Covers.UNKNOWN if unknown else Covers.NO), ()


def _passing(record: SpfRecord, node: SpfNode) -> Iterator[SpfBranch]:
    """The includes that let through what they match, and the redirect."""
    for branch in node.branches:
        if branch.term == record.redirect or branch.term.qualifier is Qualifier.PASS:
            yield branch


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(node: SpfNode) -> list[Network]:
    """Every network that passes by its address, includes and all."""
    found: list[Network] = []
    for term in node.record.mechanisms if node.record is not None else ():
        if term.name in ("ip4", "ip6") and term.qualifier is Qualifier.PASS:
            length = term.prefix4 if term.name == "ip4" else term.prefix6
            found.append(ipaddress.ip_network(f"{term.value}{'' if length is None else f'/{length}'}", strict=False))
    if node.record is not None:
        for branch in _passing(node.record, node):
            found += _networks(branch.node) if branch.node is not None else []
    return found


def _lists(node: SpfNode, amazon: SpfNode) -> bool:
    """Whether all of SES's networks lie within networks of the record."""
    ours, theirs = _networks(node), _networks(amazon)
    return bool(theirs) and all(any(_within(wanted, network) for network in ours) for wanted in theirs)


def _within(inner: Network, outer: Network) -> bool:
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False
