"""DMARC: one record parsed, the one that applies found, and where its reports go (RFC 9989, RFC 9990)."""

from sendready.mailauth.dmarc.amend import is_stronger, with_policy, with_reports_to
from sendready.mailauth.dmarc.discover import MOST_QUERIES, discover, names_of_walk, organizational
from sendready.mailauth.dmarc.parse import addresses, is_record, parse
from sendready.mailauth.dmarc.reports import destinations

__all__ = [
    "MOST_QUERIES",
    "addresses",
    "destinations",
    "discover",
    "is_record",
    "is_stronger",
    "names_of_walk",
    "organizational",
    "parse",
    "with_policy",
    "with_reports_to",
]
