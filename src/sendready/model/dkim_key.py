"""A DKIM key record (RFC 6376, section 3.6.1); read by `mailauth.dkim_key`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sendready.model.problem import Problem


class KeyFault(StrEnum):
    """What makes receivers refuse a key record."""

    VERSION = "version"
    """`v` that is not `DKIM1`, or does not come first."""
    NOT_A_TAG = "not-a-tag"
    KEY_MISSING = "key-missing"
    """No `p` at all."""
    KEY_INVALID = "key-invalid"
    """A `p` that is no key of its kind."""
    KIND = "kind"
    """A kind of key that receivers do not know."""
    NOT_FOR_MAIL = "not-for-mail"
    """A key whose services do not include e-mail."""
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class DkimKey:
    """One key record."""

    text: str
    tags: tuple[tuple[str, str], ...]
    kind: str
    """`rsa` or `ed25519`."""
    bits: int | None
    """Length of the key; None where it cannot be read or is withdrawn."""
    revoked: bool = False
    """`p` is empty: the key is withdrawn."""
    problems: tuple[Problem[KeyFault], ...] = ()

    @property
    def usable(self) -> bool:
        """Whether receivers can verify a signature with it."""
        return not self.revoked and not self.problems
