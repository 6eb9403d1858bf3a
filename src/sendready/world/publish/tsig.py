"""The key that dynamic updates are signed with; its secret comes from the environment or a file, never an option."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import dns.exception
import dns.name
import dns.tsig

from sendready.model.errors import BadInput

SECRET = "RFC2136_TSIG_SECRET"  # noqa: S105  the name of a variable
"""The variable that holds the secret, in base64."""

DEFAULT_ALGORITHM = "hmac-sha256"
_ALGORITHMS = ("hmac-md5", "hmac-sha1", "hmac-sha224", DEFAULT_ALGORITHM, "hmac-sha384", "hmac-sha512")


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """What the user said about the key; the variables are the ones other ACME and DNS tools read."""

    name: str | None = None
    algorithm: str | None = None
    file: str | None = None

    def over(self, environment: Mapping[str, str]) -> KeyOptions:
        """The same, filled from `RFC2136_TSIG_KEY`, `RFC2136_TSIG_ALGORITHM` and `RFC2136_TSIG_FILE`."""
        return KeyOptions(
            self.name or environment.get("RFC2136_TSIG_KEY"),
            self.algorithm or environment.get("RFC2136_TSIG_ALGORITHM"),
            self.file or environment.get("RFC2136_TSIG_FILE"),
        )


def read_key(options: KeyOptions, environment: Mapping[str, str]) -> dns.tsig.Key | None:
    """The key to sign with; None where nobody named one, for servers that know their friends by address.

    Raises:
        BadInput: a part is missing or cannot be read. No message holds a secret, nor a piece of one.
    """
    options = options.over(environment)
    name, algorithm, secret = options.name, options.algorithm, environment.get(SECRET)
    if options.file:
        in_file = _from_file(Path(options.file).expanduser())
        name, algorithm, secret = name or in_file["name"], algorithm or in_file["algorithm"], in_file["secret"]
    if not name and not secret:
        return None
    if not name:
        raise BadInput(f"{SECRET} is set and the key has no name", "Pass `--tsig-key NAME`, or set RFC2136_TSIG_KEY")
    if not secret:
        raise BadInput(
            f"the secret of the TSIG key `{name}` is missing",
            f"export {SECRET}=…  (base64), or pass `--tsig-file FILE` with the file that tsig-keygen wrote",
        )
    return _key(name, algorithm or DEFAULT_ALGORITHM, secret)


def _key(name: str, algorithm: str, secret: str) -> dns.tsig.Key:
    chosen = algorithm.strip().lower().rstrip(".")
    if chosen not in _ALGORITHMS:
        raise BadInput(f"`{algorithm}` is no TSIG algorithm", f"One of {', '.join(_ALGORITHMS)}")
    known = dns.tsig.HMAC_MD5 if chosen == "hmac-md5" else dns.name.from_text(chosen)
    try:
        raw = binascii.a2b_base64("".join(secret.split()), strict_mode=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw:
        raise BadInput(f"the secret of the TSIG key `{name}` is not base64") from None
    try:
        return dns.tsig.Key(dns.name.from_text(name), raw, known)
    except dns.exception.DNSException:
        raise BadInput(f"`{name}` cannot be the name of a TSIG key") from None


_NAME = re.compile(r"\bkey\s+\"?([^\s\"{]+)\"?\s*\{|^\s*-\s*id:\s*\"?([^\s\"]+)", re.MULTILINE)
_ALGORITHM = re.compile(r"\balgorithm\s*:?\s*\"?([\w.-]+)")
_SECRET = re.compile(r"\bsecret\s*:?\s*\"?([A-Za-z0-9+/=]+)")


def _from_file(path: Path) -> dict[str, str | None]:
    """A key as `tsig-keygen` (BIND) or `keymgr -t` (Knot) writes it, or the secret alone."""
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:  # the latter for what is no text, or no path
        reason = getattr(error, "strerror", None) or "it is not text"
        raise BadInput(f"the TSIG key file {path} cannot be read: {reason.lower()}") from None
    plain = re.sub(r"^\s*(#|//).*$", "", text, flags=re.MULTILINE)
    name, algorithm, secret = (pattern.search(plain) for pattern in (_NAME, _ALGORITHM, _SECRET))
    if secret is None:
        alone = plain.split()
        return {"name": None, "algorithm": None, "secret": alone[0] if len(alone) == 1 else None}
    return {
        "name": next(filter(None, name.groups())) if name else None,
        "algorithm": algorithm.group(1) if algorithm else None,
        "secret": secret.group(1),
    }
