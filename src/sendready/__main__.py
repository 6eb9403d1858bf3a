"""The door: no command on a terminal opens the wizard, everything else is the command line."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs sendready and returns its exit code; loads only what the command line needs."""
    # Importing makes hundreds of thousands of objects that live on; collecting among them costs a tenth of a short run.
    gc.set_threshold(100_000, 20, 50)
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in (["--version"], ["-V"]):
        from sendready import __version__

        print(f"sendready {__version__}")
        return 0
    from sendready.cli.app import COMMANDS, run

    if not words:
        words = ["--help"]
    first = words[0]
    if not first.startswith("-") and first not in COMMANDS:
        return _not_a_command(words, COMMANDS)
    if first.startswith("-") and first not in ("--help", "-h"):
        return _not_a_command(words, COMMANDS)
    return run(words)


def _not_a_command(words: list[str], commands: dict[str, str]) -> int:
    """A domain opens the walk; a word that can be no domain is a typing mistake."""
    import difflib

    from sendready.cli.app import run
    from sendready.cli.output import Console
    from sendready.model.errors import BadInput, ExitCode

    first = words[0]
    if first.startswith("-") and (command := next((word for word in words if word in commands), None)):
        Console().error(BadInput("options come after the command", f"sendready {command} {first} …"))
        return ExitCode.USAGE
    if "." in first or "@" in first or (first.startswith("-") and any("." in w or "@" in w for w in words[1:])):
        return run(["walk", *words])
    near = difflib.get_close_matches(first, commands, 1, cutoff=0.5)
    hint = f"Did you mean `sendready {near[0]}`?" if near else f"Commands: {', '.join(commands)}"
    problem = f"`{first}` is neither a command nor a domain" if not first.startswith("-") else f"unknown option {first}"
    Console().error(BadInput(problem, hint))
    return ExitCode.USAGE


if __name__ == "__main__":
    sys.exit(main())
