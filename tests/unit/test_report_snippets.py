"""Snippets hold what the application needs, and no text can get out of the literal that it stands in."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendready.report.snippets import TRY_IT, Language, Settings, literals, offered, snippet

LITERAL = re.compile(r'"(?:[ !#-\[\]-~]|\\.)*"', re.ASCII)
"""A literal in double quotes, all of it printable ASCII on one line."""

NASTY = [
    *('"; evil(); "', "'; rm -rf /; '", "\\", '\\"', "#{`id`}", "$x {$x} ${x}", "`id` $(id)", "a\nb\rc\td\x00e\x7f"),
    *("\\u0022 + evil() + \\u0022", "«sender»", "*/ evil(); /*", "?> evil <?php", "é ✓ 😀 \u2028 \u202e", "-x", ""),
]

QUOTING = (literals.python, literals.java, literals.dotnet, literals.php, literals.ruby)


@pytest.mark.parametrize("quote", QUOTING)
@given(text=st.text())
def test_a_text_stays_in_its_literal(quote: Callable[[str], str], text: str) -> None:
    assert LITERAL.fullmatch(quote(text))


@given(text=st.text())
def test_python_reads_the_text_back(text: str) -> None:
    assert ast.literal_eval(literals.python(text)) == text


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_a_shell_reads_the_text_back(text: str) -> None:
    assert shlex.split(literals.shell(text)) == [text]
    request = json.loads(shlex.split(literals.shell(literals.request(text, "a@b.example", text)))[0])
    assert (request["FromEmailAddress"], request.get("ConfigurationSetName", "")) == (text, text)


def read_back(command: list[str], program: str, suffix: str, folder: Path) -> list[str]:
    """What an interpreter makes of literals: a program that prints each as hex, one a line."""
    if shutil.which(command[0]) is None:
        reason = f"{command[0]} is not installed"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    file = folder / f"Literals{suffix}"
    file.write_text(program, "ascii")
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return [bytes.fromhex(row).decode() for row in done.stdout.split("\n")[:-1]]


TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=60)


@given(texts=TEXTS)
@settings(max_examples=15, deadline=None)
def test_php_reads_the_texts_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    texts = [*texts, *NASTY]
    program = "<?php " + "".join(f'echo bin2hex({literals.php(text)}), "\\n";' for text in texts)
    assert read_back(["php"], program, ".php", tmp_path_factory.mktemp("php")) == texts


@given(texts=TEXTS)
@settings(max_examples=15, deadline=None)
def test_ruby_reads_the_texts_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    texts = [*texts, *NASTY]
    program = "".join(f'puts {literals.ruby(text)}.unpack1("H*")\n' for text in texts)
    assert read_back(["ruby"], program, ".rb", tmp_path_factory.mktemp("ruby")) == texts


@given(texts=TEXTS)
@settings(max_examples=2, deadline=None)
def test_java_reads_the_texts_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    texts = [*texts, *NASTY]
    listed = ", ".join(map(literals.java, texts))
    program = (
        "class Literals { public static void main(String[] args) { for (String s : new String[] {" + listed + "})"
        " System.out.println(java.util.HexFormat.of().formatHex("
        "s.getBytes(java.nio.charset.StandardCharsets.UTF_8))); } }"
    )
    assert read_back(["java"], program, ".java", tmp_path_factory.mktemp("java")) == texts


@pytest.mark.parametrize("language", [each for each in Language if each is not Language.CLI])
@given(text=st.text(min_size=1) | st.sampled_from([text for text in NASTY if text]))
def test_no_text_adds_a_line_or_changes_the_others(language: Language, text: str) -> None:
    """One word of a shell may go over several lines; that it stays one word is tested above."""
    plain = Settings("eu-west-1", "hello@shop.example", "mail")
    told = Settings("eu-west-1", text, text)
    before, after = snippet(language, plain).split("\n"), snippet(language, told).split("\n")
    assert len(after) == len(before)
    others = [row for row in before if "hello@shop.example" not in row and '"mail"' not in row]
    assert [row for row in after if row in others] == others


@pytest.mark.parametrize("language", list(Language))
def test_a_snippet_names_what_the_application_needs(language: Language) -> None:
    code = snippet(language, Settings("eu-west-1", "hello@shop.example", "mail-events"))

    assert "eu-west-1" in code
    for needed in ("hello@shop.example", "mail-events", TRY_IT):
        assert f'"{needed}"' in code
    assert "«" not in code


@pytest.mark.parametrize("language", list(Language))
def test_without_a_configuration_set_none_is_named(language: Language) -> None:
    code = snippet(language, Settings("eu-west-1", "hello@shop.example")).lower().replace("_", "").replace("-", "")

    assert "configurationset" not in code


def test_smtp_is_offered_where_the_region_has_a_host() -> None:
    assert Language.SMTP in offered(Settings("eu-west-1", "a@b.example"))
    assert Language.SMTP not in offered(Settings("me-south-1", "a@b.example"))
