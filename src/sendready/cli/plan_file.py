"""The file that a plan is saved to and carried out from."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sendready.model.errors import BadInput
from sendready.report.saved_plan import FAMILY, SavedPlan, read_plan

LARGEST = 10 * 1024 * 1024
"""Bytes that a plan surely does not have."""


def check_place(path: Path) -> None:
    """Raises BadInput where something stands that no plan of ours is: it is not written over."""
    try:
        begins = path.read_bytes()[:200] if path.exists() else None
    except OSError as error:
        raise _unusable("--out", path, error) from None
    if begins is not None and f'"{FAMILY}/'.encode() not in begins:
        raise BadInput(f"--out: {path} is there already and is no saved plan", "Choose another name")


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Puts the plan there, whole or not at all, for its owner's eyes alone. Raises BadInput."""
    check_place(path)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=1) + "\n")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise _unusable("--out", path, error) from None


def read(path: Path) -> SavedPlan:
    """The plan that was saved there. Raises BadInput."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST).decode("utf-8", "replace")
    except OSError as error:
        raise _unusable("--plan", path, error) from None
    return read_plan(text, str(path))


def _unusable(flag: str, path: Path, error: OSError) -> BadInput:
    return BadInput(f"{flag}: {path} cannot be used: {(error.strerror or str(error)).lower()}")
