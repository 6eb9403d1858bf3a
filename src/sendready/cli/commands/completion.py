"""`sendready completion SHELL`: the script that makes a shell complete commands, options and their words."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from sendready.cli.output import Console
from sendready.model.errors import ExitCode


def completion(shell: Annotated[Literal["bash", "zsh", "fish"], Parameter(help="The shell it is for.")], /) -> int:
    """Print the script that makes a shell complete commands and options; nothing is installed.

    bash: `source <(sendready completion bash)` in ~/.bashrc. zsh: save it as `_cyclopts_sendready` in a folder of
    $fpath. fish: save it as ~/.config/fish/completions/sendready.fish. Make it anew after an update.
    """
    from sendready.cli.app import build

    Console().text(build().generate_completion(prog_name="sendready", shell=shell))
    return ExitCode.DONE
