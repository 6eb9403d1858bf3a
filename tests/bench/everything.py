"""All that is measured, in one table with sections: `uv run python tests/bench/everything.py [SECTION…]`.

Each section is a program of its own beside this one and can be run alone; what cannot be run on this machine says why,
and the others go on. Without arguments it takes about a quarter of an hour.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SECTIONS = {
    "run": "Budgets: start-up, one look, the wizard's loop, live to noticed",
    "many": "A thousand domains beside checkdmarc, and memory",
    "noticed": "Live to noticed beside asking Unbound every five seconds",
}
"""Programs of this folder, and what they measure."""


def main(asked: list[str]) -> int:
    """Runs the sections that were asked for, or all; 1 where one of them could not be run."""
    strange = [name for name in asked if name not in SECTIONS]
    if strange or "--help" in asked:
        print(f"usage: everything.py [{'|'.join(SECTIONS)}]…", file=sys.stderr)
        return 0 if strange == ["--help"] else 2
    failed = []
    for name in asked or SECTIONS:
        print(f"\n## {SECTIONS[name]}\n", flush=True)
        if subprocess.run([sys.executable, Path(__file__).with_name(f"{name}.py")], check=False).returncode:
            print(f"({name} could not be measured here)", flush=True)
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
