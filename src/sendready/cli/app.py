"""The commands and their parsing; each command's module is imported when it is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError, Parameter, UnusedCliTokensError

from sendready import __version__
from sendready.cli.help import Help
from sendready.cli.output import Console
from sendready.model.errors import BadInput, ExitCode, SendreadyError
from sendready.wiring import Wizard, strange_variables

COMMANDS = {
    "check": "Say whether a domain sends through SES, and if not, why.",
    "plan": "Show what `apply` would do.",
    "apply": "Set a domain up, or go on where reality stands.",
    "records": "Show the DNS records SES needs, in the form you need.",
    "access": "Show production access, draft the text for the case, ask for it.",
    "test": "Send to the mailbox simulator, or to one mailbox, and prove it.",
    "snippet": "Print code that sends from a domain, with what the application needs.",
    "smtp-password": "Derive the SMTP password for a region from a secret key.",
    "watch": "Wait until a domain is ready, telling what turns.",
    "explain": "Say what a finding means.",
    "practice": "Walk the road against a local SES and DNS, or only serve them.",
    "cleanup": "Remove what an interrupted test send left behind.",
    "init": "Write a commented sendready.toml.",
    "policy": "Print the least IAM policy for what you want to do.",
    "schema": "Print the JSON schema of an output.",
    "support": "Gather what a bug report needs, without secrets.",
    "completion": "Print the completion script for bash, zsh or fish.",
}

WALK = "walk"
"""What `sendready DOMAIN` runs; no command of its own, so that no domain can be called like it."""

HELP = """Gets a domain to send through Amazon SES, and keeps it sending.

sendready practice            rehearse everything; nothing leaves this machine
sendready example.com         the wizard: set a domain up, or see what is wrong
sendready check example.com   the same look as a report

The commands do the same as the wizard, step by step and without questions.
"""


def build() -> App:
    """The command line, its commands not imported yet."""
    app = App(
        name="sendready",
        help=HELP,
        version=__version__,
        usage="Usage: sendready [COMMAND | DOMAIN] [OPTIONS]",
        help_formatter=Help(),
        help_format="plaintext",
        result_action="return_value",
        default_parameter=Parameter(name_transform=lambda name: name.replace("_", "-")),
    )
    for name, help_text in COMMANDS.items():
        module = name.replace("-", "_")
        app.command(f"sendready.cli.commands.{module}:{module}", name=name, help=help_text)
    app.command(
        "sendready.cli.commands.walk:walk",
        name=WALK,
        help="Walk a domain from nothing to production sending, or say what is wrong with it.",
        usage="Usage: sendready [DOMAIN] [OPTIONS]",
        show=False,
    )
    return app


def run(arguments: Sequence[str]) -> Wizard | int:
    """Runs one command line and returns its exit code, or the wizard it asks for; errors are printed here only."""
    console = Console(no_color="--no-color" in arguments)  # also where the rest cannot be understood
    for sentence in strange_variables(console.environment):
        console.note(sentence)
    try:
        result = build()(list(arguments), exit_on_error=False, print_error=False)
    except CycloptsError as error:
        console.error(BadInput(_sentence(error), f"sendready {_command(arguments)}--help shows what can be given"))
        return ExitCode.USAGE
    except SendreadyError as error:
        console.error(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read us has had enough, as `| head` does: we end as other programs do, and never as if all were well.
        sys.stdout = None  # nothing may try to flush it at exit
        return ExitCode.NOT_READ
    return result if isinstance(result, Wizard | int) else ExitCode.DONE


def _command(arguments: Sequence[str]) -> str:
    return f"{arguments[0]} " if arguments and arguments[0] in COMMANDS else ""


def _sentence(error: CycloptsError) -> str:
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        return f"`{error.unused_tokens[0]}` is too much: nothing is expected there"
    text = " ".join(str(error).split())
    return text[0].lower() + text[1:].rstrip(".") if text else type(error).__name__
