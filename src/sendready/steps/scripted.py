"""The same, scripted: the command line that gives a set of answers without asking."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from sendready.model.answers import ANSWER_NAMES, Answered, Source, flag_of

Option = str | bool | tuple[str, ...]
"""An option's value; True for one that has none, several for one that is repeated."""


def scripted(domain: str, answered: Answered, connection: Mapping[str, Option]) -> str:
    """The command line, quoted for a shell, that gives these answers and reaches the same account without asking.

    `connection` is what `wiring.Connection.flags` says: the options by their names.
    """
    words = ["sendready", "apply", domain, *options(connection)]
    for name in ANSWER_NAMES:
        value = getattr(answered.answers, name)
        if answered.source(name) in (Source.DEFAULT, Source.FOUND, Source.PRACTICE):
            continue
        if isinstance(value, bool):
            # A practice world says yes of itself where nobody says no.
            words += [flag_of(name)] if value else [flag_of(f"no_{name}")] if "practice" in connection else []
        elif isinstance(value, tuple):
            words += [word for item in value for word in (flag_of(name), item)]
        else:
            words += [flag_of(name), str(value)]
    return shlex.join([*words, "--yes", "--wait", "30m"])


def options(connection: Mapping[str, Option]) -> list[str]:
    """The words of a command line that give these options."""
    words = []
    for name, value in connection.items():
        if value is True:
            words.append(flag_of(name))
        else:
            for item in value if isinstance(value, tuple) else (str(value),):
                words += [flag_of(name), item]
    return words
