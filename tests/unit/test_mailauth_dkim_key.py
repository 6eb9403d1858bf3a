"""DKIM key records: how long the key is, whether it is withdrawn, and what receivers refuse (RFC 6376, 3.6.1)."""

from __future__ import annotations

import base64

import pytest
from dkim_material import rsa
from hypothesis import given
from hypothesis import strategies as st

from sendready.mailauth.dkim_key import is_meant, parse
from sendready.model.dkim_key import KeyFault


@pytest.mark.parametrize("bits", [512, 768, 1024, 2048, 4096])
@pytest.mark.parametrize("bare", [True, False])
def test_the_length_of_an_rsa_key_is_that_of_its_modulus(bits: int, bare: bool) -> None:
    key = parse(f"v=DKIM1; k=rsa; p={rsa(bits, bare=bare)}")

    assert (key.kind, key.bits, key.usable, key.problems) == ("rsa", bits, True, ())


@pytest.mark.parametrize("front", ["", "v=DKIM1; ", "k=rsa;", "v=DKIM1; k=rsa; t=s; s=email; n=x; h=sha256; "])
def test_everything_but_the_key_may_be_left_out(front: str) -> None:
    assert parse(f"{front}p={rsa(2048)}").usable
    assert is_meant(f"{front}p={rsa(2048)}")


def test_space_within_the_key_is_ignored() -> None:
    key = rsa(1024)

    assert parse(f"p={key[:50]} \t{key[50:]};").bits == 1024


def test_an_ed25519_key_has_32_bytes() -> None:
    packed = base64.b64encode(bytes(range(32))).decode()

    assert parse(f"v=DKIM1; k=ed25519; p={packed}").bits == 256
    assert not parse(f"v=DKIM1; k=ed25519; p={packed[:20]}").usable


def test_an_empty_key_is_withdrawn_and_no_mistake() -> None:
    key = parse("v=DKIM1; k=rsa; p=")

    assert (key.revoked, key.usable, key.bits, key.problems) == (True, False, None, ())


@pytest.mark.parametrize(
    ("text", "fault", "at"),
    [
        ("", KeyFault.KEY_MISSING, 0),
        ("v=DKIM1; k=rsa", KeyFault.KEY_MISSING, 14),
        (f"v=DKIM1; p={rsa(2048)[:200]}", KeyFault.KEY_INVALID, 9),
        ("p=not base64!", KeyFault.KEY_INVALID, 0),
        ("p=AAAA", KeyFault.KEY_INVALID, 0),
        (f"k=dsa; p={rsa(1024)}", KeyFault.KIND, 0),
        (f"k=rsa; v=DKIM1; p={rsa(1024)}", KeyFault.VERSION, 7),
        (f"v=DKIM2; p={rsa(1024)}", KeyFault.VERSION, 0),
        (f"v=DKIM1 p={rsa(1024)}", KeyFault.VERSION, 0),
        (f"v=DKIM1; s=tlsrpt; p={rsa(1024)}", KeyFault.NOT_FOR_MAIL, 9),
        (f"v=DKIM1; rubbish; p={rsa(1024)}", KeyFault.NOT_A_TAG, 9),
        (f"p={rsa(1024)}; p={rsa(2048)}", KeyFault.DUPLICATE, len(rsa(1024)) + 4),
    ],
)
def test_what_receivers_refuse_is_told_with_its_place(text: str, fault: KeyFault, at: int) -> None:
    key = parse(text)

    assert (key.problems[0].fault, key.problems[0].at) == (fault, at)
    assert not key.usable


@given(st.one_of(st.text(max_size=200), st.binary(max_size=300).map(lambda raw: f"p={base64.b64encode(raw).decode()}")))
def test_nothing_makes_it_raise(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    ("text", "meant"), [("v=spf1 -all", False), ("p=", True), ("v=DKIM1; t=y", True), ("x; p=A", True)]
)
def test_a_key_is_told_from_other_texts(text: str, meant: bool) -> None:
    assert is_meant(text) is meant
