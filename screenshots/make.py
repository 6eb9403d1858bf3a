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


def main() -> None:
    """Writes every picture beside this file."""
    for name, scene in PICTURES.items():
        svg = asyncio.run(picture(scene))
        urls = set(re.findall(r"(?:https?:)?//[^\s\"')<]+", svg)) - {"http://www.w3.org/2000/svg"}
        if urls:
            raise SystemExit(f"{name}: a picture must not fetch anything, but names {', '.join(sorted(urls))}")
        (HERE / f"{name}.svg").write_text(svg, "utf-8")
        print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    main()
