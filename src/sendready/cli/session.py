"""What every command does first and last: the world opened, the answers gathered, interrupts and errors answered."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sendready.cli.options import Common
from sendready.cli.output import Console
from sendready.engine.observe import Request
from sendready.model.answers import Answered, Source
from sendready.model.errors import BadInput, ExitCode
from sendready.model.identity import Identity
from sendready.model.ports import World
from sendready.steps.answering import from_file, gather
from sendready.steps.naming import read_identity
from sendready.steps.validation import check_answers
from sendready.wiring import PRACTICE_SPEED, Connection, PracticeWorld, open_world, practice_answers, practice_world

CONNECTION_KEYS = frozenset({"profile", "region", "dns_profile", "dns_role_arn", "resolver"})
"""Keys of `sendready.toml` that say how to connect; a flag of the same name wins."""

CONFIG = "sendready.toml"


@dataclass(frozen=True, slots=True)
class Session:
    """One command's surroundings."""

    console: Console
    common: Common
    connection: Connection
    file: Mapping[str, Any]
    practice: PracticeWorld | None = None

    async def world(self, *, aws: bool = True) -> World:
        """The world, opened; without `aws` for DNS alone. Raises NoRegion and BadInput."""
        return await open_world(self.connection, aws=aws)

    def answered(self, identity: Identity, world: World, flags: object | None) -> Answered:
        """The answers about one identity from every source, checked. Raises BadInput."""
        region = world.ses.region
        given = {name: value for name, value in (vars(flags).items() if flags else ()) if value is not None}
        answered = gather(
            flags=given,
            environment=self.connection.environment if not self.connection.practice else os.environ,
            file={name: value for name, value in self.file.items() if name not in CONNECTION_KEYS},
            saved=world.store.answers(identity.name, region),
            practice=practice_answers(identity.domain) if self.practice else {},
        )
        check_answers(answered.answers, identity)
        return replace(answered, sources={**answered.sources, "region": self._region_source})

    @property
    def _region_source(self) -> Source:
        if self.common.region:
            return Source.FLAG
        if self.practice:
            return Source.PRACTICE
        return Source.FILE if "region" in self.file else Source.ENVIRONMENT

    def request(self, identity: Identity, world: World, flags: object | None, **more: Any) -> Request:  # noqa: ANN401
        """What to look at."""
        return Request(identity, self.answered(identity, world, flags), **more)


@contextmanager
def session(common: Common | None, domains: Sequence[str] = ()) -> Iterator[Session]:
    """The surroundings of a command; with `--practice` a fresh practice world that lives as long as the block."""
    common = common or Common()
    console = Console(no_color=common.no_color)
    file = _config(common.config)

    def chosen(key: str) -> str | None:
        value: str | None = getattr(common, key) or file.get(key)
        return value

    if not common.practises:
        if common.speed is not None:
            raise BadInput("--speed goes with --practice", "Real time cannot be hurried")
        connection = Connection(
            profile=chosen("profile"),
            region=chosen("region"),
            dns_profile=chosen("dns_profile"),
            dns_role_arn=chosen("dns_role_arn"),
            resolver=chosen("resolver"),
        )
        yield Session(console, common, connection, file)
        return
    names = [read_identity(domain).domain for domain in domains]
    if common.zone is not None and not names:
        raise BadInput("--zone needs a domain to put the zone in place of")
    speed = PRACTICE_SPEED if common.speed is None else common.speed
    if not speed > 0:
        raise BadInput("--speed must be above 0", "20 is the default: a minute passes in three seconds")
    with practice_world(names, faults=common.fault or (), speed=speed, zone_file=common.zone) as (practice, connection):
        if common.region:
            connection = replace(connection, region=common.region)
        yield Session(console, common, connection, {}, practice)


def _config(path: Path | None) -> Mapping[str, Any]:
    """The answers and connection keys of the configuration file; empty where there is none."""
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
    answers = from_file(content, str(chosen), CONNECTION_KEYS)
    for key in CONNECTION_KEYS & content.keys():
        if not isinstance(content[key], str):
            raise BadInput(f"{chosen}: `{key}` must be a text")
    return {**answers, **{key: content[key] for key in CONNECTION_KEYS & content.keys()}}


def run(main: Coroutine[Any, Any, ExitCode]) -> ExitCode:
    """Runs a command; Ctrl-C and a polite kill cancel it, so that what is temporary is removed on the way out."""
    try:
        return asyncio.run(_interruptible(main))
    except (KeyboardInterrupt, asyncio.CancelledError):
        Console().note("interrupted; nothing is lost, the same command goes on from here")
        return ExitCode.INTERRUPTED


async def _interruptible(main: Coroutine[Any, Any, ExitCode]) -> ExitCode:
    task = asyncio.current_task()
    if task is not None and os.name == "posix":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await main


@asynccontextmanager
async def looking(console: Console, text: str) -> AsyncIterator[None]:
    """Says what is being done where somebody watches; nothing in a pipe."""
    watched = console.stderr.isatty() and console.environment.get("TERM") != "dumb"
    if watched:
        console.stderr.write(f"{text}…")
        console.stderr.flush()
    try:
        yield
    finally:
        if watched:
            console.stderr.write("\r\x1b[K")
            console.stderr.flush()
