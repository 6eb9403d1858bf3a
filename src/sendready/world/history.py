"""The history file: one line for each look that saw something new; bounded, and a line nobody can read is left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sendready.model.finding import Verdict
from sendready.model.history import PastLook, short

MOST_LOOKS = 100
"""Looks that are kept."""

MOST_BYTES = 256 * 1024
"""Bytes they may take together."""


def written(looks: Sequence[PastLook], schema: str) -> bytes:
    """The file: what has no room goes, the oldest first.

    The last good look always stays, and the one after it: between them is when something broke. So does the newest.
    """
    lines = [json.dumps({"schema": schema, **_as_json(look)}).encode() + b"\n" for look in looks]
    left = list(range(len(looks)))
    good = max((i for i in left if looks[i].verdict is Verdict.READY), default=-1)
    spare = [i for i in left if i not in (good, good + 1, left[-1])] if good >= 0 else left[:-1]
    size = sum(map(len, lines))
    while spare and (len(left) > MOST_LOOKS or size > MOST_BYTES):
        oldest = spare.pop(0)
        left.remove(oldest)
        size -= len(lines[oldest])
    return b"".join(lines[i] for i in left)


def read(entries: Iterable[Mapping[str, Any]]) -> tuple[PastLook, ...]:
    """The looks of a file's lines; one that does not hold what it should loses only itself."""
    looks = []
    for entry in entries:
        try:
            looks.append(_look(entry))
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
    return tuple(looks)


def earlier_form(saved: Mapping[str, Any]) -> PastLook:
    """The last good look as it was kept before there was a history. Raises KeyError and the like where it is none."""
    settings = _words(saved["settings"])
    account = {str(name): settings.pop(name) for name in ("access", "sending") if name in settings}
    at = _aware(saved["at"])
    records = {str(name): _values(values) for name, values in saved["records"].items()}
    return PastLook(at, at, Verdict.READY, _values(saved["servers"]), records, settings, account)


def _look(entry: Mapping[str, Any]) -> PastLook:
    return PastLook(
        first=_aware(entry["first"]),
        last=_aware(entry["last"]),
        verdict=Verdict(entry["verdict"]),
        servers=_values(entry["servers"]),
        records={str(name): _values(values) for name, values in entry["records"].items()},
        settings=_words(entry["settings"]),
        account=_words(entry["account"]),
        findings=_values(entry["findings"]) if entry.get("findings") is not None else None,
    )


def _as_json(look: PastLook) -> dict[str, Any]:
    return {
        "first": look.first.isoformat(),
        "last": look.last.isoformat(),
        "verdict": look.verdict.value,
        "servers": look.servers,
        "records": dict(look.records),
        "settings": dict(look.settings),
        "account": dict(look.account),
        "findings": look.findings,
    }


def _aware(text: str) -> datetime:
    """A time with its zone; one without could be compared with nothing."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _values(values: Sequence[object]) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(values)
    return tuple(short(str(value)) for value in values)


def _words(values: Mapping[str, object]) -> dict[str, str]:
    return {str(name): str(value) for name, value in values.items()}
