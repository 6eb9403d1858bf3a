"""Which finding was meant by an id that is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable


def nearest(wanted: str, names: Iterable[str]) -> str | None:
    """The name that was likely meant: first the same letters with the number written out, as in KIM004 for KIM4."""
    names = list(names)
    # As text: Python turns no number of more than 4300 digits into an int.
    whole = re.sub(r"[\s_-]*(\d+)", lambda digits: digits[1].lstrip("0").rjust(3, "0"), wanted)
    near = [whole] if whole in names else difflib.get_close_matches(wanted, names, 1)
    return near[0] if near else None
