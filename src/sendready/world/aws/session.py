"""Getting in: profiles, SSO, assumed roles, MFA and regions, as boto3 does them; clients made when first used."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from sendready.model.errors import MfaNeeded, NoRegion, Throttled, Unreachable
from sendready.model.ports import Clock
from sendready.world.aws.errors import action_of, translate
from sendready.world.aws.pacing import Pacer
from sendready.world.threads import in_daemon_thread

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.session import Session

Prompter = Callable[[str], str]
"""Asks for a one-time code; called on a worker thread with boto's own prompt."""

CONNECT_TIMEOUT, READ_TIMEOUT = 4, 10
"""Seconds; botocore's own are 60 and 60."""

LONG_POLL = 3
"""How many times as long a receive is waited for: SQS holds it up to 20 seconds."""

MANAGEMENT_ATTEMPTS, SENDING_ATTEMPTS = 6, 1
"""A send is never repeated: SES has no idempotency token, and a retry may send a second mail."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Explicit credentials; their `repr` shows nothing."""

    access_key_id: str = field(repr=False)
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """How to get in; empty means what boto3 finds by itself."""

    profile: str | None = None
    region: str | None = None
    role_arn: str | None = None
    """A role to assume on top, such as the one that owns the hosted zone."""
    endpoint_url: str | None = None
    keys: Keys | None = None
    """With keys, neither the environment nor any file of the user's is read: a practice world."""
    read_timeout: float = READ_TIMEOUT
    """How long an answer may take, seconds."""


def refuse_mfa(prompt: str) -> str:
    """The prompter of scripted runs."""
    raise MfaNeeded(
        f"the profile wants a one-time code ({prompt.strip().rstrip(':')}) and nobody is here to type it",
        "Run `aws sts get-session-token` first and pass its credentials, or use an SSO profile",
    )


@cache
def _service_models(data_path: str | None) -> Loader:
    """Where botocore reads what services are like; read once, however often a session is begun anew."""
    from botocore.loaders import create_loader

    return create_loader(data_path)


def _must_be_whole(response_dict: Mapping[str, Any], operation_model: Any, **_: object) -> None:  # noqa: ANN401
    """Refuses an answer whose connection was cut: botocore reads half a JSON text as an answer that holds nothing.

    Raises:
        Unreachable: fewer bytes arrived than were announced.
    """
    headers, body = response_dict["headers"], response_dict["body"]
    announced = str(headers.get("content-length", ""))
    plain = not headers.get("content-encoding") and operation_model.http.get("method") != "HEAD"
    if plain and isinstance(body, bytes) and announced.isdecimal() and len(body) < int(announced):
        operation = operation_model.name
        raise Unreachable(
            f"the answer to {operation} was cut off",
            "Check the network, then run this again",
            action=action_of(operation_model.service_model.service_name, operation),
        )


