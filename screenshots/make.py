"""Makes the pictures of the README from the running wizard, in a practice world whose time stands still."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests" / "tui"))

from scenes import SCENES  # noqa: E402  the scenes of the snapshot tests are the ones shown
from still import stand_still, still_wizard, still_world  # noqa: E402
from walking import Walker  # noqa: E402

SIZE = (120, 36)

PICTURES = {
    "identity": "identity",
    "records": "records_missing",
    "dkim": "dkim_missing",
    "test-send": "test_send_on_its_way",
    "ready": "ready",
    "health": "health_with_a_fault",
    "fix": "fix",
    "identities": "identities",
}
"""The file's name without its ending, and the scene it shows."""

ROAD = {
    "identity": "1  choose, and see the plan",
    "records": "2  publish, or copy, all records",
    "dkim": "3  watch DNS and SES, server by server",
    "test-send": "4  a test send, proven by its events",
    "ready": "5  ready, with code that sends",
    "health": "and later: why it broke",
}
"""The pictures that make the road, in its order, with what is said above each."""

ACROSS, GAP, HEADING = 2, 40, 60
"""Pictures in a row of the road; units between them, and above each for its words."""

REMOTE = re.compile(r"\s*@font-face \{.*?\}|\s*<!--.*?-->", re.DOTALL)
"""Textual's pictures name a font that a viewer would fetch, and a home page; a monospaced font of its own will do."""

RUN = re.compile(r"terminal-\d+-")
"""Identifiers that are different in every run."""


async def picture(scene: str) -> str:
    """The SVG of a scene."""
    shown = SCENES[scene]
    with still_world() as practice, TemporaryDirectory() as state:
        shown.world(practice)
        app = still_wizard(practice, shown.opens, Path(state))
        async with app.run_test(size=SIZE) as pilot:
            walker = Walker(pilot, practice)
            await shown.walk(walker)
            await stand_still(walker)
            svg = app.export_screenshot(title="sendready (practice)", simplify=True)
    return RUN.sub("terminal-", REMOTE.sub("", svg))


def road(pictures: dict[str, str]) -> str:
    """One SVG of several, each under its words; their identifiers are kept apart."""
    (width, height), *_ = (map(float, SIZES.search(svg).groups()) for svg in pictures.values())  # type: ignore[union-attr]
    placed = []
    for number, (name, words) in enumerate(ROAD.items()):
        x, y = (number % ACROSS) * (width + GAP), (number // ACROSS) * (height + HEADING + GAP)
        inner = pictures[name].replace("terminal-", f"road{number}-")
        inner = inner.replace("<svg ", f'<svg x="{x:g}" y="{y + HEADING:g}" width="{width:g}" height="{height:g}" ', 1)
        placed.append(f'<text class="words" x="{x + 4:g}" y="{y + 40:g}">{words}</text>{inner}')
    whole_width = ACROSS * (width + GAP) - GAP
    whole_height = -(-len(ROAD) // ACROSS) * (height + HEADING + GAP) - GAP
    style = "<style>.words { font: bold 34px sans-serif; fill: #8a94a0 }</style>"
    head = f'<svg viewBox="0 0 {whole_width:g} {whole_height:g}" xmlns="http://www.w3.org/2000/svg">'
    return f"{head}{style}{''.join(placed)}</svg>\n"


SIZES = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def main() -> None:
    """Writes every picture beside this file, and the road that some of them make."""
    pictures = {name: asyncio.run(picture(scene)) for name, scene in PICTURES.items()}
    for name, svg in (pictures | {"road": road(pictures)}).items():
        urls = set(re.findall(r"(?:https?:)?//[^\s\"')<]+", svg)) - {"http://www.w3.org/2000/svg"}
        if urls:
            raise SystemExit(f"{name}: a picture must not fetch anything, but names {', '.join(sorted(urls))}")
        (HERE / f"{name}.svg").write_text(svg, "utf-8")
        print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    main()
