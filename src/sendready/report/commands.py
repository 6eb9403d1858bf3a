"""Commands that are shown to be copied: with the options that lead them to the account and DNS just looked at."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from sendready.steps.scripted import Option, options

_ABOUT_TEXTS = ("explain", "schema", "smtp-password")
"""Commands of ours that reach neither AWS nor DNS."""

CONTINUES = " \\"
"""Ends a line of a command that goes on in the next one: pasted, all of them are one command."""


def folded(command: str, width: int) -> list[str]:
    """A command as lines of at most `width` columns, broken before options only; each but the last says so.

    An option that is longer stays whole: half of one means something else.
    """
    words, lines = re.split(r" (?=--)", command), []
    while words:
        row = words.pop(0)
        while words and len(f"{row} {words[0]}") <= width - (len(CONTINUES) if len(words) > 1 else 0):
            row += f" {words.pop(0)}"
        lines.append(row + (CONTINUES if words else ""))
        words[:1] = [f"  {word}" for word in words[:1]]
    return lines


def reaching(command: str, connection: Mapping[str, Option]) -> str:
    """The command with the connection's options, where it is one that connects.

    `connection` is what `wiring.Connection.flags` says. The AWS CLI shares only the profile with us. An option that
    the command has already, such as another region, stays as it is.
    """
    connection = {name: value for name, value in connection.items() if f"--{name.replace('_', '-')}" not in command}
    program, _, rest = command.partition(" ")
    if program == "sendready" and rest.partition(" ")[0] not in _ABOUT_TEXTS:
        return " ".join([command, *map(shlex.quote, options(connection))])
    if program == "aws" and "profile" in connection:
        return " ".join([command, *map(shlex.quote, options({"profile": connection["profile"]}))])
    return command
