"""Reading the TSIG key: from variables and files, and never a word of the secret in an error."""

from __future__ import annotations

from pathlib import Path

import dns.tsig
import pytest

from sendready.model.errors import BadInput
from sendready.world.publish.tsig import KeyOptions, read_key

SENTINEL = "c2VudGluZWwtc2VjcmV0LTAwMDAwMDE="
NOT_BASE64 = "sentinel*secret"


def test_nobody_names_a_key() -> None:
    assert read_key(KeyOptions(), {}) is None


def test_the_variables_are_read_and_an_option_wins() -> None:
    environment = {
        "RFC2136_TSIG_KEY": "theirs",
        "RFC2136_TSIG_SECRET": SENTINEL,
        "RFC2136_TSIG_ALGORITHM": "HMAC-SHA512.",
    }

    key = read_key(KeyOptions("ours"), environment)

    assert key is not None
    assert key.name.to_text() == "ours."
    assert key.algorithm == dns.tsig.HMAC_SHA512
    assert key.secret == b"sentinel-secret-0000001"


@pytest.mark.parametrize(
    "text",
    [
        'key "k.example" { algorithm hmac-sha384; secret "%s"; };',
        "key k.example {\n  algorithm hmac-sha384;\n  secret %s;\n};",
        "# hmac-sha384:other:AAAA\nkey:\n- id: k.example\n  algorithm: hmac-sha384\n  secret: %s\n",
        "key:\n  - id: k.example.\n    algorithm: hmac-sha384\n    secret: %s\n",
    ],
)
def test_files_of_bind_and_knot_are_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text % SENTINEL)

    key = read_key(KeyOptions(file=str(file)), {})

    assert key is not None
    assert (key.name.to_text(), key.algorithm) == ("k.example.", dns.tsig.HMAC_SHA384)
    assert key.secret == b"sentinel-secret-0000001"


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        (KeyOptions("k"), {}, "the secret of the TSIG key `k` is missing"),
        (KeyOptions(), {"RFC2136_TSIG_SECRET": SENTINEL}, "the key has no name"),
        (KeyOptions("k"), {"RFC2136_TSIG_SECRET": NOT_BASE64}, "is not base64"),
        (KeyOptions("k", "rot13"), {"RFC2136_TSIG_SECRET": SENTINEL}, "`rot13` is no TSIG algorithm"),
        (KeyOptions("k" * 70), {"RFC2136_TSIG_SECRET": SENTINEL}, "cannot be the name"),
        (KeyOptions("k", file="/nonexistent/key"), {}, "cannot be read: no such file"),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_no_secret_is(
    options: KeyOptions, environment: dict[str, str], said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read_key(options, environment)

    assert said in caught.value.message
    for word in (SENTINEL, NOT_BASE64):
        assert word not in f"{caught.value.message} {caught.value.hint} {caught.value.__cause__!r}"


def test_a_secret_that_is_missing_comes_with_the_line_that_sets_it() -> None:
    with pytest.raises(BadInput) as caught:
        read_key(KeyOptions("k"), {})

    assert caught.value.hint is not None
    assert "export RFC2136_TSIG_SECRET=" in caught.value.hint
