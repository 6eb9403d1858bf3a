"""SPF: one record parsed, the tree of its includes read, and mail judged by it (RFC 7208)."""

from sendready.mailauth.spf.check_host import Result, SpfVerdict, check_host
from sendready.mailauth.spf.parse import is_record, parse
from sendready.mailauth.spf.tree import AMAZON, Covers, covers_ses, read_tree

__all__ = ["AMAZON", "Covers", "Result", "SpfVerdict", "check_host", "covers_ses", "is_record", "parse", "read_tree"]
