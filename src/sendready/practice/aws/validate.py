"""Holds a value against its shape: what AWS's model demands of a request, and what it promises of an answer.

boto3 checks only types, required members and minima before it sends; the rest is checked here alone.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from sendready.practice.aws.errors import UnfaithfulError

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTIAL = frozenset({"MailFromAttributes"})
"""Structures that real SES answers without members its own model requires: an identity without a custom
MAIL FROM domain has `{"BehaviorOnMxFailure": …}` alone (recorded in an AWS workshop's text)."""

OWN_CHECKS = frozenset({"QueueAttributeName"})
"""Enums whose service answers an unknown value with an error of its own."""

TYPES: dict[str, type | tuple[type, ...]] = {
    "structure": dict,
    "list": list,
    "map": dict,
    "string": str,
    "character": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float, Decimal),
    "double": (int, float, Decimal),
    "timestamp": datetime,
    "blob": bytes,
}


def violations(shape: Shape, value: object) -> list[str]:
    """What is wrong with a request, one sentence per violation, in AWS's words; empty when all is well."""
    return [f"Value at '{path}' failed to satisfy constraint: {rule}" for path, rule in _problems(shape, value, "")]


def message(found: list[str]) -> str:
    """All violations in one text, as AWS sends them."""
    noun = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {noun} detected: {'; '.join(found)}"


NEWER = frozenset({"PricingAttributes"})
"""Members of answers that the oldest botocore we work with does not know yet."""


def without_newer(shape: Shape | None, answer: dict[str, object]) -> dict[str, object]:
    """The answer without what this botocore has no word for; a client of its age would read it past anyway."""
    known = shape.members if isinstance(shape, StructureShape) else {}
    return {name: value for name, value in answer.items() if name in known or name not in NEWER}


def faithful(shape: Shape | None, value: dict[str, object], where: str) -> None:
    """Checks an answer of ours.

    Raises:
        UnfaithfulError: The model lacks a member or an enum value, or a required member is missing.
    """
    if shape is None:
        if value:
            raise UnfaithfulError(f"{where} answers nothing, practice answered {sorted(value)}")
        return
    found = [f"{path}: {rule}" for path, rule in _problems(shape, value, "", answer=True)]
    if found:
        raise UnfaithfulError(f"{where}: {'; '.join(found)}")


def _problems(shape: Shape, value: object, path: str, *, answer: bool = False) -> Iterator[tuple[str, str]]:
    expected = TYPES[shape.type_name]
    if not isinstance(value, expected) or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield path or "body", f"Member must be of type {shape.type_name}"
        return
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        yield from _structure(shape, value, path, answer=answer)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        yield from _size(shape, len(value), path, answer=answer)
        for number, item in enumerate(value, 1):
            yield from _problems(shape.member, item, f"{path}.{number}.member", answer=answer)
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        yield from _size(shape, len(value), path, answer=answer)
        for key, item in value.items():
            yield from _problems(shape.key, key, path, answer=answer)
            yield from _problems(shape.value, item, f"{path}.{key}.member", answer=answer)
    elif isinstance(value, str):
        yield from _string(shape, value, path, answer=answer)
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and not answer:
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if low is not None and value < low:
            yield path, f"Member must have value greater than or equal to {low}"
        if high is not None and value > high:
            yield path, f"Member must have value less than or equal to {high}"


def _structure(
    shape: StructureShape, value: dict[str, object], path: str, *, answer: bool
) -> Iterator[tuple[str, str]]:
    if not (answer and shape.name in PARTIAL):
        for name in shape.required_members:
            if value.get(name) is None:
                yield _member(path, name), "Member must not be null"
    for name, item in value.items():
        if name not in shape.members:
            yield _member(path, name), "Member is unknown"
        elif item is not None:
            yield from _problems(shape.members[name], item, _member(path, name), answer=answer)


def _string(shape: Shape, value: str, path: str, *, answer: bool) -> Iterator[tuple[str, str]]:
    yield from _size(shape, len(value), path, answer=answer)
    enum = shape.enum if isinstance(shape, StringShape) else []
    if enum and value not in enum and shape.name not in OWN_CHECKS:
        yield path, f"Member must satisfy enum value set: [{', '.join(enum)}]"
    pattern = shape.metadata.get("pattern")
    if pattern and not answer:
        compiled = _compiled(pattern)
        if compiled and not compiled.fullmatch(value):
            yield path, f"Member must satisfy regular expression pattern: {pattern}"


def _size(shape: Shape, size: int, path: str, *, answer: bool) -> Iterator[tuple[str, str]]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if answer:
        return
    if low is not None and size < low:
        yield path, f"Member must have length greater than or equal to {low}"
    if high is not None and size > high:
        yield path, f"Member must have length less than or equal to {high}"


def _member(path: str, name: str) -> str:
    lower = name[:1].lower() + name[1:]
    return f"{path}.{lower}" if path else lower


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Smithy's patterns are Java's; the few that Python cannot read are left unchecked."""
    try:
        return re.compile(re.sub(r"\\p\{[A-Za-z]+\}", r"\\w", pattern))
    except re.error:
        return None
