"""A profile that wants a one-time code is asked for in a dialog, and never under the full screen."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from walking import Walker

from sendready.practice.servers import Practice
from sendready.steps.naming import read_identity
from sendready.tui.app import SendreadyApp
from sendready.tui.screens.dialogs import MfaCode
from sendready.tui.screens.setup import SetupScreen
from sendready.wiring import Connection, Wizard

DOMAIN = "shop.example"

CONFIG = """
[profile base]
aws_access_key_id = {key}
aws_secret_access_key = {secret}

[profile mfa]
role_arn = arn:aws:iam::123456789012:role/sender
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/somebody
region = eu-west-1
"""


@pytest.fixture
def profile(practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a profile whose role wants a code, in a configuration of this test's own."""
    practice.throttling = False
    practice.finish(DOMAIN)
    keys = practice.credentials(practice.account_id)
    config = tmp_path / "aws-config"
    config.write_text(CONFIG.format(key=keys["AWS_ACCESS_KEY_ID"], secret=keys["AWS_SECRET_ACCESS_KEY"]))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name in ("AWS_ENDPOINT_URL", "SENDREADY_RESOLVER", "SENDREADY_DNS_MAP", "SENDREADY_CLOCK"):
        monkeypatch.setenv(name, practice.environment[name])
    return "mfa"


async def test_the_code_is_asked_in_a_dialog_and_the_look_goes_on(profile: str, tmp_path: Path) -> None:
    app = SendreadyApp(Wizard(identity=read_identity(DOMAIN)), Connection(profile=profile))
    async with app.run_test() as pilot:
        walker = Walker(pilot, practice=None)  # type: ignore[arg-type]  # not needed here
        await walker.until(lambda: isinstance(app.screen, MfaCode), "the dialog")
        assert "mfa/somebody" in walker.screen_text()
        await walker.type("918273")
        await walker.press("enter")
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        await walker.until(lambda: "assumed-role/sender" in _caller(walker), "assumed")
        assert "918273" not in walker.screen_text()
    assert _kept(tmp_path, b"918273") == []


async def test_a_dialog_left_without_a_code_says_so_and_asks_again_on_r(profile: str) -> None:
    app = SendreadyApp(Wizard(identity=read_identity(DOMAIN)), Connection(profile=profile))
    async with app.run_test() as pilot:
        walker = Walker(pilot, practice=None)  # type: ignore[arg-type]
        await walker.until(lambda: isinstance(app.screen, MfaCode), "the dialog")
        await walker.press("escape")
        await walker.until(lambda: "no one-time code" in walker.screen_text())
        await walker.until(lambda: "press r once that is mended" in walker.screen_text())
        assert "next look" not in walker.screen_text()
        await walker.press("r")
        await walker.until(lambda: isinstance(app.screen, MfaCode), "the dialog again")


async def test_one_code_is_enough_for_the_list_and_what_is_opened_from_it(profile: str) -> None:
    app = SendreadyApp(Wizard(), Connection(profile=profile))
    async with app.run_test() as pilot:
        walker = Walker(pilot, practice=None)  # type: ignore[arg-type]
        await walker.until(lambda: isinstance(app.screen, MfaCode), "the dialog")
        await walker.type("123456")
        await walker.press("enter")
        await walker.until(lambda: "1 identity in eu-west-1" in walker.screen_text())
        await walker.type(DOMAIN)
        await walker.press("enter")
        await walker.until(lambda: "assumed-role/sender" in _caller(walker), "no other dialog in between")


def test_a_scripted_run_ends_at_once_with_the_hint(
    profile: str, sendready: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    result = sendready("check", DOMAIN, "--profile", profile)

    assert result.returncode == 3
    assert "one-time code" in result.stdout
    assert "get-session-token" in result.stdout


def _kept(folder: Path, text: bytes) -> list[Path]:
    """The files below that hold it."""
    return [path for path in folder.rglob("*") if path.is_file() and text in path.read_bytes()]


def _caller(walker: Walker) -> str:
    if not isinstance(walker.app.screen, SetupScreen):
        return ""
    seen = walker.setup.conductor.snapshot.observation
    caller = getattr(seen.caller, "value", None) if seen is not None else None
    return caller.arn if caller is not None else ""
