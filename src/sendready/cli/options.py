"""The options every command shares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter

from sendready.model.answers import described
from sendready.model.connecting import CONNECTING
from sendready.model.errors import BadInput
from sendready.model.finding import Severity

CONNECTION = Group("Connection", sort_key=1)
ANSWERS = Group(
    "Answers",
    sort_key=2,
    help="Each is also SENDREADY_… in the environment and a key of sendready.toml: --mail-from is SENDREADY_MAIL_FROM"
    " and `mail_from`.",
)
PRACTICE = Group("Practice", sort_key=3)
OUTPUT = Group("Output", sort_key=4)
VERDICT = Group("Verdict", sort_key=5)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Common:
    """What every command takes."""

    profile: Annotated[str | None, Parameter(group=CONNECTION, help=CONNECTING["profile"])] = None
    region: Annotated[str | None, Parameter(group=CONNECTION, help=CONNECTING["region"])] = None
    dns_profile: Annotated[str | None, Parameter(group=CONNECTION, help=CONNECTING["dns_profile"])] = None
    dns_role_arn: Annotated[str | None, Parameter(group=CONNECTION, help=CONNECTING["dns_role_arn"])] = None
    update_server: Annotated[str | None, Parameter(group=CONNECTION, help=CONNECTING["update_server"])] = None
    tsig_key: Annotated[str | None, Parameter(group=CONNECTION, help=CONNECTING["tsig_key"])] = None
    tsig_algorithm: Annotated[str | None, Parameter(group=CONNECTION, help=CONNECTING["tsig_algorithm"])] = None
    tsig_file: Annotated[
        str | None,
        Parameter(group=CONNECTION, help=CONNECTING["tsig_file"]),
    ] = None
    resolver: Annotated[str | None, Parameter(group=CONNECTION, help=CONNECTING["resolver"])] = None
    doh: Annotated[
        str | None,
        Parameter(group=CONNECTION, help=CONNECTING["doh"]),
    ] = None
    config: Annotated[
        Path | None, Parameter(group=CONNECTION, help="File with answers; `sendready.toml` here is read by itself.")
    ] = None
    practice: Annotated[
        bool, Parameter(group=PRACTICE, negative="", help="Use a fresh local SES and DNS; nothing leaves this machine.")
    ] = False
    fault: Annotated[
        list[str] | None,
        Parameter(group=PRACTICE, negative="", help="NAME[=ARGUMENT] of a practice fault; `practice --list-faults`."),
    ] = None
    speed: Annotated[
        float | None, Parameter(group=PRACTICE, help="How many times faster than the wall practice time runs.")
    ] = None
    zone: Annotated[
        Path | None,
        Parameter(
            group=PRACTICE,
            help="Zone file in place of the practice zone, for a domain that SES has (to set one up: apply).",
        ),
    ] = None
    format: Annotated[Literal["text", "json"], Parameter(group=OUTPUT, help="Form of the output.")] = "text"
    no_color: Annotated[bool, Parameter(group=OUTPUT, negative="", help="No colours.")] = False
    plain: Annotated[bool, Parameter(group=OUTPUT, negative="", help="Plain prompts instead of a full screen.")] = False
    verbose: Annotated[
        bool, Parameter(name=["--verbose", "-v"], group=OUTPUT, negative="", help="Show the evidence.")
    ] = False

    def given(self, name: str) -> tuple[str, ...]:
        """What was given for an option, once or, where that is allowed, more often."""
        value: str | list[str] | None = getattr(self, name)
        return () if value is None else (value,) if isinstance(value, str) else tuple(dict.fromkeys(value))

    def first(self, name: str) -> str | None:
        """What was given for an option, of several the first."""
        return next(iter(self.given(name)), None)

    @property
    def practises(self) -> bool:
        """Whether a practice world is wanted; a fault or a zone file means one."""
        return self.practice or bool(self.fault) or self.zone is not None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class RecordsCommon(Common):
    """What every command takes; records have forms of their own."""

    format: Annotated[
        Literal["table", "zone", "csv", "json", "terraform", "markdown", "html", "text"],
        Parameter(group=OUTPUT, help="Form of the records."),
    ] = "table"  # type: ignore[assignment]  # more forms than elsewhere


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class CheckCommon(Common):
    """What every command takes; a report has forms of its own."""

    format: Annotated[
        Literal["text", "json", "junit", "github", "markdown", "html"],
        Parameter(group=OUTPUT, help="Form of the report."),
    ] = "text"  # type: ignore[assignment]  # more forms than elsewhere
    profile: Annotated[
        list[str] | None,
        Parameter(group=CONNECTION, negative="", help="AWS profile; with several each is looked into."),
    ] = None  # type: ignore[assignment]  # only here may there be several
    region: Annotated[
        list[str] | None,
        Parameter(group=CONNECTION, negative="", help="AWS region; with several each is looked into."),
    ] = None  # type: ignore[assignment]  # only here may there be several
    quiet: Annotated[
        bool,
        Parameter(name=["--quiet", "-q"], group=OUTPUT, negative="", help="Say nothing of domains that are ready."),
    ] = False
    changes: Annotated[
        bool,
        Parameter(
            group=OUTPUT,
            negative="",
            help="Say nothing where all is as the look before saw it; exit codes stay the same.",
        ),
    ] = False
    all: Annotated[
        bool,
        Parameter(group=OUTPUT, negative="", help="Show everything: evidence, and what a cause explains by itself."),
    ] = False


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Application:
    """How the application sends, which neither SES nor DNS can tell."""

    sender_arn: Annotated[str | None, Parameter(group=ANSWERS, help=described("sender_arn"))] = None
    smtp_host: Annotated[str | None, Parameter(group=ANSWERS, help=described("smtp_host"))] = None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Judging:
    """What moves the verdict."""

    skip: Annotated[
        list[str] | None,
        Parameter(group=VERDICT, negative="", help="Ids that do not count, such as SES005 or SES005,MFR007."),
    ] = None
    fail_on: Annotated[
        Literal["warning", "error", "critical"],
        Parameter(group=VERDICT, help="Least severity that makes a domain broken."),
    ] = "error"

    def checked(self) -> Judging:
        """The same. Raises BadInput for an id that no check has: it would skip nothing."""
        _must_be_known("--skip", self.skip)
        return self

    @property
    def ids(self) -> frozenset[str]:
        """The ids as the catalogue spells them."""
        return frozenset(_each(self.skip))

    @property
    def least(self) -> Severity:
        """The least severity that makes a failing check count."""
        return Severity[self.fail_on.upper()]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class CheckJudging(Judging):
    """What moves the verdict of a look that may be about a part of the checks."""

    only: Annotated[
        list[str] | None,
        Parameter(group=VERDICT, negative="", help="Ids that count and are shown; all others are left out."),
    ] = None

    def checked(self) -> CheckJudging:
        """The same. Raises BadInput for an id that no check has."""
        super().checked()
        _must_be_known("--only", self.only)
        if self.only and not self.asked:
            raise BadInput("--only and --skip leave nothing to look for")
        return self

    @property
    def asked(self) -> frozenset[str]:
        """The ids that are asked for as the catalogue spells them; empty: all."""
        return frozenset(_each(self.only)) - self.ids


def _each(given: list[str] | None) -> list[str]:
    """Ids one by one, as the catalogue spells them; `A,B` is two of them."""
    return [one.strip().upper() for several in given or () for one in several.split(",") if one.strip()]


def _must_be_known(flag: str, given: list[str] | None) -> None:
    if given is None:
        return
    ids = _each(given)
    if not ids:
        raise BadInput(f"{flag}: no finding is named", "Such as KIM004, or SES005,MFR007")
    from sendready.checks.registry import all_checks
    from sendready.cli.nearest import nearest

    known = list(all_checks())
    for name in ids:
        if name not in known:
            near = nearest(name, known)
            raise BadInput(f"{flag}: `{name}` is no finding", f"Did you mean `{near}`?" if near else None)


LONGEST_WAIT = timedelta(days=3650)
"""More would leave the calendar on its way through the clocks."""

_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")


def read_duration(text: str, flag: str = "--wait") -> timedelta:
    """A duration such as `90`, `60s`, `30m`, `1h30m` or `3d`; a bare number is seconds.

    Raises:
        BadInput: it is none.
    """
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        raise BadInput(f"{flag}: `{text}` is not a duration", "Such as 60s, 30m, 2h or 3d")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    try:
        duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        duration = timedelta.max
    if duration > LONGEST_WAIT:
        raise BadInput(f"{flag}: `{text}` is longer than anybody can wait", "Such as 60s, 30m, 2h or 3d")
    return duration
