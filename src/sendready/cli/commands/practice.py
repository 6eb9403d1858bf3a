"""`sendready practice`: the road against a local SES and DNS, or only the servers for other programs to use."""

from __future__ import annotations

import shlex
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.answer_flags import AnswerFlags
from sendready.cli.commands.walk import walk
from sendready.cli.options import PRACTICE, Common
from sendready.cli.output import Console
from sendready.model.errors import BadInput, ExitCode
from sendready.report.lines import hanging, line
from sendready.steps.naming import read_identity
from sendready.wiring import PRACTICE_VARIABLE, Wizard
from sendready.wiring.practising import fault_names, practice_world

DOMAIN = "shop.example"
"""The domain of a practice world where none is named."""


def practice(
    *domains: Annotated[str, Parameter(help=f"Domains to practise with; {DOMAIN} without any.")],
    common: Common | None = None,
    serve: Annotated[
        bool, Parameter(group=PRACTICE, negative="", help="Only run the servers and print how to reach them.")
    ] = False,
    list_faults: Annotated[bool, Parameter(group=PRACTICE, negative="", help="List the faults and leave.")] = False,
    dns_resolver: Annotated[
        str | None, Parameter(group=PRACTICE, help="HOST:PORT at which the local SES looks records up, with --serve.")
    ] = None,
    answers: AnswerFlags | None = None,
) -> Wizard | int:
    """Walk the road against a local SES and DNS: no account, no domain, no network, and nothing leaves this machine."""
    common = common or Common()
    names = list(domains) or [DOMAIN]
    if list_faults:
        faults = fault_names()
        width = max(map(len, faults)) + 2
        Console().data(row for name, about in faults.items() for row in hanging(line(name.ljust(width)), about))
        return ExitCode.DONE
    if serve:
        return _serve(names, common, dns_resolver)
    if len(names) > 1:
        raise BadInput("one domain at a time can be walked", "`--serve` takes several")
    if dns_resolver is not None:
        raise BadInput("--dns-resolver goes with --serve")
    return walk(names[0], common=replace(common, practice=True), answers=answers)


def _serve(domains: list[str], common: Common, dns_resolver: str | None) -> int:
    """Runs the servers until Ctrl-C or a polite kill; stdout is what a shell can `eval`."""
    console = Console(no_color=common.no_color)
    speed = 1.0 if common.speed is None else common.speed
    if not speed > 0:
        raise BadInput("--speed must be above 0")
    names = [read_identity(domain).domain for domain in domains]
    zone: Path | None = common.zone
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with practice_world(
        names,
        faults=common.fault or (),
        speed=speed,
        zone_file=zone,
        dns_resolver=dns_resolver,
        region=common.region,
    ) as (_, connection):
        for name, value in {**connection.environment, PRACTICE_VARIABLE: "1"}.items():
            console.text(f"export {name}={shlex.quote(value)}")
        console.note(
            f"practice: SES, Route 53, SNS, SQS, STS and DNS on 127.0.0.1 for {', '.join(names)}, until Ctrl-C. "
            f"In another shell set the variables above, then for instance: sendready apply {names[0]}"
        )
        stop.wait()
    console.note("practice: ended, its state is gone")
    return ExitCode.DONE
