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


@pytest.fixture
def folder(sendready: Run, tmp_path: Path) -> Path:
    """A folder of completions as zsh and fish look for them."""
    (tmp_path / "_cyclopts_sendready").write_text(sendready("completion", "zsh").stdout, "utf-8")
    (tmp_path / "sendready.fish").write_text(sendready("completion", "fish").stdout, "utf-8")
    (tmp_path / "sendready").write_text("#!/bin/sh\n", "utf-8")  # what is completed must be a command there is
    (tmp_path / "sendready").chmod(0o755)
    return tmp_path


def in_fish(folder: Path, line: str) -> set[str]:
    """What fish offers at the end of a line."""
    result = subprocess.run(
        ["fish", "--no-config", "-c", "source sendready.fish; complete -C $argv[1]", line],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=folder,
        env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"},
    )
    assert result.stderr == ""
    return {offered.partition("\t")[0] for offered in result.stdout.splitlines()}


ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1='' fpath=($PWD \$fpath) path=($PWD \$path); autoload -Uz compinit && compinit -u -d $PWD/dump"
zpty -w shell "unsetopt automenu; setopt nolistbeep nolistambiguous; LISTMAX=9999"
zpty -w shell "bindkey '^I' complete-word; stty columns 400 rows 200; print READY''NOW"
zpty -r shell seen '*READYNOW*'
zpty -w -n shell "$1"$'\t'
quiet=0
while (( quiet < 20 )); do
  if zpty -r -t shell piece; then print -rn -- $piece; quiet=0; else sleep 0.05; (( ++quiet )); fi
done
zpty -d shell
"""
"""A zsh on a terminal of its own: completion works nowhere else. What it draws after the tabulator is
printed until it has been quiet for a second."""


def in_zsh(folder: Path, line: str) -> str:
    """What zsh draws after a line and a tabulator."""
    result = subprocess.run(
        ["zsh", "-f", "-c", ZSH, "zsh", line],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=folder,
        env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"},
    )
    return result.stdout.decode("utf-8", "replace")


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
def test_fish_completes_commands_options_and_choices(folder: Path) -> None:
    assert in_fish(folder, "sendready ") >= set(COMMANDS)
    assert in_fish(folder, "sendready com") == {"completion"}
    assert in_fish(folder, "sendready check --all-i") == {"--all-identities"}
    assert in_fish(folder, "sendready apply --dmarc ") == {"none", "quarantine", "reject"}
    assert "walk" not in in_fish(folder, "sendready ")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
def test_zsh_completes_commands_options_and_choices(folder: Path) -> None:
    commands = in_zsh(folder, "sendready ")
    assert [name for name in COMMANDS if name not in commands] == []
    assert "sendready completion" in in_zsh(folder, "sendready com")
    assert "--all-identities" in in_zsh(folder, "sendready check --all-i")
    choices = in_zsh(folder, "sendready apply --dmarc ")
    assert all(choice in choices for choice in ("none", "quarantine", "reject"))


def test_another_shell_is_refused(sendready: Run) -> None:
    assert sendready("completion", "tcsh").returncode == 2
    assert sendready("completion").returncode == 2
