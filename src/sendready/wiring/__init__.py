"""Builds the world from options and environment; the only place that knows both the engine's ports and the adapters."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sendready.model.answers import ANSWER_NAMES, Answered, Publish, Source
from sendready.model.connecting import CONNECTING
from sendready.model.errors import BadInput
from sendready.model.identity import Identity
from sendready.model.ports import Clock, Dns, World
from sendready.model.ports import Store as StorePort
from sendready.model.regions import nearest_region
from sendready.steps.answering import PREFIX, from_file, gather
from sendready.steps.scripted import Option
from sendready.steps.validation import check_answers

if TYPE_CHECKING:
    from sendready.model.ports import Preferences
    from sendready.model.publisher import Publisher
    from sendready.world.aws.session import AwsSession, Prompter
    from sendready.world.dns.resolvers import Resolvers

T = TypeVar("T")

PRACTICE_VARIABLE = "SENDREADY_PRACTICE"
"""Set by `practice --serve` for the commands that use its world."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """How to reach AWS and DNS, and where the state is; everything that is not an answer."""

    profile: str | None = None
    """AWS profile."""
    region: str | None = None
    """AWS region."""
    dns_profile: str | None = None
    """AWS profile of the account that owns the hosted zone, where it is another one."""
    dns_role_arn: str | None = None
    """Role to assume for Route 53, where the hosted zone is in another account."""
    update_server: str | None = None
    """HOST[:PORT] of the server that takes dynamic updates; the zone's primary where nobody says."""
    tsig_key: str | None = None
    """Name of the key that updates are signed with; its secret is never an option."""
    tsig_algorithm: str | None = None
    tsig_file: str | None = None
    """File with that key, as `tsig-keygen` writes it."""
    resolver: str | None = None
    """HOST[:PORT] of the only DNS resolver to use; root and top-level servers are found through it, too."""
    doh: str | None = None
    """URL of a DNS over HTTPS service to ask in place of all name servers."""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    practice: bool = False
    """Whether `environment` describes a practice world, so that nothing of the user's own is to be read."""
    speed: float = 1.0
    """How fast the clock runs, for messages that speak of it."""
    region_source: Source = Source.ENVIRONMENT
    """Where the region came from."""
    faults: tuple[str, ...] = ()
    """What was broken in the practice world on purpose."""
    read_timeout: float | None = None
    """How long an answer of AWS may take, seconds, where not as long as usual."""
    zone_file: Path | None = None
    """What took the place of the domain's zone in the practice world."""

    @property
    def rehearses(self) -> bool:
        """Whether this is a practice world: one of this command's own, or one that `practice --serve` keeps."""
        return self.practice or bool(self.environment.get(PRACTICE_VARIABLE))

    @property
    def flags(self) -> dict[str, Option]:
        """The options that lead another command to the same place, or to a practice world that is like this one."""
        if self.practice:
            faults: dict[str, Option] = {"fault": self.faults} if self.faults else {}
            region: dict[str, Option] = {"region": self.region or ""} if self.region_source is Source.FLAG else {}
            zone: dict[str, Option] = {"zone": str(self.zone_file)} if self.zone_file is not None else {}
            return {"practice": True, **faults, **zone, **region}
        given = {name: getattr(self, name) for name in CONNECTION_KEYS}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wizard:
    """What the full-screen wizard is to be opened with; a command returns it and `__main__` opens it."""

    identity: Identity | None = None
    """None: the region's identities are shown first."""
    connection: Connection = field(default_factory=Connection)
    flags: Mapping[str, object] = field(default_factory=dict)
    """Answers given on the command line, as text."""
    file: Mapping[str, Any] = field(default_factory=dict)
    """Answers from `sendready.toml`."""
    practice: Mapping[str, Any] | None = None
    """Keyword arguments of `practice_world`, where the wizard is to run in one."""
    domains: tuple[str, ...] = ()
    """The domains of the practice world."""
    no_color: bool = False


CONNECTION_KEYS = tuple(CONNECTING)
"""Keys of `sendready.toml` that say how to connect; a flag of the same name wins."""

CONFIG = "sendready.toml"
"""Read from the working directory where no other file is named."""


SURROUNDINGS = frozenset(
    {"SENDREADY_STATE_DIR", "SENDREADY_RESOLVER", "SENDREADY_DNS_MAP", "SENDREADY_CLOCK", PRACTICE_VARIABLE}
)
"""Variables that are no answers."""


