"""The road as a rail: a list at the left of wide terminals, one line on narrow ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.style import Style as VisualStyle
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sendready.model.step import StepState
from sendready.report.lines import Style
from sendready.report.marks import OF_STEP
from sendready.tui.content import STYLES
from sendready.tui.snapshot import Snapshot
from sendready.tui.stage import Stage, state_of

LONGEST = max(len(stage.label) for stage in Stage)
"""Columns of the longest label: the glyphs beside it stay where they are when another stage opens."""


def mark(state: StepState | None) -> Content:
    """The glyph of a state; a dot before the first look."""
    if state is None:
        return Content.styled("·", STYLES[Style.QUIET])
    span = OF_STEP[state]
    return Content.styled(span.text[0], STYLES[span.style])


class Rail(OptionList, can_focus=False):
    """All stages with their state, one a line; a click opens one."""

    @dataclass
    class Chosen(Message):
        """A stage was clicked."""

        stage: Stage

    def show(self, stages: Sequence[Stage], current: Stage, snapshot: Snapshot) -> None:
        """Draws the rail anew."""
        self.set_options(
            Option(
                Content.assemble(
                    "❯ " if stage is current else "  ",
                    mark(state_of(stage, snapshot)),
                    " ",
                    Content.styled(f"{number} {stage.label}", "bold" if stage is current else ""),
                ),
                id=stage.value,
            )
            for number, stage in enumerate(stages, 1)
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Passes a click on as a stage."""
        event.stop()
        if event.option_id is not None:
            self.post_message(self.Chosen(Stage(event.option_id)))


class FoldedRail(Static):
    """The same in one line: where we are, and of every stage its key and its glyph, which open it."""

    def show(self, stages: Sequence[Stage], current: Stage, snapshot: Snapshot) -> None:
        """Draws the line anew."""
        glyphs = [
            Content.assemble(Content.styled(str(number % 10), STYLES[Style.QUIET]), mark(state_of(stage, snapshot)))
            for number, stage in enumerate(stages, 1)
        ]
        glyphs = [
            glyph.stylize(VisualStyle.from_meta({"@click": f"screen.open({number})"}))
            for number, glyph in enumerate(glyphs, 1)
        ]
        place = stages.index(current)
        glyphs[place] = Content.assemble("[", glyphs[place], "]")
        self.update(
            Content.assemble(
                Content.styled(f"{current.label:{LONGEST}}", "bold"),
                Content.styled(f" {place + 1} of {len(stages)}  ", STYLES[Style.QUIET]),
                *_spaced(glyphs),
            )
        )


def _spaced(glyphs: Sequence[Content]) -> list[Content]:
    return [part for glyph in glyphs for part in (glyph, Content(" "))]
