"""The ways a practice name server can misbehave."""

from __future__ import annotations

from dataclasses import dataclass

import dns.exception
import dns.rcode


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a server does otherwise than it should; the default is a server that does everything right."""

    delay: float = 0.0
    """How long every answer takes, seconds of practice time."""
    silent: bool = False
    """Never answers; over TCP it accepts the connection and says nothing."""
    rcode: str | None = None
    """The code of every answer, which is empty: SERVFAIL, REFUSED, …"""
    lame: bool = False
    """Knows nothing of its zones and refers upward, to the root, AA clear."""
    lagging: bool = False
    """Serves every zone as it was when this behaviour was set."""
    truncate: bool = False
    """Every answer over UDP is empty, with TC set."""
    garbage: bool = False
    """Answers with random bytes."""
    wrong_id: bool = False
    """Answers under another message id than was asked with."""
    tcp_refused: bool = False
    """Resets every TCP connection. Set for a whole server, not for one of its zones."""
    no_edns: bool = False
    """Answers FORMERR to a query with an OPT record, like a server older than EDNS (RFC 6891, section 7)."""
    not_authoritative: bool = False
    """Answers, but with AA clear."""
    recursive: bool = False
    """The network intercepts port 53: the recursive face answers in this server's place, AA clear and RA set.

    The recursive face itself is not behind that network and reaches the server.
    """

    def __post_init__(self) -> None:
        if self.delay < 0:
            raise ValueError(f"a delay is 0 seconds or more, not {self.delay}")
        if self.rcode is not None:
            try:
                code = dns.rcode.from_text(self.rcode)
            except (dns.exception.DNSException, ValueError) as error:
                raise ValueError(f"'{self.rcode}' is not a response code") from error
            if code > 15:
                raise ValueError(f"{self.rcode} does not fit into a header")

    @property
    def unreachable(self) -> bool:
        """Whether nothing that a resolver can use ever comes back."""
        return self.silent or self.garbage or self.wrong_id or (self.truncate and self.tcp_refused)


WELL = Behaviour()
"""A server that does everything right."""