def strange_variables(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each SENDREADY_… variable that means nothing, with the one that may be meant.

    Misspelt, an answer would be as if nobody had given it.
    """
    known = [*(f"{PREFIX}{name.upper()}" for name in ANSWER_NAMES), *SURROUNDINGS]
    strange = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    if not strange:
        return []
    import difflib

    ends = [name.removeprefix(PREFIX) for name in known]
    nearest = {name: difflib.get_close_matches(name.removeprefix(PREFIX), ends, 1) for name in strange}
    return [
        f"{name} means nothing here" + (f"; did you mean {PREFIX}{near[0]}?" if near else "")
        for name, near in nearest.items()
    ]


def read_config(path: Path | None = None) -> Mapping[str, Any]:
    """The answers and connection keys of the configuration file; empty where there is none. Raises BadInput."""
    chosen = path or Path(CONFIG)
    if path is None and not chosen.is_file():
        return {}
    import tomllib

    try:
        content = tomllib.loads(chosen.read_text("utf-8"))
    except OSError as error:
        raise BadInput(f"--config: {chosen} cannot be read: {(error.strerror or '').lower()}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{chosen} is not TOML: {error}") from None
    except RecursionError:
        raise BadInput(f"{chosen} cannot be read: it has brackets in brackets without end") from None
    answers = from_file(content, str(chosen), frozenset(CONNECTION_KEYS))
    connecting = [key for key in CONNECTION_KEYS if key in content]
    for key in connecting:
        if not isinstance(content[key], str):
            raise BadInput(f"{chosen}: `{key}` must be a text")
    return {**answers, **{key: content[key] for key in connecting}}


def answers_in(file: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a configuration file, without what says how to connect."""
    return {name: value for name, value in file.items() if name not in CONNECTION_KEYS}


def answers_about(
    identity: Identity,
    world: World,
    connection: Connection,
    flags: Mapping[str, object],
    file: Mapping[str, Any],
    practice: Mapping[str, Any],
) -> Answered:
    """The answers about one identity from every source, checked.

    Raises:
        BadInput: names the answer and where it came from.
    """
    region = world.ses.region
    answered = gather(
        flags=flags,
        environment=os.environ if connection.practice else connection.environment,
        file=file,
        saved=world.store.answers(identity.name, region),
        practice=practice,
    )
    check_answers(answered.answers, identity)
    return replace(answered, sources={**answered.sources, "region": connection.region_source})


async def in_daemon_thread(call: Callable[[], T]) -> T:
    """Runs a blocking call off the event loop, on a thread that does not hold the process when it leaves."""
    from sendready.world.threads import in_daemon_thread as run

    return await run(call)


async def open_world(
    connection: Connection, prompter: Prompter | None = None, *, aws: bool = True, clock: Clock | None = None
) -> World:
    """Everything outside, ready to be asked; connects to nothing yet.

    Without `aws` only DNS is going to be asked: a region may then be missing, and boto3 is left unloaded. Without a
    `clock` it is the wall's, or the practice world's that the environment tells of.

    Raises:
        NoRegion: no region is configured anywhere.
        BadInput: an address or a clock in the options or the environment cannot be read.
    """
    await in_daemon_thread(_import_adapters)
    from sendready.world.aws.cloudwatch import CloudWatchAdapter
    from sendready.world.aws.event_keeper import EventKeeperAdapter
    from sendready.world.aws.events import TemporaryEventPath
    from sendready.world.aws.hops import EventHopsAdapter
    from sendready.world.aws.iam import PermissionsAdapter
    from sendready.world.aws.regions import OtherRegionsAdapter
    from sendready.world.aws.ses import SesAdapter
    from sendready.world.aws.session import Access, AwsSession, Keys, refuse_mfa
    from sendready.world.clock import WorldClock
    from sendready.world.web import WebAdapter

    environment = connection.environment
    clock = clock or WorldClock.read(environment.get("SENDREADY_CLOCK"))
    access = Access(profile=connection.profile, region=connection.region or environment.get("AWS_REGION"))
    if connection.practice:
        keys = Keys(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
        access = Access(region=access.region, keys=keys, endpoint_url=environment["AWS_ENDPOINT_URL"])
    if connection.read_timeout is not None:
        access = replace(access, read_timeout=connection.read_timeout)
    if access.region:
        _check_region(access.region)
    session = AwsSession(access, clock, prompter or refuse_mfa)
    region = await session.region() if aws else access.region or environment.get("AWS_DEFAULT_REGION") or ""
    zones_session = session
    if connection.dns_profile or connection.dns_role_arn:
        elsewhere = replace(access, profile=connection.dns_profile or access.profile, role_arn=connection.dns_role_arn)
        zones_session = AwsSession(replace(elsewhere, region=region), clock, prompter or refuse_mfa)
    return World(
        ses=SesAdapter(session, region),
        dns=_dns(connection, clock),
        publisher=cache(lambda how: _publisher(how, connection, zones_session)),
        events=TemporaryEventPath(session, region),
        keeper=EventKeeperAdapter(session, region),
        store=open_store(connection),
        clock=clock,
        random_hex=lambda: os.urandom(4).hex(),
        regions=OtherRegionsAdapter(session, region),
        hops=EventHopsAdapter(session, region),
        metrics=CloudWatchAdapter(session, clock),
        permissions=PermissionsAdapter(session),
        web=WebAdapter(only_loopback=connection.rehearses),
    )


def _import_adapters() -> None:
    """What a world is made of, read from the disk off the event loop: a wizard's screen stands there already."""
    import sendready.world.aws.cloudwatch
    import sendready.world.aws.event_keeper
    import sendready.world.aws.events
    import sendready.world.aws.hops
    import sendready.world.aws.iam
    import sendready.world.aws.regions
    import sendready.world.aws.ses
    import sendready.world.dns.authority
    import sendready.world.dns.resolvers
    import sendready.world.store
    import sendready.world.web  # noqa: F401


def _check_region(region: str) -> None:
    """Raises BadInput for what is no AWS region, with the one that may be meant."""
    if (meant := nearest_region(region)) is not None:
        raise BadInput(f"`{region}` is no AWS region", f"Did you mean `{meant}`?" if meant else "Such as eu-west-1")


def _publisher(how: Publish, connection: Connection, zones_session: AwsSession) -> Publisher:
    """Whoever writes records in this way. Raises BadInput: something it needs is missing."""
    match how:
        case Publish.AUTO | Publish.ROUTE53:
            from sendready.world.aws.route53 import Route53Publisher

            return Route53Publisher(zones_session)
        case Publish.RFC2136:
            return _dynamic_updates(connection)
        case Publish.NONE:
            raise BadInput("nobody writes records: --publish none")
        case _:
            from sendready.world.publish.octodns import OctoDns
            from sendready.world.publish.providers import PROVIDERS

            return OctoDns(how, PROVIDERS[how], connection.environment)


def _dynamic_updates(connection: Connection) -> Publisher:
    from sendready.world.publish.rfc2136 import DynamicUpdates
    from sendready.world.publish.tsig import KeyOptions, read_key

    environment = connection.environment
    options = KeyOptions(connection.tsig_key, connection.tsig_algorithm, connection.tsig_file)
    server = connection.update_server or environment.get("RFC2136_NAMESERVER")
    return DynamicUpdates(server, read_key(options, environment), _resolvers(connection).endpoints)


def open_store(connection: Connection) -> StorePort:
    """The state directory alone, for what needs neither AWS nor DNS."""
    from sendready.world.store import Store

    return Store(_state_folder(connection))


def open_preferences(connection: Connection) -> Preferences:
    """What the user prefers at this terminal."""
    from sendready.world.preferences import KeptPreferences

    return KeptPreferences(_state_folder(connection))


def _state_folder(connection: Connection) -> Path:
    folder = connection.environment.get("SENDREADY_STATE_DIR")
    if not folder:
        import platformdirs

        folder = platformdirs.user_state_dir("sendready", appauthor=False)
    return Path(folder).expanduser()


def _dns(connection: Connection, clock: Clock) -> Dns:
    if connection.doh:
        return _https_dns(connection.doh, clock)
    from sendready.world.dns.authority import AuthoritativeDns

    resolvers = _resolvers(connection)
    return AuthoritativeDns(resolvers.transport, resolvers, clock)


def _resolvers(connection: Connection) -> Resolvers:
    """Who is asked for what surely exists, and the way to every server. Raises BadInput for what is no address."""
    from ipaddress import ip_address

    from sendready.world.dns.resolvers import Resolvers
    from sendready.world.dns.transport import Endpoint, Transport

    def endpoint(text: str, where: str) -> Endpoint:
        try:
            return Endpoint.parse(text)
        except ValueError:
            raise BadInput(
                f"{where}: `{text}` is not an IP address, with or without :PORT", "Such as 1.1.1.1 or 127.0.0.1:5353"
            ) from None

    redirect = {}
    for entry in filter(None, connection.environment.get("SENDREADY_DNS_MAP", "").split(",")):
        address, equals, target = entry.partition("=")
        try:
            asked = str(ip_address(address.strip() if equals else ""))  # in the form that answers have it in
        except ValueError:
            raise BadInput(
                f"SENDREADY_DNS_MAP: `{entry}` is not ADDRESS=HOST:PORT", "Unset it to reach the real servers"
            ) from None
        redirect[asked] = endpoint(target, "SENDREADY_DNS_MAP")
    transport = Transport(redirect)
    chosen = connection.resolver or connection.environment.get("SENDREADY_RESOLVER")
    return Resolvers(transport, [endpoint(chosen, "--resolver")] if chosen else None)


def _https_dns(url: str, clock: Clock) -> Dns:
    from urllib.parse import urlsplit

    from sendready.world.dns.https import HttpsDns

    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost"))
    except ValueError:
        usable = False
    if not usable:
        raise BadInput(f"--doh: `{url}` is no https address", "Such as https://dns.google/dns-query")
    return HttpsDns(url, clock)
