"""The one question mail authentication asks of DNS, so that every reader can be tested without one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum


class Status(StrEnum):
    """How a look-up ended."""

    OK = "ok"
    NXDOMAIN = "nxdomain"
    NODATA = "nodata"
    SERVFAIL = "servfail"
    TIMEOUT = "timeout"

    @property
    def conclusive(self) -> bool:
        """Whether presence or absence is proven."""
        return self in (Status.OK, Status.NXDOMAIN, Status.NODATA)


Strings = tuple[bytes, ...]
"""The character strings of one TXT record, as they came; of any other record one string, its text."""

Lookup = Callable[[str, str], Awaitable[tuple[Status, list[Strings]]]]
"""`await lookup(name, "TXT")`: the status and the records; A, AAAA, MX, PTR in presentation format."""


def joined(strings: Strings) -> str:
    """One record's text: strings are joined with nothing between them (RFC 7208, section 3.3; RFC 9989, 4.5)."""
    return b"".join(strings).decode("utf-8", "backslashreplace")
