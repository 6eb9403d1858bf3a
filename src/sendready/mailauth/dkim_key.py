"""DKIM key records: the key's kind and length, whether it is withdrawn, and every fault (RFC 6376, RFC 8463)."""

from __future__ import annotations

import base64
import binascii
import re

from sendready.model.dkim_key import DkimKey, KeyFault
from sendready.model.problem import Problem

_PART = re.compile(r"[^;]+")
_KINDS = ("rsa", "ed25519")
_SEQUENCE, _INTEGER, _BIT_STRING = 0x30, 0x02, 0x03
_ED25519_BYTES = 32


def is_meant(text: str) -> bool:
    """Whether a TXT record is, or was meant as, a key: it has a `p` tag, or says that it is DKIM."""
    return re.search(r"(?:^|;)\s*p\s*=|v\s*=\s*DKIM1", text, re.IGNORECASE) is not None


def parse(text: str) -> DkimKey:
    """Reads the text of a TXT record, its strings joined. Raises nothing, whatever it holds."""
    tags: list[tuple[str, str]] = []
    places: dict[str, tuple[int, str]] = {}
    problems: list[Problem[KeyFault]] = []

    def problem(fault: KeyFault, at: int, part: str, why: str) -> None:
        problems.append(Problem(fault, at, part, why))

    for found in _PART.finditer(text):
        part = found.group().strip()
        at = found.start() + len(found.group()) - len(found.group().lstrip())
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not part:
            continue
        if not equals or not re.fullmatch(r"[a-z][a-z0-9_]*", name, re.IGNORECASE | re.ASCII):
            problem(
                KeyFault.NOT_A_TAG, at, part, f"`{part[:40]}` is not a tag; tags are `name=value`, with `;` between"
            )
            continue
        if name in places:
            problem(KeyFault.DUPLICATE, at, part, f"`{name}` stands twice")
        places.setdefault(name, (at, part))
        tags.append((name, value))
        if name == "v" and (value != "DKIM1" or len(tags) > 1):
            problem(KeyFault.VERSION, at, part, "`v=DKIM1` has to come first, in this form, or not at all")
    values = dict(reversed(tags))
    kind = values.get("k", "rsa").lower()
    if kind not in _KINDS:
        problem(KeyFault.KIND, *places["k"], f"`k={values['k']}` is no kind of key that receivers know")
    services = [service.strip().lower() for service in values.get("s", "*").split(":")]
    if not {"*", "email"} & set(services):
        problem(KeyFault.NOT_FOR_MAIL, *places["s"], f"`s={values['s']}`: the key is not for e-mail")
    if "p" not in values:
        problem(KeyFault.KEY_MISSING, len(text), "", "there is no `p`, so there is no key")
        return DkimKey(text, tuple(tags), kind, None, problems=tuple(problems))
    packed = re.sub(r"\s", "", values["p"])
    bits = _bits(kind, packed) if packed else None
    if packed and bits is None and kind in _KINDS:
        problem(KeyFault.KEY_INVALID, *places["p"], f"`p` holds no {kind} key; a part of it may be missing")
    return DkimKey(text, tuple(tags), kind, bits, revoked=not packed, problems=tuple(problems))


def _bits(kind: str, packed: str) -> int | None:
    """Length of the key in bits; None where it is none of its kind."""
    try:
        raw = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        return None
    if kind == "ed25519":
        return 256 if len(raw) == _ED25519_BYTES else None
    try:
        return _modulus_bits(raw)
    except (IndexError, ValueError):
        return None


def _modulus_bits(raw: bytes) -> int:
    """Bits of the RSA modulus in a SubjectPublicKeyInfo, or in the bare RSAPublicKey that some publish (RFC 8017)."""
    fields = _fields(_content(raw, _SEQUENCE))
    if fields[0][0] == _SEQUENCE:
        (tag, packed) = fields[1]
        if tag != _BIT_STRING or packed[:1] != b"\0":
            raise ValueError("no key in it")
        fields = _fields(_content(packed[1:], _SEQUENCE))
    tag, modulus = fields[0]
    if tag != _INTEGER or fields[1][0] != _INTEGER:
        raise ValueError("no RSA key")
    return int.from_bytes(modulus, "big").bit_length()


def _content(raw: bytes, tag: int) -> bytes:
    (found, content), *rest = _fields(raw)
    if found != tag or rest:
        raise ValueError("another thing than expected")
    return content


def _fields(raw: bytes) -> list[tuple[int, bytes]]:
    """The values in a piece of DER, each with its tag. Raises IndexError or ValueError where it is cut short."""
    found = []
    while raw:
        tag, length, start = raw[0], raw[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(raw[2:start], "big")
        if len(raw) < start + length:
            raise ValueError("cut short")
        found.append((tag, raw[start : start + length]))
        raw = raw[start + length :]
    if not found:
        raise ValueError("nothing in it")
    return found
