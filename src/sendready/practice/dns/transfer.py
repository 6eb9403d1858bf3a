"""Zone transfer (AXFR, RFC 5936): a whole zone as a row of signed messages, which may also answer IXFR."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message

from sendready.practice.dns.lookup import owned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dns.message import Message

    from sendready.practice.dns.contents import Contents

SETS_IN_A_MESSAGE = 64
"""Record sets put together, or fewer where they would not fit."""


def transfer(zone: Contents, query: Message) -> Iterator[bytes]:
    """The messages that carry the zone, SOA to SOA, each signed with the query's key (RFC 8945, 5.3.1).

    dns.exception.TooBig if one record set alone does not fit into a message of 64 KiB.
    """
    sets = [owned(name, rdataset) for name, rdataset in zone.record_sets()]
    sets.append(sets[0])
    context, size = None, SETS_IN_A_MESSAGE
    while sets:
        message = dns.message.make_response(query)
        message.flags |= dns.flags.AA
        message.answer = sets[:size]
        try:
            yield message.to_wire(max_size=65535, multi=True, tsig_ctx=context, want_shuffle=False)
        except dns.exception.TooBig:
            if size == 1:
                raise
            size //= 2
        else:
            context = message.tsig_ctx
            del sets[:size]
