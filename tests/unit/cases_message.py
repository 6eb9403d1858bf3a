"""The cases of what a message or a bounce says: each check provoked once, beside its nearest healthy neighbour."""

from __future__ import annotations

from builders import looked
from messages import BY_AMAZON, PASSES, SIGNED, bounce, message

from sendready.mailauth.received import read
from sendready.model.observation import Observation


def given(data: bytes) -> Observation:
    """A look at a healthy domain, and a message of its."""
    return looked(message=read(data))


FINE = given(message())
CLICK = "List-Unsubscribe: <https://example.com/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


def said(results: str) -> str:
    """What the receiving host wrote on top."""
    return f"Authentication-Results: mx.google.com; {results}\r\n"


MESSAGE = {
    "MSG001": (given(message(results=said("dkim=fail header.d=example.com"))), FINE),
    "MSG002": (given(message(signatures=BY_AMAZON)), FINE),
    "MSG003": (given(message(return_path="0102@eu-west-1.amazonses.com")), FINE),
    "MSG004": (given(message(results=said("dkim=pass header.d=example.com; spf=none"))), FINE),
    "MSG005": (given(message(results=said("dkim=pass header.d=example.com; dmarc=fail"))), FINE),
    "MSG006": (
        given(message(results=said("dkim=fail (body hash did not verify) header.d=example.com"))),
        given(message(results=said("dkim=fail (no key for signature) header.d=example.com"))),
    ),
    "MSG007": (given(message().replace(b"1.eu-west-1.abc", b"1.us-east-1.abc")), FINE),
    "MSG008": (given(message(results=PASSES + said("spf=pass").replace("mx.google.com", "mx.other.example"))), FINE),
    "BLK005": (
        given(message(more="List-Unsubscribe: <mailto:u@example.com>\r\n")),
        given(message(more=CLICK, signatures=SIGNED + BY_AMAZON)),
    ),
    "BLK013": (given(message(more="Subject: once more\r\n")), FINE),
    "REP004": (given(bounce("smtp; 550 5.7.27 SPF did not pass")), FINE),
}
"""By id: the broken look and the healthy one."""
