"""Zones made at random: every record type that is asked for, at names with and without children, behind wildcards."""

from __future__ import annotations

import random
from dataclasses import dataclass

TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA")
LABELS = ("a", "b", "c", "_domainkey", "_dmarc", "bounce", "www", "x-y", "9", "*")


@dataclass(frozen=True)
class RandomZone:
    """A zone and names to ask it for, with and without records."""

    apex: str
    text: str
    names: tuple[str, ...]


def random_zone(seed: int) -> RandomZone:
    """The same zone for the same seed; every name server takes it."""
    choice = random.Random(seed)  # noqa: S311  # the same again is what is wanted
    apex = f"random-{seed}.com"
    owners = {_name(choice) for _ in range(choice.randint(3, 18))}
    lines = []
    aliases = set()
    for owner in sorted(owners):
        if choice.random() < 0.3:
            aliases.add(owner)
            lines.append(f"{owner} {choice.choice((0, 60, 300))} CNAME {_target(choice, sorted(owners), apex)}")
        else:
            lines += [f"{owner} {data}" for data in _data(choice)]
    below = {f"{label}.{owner}" for owner in sorted(owners) for label in ("z", "a")}
    above = {owner.partition(".")[2] for owner in owners} - {""}
    names = sorted({*owners, *below, *above, "nobody", "deep.in.nobody"} - {name for name in owners if "*" in name})
    return RandomZone(apex, "\n".join(lines), (apex, *(f"{name}.{apex}" for name in names if "*" not in name)))


def _name(choice: random.Random) -> str:
    labels = [choice.choice(LABELS) for _ in range(choice.randint(1, 3))]
    return ".".join([labels[0], *(label for label in labels[1:] if label != "*")])


def _target(choice: random.Random, owners: list[str], apex: str) -> str:
    inside = f"{choice.choice(owners)}.{apex}."
    return choice.choice((inside, inside, "feedback-smtp.eu-west-1.amazonses.com.", "no.such.net.", "web.lab.net."))


def _data(choice: random.Random) -> list[str]:
    texts = (
        '"v=spf1 include:amazonses.com ~all"',
        '"a" "b" " c"',
        '"\\"quoted\\""',
        '"\\195\\169\\255"',
        '""',
        f'"{"x" * 255}" "{"y" * 99}"',
    )
    made = {
        "A": f"60 A 192.0.2.{choice.randint(1, 250)}",
        "AAAA": f"60 AAAA 2001:db8::{choice.randint(1, 9999):x}",
        "MX": f"300 MX {choice.randint(0, 30)} {choice.choice(('mail', 'Feedback-SMTP.amazonses.com.', '.'))}",
        "TXT": f"300 TXT {choice.choice(texts)}",
    }
    kinds = choice.sample(sorted(made), choice.randint(1, 3))
    several = [f"300 TXT {text}" for text in choice.sample(texts, 2)] if choice.random() < 0.2 else []
    return [made[kind] for kind in kinds] + several
