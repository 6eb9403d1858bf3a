"""What goes wrong on purpose: denied actions, and calls that answer with a given error."""

from __future__ import annotations

import enum
import fnmatch
import threading
from collections import Counter
from dataclasses import dataclass, field

from sendready.practice.aws.errors import (
    AwsError,
    HangUpError,
    Protocol,
    clock_skew,
    expired_token,
    server_error,
    throttled,
    unavailable,
)


class Outage(enum.Enum):
    """Errors that every service has, each in its own words."""

    THROTTLED = "throttled"
    SERVER_ERROR = "server-error"
    EXPIRED_TOKEN = "expired-token"  # noqa: S105  # the name of an error, not a token
    RESET = "reset"
    UNAVAILABLE = "unavailable"
    HALF_ANSWER = "half-answer"
    """The call is carried out, and the connection is cut in the middle of its answer."""
    NO_ANSWER = "no-answer"
    """The call is carried out, and its answer never comes: the client waits until it gives up."""
    CLOCK_SKEW = "clock-skew"
    """The caller's clock is more than five minutes off."""


LOST = frozenset({Outage.HALF_ANSWER, Outage.NO_ANSWER})
"""Outages of calls that are carried out all the same."""


@dataclass
class Failing:
    """One order to fail."""

    operation: str
    """An operation's name, or `*`."""
    error: AwsError | Outage
    times: int | None
    """How many calls fail; None for every call."""
    each: bool
    """Whether every operation has its own count."""
    used: Counter[str] = field(default_factory=Counter)

    def applies(self, operation: str) -> bool:
        """Whether this call fails; counts it if so."""
        if self.operation not in ("*", operation):
            return False
        key = operation if self.each else "*"
        if self.times is not None and self.used[key] >= self.times:
            return False
        self.used[key] += 1
        return True


class Outages:
    """The orders in force; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failing: list[Failing] = []
        self._denied: list[str] = []

    def fail(self, operation: str, error: AwsError | Outage, *, times: int | None = 1, each: bool = False) -> None:
        """Answers the next `times` calls of `operation` (or `*`, any) with `error`; None is for ever."""
        with self._lock:
            self._failing.append(Failing(operation, error, times, each))

    def deny(self, action: str) -> None:
        """Denies an IAM action, such as `ses:GetEmailIdentity` or `route53:*`."""
        with self._lock:
            self._denied.append(action.lower())

    def lift(self) -> None:
        """Ends every order."""
        with self._lock:
            self._failing.clear()
            self._denied.clear()

    def strike(self, service: str, operation: str, protocol: Protocol) -> None:
        """Raises what this call fails with, if it does.

        Raises:
            AwsError: The ordered error, in the service's own words.
            HangUpError: The connection is to be cut.
        """
        with self._lock:
            orders = (order for order in self._failing if order.error not in LOST)
            error = next((order.error for order in orders if order.applies(operation)), None)
        match error:
            case None:
                return
            case Outage.THROTTLED:
                raise throttled(service, operation)
            case Outage.SERVER_ERROR:
                raise server_error(service)
            case Outage.EXPIRED_TOKEN:
                raise expired_token(protocol)
            case Outage.RESET:
                raise HangUpError
            case Outage.UNAVAILABLE:
                raise unavailable()
            case Outage.CLOCK_SKEW:
                raise clock_skew(service, protocol)
            case Outage.HALF_ANSWER | Outage.NO_ANSWER:  # pragma: no cover - see `loses`
                return
            case AwsError():
                raise error

    def loses(self, operation: str) -> Outage | None:
        """How the answer to this call, which was carried out, gets lost on its way; None: it arrives."""
        with self._lock:
            orders = (order for order in self._failing if order.error in LOST)
            error = next((order.error for order in orders if order.applies(operation)), None)
        return error if isinstance(error, Outage) else None

    def denies(self, action: str) -> bool:
        """Whether an IAM action is denied; names of actions do not mind case."""
        with self._lock:
            return any(fnmatch.fnmatchcase(action.lower(), pattern) for pattern in self._denied)
