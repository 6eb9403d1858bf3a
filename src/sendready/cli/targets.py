"""Which domains `check` looks at: arguments, a list, all identities; a shard of them, less what a file tells of."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TextIO

from cyclopts import Group, Parameter

from sendready.model.errors import BadInput
from sendready.model.finding import Verdict
from sendready.model.identity import Identity
from sendready.steps.naming import read_identity

SELECTION = Group("Many domains", sort_key=0)

MOST_COMPLAINTS = 10
"""Bad lines of a list that are told one by one."""

_COMMENT = re.compile(r"(?:^|\s)#.*")
"""A `#` inside a word is a part of an address (RFC 5321, section 4.1.2)."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Selection:
    """The options that choose what is looked at."""

    names: Annotated[
        Path | None,
        Parameter(
            name="--from",
            group=SELECTION,
            allow_leading_hyphen=True,
            help="FILE or -: a list of names, one a line; # begins a comment.",
        ),
    ] = None
    all_identities: Annotated[
        bool, Parameter(group=SELECTION, negative="", help="Every domain and address that SES has.")
    ] = False
    shard: Annotated[
        str | None,
        Parameter(
            group=SELECTION,
            help="I/N: only the I-th of N parts, told apart by name. `auto`: as AWS Batch says; `auto/N`: as Kubernetes"
            " says.",
        ),
    ] = None
    resume: Annotated[
        Path | None,
        Parameter(
            group=SELECTION,
            help="FILE of an earlier `--format json` run: what it tells of is not looked at again, unless nothing"
            " could be seen.",
        ),
    ] = None

    @property
    def several(self) -> bool:
        """Whether more than the named domains may be looked at."""
        return self.names is not None or self.all_identities

    def chosen(self, typed: Sequence[str], stdin: TextIO) -> tuple[Identity, ...]:
        """The named identities, each once, in their order. Raises BadInput for a name that can be none.

        A list is read to its end before anything is looked at: a mistake in its last line shows at once, and not after
        hours.
        """
        found = {identity.name: identity for identity in map(read_identity, typed)}
        if self.names is not None:
            found |= {identity.name: identity for identity in _listed(self.names, stdin)}
        return tuple(found.values())


def _listed(path: Path, stdin: TextIO) -> Iterator[Identity]:
    where = "standard input" if str(path) == "-" else str(path)
    try:
        text = stdin.read() if str(path) == "-" else path.read_text("utf-8-sig")
    except OSError as error:
        raise BadInput(f"--from: {path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise BadInput(f"--from: {where} is not UTF-8 text") from None
    wrong = []
    for number, entry in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if name := _COMMENT.sub("", entry).strip():
            try:
                yield read_identity(name)
            except BadInput as error:
                wrong.append(f"{where}, line {number}: {error.message}. {error.hint or ''}".rstrip())
    if wrong:
        more = [f"and {len(wrong) - MOST_COMPLAINTS} more"] if len(wrong) > MOST_COMPLAINTS else []
        raise BadInput(
            f"--from: nothing was looked at, for {where} holds what can be no domain",
            "Put it right, or `#` before it",
            details=(*wrong[:MOST_COMPLAINTS], *more),
        )


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several equal parts of all names."""

    number: int
    """From 1."""
    of: int

    def holds(self, name: str) -> bool:
        """Whether a name is in this part: by its hash, so whatever else is on the list, on every machine."""
        digest = hashlib.sha256(name.encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1


def read_shard(text: str | None, environment: Mapping[str, str] = os.environ) -> Shard | None:
    """The part that `--shard` names; the environment is asked only where it says `auto`.

    An array job numbers its children from 0: AWS_BATCH_JOB_ARRAY_INDEX and AWS_BATCH_JOB_ARRAY_SIZE in AWS Batch,
    JOB_COMPLETION_INDEX in an indexed job of Kubernetes, which does not say how many there are.

    Raises:
        BadInput: it is no part of a whole, or the environment does not say.
    """
    if text is None:
        return None
    first, _, count = text.strip().partition("/")
    if first == "auto":
        index = environment.get("JOB_COMPLETION_INDEX" if count else "AWS_BATCH_JOB_ARRAY_INDEX", "")
        count = count or environment.get("AWS_BATCH_JOB_ARRAY_SIZE", "")
        if not (index.isdecimal() and count.isdecimal()):
            raise BadInput(
                f"--shard {text}: the environment does not say which part this is",
                "`auto` reads AWS_BATCH_JOB_ARRAY_INDEX and AWS_BATCH_JOB_ARRAY_SIZE, `auto/N` JOB_COMPLETION_INDEX",
            )
        first = str(int(index) + 1)
    if not (first.isdecimal() and count.isdecimal() and 1 <= int(first) <= int(count)):
        raise BadInput(f"--shard: `{text}` is no part of a whole", "Such as 1/4, 2/4, 3/4 and 4/4")
    return Shard(int(first), int(count))


@dataclass(frozen=True, slots=True)
class Told:
    """What an earlier run's output tells."""

    verdicts: Mapping[tuple[str, str, str | None], Verdict] = field(default_factory=dict)
    """By domain, region and account, and without the account; the last line about each."""
    broken_lines: int = 0
    """Lines that are no result: the run was killed while it wrote."""
    open_ended: bool = False
    """Whether the last line lacks its end, so that what is appended to it would be glued to it."""

    def about(self, name: str, region: str, account: str | None) -> Verdict | None:
        """The verdict on a domain, in one account or, with None, in whichever; None where nothing could be seen."""
        verdict = self.verdicts.get((name, region, account))
        return None if verdict is Verdict.UNKNOWN else verdict


def read_told(path: Path) -> Told:
    """What the lines of a `check --format json` run say; a file that is not there yet says nothing. Raises BadInput."""
    verdicts: dict[tuple[str, str, str | None], Verdict] = {}
    broken, last = 0, b"\n"
    try:
        with path.open("rb") as lines:
            for last in lines:
                if (found := _result_in(last)) is not None:
                    domain, region, account, verdict = found
                    verdicts[domain, region, account] = verdicts[domain, region, None] = verdict
                elif last.strip():
                    broken += 1
    except FileNotFoundError:
        return Told()
    except OSError as error:
        raise BadInput(f"--resume: {path} cannot be read: {(error.strerror or str(error)).lower()}") from None
    if broken and not verdicts and broken > 1:
        raise BadInput(f"--resume: {path} is no output of `check --format json`", "Give the file that the run wrote")
    return Told(verdicts, broken, open_ended=not last.endswith(b"\n"))


def _result_in(entry: bytes) -> tuple[str, str, str | None, Verdict] | None:
    try:
        value = json.loads(entry)
        if str(value["schema"]).startswith("sendready.check/"):
            account = None if value["account"] is None else str(value["account"])
            return str(value["domain"]), str(value["region"]), account, Verdict(value["verdict"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return None


def is_same_file(path: Path, stream: TextIO) -> bool:
    """Whether a stream is written to this very file, as `>> FILE` makes it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except (OSError, ValueError):
        return False
