"""Record data as Route 53 writes and lists it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendready.model.records import quoted
from sendready.world.aws.route53 import _unescaped, _values


def listed(rtype: str, *values: str) -> dict[str, object]:
    return {"Name": "x.example.com.", "Type": rtype, "ResourceRecords": [{"Value": value} for value in values]}


@given(st.text())
def test_what_we_write_is_what_we_read(text: str) -> None:
    assert _values(listed("TXT", quoted(text, octal=True))) == (text,)


@given(st.text())
def test_what_we_write_is_plain_and_in_strings_of_at_most_255_bytes(text: str) -> None:
    written = quoted(text, octal=True)

    assert written.isascii()
    assert written.isprintable()
    strings = re.findall(r'"((?:[^"\\]|\\[0-7]{3}|\\["\\])*)"', written)
    assert " ".join(f'"{string}"' for string in strings) == written
    assert all(len(re.sub(r"\\([0-7]{3}|.)", "x", string)) <= 255 for string in strings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DMARC1; p=none", '"v=DMARC1; p=none"'),
        ('a "b" \\c', r'"a \"b\" \\c"'),
        ("é", r'"\303\251"'),
        ("a\tb", r'"a\011b"'),
        ("", '""'),
        ("x" * 256, f'"{"x" * 255}" "x"'),
    ],
)
def test_what_is_not_plain_is_escaped_in_octal(text: str, expected: str) -> None:
    assert quoted(text, octal=True) == expected


@pytest.mark.parametrize(
    ("record_set", "expected"),
    [
        (listed("TXT", '"v=spf1 -all"', '"other"'), ("v=spf1 -all", "other")),
        (listed("TXT", '"v=DMARC1; " "p=none"'), ("v=DMARC1; p=none",)),
        (listed("TXT", '"v=DMARC1;""p=none"'), ("v=DMARC1;p=none",)),
        (listed("TXT", r'"\303\251\042"'), ('é"',)),
        (listed("TXT", r'"\377"'), (r"\xff",)),
        (listed("TXT", '""'), ("",)),
        (listed("MX", "10 Feedback-SMTP.eu-west-1.amazonses.com."), ("10 feedback-smtp.eu-west-1.amazonses.com",)),
        (listed("MX", "10  mx.example.com", "20 b.example."), ("10 mx.example.com", "20 b.example")),
        (listed("CNAME", "Tok.DKIM.amazonses.com."), ("tok.dkim.amazonses.com",)),
        (listed("A", "192.0.2.1"), ("192.0.2.1",)),
        (
            {"Type": "A", "AliasTarget": {"DNSName": "D123.cloudfront.net.", "HostedZoneId": "Z"}},
            ("ALIAS d123.cloudfront.net",),
        ),
        ({"Type": "A"}, ()),
    ],
)
def test_listed_values_come_in_our_form(record_set: dict[str, object], expected: tuple[str, ...]) -> None:
    assert _values(record_set) == expected


def test_names_are_unescaped() -> None:
    assert _unescaped("\\052.Example.com.") == "*.example.com"
    assert _unescaped("_dmarc.example.com.") == "_dmarc.example.com"
