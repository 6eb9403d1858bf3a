"""Where DMARC reports go: whether the domain behind an address agreed to get them, and can (RFC 9990, section 4)."""

from __future__ import annotations

import asyncio

from sendready.mailauth.dmarc.older import is_own
from sendready.mailauth.dmarc.parse import addresses, is_record
from sendready.mailauth.lookup import Lookup, Status, joined
from sendready.model.dmarc import DmarcRecord, ReportDestination
from sendready.model.names import bare

MOST = 4
"""Addresses that are looked into; many reporters send to no more than two."""


async def destinations(record: DmarcRecord, domain: str, lookup: Lookup) -> tuple[ReportDestination, ...]:
    """What became of each address in the record of `domain`, `rua` first; all are looked into at the same time."""
    wanted = [(tag, address) for tag in ("rua", "ruf") for address in addresses(record, tag)][:MOST]
    return tuple(await asyncio.gather(*(_destination(tag, address, domain, lookup) for tag, address in wanted)))


async def _destination(tag: str, address: str, domain: str, lookup: Lookup) -> ReportDestination:
    host = bare(address.rpartition("@")[2])
    asked = "" if is_own(host, domain) else f"{domain}._report._dmarc.{host}"
    agrees, receives = await asyncio.gather(_agrees(asked, lookup), can_receive(host, lookup))
    return ReportDestination(tag, address, host, asked, agrees, receives)


async def _agrees(asked: str, lookup: Lookup) -> bool | None:
    """A record that begins `v=DMARC1` is enough; the host may have it for one domain or, by a wildcard, for all."""
    if not asked:
        return True
    status, records = await lookup(asked, "TXT")
    return any(is_record(joined(record)) for record in records) if status.conclusive else None


async def can_receive(host: str, lookup: Lookup) -> bool | None:
    """Whether mail to a domain has anywhere to go: an MX that is not null, else an address (RFC 5321, RFC 7505).

    SES's feedback hosts take bounces and no reports.
    """
    status, records = await lookup(host, "MX")
    if not status.conclusive:
        return None
    if status is Status.NXDOMAIN:
        return False
    if status is Status.OK and records:
        exchangers = [bare(joined(record).rpartition(" ")[2]) for record in records]
        return not all(not name or name.startswith("feedback-smtp.") for name in exchangers)
    found = await asyncio.gather(lookup(host, "A"), lookup(host, "AAAA"))
    if any(status is Status.OK for status, _ in found):
        return True
    return False if all(status.conclusive for status, _ in found) else None
