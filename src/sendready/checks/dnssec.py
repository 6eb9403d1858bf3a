"""DNSSEC: a zone whose signatures do not hold is gone for every resolver that checks them (DEL)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sendready.checks.delegation import RECORDS
from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.observation import Observation
from sendready.model.soundness import Chain, Signatures
from sendready.model.step import Step

SOON = timedelta(days=3)
"""So little time is left where nobody signs any more."""

_LAST_PART = 10
"""A signer that works renews long before the last tenth of a signature's life; some sign for two days only."""


def _chain(seen: Observation) -> Chain | None:
    return seen.soundness.chain if seen.soundness is not None else None


@check(
    "DEL015",
    "dnssec-bogus",
    step=Step.DKIM,
    severity=Severity.CRITICAL,
    title="Resolvers that check DNSSEC refuse the zone",
    explains=RECORDS,
)
def dnssec_bogus(seen: Observation) -> Iterator[Hit]:
    """SERVFAIL where signatures are checked, an answer where they are not."""
    chain = _chain(seen)
    if chain is not None and chain.refused:
        yield Hit(
            subject=seen.zone or seen.identity.domain,
            detail=f"{chain.resolver} gives out nothing of it; Gmail and most large receivers check signatures, too",
            expected="signatures that hold, or none and no DS record in the zone above",
            observed=(chain.refused,),
            fix=Fix("Have the zone signed anew at its DNS host, or remove its DS records at the registrar"),
        )


@check(
    "DEL016",
    "ds-without-dnskey",
    step=Step.DKIM,
    severity=Severity.CRITICAL,
    title="The registrar vouches for a DNSSEC key the zone lacks",
    explains=(*RECORDS, "DEL015", "DEL017"),
)
def ds_without_dnskey(seen: Observation) -> Iterator[Hit]:
    """DS records above and no matching key in the zone: mostly left over from the DNS host before (RFC 4035)."""
    chain = _chain(seen)
    if chain is None or not chain.signatures:
        return
    broken = [one for one in chain.signatures if not one.linked]
    if broken:
        tags = ", ".join(map(str, chain.tags))
        unsigned = all(not one.keys for one in broken)
        everywhere = len(broken) == len(chain.signatures)
        where = "the zone has" if everywhere else f"{_names(broken)} has"
        yield Hit(
            subject=seen.zone or seen.identity.domain,
            detail=f"{where} {'no keys at all' if unsigned else 'other keys'};"
            " resolvers that check signatures refuse everything it says",
            expected=f"a key with the tag {tags}",
            observed=tuple(f"{one.server.name}: {', '.join(map(str, one.keys)) or 'none'}" for one in broken),
            fix=Fix(
                f"Delete the DS record {tags} at the registrar; once it is gone everywhere, DNSSEC can be switched on"
                " anew at the DNS host"
                if everywhere
                else "Give every server the same signed zone, or take that one out of the delegation"
            ),
        )


@check(
    "DEL017",
    "rrsig-expiring",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="The zone's DNSSEC signatures run out",
    explains=("DEL015",),
)
def rrsig_expiring(seen: Observation) -> Iterator[Hit]:
    """Signatures of the zone's SOA or keys that are over, not valid yet, or in their last days without a new one."""
    chain = _chain(seen)
    for one in chain.signatures if chain is not None else ():
        if not one.linked or one.begins is None or one.expires is None:
            continue
        over, early = one.expires <= seen.at, one.begins > seen.at
        left = one.expires - seen.at
        if over or early or left < min(SOON, (one.expires - one.begins) / _LAST_PART):
            yield Hit(
                subject=f"{seen.zone} at {one.server.name}",
                title="The zone's DNSSEC signatures have expired"
                if over
                else "The zone's DNSSEC signatures are not valid yet"
                if early
                else None,
                detail="resolvers that check signatures refuse everything it says"
                if over or early
                else "once they are over, resolvers that check signatures refuse everything it says",
                expected="signatures that are renewed in time",
                observed=(f"valid from {one.begins:%Y-%m-%d %H:%M} to {one.expires:%Y-%m-%d %H:%M} UTC",),
                fix=Fix(
                    "Have the zone signed anew at its DNS host, and see why its signer, or the transfer to this"
                    " server, has stopped; check the signer's clock"
                ),
                severity=Severity.CRITICAL if over or early else None,
                explains=(*RECORDS, "DEL015") if over or early else None,
            )


def _names(signatures: Sequence[Signatures]) -> str:
    return ", ".join(dict.fromkeys(one.server.name for one in signatures))
