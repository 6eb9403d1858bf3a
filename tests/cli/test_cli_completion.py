"""Shells complete what the command line understands."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from commandline import Run

from sendready.cli.app import COMMANDS


@pytest.fixture
def script(sendready: Run, tmp_path: Path) -> Path:
    path = tmp_path / "sendready.bash"
    path.write_text(sendready("completion", "bash").stdout, "utf-8")
    return path


def completed(script: Path, *words: str) -> list[str]:
    """What bash offers for the last of these words."""
    program = (
        'source "$1"; shift; eval "$(complete -p sendready | sed "s/.*-F \\([^ ]*\\) .*/complete_it() { \\1; }/")";'
        ' COMP_WORDS=(sendready "$@"); COMP_CWORD=$#; complete_it; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    result = subprocess.run(
        ["bash", "--norc", "-c", program, "bash", str(script), *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return result.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_commands_options_and_choices(script: Path) -> None:
    assert set(completed(script, "")) >= set(COMMANDS)
    assert completed(script, "com") == ["completion"]
    assert completed(script, "check", "--all-i") == ["--all-identities"]
    assert completed(script, "apply", "--dmarc-r") == ["--dmarc-reports"]
    assert set(completed(script, "apply", "--dmarc", "")) == {"none", "quarantine", "reject"}
    assert set(completed(script, "completion", "")) >= {"bash", "zsh", "fish"}
    assert "walk" not in completed(script, "")


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_script_and_read_it_without_complaint(sendready: Run, tmp_path: Path, shell: str) -> None:
    script = sendready("completion", shell).stdout

    assert all(name in script for name in COMMANDS)
    if shutil.which(shell):
        (tmp_path / "script").write_text(script, "utf-8")
        subprocess.run([shell, "--no-execute", str(tmp_path / "script")], check=True, timeout=60)


def test_another_shell_is_refused(sendready: Run) -> None:
    assert sendready("completion", "tcsh").returncode == 2
    assert sendready("completion").returncode == 2
