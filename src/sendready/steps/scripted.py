"""The same, scripted: the command line that gives a set of answers without asking."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from sendready.model.answers import ANSWER_NAMES, Answered, Source, flag_of


def scripted(domain: str, answered: Answered, connection: Mapping[str, str | bool]) -> str:
    """The command line, quoted for a shell, that gives these answers and reaches the same account without asking.

    `connection` is what `wiring.Connection.flags` says: by option, its value, or True for one that has none.
    """
    words = ["sendready", "apply", domain, *_options(connection)]
    for name in ANSWER_NAMES:
        value = getattr(answered.answers, name)
        if answered.source(name) in (Source.DEFAULT, Source.FOUND, Source.PRACTICE):
            continue
        if isinstance(value, bool):
            words += [flag_of(name)] if value else []
        elif isinstance(value, tuple):
            words += [word for item in value for word in (flag_of(name), item)]
        else:
            words += [flag_of(name), str(value)]
    return shlex.join([*words, "--yes", "--wait", "30m"])


def _options(connection: Mapping[str, str | bool]) -> list[str]:
    words = []
    for name, value in connection.items():
        words += [flag_of(name)] if value is True else [flag_of(name), str(value)]
    return words
