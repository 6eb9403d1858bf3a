"""What goes into a bug report tells nobody's secret, and nobody's name unless that was asked for."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest
from commandline import Contract, OnTerminal, Run, WorldOf

from sendready.practice.servers import Practice

DOMAIN = "shop.example"
SECRETS = {
    "AWS_SESSION_TOKEN": "SENTINEL-session-token-FwoGZXIvYXdzE",
    "RFC2136_TSIG_SECRET": "SENTINEL0dHNpZy1zZWNyZXQtb2YtdGhlLXpvbmU=",
    "CLOUDFLARE_TOKEN": "SENTINEL-cloudflare-token",
    "HTTPS_PROXY": "http://user:SENTINEL-proxy@127.0.0.1:1",
    "SMTP_PASSWORD": "SENTINEL-smtp-BM+2hNvGf9pZBM0lZQ",
    "SENDREADY_SAMPLE": "our SMTP password is SENTINEL-smtp-BM+2hNvGf9pZBM0lZQ",
    "SENDREADY_RECIPIENTS": "SENTINEL people",
}


@pytest.fixture
def world(practice: Practice, world_of: WorldOf) -> dict[str, str]:
    practice.register(DOMAIN)
    environment = world_of(practice)
    return {**environment, **SECRETS, "NO_PROXY": "127.0.0.1"}


def test_no_secret_and_no_name_is_in_it(
    sendready: Run, practice: Practice, world: dict[str, str], contract: Contract, tmp_path: Path
) -> None:
    (tmp_path / "sendready.toml").write_text('volume = "SENTINEL in a file"\ntsig_file = "SENTINEL.key"\n', "utf-8")
    applied = sendready("apply", DOMAIN, "--yes", "--contacts", "ops@shop.example", environment=world)
    assert applied.returncode in (0, 1, 4), applied.stderr

    result = sendready("support", DOMAIN, environment=world)

    text = result.stdout + result.stderr
    document = json.loads(result.stdout)
    assert contract.problems("support", document) == []
    assert document["trouble"] == ""
    assert document["journal"]
    assert document["looks"]
    assert document["check"]["domain"] == "domain-1.example"
    assert "SENTINEL" not in text
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"):
        assert world[name] not in text
    assert "shop.example" not in text
    assert "123456789012" not in text
    assert document["check"]["account"] == "account-1"
    records = json.loads(sendready("records", DOMAIN, "--format", "json", environment=world).stdout)["records"]
    tokens = [record["name"].partition("._domainkey")[0] for record in records if "_domainkey" in record["name"]]
    assert len(tokens) == 3
    assert [token for token in tokens if token in text] == []


def test_names_stay_where_that_is_asked_for_and_secrets_go_all_the_same(
    sendready: Run, world: dict[str, str], contract: Contract
) -> None:
    result = sendready("support", DOMAIN, "--names", "--format", "json", environment=world)

    document = contract.document("support", result)
    assert document["check"]["domain"] == DOMAIN
    assert document["environment"]["AWS_SESSION_TOKEN"] == "set"
    assert "SENTINEL" not in result.stdout + result.stderr


def test_it_is_made_where_nothing_can_be_seen_too(sendready: Run, contract: Contract) -> None:
    bare = contract.document("support", sendready("support", "--format", "json"))
    nowhere = contract.document("support", sendready("support", DOMAIN, "--format", "json"))

    assert bare["packages"]["cyclopts"]
    assert nowhere["check"] is None
    assert "region" in nowhere["trouble"]


def test_it_is_shown_before_it_is_saved(on_terminal: OnTerminal, tmp_path: Path) -> None:
    for answer, saved in (("n", False), ("y", True)):
        terminal = on_terminal("support", "--out", "bug.json")
        shown = terminal.until(r"Save this as bug.json\? \[y/N\]")
        terminal.answer(answer)
        terminal.rest()
        assert '"schema": "sendready.support/1"' in shown
        assert (tmp_path / "bug.json").exists() is saved
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "bug.json").stat().st_mode) == 0o600


def test_without_a_terminal_it_is_saved_only_with_a_yes_and_over_nothing(sendready: Run, tmp_path: Path) -> None:
    refused = sendready("support", "--out", "bug.json")
    assert (refused.returncode, (tmp_path / "bug.json").exists()) == (2, False)
    assert sendready("support", "--out", "bug.json", "--yes").returncode == 0
    before = (tmp_path / "bug.json").read_bytes()
    assert sendready("support", "--out", "bug.json", "--yes").returncode == 2
    assert (tmp_path / "bug.json").read_bytes() == before
