"""Secrets are taken out of whatever text they got into; names are replaced by the same word wherever they stand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendready.report.redaction import REMOVED, Redaction

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    "text",
    [
        "the key AKIAIOSFODNN7EXAMPLE was refused",
        f"signed with {SECRET}.",
        "proxy http://user:hunter2@proxy.example:3128 refused",
        "TSIG s3cr3t-of-zone= is wrong",
    ],
)
def test_what_looks_like_a_secret_or_is_one_goes_even_where_names_stay(text: str) -> None:
    told = Redaction({"RFC2136_TSIG_SECRET": "s3cr3t-of-zone="}, names=True).text(text)

    assert REMOVED in told
    for secret in ("AKIAIOSFODNN7EXAMPLE", SECRET, "hunter2", "s3cr3t-of-zone="):
        assert secret not in told


@given(
    st.recursive(
        st.sampled_from(["k=%s", "%s", "a %s b", "https://x:%s@host/"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["%s", "key"]), inner, max_size=2),
    ),
    st.text("abcdefghijklmnopqrstuvwxyz0123456789+/=-", min_size=6, max_size=60),
)
def test_a_secret_of_the_environment_is_in_no_value_however_deep(shape: object, secret: str) -> None:
    value = json.loads(json.dumps(shape).replace("%s", f"SENTINEL{secret}"))

    told = json.dumps(Redaction({"SMTP_PASSWORD": f"SENTINEL{secret}"}).of(value))

    assert "SENTINEL" not in told


def test_the_same_is_called_the_same_and_others_keep_their_names() -> None:
    redaction = Redaction({}, ("mail.shop.example", "shop.example"))

    first = redaction.text("MX bounce.Mail.Shop.Example at ns1.host.example, arn:aws:iam::123456789012:role/app")
    second = redaction.text("ops@mail.shop.example in 123456789012 and shop.example, not workshop.example")

    assert first == "MX bounce.domain-1.example at ns1.host.example, arn:aws:iam::account-1:[name]"
    assert second == "address@domain-1.example in account-1 and domain-2.example, not workshop.example"
