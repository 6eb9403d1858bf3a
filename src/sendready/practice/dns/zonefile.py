"""Reads a zone file (RFC 1035, section 5) into record sets, mistakes of a DNS host included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import dns.exception
import dns.rdataclass
import dns.rdatatype
import dns.tokenizer
import dns.zonefile

from sendready.practice.dns.records import canonical, record_set

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdata import Rdata
    from dns.rdataset import ImmutableRdataset

DEFAULT_TTL = 3600
"""What records get in a file that gives no TTL, seconds."""


_RECORD = re.compile(r"^\s*[^;$\s]", re.MULTILINE)
"""A line that is neither empty nor a comment nor a directive."""


class _Collecting(dns.zonefile.RRsetsReaderTransaction):
    """Collects record sets without the check that a CNAME stands alone: some DNS hosts do not care."""

    def check_put_rdataset(self, check: object) -> None:
        pass

    def add(self, name: Name, ttl: int, rdata: Rdata) -> None:
        """Takes one record; ValueError for a name server without a name, which nothing could be asked of."""
        if rdata.rdtype == dns.rdatatype.NS and rdata.to_text() == ".":
            raise ValueError("`.` is no name server; an NS record has to name a host")
        super().add(name, ttl, rdata)


class _Tokens(dns.tokenizer.Tokenizer):
    """Words of a zone file that know in which line they began; dnspython tells the line after a line's end."""

    began = 1

    def get(self, want_leading: bool = False, want_comment: bool = False) -> dns.tokenizer.Token:
        if self.ungotten_token is None:
            self.began = self.line_number
        return super().get(want_leading, want_comment)


def read_zone_file(text: str, apex: Name) -> list[tuple[Name, ImmutableRdataset]]:
    """The record sets of a zone file with the origin `apex`, and their owners; names outside it are left out.

    ValueError says what is wrong in which line.
    """
    tokens = _Tokens(text)
    manager = dns.zonefile.RRSetsReaderManager(apex, relativize=False)
    try:
        with _Collecting(manager, True, False) as collecting:  # type: ignore[no-untyped-call]
            reader = dns.zonefile.Reader(tokens, dns.rdataclass.IN, collecting)
            reader.default_ttl, reader.default_ttl_known = DEFAULT_TTL, True
            reader.read()
    except (dns.exception.DNSException, ValueError) as error:
        reason = re.sub(r"^<string>:\d+: ", "", str(error)).rstrip(".")
        if reason == (dns.exception.SyntaxError.__doc__ or "").rstrip("."):
            reason = "this is no record (name, TTL, type and value)"
        line = min(tokens.began, len(text.splitlines()))
        raise ValueError(f"the zone file of {apex} cannot be read: line {line}: {reason}") from error
    if not manager.rrsets and _RECORD.search(text):
        raise ValueError(f"none of the records in this file belongs to {apex}: it is the zone of another domain")
    return [
        (rrset.name.canonicalize(), record_set(rrset.ttl, [canonical(rdata) for rdata in rrset]))
        for rrset in manager.rrsets
    ]
