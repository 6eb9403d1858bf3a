"""What faults can be told: a module's `accepts` is one of these, or a choice of words of its own."""

from __future__ import annotations

import re


def is_action(argument: str) -> bool:
    """Whether it is an IAM action: `ses:SendEmail`."""
    return re.fullmatch(r"[a-z0-9-]+:[A-Za-z*]+", argument) is not None


def is_number(argument: str) -> bool:
    """Whether it is a number that is not negative."""
    return re.fullmatch(r"\d+(\.\d+)?", argument) is not None


def is_count(argument: str) -> bool:
    """Whether it is a whole number."""
    return argument.isdecimal()


def is_region(argument: str) -> bool:
    """Whether it looks like a region's name."""
    return re.fullmatch(r"[a-z]{2}(-gov)?-(north|south|east|west|central)+-\d", argument) is not None


def is_local_part(argument: str) -> bool:
    """Whether it can stand before the @ of an address."""
    return re.fullmatch(r"[A-Za-z0-9._%+-]+", argument) is not None
