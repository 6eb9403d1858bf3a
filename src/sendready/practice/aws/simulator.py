"""SES's mailbox simulator: which addresses it has, and what mail to each of them comes to."""

from __future__ import annotations

import enum
import re

ADDRESS = re.compile(
    r"(success|bounce|complaint|ooto|suppressionlist)(?:\+[^@]*)?@simulator\.amazonses\.com", re.IGNORECASE
)
"""`+label` is a label, a dash is not (developer guide, "Using the mailbox simulator")."""


class Fate(enum.Enum):
    """What becomes of a mail to one recipient."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    """Bounced by SES itself: the address is on the account's suppression list."""
    COMPLAINED = "complained"


FATES = {
    "success": Fate.DELIVERED,
    "bounce": Fate.BOUNCED,
    "complaint": Fate.COMPLAINED,
    "ooto": Fate.DELIVERED,
    # Measured: a plain permanent bounce, not the sub-type of the suppression list.
    "suppressionlist": Fate.BOUNCED,
}


def is_simulator(address: str) -> bool:
    """Whether mail to `address` goes to the simulator."""
    return ADDRESS.fullmatch(address) is not None


def fate(address: str) -> Fate:
    """What mail to `address` comes to; outside the simulator it is delivered."""
    found = ADDRESS.fullmatch(address)
    return FATES[found[1].lower()] if found else Fate.DELIVERED
