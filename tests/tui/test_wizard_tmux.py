"""The real program in a real terminal: keys, mouse, sizes, the clipboard, and every way out."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from tmux import PROMPT, Size, Terminal, sendready, terminal

from sendready.practice.servers import Practice

DOMAIN = "shop.example"
TINY, SMALL, HUGE = (60, 18), (80, 24), (200, 60)
FAST = ("--speed", "25")
AT_ONCE = 2.0
"""Seconds in which the terminal must be the user's again."""

Environment = Callable[[Practice], dict[str, str]]


def _to_records(window: Terminal) -> None:
    """From the first screen to the records, of which none is published."""
    window.until("Everything in SES belongs", "Continue", "next look")
    window.press("Enter")
    window.until("Go: make 2 changes")
    window.press("Enter")
    window.until("Publish 6 records")


def _to_the_request(window: Terminal) -> None:
    """Publishes them, and on to production access."""
    window.press("Enter")
    window.until("✓ live", "2/2 servers", "Continue", never="0/2 servers")
    window.press("Enter")
    window.until("sandbox", "Website", "Skip for now")
    window.typing_at("Website")


def _to_ready(window: Terminal) -> None:
    """Asks for production access, proves the set-up, and on to the end."""
    window.type(f"https://{DOMAIN}")
    window.until(f"https://{DOMAIN}")
    window.press_to_focus("Enter", "[ ] I mail only")
    window.press("Space")
    window.until("[X]", "Ask AWS")
    window.press("Enter")
    window.until("what AWS will be asked", "ses:PutAccountDetails")
    window.press("Enter")
    window.until("Send the test")
    window.press("Enter")
    window.until("Complaint", "Continue")
    window.press("Enter")
    window.until("✓ ready", "Leave")


@pytest.mark.parametrize("size", [TINY, SMALL, HUGE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_road_to_ready_by_keys(size: Size) -> None:
    with terminal(size) as window:
        window.run(f"{sendready(DOMAIN, '--practice', *FAST)}; echo left with $?")
        _to_records(window)
        _to_the_request(window)
        _to_ready(window)
        window.press("Enter")
        window.until("left with 0")
        window.left()


def test_the_road_to_ready_while_the_terminal_is_resized() -> None:
    with terminal(SMALL) as window:
        window.run(sendready(DOMAIN, "--practice", *FAST))
        _to_records(window)
        assert "3 of 9" in window.screen()
        window.resize(HUGE)
        window.until("❯ ○ 3 Records", "9 Ready", "_domainkey.shop.example")
        _to_the_request(window)
        window.resize((40, 10))
        window.until("make the terminal larger")
        window.resize(TINY)
        window.until("Website", "Production access 7 of 9")
        window.typing_at("Website")
        _to_ready(window)


def test_the_road_by_mouse() -> None:
    with terminal(HUGE) as window:
        window.run(sendready("practice", *FAST))
        window.until("Everything in SES belongs", "next look")
        window.click("Continue")
        window.click("Go: make 2 changes")
        window.click("Publish 6 records")
        window.until("✓ live", never="0/2 servers")
        window.click("DKIM")
        window.until("SES signs your mail", "SUCCESS")
        window.click("8 Test send")
        window.click("Send the test")
        window.until("✓ proven")
        window.click("Ready")
        window.click("Leave")
        window.left()


def test_a_copied_value_is_in_the_buffer_of_tmux() -> None:
    with terminal(SMALL) as window:
        window.run(sendready(DOMAIN, "--practice", *FAST))
        _to_records(window)
        token = next(line for line in window.screen().splitlines() if "._domainkey" in line and "name" in line)
        name = token.split()[1]
        window.press("v")
        window.until("copied the value")
        window.wait(lambda: bool(window.tmux("list-buffers")), lambda: "a buffer")
        assert window.tmux("show-buffer") == f"{name.partition('.')[0]}.dkim.amazonses.com"
        window.press("n")
        window.wait(lambda: window.tmux("show-buffer") == name, lambda: f"{name} in the buffer")


@pytest.mark.parametrize("keys", [("q",), ("C-c", "C-c")], ids=["q", "ctrl+c twice"])
def test_leaving_is_immediate_and_gives_the_terminal_back(keys: tuple[str, ...]) -> None:
    with terminal(SMALL) as window:
        window.run("echo what was there before")
        window.run(sendready(DOMAIN, "--practice", *FAST))
        window.until("Continue", "next look", never="what was there")
        assert window.is_("alternate_on") == "1"
        window.press(*keys)
        window.left(patience=AT_ONCE)
        window.until("what was there before", never="Continue")
        window.run("echo and typing works | tr a-z A-Z")
        window.until("AND TYPING WORKS")


def test_nothing_is_lost_by_a_kill(practice: Practice, world_of: Environment, tmp_path: Path) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    pid = tmp_path / "wizard.pid"

    def opens(window: Terminal) -> None:
        window.run(f"sh -c 'echo $$ > {pid}; exec {sendready(DOMAIN)}'")

    def killed(window: Terminal) -> None:
        os.kill(int(pid.read_text()), signal.SIGKILL)
        window.until("Killed", PROMPT)
        window.type("reset")
        window.press("C-j")  # in the raw mode that is left behind Enter ends no line
        window.until(PROMPT, never="Killed")

    with terminal(SMALL, world_of(practice)) as window:
        opens(window)
        window.until("Everything in SES belongs", "next look")
        window.press("Enter")
        window.until("Go: make 2 changes", "MAIL FROM label", f"bounce.{DOMAIN}")
        window.click("bounce")
        window.typing_at("MAIL FROM label")
        window.press("End", "C-u")
        window.until("MAIL FROM label", never="bounce")
        window.type("mail")
        window.until(f"mail.{DOMAIN}", never="bounce")
        killed(window)

        opens(window)
        window.until("Everything in SES belongs", "next look")
        window.press("Enter")
        window.until("Go: make 2 changes", f"mail.{DOMAIN}", never="bounce")
        window.press("Enter")
        window.until("Publish 6 records")
        killed(window)

        opens(window)
        window.until("1 of 10", "not everything has been done yet")
        window.press("4")
        window.until("Publish 6 records", f"mail.{DOMAIN}", "0/2 servers")
