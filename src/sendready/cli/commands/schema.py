"""`sendready schema [NAME]`: the JSON schema of an output, as it ships with the package."""

from __future__ import annotations

from importlib import resources
from typing import Annotated

from cyclopts import Parameter

from sendready.cli.output import Console
from sendready.model.errors import BadInput, ExitCode
from sendready.report.lines import line


def names() -> list[str]:
    """The outputs that have a schema."""
    folder = resources.files("sendready.report").joinpath("schemas")
    return sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))


def text_of(name: str) -> str:
    """One schema, JSON."""
    return resources.files("sendready.report").joinpath("schemas", f"{name}.json").read_text("utf-8")


def schema(name: Annotated[str | None, Parameter(help="Such as check.")] = None, /) -> int:
    """Print the JSON schema of an output; without a name, list them."""
    console = Console()
    known = names()
    if name is None:
        console.data(line(entry) for entry in known)
    elif name in known:
        console.text(text_of(name))
    else:
        raise BadInput(f"no output is called `{name}`", f"There are: {', '.join(known)}")
    return ExitCode.DONE
