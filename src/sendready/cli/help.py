"""How `--help` looks: names at the left, what they mean beside them, in the width of every other output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts.help.formatters.plain import PlainFormatter

from sendready.report.lines import hanging, line, paint, wrapped

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

LONGEST_NAME = 22
"""Columns of the names; a longer one has a line of its own."""


class Help(PlainFormatter):
    """Lists of names and meanings; everything else as Cyclopts' plain form has it."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """One group of parameters, or the commands."""
        if not panel.entries:
            return
        lines = [line(str(panel.title))]
        about = _plain(panel.description)
        if about:
            lines += wrapped(about, "  ")
        for entry in panel.entries:
            label = ", ".join(entry.display_labels_with_metavar)
            if len(label) > LONGEST_NAME:
                lines.append(line(f"  {label}"))
                label = ""
            lines += hanging(line(f"  {label:{LONGEST_NAME}}  "), _meaning(entry))
        console.print(paint(lines, colour=False), highlight=False, markup=False, soft_wrap=True)


def _meaning(entry: HelpEntry) -> str:
    said = [_plain(entry.description)]
    if entry.choices:
        said.append(f"One of {', '.join(entry.choices)}.")
    if entry.default is not None and entry.default != "False":
        said.append(f"[default: {entry.default}]")
    return " ".join(filter(None, said))


def _plain(text: object) -> str:
    """What Cyclopts made of a sentence, as words."""
    if text is None or isinstance(text, str):
        return " ".join((text or "").split())
    from io import StringIO

    from rich.console import Console

    out = StringIO()
    Console(file=out, width=1000, no_color=True, highlight=False, markup=False).print(text)
    return " ".join(out.getvalue().split())
