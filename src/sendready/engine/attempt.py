"""A call to the outside world, as a value: what it brings, or why it could not be had."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from sendready.model.errors import SendreadyError
from sendready.model.observation import Seen, Unseen

T = TypeVar("T")


async def attempt(call: Awaitable[T]) -> Seen[T] | Unseen:
    """What a call brings, or why it could not be had."""
    try:
        return Seen(await call)
    except SendreadyError as error:
        return Unseen(error)
