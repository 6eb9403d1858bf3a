"""DKIM keys made for tests: their form is right and nobody holds the other half."""

from __future__ import annotations

import base64


def der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def rsa(bits: int, *, bare: bool = False) -> str:
    """A public key whose modulus has so many bits."""
    modulus = b"\0" + (1 << (bits - 1) | 1).to_bytes(bits // 8, "big")
    key = der(0x30, der(0x02, modulus) + der(0x02, b"\x01\x00\x01"))
    algorithm = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010101")) + der(0x05, b""))
    return base64.b64encode(key if bare else der(0x30, algorithm + der(0x03, b"\0" + key))).decode()


KEY_1024, KEY_2048 = rsa(1024), rsa(2048)
