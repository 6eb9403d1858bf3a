"""A commented `sendready.toml`: every key there is, its default, and what it is for."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import fields
from enum import Enum

from sendready.model.answers import ANSWER_NAMES, Answered, Answers, Source, described
from sendready.model.connecting import CONNECTING
from sendready.steps.answering import CHOICES, CONFIRMED, ONCE
from sendready.steps.scripted import Option

WIDTH = 100
"""Columns of a comment."""


def configuration(answered: Answered, connection: Mapping[str, Option], about: str = "") -> str:
    """The file's text. What somebody has answered is set; everything else stands there as a comment, with its default.

    `connection` is what `wiring.Connection.flags` says; `about` is the identity it is for.
    """
    return "\n".join(_lines(answered, connection, about)) + "\n"


def _lines(answered: Answered, connection: Mapping[str, Option], about: str) -> Iterator[str]:
    yield f"# sendready.toml{f' for {about}' if about else ''}: read from the working directory, or by --config FILE."
    yield "# A flag and a SENDREADY_… variable win over it. A line that begins with `#` shows the default."
    yield ""
    yield "# How to reach AWS and DNS"
    for name, text in CONNECTING.items():
        chosen = connection.get(name)
        yield from _entry(name, text, chosen if isinstance(chosen, str) else "", given=isinstance(chosen, str))
    yield ""
    yield "# What you want"
    for name in ANSWER_NAMES:
        choices = f" One of {', '.join(member.value for member in CHOICES[name])}." if name in CHOICES else ""
        given = _is_given(name, answered)
        value = getattr(answered.answers, name) if given else default_of(name)
        yield from _entry(name, f"{described(name)}{choices}", value, given=given)


def _is_given(name: str, answered: Answered) -> bool:
    """Whether it was answered; a yes to AWS, or one for a single run, stays only where it was said just now."""
    source = answered.source(name)
    if name in CONFIRMED | ONCE:
        return source is Source.FLAG
    return source not in (Source.DEFAULT, Source.FOUND)


def default_of(name: str) -> object:
    """An answer's default."""
    return next(entry.default for entry in fields(Answers) if entry.name == name)


def _entry(name: str, text: str, value: object, *, given: bool) -> Iterator[str]:
    yield ""
    yield from textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False)
    yield f"{'' if given else '#'}{name} = {_toml(value)}"


def _toml(value: object) -> str:
    """A value as TOML 1.0 writes it: JSON does the same for texts, numbers and lists, DEL excepted."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
