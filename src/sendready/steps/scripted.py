"""The same, scripted: the command line that gives a set of answers without asking."""

from __future__ import annotations

import shlex

from sendready.model.answers import ANSWER_NAMES, Answered, Source, flag_of


def scripted(domain: str, answered: Answered) -> str:
    """The command line that gives these answers without asking."""
    words = ["sendready", "apply", domain]
    for name in ANSWER_NAMES:
        value = getattr(answered.answers, name)
        if answered.source(name) in (Source.DEFAULT, Source.FOUND):
            continue
        if isinstance(value, bool):
            words += [flag_of(name)] if value else []
        elif isinstance(value, tuple):
            words += [word for item in value for word in (flag_of(name), item)]
        else:
            words += [flag_of(name), str(value)]
    return shlex.join([*words, "--yes", "--wait", "30m"])
