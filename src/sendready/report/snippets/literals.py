r"""Texts as string literals of a language: only printable ASCII is left as it is, and nothing ends the literal early.

What a literal may hold: Python and Ruby language references, JLS 3.3 and 3.10.7, C# specification 6.4.5.6, PHP manual
(strings, double quoted), POSIX shell 2.2.2. Java reads `\u` before it reads literals, so there only what is no ASCII
is written so.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable


def python(text: str) -> str:
    """A literal in double quotes."""
    return _quoted(text, '"\\', lambda code: f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def java(text: str) -> str:
    """A literal in double quotes."""
    return _quoted(text, '"\\', lambda code: f"\\{code:03o}" if code < 0x80 else _utf_16(code))


def dotnet(text: str) -> str:
    """A regular C# literal."""
    return _quoted(text, '"\\', lambda code: f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def php(text: str) -> str:
    """A literal in double quotes, in which `$` begins a variable."""
    return _quoted(text, '"\\$', lambda code: f"\\u{{{code:x}}}")


def ruby(text: str) -> str:
    """A literal in double quotes, in which `#` begins an expression."""
    return _quoted(text, '"\\#', lambda code: f"\\u{{{code:x}}}")


def shell(text: str) -> str:
    """One word of a POSIX shell."""
    return shlex.quote(text)


def request(sender: str, recipient: str, configuration_set: str) -> str:
    """The whole request as JSON, for `--cli-input-json`: no word of the user's is read by the AWS CLI's own syntax."""
    body = {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": [recipient]},
        **({"ConfigurationSetName": configuration_set} if configuration_set else {}),
        "Content": {
            "Simple": {
                "Subject": {"Data": "It works"},
                "Body": {"Text": {"Data": "Sent through Amazon SES."}},
            }
        },
    }
    return json.dumps(body, indent=2)


def _quoted(text: str, special: str, escape: Callable[[int], str]) -> str:
    """Double quotes around a text: `special` characters behind a backslash, others that are not plain as codes.

    What is no character at all, half of a surrogate pair, becomes the character that stands for such (U+FFFD).
    """
    sound = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return '"' + "".join(f"\\{c}" if c in special else c if " " <= c <= "~" else escape(ord(c)) for c in sound) + '"'


def _utf_16(code: int) -> str:
    """A character as Java writes it: one unit of UTF-16, or two."""
    units = chr(code).encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
