"""`init` writes a file that says everything and changes nothing until somebody edits it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from commandline import Run, WorldOf

from sendready.model.answers import ANSWER_NAMES, Answers, described
from sendready.model.connecting import CONNECTING
from sendready.practice.servers import Practice
from sendready.steps.answering import from_file


def without_marks(text: str) -> str:
    """With every default taken at its word."""
    return re.sub(r"^#(?=\w+ = )", "", text, flags=re.MULTILINE)


def test_every_key_is_there_with_its_default_and_explained(sendready: Run, tmp_path: Path) -> None:
    result = sendready("init")

    text = (tmp_path / "sendready.toml").read_text("utf-8")
    assert result.returncode == 0
    assert tomllib.loads(text) == {}
    content = tomllib.loads(without_marks(text))
    assert set(content) == {*ANSWER_NAMES, *CONNECTING}
    assert Answers(**from_file(content, "sendready.toml", frozenset(CONNECTING))) == Answers()
    said = " ".join(text.replace("\n#", "").split())
    assert all(described(name) in said for name in ANSWER_NAMES)


def test_what_is_known_of_a_domain_is_filled_in(
    sendready: Run, practice: Practice, world_of: WorldOf, tmp_path: Path
) -> None:
    practice.register("shop.example")
    world = world_of(practice)
    sendready(
        *("apply", "shop.example", "--mail-from", "bounces", "--tag", "team=mail", "--publish", "none", "--yes"),
        environment=world,
    )

    sendready(
        *("init", "shop.example", "--region", practice.region, "--config", "mine.toml", "--volume", '"5" a day'),
        environment={**world, "SENDREADY_DMARC": "quarantine"},
    )

    assert tomllib.loads((tmp_path / "mine.toml").read_text("utf-8")) == {
        "region": practice.region,
        "mail_from": "bounces",
        "dmarc": "quarantine",
        "volume": '"5" a day',
        "tag": ["team=mail"],
        "publish": "none",
    }


def test_no_file_is_written_over(sendready: Run, tmp_path: Path) -> None:
    (tmp_path / "sendready.toml").write_text("# mine\n", "utf-8")

    result = sendready("init")

    assert result.returncode == 2
    assert "sendready.toml is there already" in result.stderr
    assert (tmp_path / "sendready.toml").read_text("utf-8") == "# mine\n"


@pytest.mark.parametrize("wrong", [("init", "nonsense"), ("init", "--dmarc", "hard"), ("init", "--practice")])
def test_what_can_be_no_answer_writes_nothing(sendready: Run, tmp_path: Path, wrong: tuple[str, ...]) -> None:
    assert sendready(*wrong).returncode == 2
    assert not (tmp_path / "sendready.toml").exists()
