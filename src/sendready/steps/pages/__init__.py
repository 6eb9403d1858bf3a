"""The help about each stage of the wizard, one text file each, for somebody who does this once a year."""

from __future__ import annotations

from importlib import resources


def page_of(stage: str) -> str:
    """The page about a stage, by its name. Raises FileNotFoundError; a test holds that every stage has one."""
    return resources.files(__name__).joinpath(f"{stage}.md").read_text("utf-8")
