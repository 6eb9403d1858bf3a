"""The door: no command on a terminal opens the wizard, everything else is the command line."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs sendready and returns its exit code; loads only what the command line needs."""
    collect_seldom()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in (["--version"], ["-V"]):
        from sendready import __version__

        print(f"sendready {__version__}")
        return 0
    if _is_plainly_a_wizard(words):
        return _wizard_at_once(words)
    from sendready.cli.app import COMMANDS, WALK, run
    from sendready.wiring import Wizard

    if not words or (words[0] not in COMMANDS and words[0] not in ("--help", "-h")):
        problem = _not_a_name(words, COMMANDS)
        if problem is not None:
            return problem
        words = [WALK, *words]
    result = run(words)
    return _open(result) if isinstance(result, Wizard) else result


def collect_seldom() -> None:
    """Garbage is looked for less often than by default.

    Importing makes hundreds of thousands of objects that live on: collecting among them costs a tenth of a short run,
    and halts the wizard for a tenth of a second.
    """
    gc.set_threshold(100_000, 20, 50)


def _is_plainly_a_wizard(words: Sequence[str]) -> bool:
    """A terminal, and nothing or one name on the command line: no parser is needed to know what is wanted."""
    named = len(words) == 1 and not words[0].startswith("-") and ("." in words[0] or "@" in words[0])
    terminal = sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()
    return (not words or named) and terminal and os.environ.get("TERM", "") not in ("", "dumb")


def _wizard_at_once(words: Sequence[str]) -> int:
    """Opens the wizard without the command line's parser, so that the first screen is there sooner."""
    from sendready.model.answers import Source
    from sendready.model.errors import SendreadyError
    from sendready.steps.naming import read_identity
    from sendready.wiring import CONNECTION_KEYS, Connection, Wizard, answers_in, read_config, strange_variables

    for sentence in strange_variables(os.environ):
        print(sentence, file=sys.stderr)  # to be read once the full screen is left
    try:
        file = read_config()
        wizard = Wizard(
            identity=read_identity(words[0]) if words else None,
            connection=Connection(
                **{key: file[key] for key in CONNECTION_KEYS if key in file},
                region_source=Source.FILE if file.get("region") else Source.ENVIRONMENT,
            ),
            file=answers_in(file),
        )
    except SendreadyError as error:
        from sendready.cli.output import Console

        Console().error(error)
        return error.exit_code
    return _open(wizard)


def _open(wizard: object) -> int:
    """Opens the full screen; what keeps it from opening is told as the command line tells it."""
    from sendready.model.errors import SendreadyError
    from sendready.tui.app import run

    try:
        left = run(wizard)  # type: ignore[arg-type]  # its class is not loaded before it is needed
    except SendreadyError as error:
        from sendready.cli.output import Console

        Console().error(error)
        return error.exit_code
    if left.lines:
        from sendready.cli.output import Console

        Console().say(left.lines)
    return left.code


def _not_a_name(words: Sequence[str], commands: dict[str, str]) -> int | None:
    """The exit code for a first word that is no command and can be no domain either; None where it can."""
    import difflib

    from sendready.cli.output import Console
    from sendready.model.errors import BadInput, ExitCode

    if not words:
        return None
    console = Console(no_color="--no-color" in words)
    first, is_option = words[0], words[0].startswith("-")
    names = [word for word in words if "." in word or "@" in word]
    command = next((word for word in words if word in commands), None)
    if is_option and command is not None:
        console.error(BadInput("options come after the command", f"sendready {command} {first} …"))
        return ExitCode.USAGE
    if is_option or first in names:
        return None
    near = difflib.get_close_matches(first, commands, 1, cutoff=0.5)
    hint = f"Did you mean `sendready {near[0]}`?" if near else f"Commands: {', '.join(commands)}"
    console.error(BadInput(f"`{first}` is neither a command nor a domain", hint))
    return ExitCode.USAGE


def run() -> None:
    """The program: `main`, then out at once.

    Taking the interpreter apart costs a tenth of a short run and could wait for somebody's thread; everything of ours
    is closed and written by now.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                continue  # nobody reads any more, or it is closed
    os._exit(code)


if __name__ == "__main__":
    run()
