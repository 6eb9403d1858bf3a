"""Whether an EventBridge pattern lets SES's events through, as far as their source tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

SOURCE = "aws.ses"


def lets_ses_through(pattern: str) -> bool:
    """Whether events of SES can match (EventBridge user guide, "Event patterns").

    Only `source` is judged: what else a pattern wants is the user's business. A filter that is not known here counts
    as a match, and a pattern that cannot be read as none.
    """
    try:
        wanted: Any = json.loads(pattern)
    except (ValueError, RecursionError):  # the latter for brackets in brackets without end
        return False
    if not isinstance(wanted, Mapping):
        return False
    sources = wanted.get("source")
    return sources is None or (isinstance(sources, list) and any(map(_fits, sources)))


def _fits(wanted: object) -> bool:
    match wanted:
        case str():
            return wanted == SOURCE
        case {"prefix": str() as prefix}:
            return SOURCE.startswith(prefix)
        case {"suffix": str() as suffix}:
            return SOURCE.endswith(suffix)
        case {"equals-ignore-case": str() as same}:
            return same.lower() == SOURCE
        case {"anything-but": str() | list() as others}:
            return SOURCE not in ([others] if isinstance(others, str) else others)
        case {"exists": bool() as exists}:
            return exists
        case _:
            return isinstance(wanted, Mapping)
