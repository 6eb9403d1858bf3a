"""What every command does first and last: the world opened, the answers gathered, interrupts and errors answered."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sendready.cli.options import CheckCommon, CheckJudging, Common, Judging
from sendready.cli.output import Console
from sendready.engine.observe import Request
from sendready.model.answers import Answered, Source
from sendready.model.errors import BadInput, ExitCode
from sendready.model.identity import Dkim, Identity
from sendready.model.looks import Observed
from sendready.model.ports import World
from sendready.report.lines import Line
from sendready.report.text import check_lines
from sendready.steps.naming import read_identity
from sendready.wiring import (
    CONNECTION_KEYS,
    Connection,
    answers_about,
    answers_in,
    open_world,
    read_config,
)
from sendready.wiring.practising import PRACTICE_SPEED, PracticeWorld, practice_answers, practice_world


@dataclass(frozen=True, slots=True)
class Session:
    """One command's surroundings."""

    console: Console
    common: Common
    connection: Connection
    file: Mapping[str, Any]
    practice: PracticeWorld | None = None

    def report(self, seen: Observed, *, last: bool = False) -> Iterator[Line]:
        """One look as text, with evidence where it was asked for; the `last` one is where changes led to."""
        everything = isinstance(self.common, CheckCommon) and self.common.all
        return check_lines(
            seen.observation,
            seen.diagnosis,
            evidence=self.common.verbose or everything,
            everything=everything,
            connection=self.connection.flags,
            practice=self.connection.rehearses,
            ends=last and self.practice is not None,
        )

    def page(self, looks: Sequence[Observed]) -> str:
        """All looks as one HTML page."""
        from sendready.report.page import page

        everything = isinstance(self.common, CheckCommon) and self.common.all
        connection = self.connection
        return page(looks, everything=everything, connection=connection.flags, practice=connection.rehearses)

    async def world(self, *, aws: bool = True, region: str | None = None) -> World:
        """The world, opened; without `aws` for DNS alone, with `region` in another one. Raises NoRegion, BadInput."""
        connection = replace(self.connection, region=region) if region is not None else self.connection
        return await open_world(connection, aws=aws)

    def answered(self, identity: Identity, world: World, flags: object | None) -> Answered:
        """The answers about one identity from every source, checked. Raises BadInput."""
        given = {name: value for name, value in (vars(flags).items() if flags else ()) if value is not None}
        practice = practice_answers(identity.domain) if self.practice is not None else {}
        return answers_about(identity, world, self.connection, given, self.file, practice)

    def request(
        self,
        identity: Identity,
        world: World,
        flags: object | None = None,
        judging: Judging | None = None,
        *,
        dns_only: bool = False,
        dkim: Dkim | None = None,
    ) -> Request:
        """What to look at."""
        judging = judging or Judging()
        answered = self.answered(identity, world, flags)
        asked = judging.asked if isinstance(judging, CheckJudging) else frozenset()
        return Request(identity, answered, dns_only, dkim, skip=judging.ids, only=asked, fail_on=judging.least)


@contextmanager
def session(
    common: Common | None, domains: Sequence[str] = (), *, finished: bool = False, looks: bool = False
) -> Iterator[Session]:
    """The surroundings of a command; with `--practice` a fresh practice world that lives as long as the block.

    `finished`: its domains are set up already. `looks`: the command only looks, so that a zone that takes the place of
    the practice zone is judged as that of a domain that is set up in SES.
    """
    common = common or Common()
    console = Console(no_color=common.no_color)
    file = read_config(common.config)
    if not common.practises:
        if common.speed is not None:
            raise BadInput("--speed goes with --practice", "Real time cannot be hurried")
        yield Session(console, common, connection_from(common, file), answers_in(file))
        return
    names = [read_identity(domain).domain for domain in domains]
    if common.zone is not None and not names:
        raise BadInput("--zone needs a domain to put the zone in place of")
    finished = finished or (looks and common.zone is not None)
    with practice_world(names, finished=finished, **practice_options(common)) as (practice, connection):
        yield Session(console, common, connection, {}, practice)


def connection_from(common: Common, file: Mapping[str, Any]) -> Connection:
    """How to connect: a flag, else a key of the file, else what boto3 and the system find by themselves."""

    def chosen(key: str) -> str | None:
        value: str | None = common.first(key) or file.get(key)
        return value

    source = Source.FLAG if common.region else Source.FILE if file.get("region") else Source.ENVIRONMENT
    given: dict[str, Any] = {key: chosen(key) for key in CONNECTION_KEYS}
    return Connection(**given, region_source=source)


def practice_options(common: Common) -> dict[str, Any]:
    """The practice world that was asked for. Raises BadInput for a speed that stands still."""
    speed = PRACTICE_SPEED if common.speed is None else common.speed
    if not speed > 0:
        raise BadInput("--speed must be above 0", "20 is the default: a minute passes in three seconds")
    return {
        "faults": tuple(common.fault or ()),
        "speed": speed,
        "zone_file": common.zone,
        "region": common.first("region"),
    }


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
