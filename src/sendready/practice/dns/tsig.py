"""What a server says when a signature is not right (RFC 8945, section 5.2)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

import dns.message
import dns.rcode
import dns.rrset
import dns.tsig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dns.name import Name
    from dns.rdtypes.ANY.TSIG import TSIG


def signed_error(wire: bytes, error: Exception, keys: Mapping[Name, bytes]) -> bytes:
    """The NOTAUTH answer to the message `wire` whose signature failed with `error`.

    BADKEY and BADSIG are unsigned, for there is nothing to sign with; BADTIME is signed and tells the
    server's time.
    """
    query = dns.message.from_wire(wire, keyring=False)
    assert query.tsig is not None  # noqa: S101 (without one, it could not have failed)
    tsig = cast("TSIG", query.tsig[0])
    answer = dns.message.make_response(query)
    answer.set_rcode(dns.rcode.NOTAUTH)
    if isinstance(error, dns.tsig.BadTime):
        now = int(time.time()).to_bytes(6, "big")
        key = dns.tsig.Key(query.tsig.name, keys[query.tsig.name], tsig.algorithm)
        answer.use_tsig(key, fudge=tsig.fudge, tsig_error=dns.rcode.BADTIME, other_data=now)
        answer.request_mac = tsig.mac
        return answer.to_wire()
    code = dns.rcode.BADSIG if isinstance(error, dns.tsig.BadSignature) else dns.rcode.BADKEY
    unsigned = tsig.replace(mac=b"", error=code, other=b"")
    answer.tsig = dns.rrset.from_rdata(query.tsig.name, 0, unsigned)
    answer.want_tsig_sign = False
    return answer.to_wire()
