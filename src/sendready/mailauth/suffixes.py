"""Whether a name is a public suffix: looked up in the text of the list, which takes a millisecond and no index."""

from __future__ import annotations

from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path

_END = b"===END ICANN DOMAINS==="
"""Below it stand suffixes of companies, such as github.io: whoever owns one of those can verify it."""


@cache
def _rules() -> bytes:
    """The registries' part of the list as `publicsuffixlist` brings it; empty where that cannot be found."""
    spec = PathFinder.find_spec("publicsuffixlist")
    if spec is None or spec.origin is None:
        return b""
    try:
        text = (Path(spec.origin).parent / "public_suffix_list.dat").read_bytes()
    except OSError:
        return b""
    return text.partition(_END)[0]


def is_public_suffix(name: str) -> bool:
    """Whether domains of others are registered right below a name, given in lower case (publicsuffix.org/list)."""

    def ruled(rule: str) -> bool:
        return f"\n{rule}\n".encode(errors="replace") in _rules()

    above = name.partition(".")[2]
    return not ruled(f"!{name}") and (ruled(name) or (bool(above) and ruled(f"*.{above}")))
