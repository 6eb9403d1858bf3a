"""The pages about findings, one Markdown file for each id, and about a few topics; read when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_TOPICS = _FOLDER / "topics"


@dataclass(frozen=True, slots=True)
class Page:
    """What a finding means, why it matters, how it is found, what to do, and where the rule comes from."""

    id: str
    slug: str
    summary: str
    """One sentence."""
    text: str
    """The whole page, Markdown."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The lines under `## Sources`."""
        _, _, sources = self.text.partition("## Sources")
        return tuple(row.removeprefix("- ").strip() for row in sources.splitlines() if row.startswith("- "))


def page(check_id: str) -> Page:
    """One page. Raises FileNotFoundError where there is none; a test holds that every check has one."""
    return _read(_FOLDER / f"{check_id}.md")


def topics() -> dict[str, Page]:
    """Pages about what no single finding tells, by the word they are asked for with."""
    return {file.stem: _read(file) for file in sorted(_TOPICS.glob("*.md"))}


def _read(file: Path) -> Page:
    text = file.read_text("utf-8")
    heading, _, rest = text.partition("\n")
    _, _, slug = heading.removeprefix("# ").partition(" ")
    summary = " ".join(rest.strip().partition("\n\n")[0].split())
    return Page(file.stem, slug.strip(), summary, text)


def all_pages() -> dict[str, Page]:
    """Every page by its id, in the order of the catalogue."""
    names = sorted(entry.name for entry in _FOLDER.glob("*.md"))
    groups = ("ENV", "DEL", "KIM", "MFR", "SPF", "DMC", "SES", "BLK", "REP", "MSG", "RUN")
    ids = [name.removesuffix(".md") for name in names]
    ids.sort(key=lambda check_id: (groups.index(check_id[:3]), check_id))
    return {check_id: page(check_id) for check_id in ids}
