"""The state behind the practice AWS, and the one call that an operation sees of it."""

from __future__ import annotations

import base64
import hashlib
import itertools
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from sendready.practice.aws.errors import AwsError

if TYPE_CHECKING:
    from datetime import datetime

    from sendready.practice.aws.agenda import Agenda
    from sendready.practice.aws.lookups import Lookup
    from sendready.practice.aws.throttle import Throttle
    from sendready.practice.clock import PracticeClock
    from sendready.practice.dns.zones import Zones

Members = dict[str, Any]
"""The members of a request or an answer, as boto3 shows them."""
State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who signed a request."""

    account: str
    arn: str
    user_id: str


@dataclass(frozen=True)
class Call:
    """One request to one operation, read and validated."""

    cloud: Cloud
    service: str
    operation: str
    account: str
    region: str
    principal: Principal
    wanted: Members
    source_ip: str = "127.0.0.1"

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # a member has any type
        return self.wanted[name]

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # a member has any type
        """A member, or `default` where the request has none."""
        value = self.wanted.get(name)
        return default if value is None else value

    @property
    def now(self) -> datetime:
        """The practice time."""
        return self.cloud.clock.now()

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of the caller's account in the call's region."""
        return f"arn:{partition(self.region)}:{service}:{self.region}:{self.account}:{resource}"


Handler = Callable[[Call], Members | None]


class Operations(dict[str, Handler]):
    """Operations by name; a handler registers itself by `@operations("CreateTopic")`.

    A handler runs under the cloud's lock, unless it is registered with `waits`: it then looks things up or
    waits for them, and takes the lock itself where it needs it.
    """

    def __init__(self, *parts: Operations) -> None:
        super().__init__()
        self.waiting: set[str] = set()
        for part in parts:
            self.update(part)
            self.waiting |= part.waiting

    def __call__(self, name: str, *, waits: bool = False) -> Callable[[Handler], Handler]:
        """Registers a handler."""

        def register(handler: Handler) -> Handler:
            self[name] = handler
            if waits:
                self.waiting.add(name)
            return handler

        return register

    def answer(self, call: Call) -> Members:
        """What the operation answers.

        Raises:
            AwsError: The operation refuses.
        """
        handler = self[call.operation]
        if call.operation in self.waiting:
            return handler(call) or {}
        with call.cloud.lock:
            return handler(call) or {}


@dataclass
class Cloud:
    """Everything the practice AWS knows: who has keys, and each service's state per account and region."""

    clock: PracticeClock
    zones: Zones
    look_up: Lookup
    """How SES looks records up."""
    account_id: str
    region: str
    agenda: Agenda
    throttle: Throttle
    url: str = ""
    """The HTTP server's own address, `http://127.0.0.1:PORT`."""
    review_seconds: float = 20.0
    """How long a request for production access is under review, practice seconds."""
    review_outcome: str = "GRANTED"
    """How a review ends: GRANTED, DENIED or FAILED."""
    events_lost: bool = False
    """Whether SES's events vanish instead of being published."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    stopped: threading.Event = field(default_factory=threading.Event)
    """Set once the servers stop: whoever waits gives up."""
    _keys: dict[str, Principal] = field(default_factory=dict)
    _states: dict[tuple[type[Any], str, str], Any] = field(default_factory=dict)
    _serial: itertools.count[int] = field(default_factory=itertools.count)

    def state(self, kind: type[State], account: str, region: str) -> State:
        """A service's state in one account and region; made when first asked for."""
        with self.lock:
            key = (kind, account, region)
            if key not in self._states:
                self._states[key] = kind()
            found: State = self._states[key]
            return found

    def states(self, kind: type[State]) -> dict[tuple[str, str], State]:
        """A service's states by account and region, as far as they were ever used."""
        with self.lock:
            return {key[1:]: found for key, found in self._states.items() if key[0] is kind}

    def key_of(self, account: str) -> str:
        """The access key of an account's practice user; made when first asked for."""
        with self.lock:
            key = "AKIA" + base32(f"user {account}", 16)
            arn = f"arn:{partition(self.region)}:iam::{account}:user/practice"
            self._keys.setdefault(key, Principal(account, arn, "AIDA" + base32(f"id {account}", 17)))
            return key

    def role_key(self, account: str, role: str, session: str, *, part: str) -> tuple[str, Principal]:
        """An access key for a session of `role` in `account`."""
        key = "ASIA" + base32(secrets.token_hex(8), 16)
        arn = f"arn:{part}:sts::{account}:assumed-role/{role}/{session}"
        principal = Principal(account, arn, f"AROA{base32(f'{account} {role}', 17)}:{session}")
        with self.lock:
            self._keys[key] = principal
        return key, principal

    def principal(self, key: str) -> Principal | None:
        """Who owns an access key."""
        with self.lock:
            return self._keys.get(key)

    def next_id(self) -> int:
        """A number nobody else gets."""
        return next(self._serial)


def partition(region: str) -> str:
    """The partition of a region, as ARNs begin with it."""
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws"


def base32(seed: str, length: int) -> str:
    """A string of upper-case letters and digits that follows from `seed`, as AWS's ids look."""
    return base64.b32encode(hashlib.sha256(seed.encode()).digest()).decode()[:length]


def page(
    items: list[Any], call: Call, *, size: int, limit: int = 1000, member: str = "PageSize"
) -> tuple[list[Any], str | None]:
    """One page of `items`, and the token of the next one.

    Raises:
        AwsError: The token is none of ours, or the page size is out of bounds.
    """
    wanted = int(call.get(member, size)) or size
    if not 0 < wanted <= limit:
        raise AwsError("BadRequestException", f"{member} must be between 1 and {limit}.")
    start = 0
    token = call.get("NextToken")
    if token:
        try:
            start = int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("page:"))
        except ValueError:
            raise AwsError("BadRequestException", "The provided NextToken is invalid.") from None
    rest = len(items) > start + wanted
    following = base64.urlsafe_b64encode(f"page:{start + wanted}".encode()).decode() if rest else None
    return items[start : start + wanted], following


def with_token(answer: Members, token: str | None, member: str = "NextToken") -> Members:
    """`answer`, with a token where there are more pages."""
    return answer | ({member: token} if token else {})