class AwsSession:
    """One set of credentials in one region. `call` is the only way out to AWS."""

    def __init__(self, access: Access, clock: Clock, prompter: Prompter = refuse_mfa) -> None:
        self._access = access
        self._clock = clock
        self._prompter = prompter
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._clients: dict[tuple[str, int, float], Any] = {}
        self._pacer = Pacer(clock)
        self._region = access.region or os.environ.get("AWS_REGION") or None
        self._home: AwsSession | None = None

    def beside(self, region: str) -> AwsSession:
        """The same credentials in another region, at that region's own pace."""
        sibling = AwsSession(replace(self._access, region=region), self._clock, self._prompter)
        sibling._home, sibling._lock = self, self._lock
        return sibling

    @property
    def profile(self) -> str | None:
        """The profile in use, where one was named."""
        return self._access.profile or (None if self._access.keys else os.environ.get("AWS_PROFILE"))

    async def region(self) -> str:
        """The region: the one asked for, `AWS_REGION` (which boto3 alone ignores), or what boto3 finds.

        A profile that is named is read now: one that does not exist is a mistake before anything is looked at.

        Raises:
            NoRegion: there is none, with the regions SES is in.
            BadInput: there is no such profile.
        """
        if self._region is None or self.profile is not None:
            self._region = await in_daemon_thread(self._configured_region)
        if self._region.startswith("cn-"):
            raise NoRegion(f"Amazon SES is not offered in China ({self._region})", "Pass another `--region`")
        return self._region

    async def call_once(self, service: str, operation: str, **params: object) -> Mapping[str, Any]:
        """Calls an operation that must not be carried out twice: only what was throttled, so never begun, is repeated.

        botocore would repeat a call whose answer was lost, too, and be told that what it made itself is in the way.
        """
        for attempt in range(1, MANAGEMENT_ATTEMPTS):
            try:
                return await self.call(service, operation, attempts=1, **params)
            except Throttled:
                await self._clock.sleep(attempt)
        return await self.call(service, operation, attempts=1, **params)

    async def call(
        self, service: str, operation: str, *, attempts: int = MANAGEMENT_ATTEMPTS, **params: object
    ) -> Mapping[str, Any]:
        """Calls one operation, by its API name, when its turn comes; raises `AwsError`s and BadInput."""
        await self._pacer.turn(service, operation)
        read_timeout = self._access.read_timeout * (LONG_POLL if operation == "ReceiveMessage" else 1)

        def run() -> Mapping[str, Any]:
            try:
                client = self._client(service, attempts, read_timeout)
                method = getattr(client, _snake_case(operation))
                answer: Mapping[str, Any] = method(**params)
            except Exception as error:
                ours = translate(error, service, operation, self.profile)
                raise ours if ours is not error else error from None
            return answer

        try:
            answer = await in_daemon_thread(run)
        except Throttled:
            self._pacer.throttled(service)
            raise
        if answer.get("ResponseMetadata", {}).get("RetryAttempts"):
            self._pacer.throttled(service)
        return answer

    def _client(self, service: Any, attempts: int, read_timeout: float) -> Any:  # noqa: ANN401  botocore makes its classes at run time
        key = (service, attempts, read_timeout)
        with self._lock:  # neither sessions nor the making of clients are thread-safe
            if key not in self._clients:
                from botocore.config import Config

                client = self._core().create_client(
                    service,
                    region_name=self._region,
                    endpoint_url=self._access.endpoint_url,
                    config=Config(
                        connect_timeout=CONNECT_TIMEOUT,
                        read_timeout=read_timeout,
                        retries={"mode": "standard", "total_max_attempts": attempts},
                        user_agent_extra="sendready",
                    ),
                )
                client.meta.events.register("before-parse", _must_be_whole)
                self._clients[key] = client
            return self._clients[key]

    def _core(self) -> Session:
        """The session clients are made by; a lock is held.

        It is botocore's, which is what boto3's session wraps: boto3 on top adds resources and S3 transfers, which
        cost a tenth of a short run and are not used here.
        """
        if self._home is not None:
            return self._home._core()
        if self._session is None:
            self._session = self._make_session()
            data_path = self._session.get_config_variable("data_path")
            self._session.register_component("data_loader", _service_models(data_path))
        return self._session

    def _make_session(self) -> Session:
        from botocore.session import Session

        keys = self._access.keys
        if keys is not None:
            nothing = (None, None, os.devnull, None)
            plain = {"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing}
            core = Session(session_vars=plain)
            core.set_credentials(keys.access_key_id, keys.secret_access_key)
            return core
        core = Session(profile=self._access.profile)
        # botocore would ask with getpass, under a full-screen app or where nobody is; the AWS CLI hooks in here, too.
        core.get_component("credential_provider").get_provider("assume-role")._prompter = self._prompter
        return self._assumed(core) if self._access.role_arn else core

    def _assumed(self, source: Session) -> Session:
        """A session in the role named on top; renews itself as botocore's own assumed roles do."""
        from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
        from botocore.exceptions import NoCredentialsError
        from botocore.session import Session

        credentials = source.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=source.create_client,
            source_credentials=credentials,
            role_arn=self._access.role_arn or "",
            extra_args={"RoleSessionName": "sendready"},
        )
        core: Any = Session()
        core._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
        session: Session = core
        return session

    def _configured_region(self) -> str:
        with self._lock:
            try:
                configured = self._core().get_config_variable("region")
            except Exception as error:
                ours = translate(error, "sts", "GetCallerIdentity", self.profile)
                raise ours if ours is not error else error from None
        found = self._region or configured
        if not found:
            raise NoRegion(
                "no AWS region is set",
                "Pass `--region eu-west-1` or the one you send from, set AWS_REGION, or give the profile one",
            )
        return str(found)


def _snake_case(operation: str) -> str:
    from botocore import xform_name

    name: str = xform_name(operation)
    return name
