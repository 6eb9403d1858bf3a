"""A file beside where the user is, under the first name that nothing has."""

from __future__ import annotations

import itertools
from pathlib import Path


def save_beside(folder: Path, name: str, text: str) -> Path:
    """Writes a new file and says which; one that exists is never replaced, whoever made it and when.

    Raises:
        OSError: the folder is not writable, or the disk is full.
    """
    wanted = Path(name)
    for number in itertools.count():
        path = folder / (f"{wanted.stem}-{number}{wanted.suffix}" if number else name)
        try:
            file = path.open("x", encoding="utf-8")
        except FileExistsError:
            continue
        with file:
            file.write(text)
        return path
    raise AssertionError  # the numbers do not end
