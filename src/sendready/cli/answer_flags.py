"""A flag for every answer, made from the `Answers` dataclass itself, so that none can be forgotten."""

from __future__ import annotations

from dataclasses import MISSING, fields, make_dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

from cyclopts import Parameter

from sendready.cli.options import ANSWERS
from sendready.model.answers import ANSWER_NAMES, Answers, described
from sendready.steps.answering import CHOICES, LISTS, SWITCHES


def _kind(name: str) -> Any:  # noqa: ANN401  a type, made for cyclopts to read
    if name in CHOICES:
        return Literal[tuple(member.value for member in CHOICES[name])]
    if name in SWITCHES:
        return bool
    return list[str] if name in LISTS else str


def _flag(name: str) -> tuple[str, Any, Any]:
    default = next(entry.default for entry in fields(Answers) if entry.name == name)
    shown = "" if default in (MISSING, "", (), False) else f" [default: {getattr(default, 'value', default)}]"
    negative = None if name in SWITCHES else ""
    parameter = Parameter(help=f"{described(name)}{shown}", negative=negative, group=ANSWERS)
    return name, Annotated[Optional[_kind(name)], parameter], None  # noqa: UP045  the type is made at run time


if TYPE_CHECKING:

    class AnswerFlags:
        """One optional field for each answer; None where the flag was not given."""
else:
    AnswerFlags = make_dataclass("AnswerFlags", [_flag(name) for name in ANSWER_NAMES], frozen=True, kw_only=True)
    AnswerFlags.__module__ = __name__  # cyclopts resolves annotations through the module
    Parameter(name="*")(AnswerFlags)
