"""Domain names as text: lower case, ASCII (A-labels), without the final dot; arithmetic on their labels."""

from __future__ import annotations

LONGEST_NAME, LONGEST_LABEL = 253, 63
"""Octets of a name in text form, and of one label (RFC 1035, section 2.3.4)."""


def absolute(name: str) -> str:
    """The name with its final dot, as zone files and provider APIs want it; the only place that writes that dot."""
    return name if name.endswith(".") else f"{name}."


def bare(name: str) -> str:
    """The name lower-cased and without its final dot, the form everything of ours compares."""
    return name.rstrip(".").lower()


def labels(name: str) -> list[str]:
    """The labels of a name, leftmost first; the root has none."""
    return [label for label in name.split(".") if label]


def parent(name: str) -> str:
    """The name without its leftmost label; the parent of a top-level domain is the root, an empty string."""
    return name.partition(".")[2]


FREE_MAIL = frozenset(
    (
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "live.com",
            "yahoo.com",
            "aol.com",
            "icloud.com",
        ),
        *("me.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "mail.ru", "yandex.ru", "qq.com"),
    )
)
"""Domains at which anybody can have a mailbox: nobody who sends through SES owns them."""

_REGISTRY_LABELS = frozenset({"ac", "co", "com", "edu", "gov", "mil", "net", "or", "org", "ne", "go", "gob", "nom"})


def is_registry(name: str) -> bool:
    """Whether domains are registered right below: the root, a top-level domain, or a `co.uk` of a country."""
    parts = labels(name)
    return len(parts) < 2 or (len(parts) == 2 and len(parts[1]) == 2 and parts[0] in _REGISTRY_LABELS)


def is_at_or_below(name: str, ancestor: str) -> bool:
    """Whether `name` equals `ancestor` or lies below it; everything lies below the root."""
    return not ancestor or name == ancestor or name.endswith(f".{ancestor}")


def relative(name: str, zone: str) -> str:
    """The name as a DNS host's form wants it: without the zone, `@` for the zone itself.

    Raises:
        ValueError: `name` does not lie in `zone`.
    """
    if name == zone:
        return "@"
    if not is_at_or_below(name, zone):
        raise ValueError(f"{name} does not lie in {zone}")
    return name[: -len(zone) - 1] if zone else name


def ancestors(name: str) -> list[str]:
    """The name itself, then each name above it down to the top-level domain, root excluded."""
    parts = labels(name)
    return [".".join(parts[start:]) for start in range(len(parts))]
