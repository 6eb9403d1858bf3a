"""A crash says where, and shows no variables: they may hold secrets."""

from __future__ import annotations

import io

from rich.console import Console

from sendready.steps.naming import read_identity
from sendready.tui.app import SendreadyApp
from sendready.wiring import Connection, Wizard

SENTINEL = "wJalrXUtnFEMI-sentinel"


def _crash() -> None:
    smtp_password = SENTINEL
    raise RuntimeError(f"something broke after {len(smtp_password)} characters")


def test_a_crash_prints_no_local_variables() -> None:
    app = SendreadyApp(Wizard(identity=read_identity("shop.example")), Connection())
    try:
        _crash()
    except RuntimeError:
        app._fatal_error()
    printed = io.StringIO()
    console = Console(file=printed, width=200)
    for renderable in app._exit_renderables:
        console.print(renderable)

    assert "something broke" in printed.getvalue()
    assert "_crash" in printed.getvalue()
    assert SENTINEL not in printed.getvalue()
