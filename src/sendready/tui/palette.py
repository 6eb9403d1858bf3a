"""Everything that can be done here, by name: the command palette is made from keys and buttons, not beside them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.actions import parse
from textual.app import SystemCommand
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Button

if TYPE_CHECKING:
    from sendready.tui.app import SendreadyApp

WORDS: dict[str, tuple[str, str]] = {
    "quit": ("Quit", "at once; nothing is lost"),
    "back": ("Back", "to the stage before this one"),
    "look": ("Look now", "at AWS and DNS, everything at once"),
    "help": ("Help about this page", "why it is wanted, what it does to DMARC, what can go wrong"),
    "toggle_log": ("Show or hide the log", "what was done and seen so far"),
    "reload": ("Ask SES again", "for the identities of this region"),
    "sort": ("Sort the identities", "by name, or what is wrong first"),
    "copy('name')": ("Copy the record's name", "of the record under the cursor"),
    "copy('value')": ("Copy the record's value", "of the record under the cursor"),
    "copy_all": ("Copy all records", "as a zone file"),
    "save": ("Save to a file", "here, beside what is there: the zone file, or the text for AWS"),
    "dossier": ("Read the draft for AWS", "the text for the support case"),
    "fix": ("Fix what is wrong", "shows a plan first"),
    "fix_all": ("Fix everything that was found", "shows a plan first"),
    "copy_command": ("Copy the command", "that mends the finding under the cursor"),
    "export": ("Save the report", "as a web page, here, beside what is there"),
    "language": ("Choose a language", "of the code that sends"),
    "copy_code": ("Copy the code", "that sends from here on"),
    "save_code": ("Save the code", "as a file, here"),
    "explain": ("Explain the finding", "what it means and where the rule comes from"),
    "evidence": ("Show the evidence", "which server answered what, and when"),
}
"""Title and explanation of an action, by its text in a binding."""

TWINS = frozenset({"quit_typing", "quit_anyway", "app.quit", "help_typing", "help_anyway"})
"""The same actions by other keys."""

MOVES = frozenset(
    {"move", "scroll_body", "into_list", "interrupt", "open", "page", "end", "app.focus_previous", "app.focus_next"}
)
"""What moves a cursor or a page is done by keys; stages are offered by their names."""

ALWAYS = frozenset({"quit", "look", "help"})
"""Actions whose letters are text while somebody types: here they are words."""


def commands(app: SendreadyApp, screen: Screen[object]) -> Iterator[SystemCommand]:
    """What can be done on a screen now: stages, keys and buttons."""
    from sendready.tui.screens.setup import SetupScreen

    nodes: list[DOMNode] = [app, screen]
    if isinstance(screen, SetupScreen):
        for number, stage in enumerate(screen.stages, 1):
            go = partial(screen.action_open, number)
            yield SystemCommand(f"Go to {stage.label}", f"stage {number} of {len(screen.stages)}", go)
        if screen.panel is not None:
            nodes.append(screen.panel)
    told = set()
    for node in nodes:
        for command in _of_node(node):
            told.add(command.title)
            yield command
    for button in screen.query(Button):
        label = str(button.label).strip()
        if button.is_on_screen and not button.disabled and label not in told:
            yield SystemCommand(label, "the button on this page", button.press)


def named(binding: Binding) -> tuple[str, str] | None:
    """Title and explanation of what a key does; None for moves and for second keys."""
    name = parse(binding.action)[1]
    if binding.action in TWINS or name in MOVES:
        return None
    return WORDS.get(binding.action) or (binding.description, "")


def _of_node(node: DOMNode) -> Iterator[SystemCommand]:
    """The actions of a node's own keys that can be done now."""
    for _, binding in node._bindings:
        words = named(binding)
        elsewhere, name, parameters = parse(binding.action)
        if words is None or not words[0] or elsewhere:
            continue
        if name in ALWAYS or node.check_action(name, parameters):
            yield SystemCommand(*words, partial(getattr(node, f"action_{name}"), *parameters))
