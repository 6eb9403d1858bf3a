"""What is wrong in a DMARC record: which fault, and at which character (RFC 9989, sections 4.7 and 4.8)."""

from __future__ import annotations

import pytest

from sendready.mailauth.dmarc import addresses, parse
from sendready.mailauth.dmarc.parse import address_of, meant_tag
from sendready.model.dmarc import DmarcFault, DmarcRecord


def read(text: str) -> DmarcRecord:
    record = parse([text.encode()])
    assert record is not None
    return record


@pytest.mark.parametrize(
    ("text", "fault", "part"),
    [
        ("v=DMARC1; p=none, rua=mailto:a@b.example", DmarcFault.SEPARATOR, ", rua="),
        ("v=DMARC1; p=none rua=mailto:a@b.example", DmarcFault.SEPARATOR, " rua="),
        ("v=DMARC1; p=none: sp=reject", DmarcFault.SEPARATOR, ": sp="),
        ("v=DMARC1; p=none; rua:mailto:a@b.example", DmarcFault.SEPARATOR, "rua:"),
        ("v=DMARC1; p=none; rua=mailto:a@b.example pct=50", DmarcFault.SEPARATOR, " pct="),
        ("v=DMARC1; sp=none", DmarcFault.POLICY_MISSING, ""),
        ("v=DMARC1; p=monitor", DmarcFault.POLICY_INVALID, "p=monitor"),
        ("v=DMARC1; p=none; np=of", DmarcFault.POLICY_INVALID, "np=of"),
        ("v=DMARC1; p=none; adkim=strict", DmarcFault.VALUE_INVALID, "adkim="),
        ("v=DMARC1; p=none; t=yes", DmarcFault.VALUE_INVALID, "t=yes"),
        ("v=DMARC1; p=none; p=none", DmarcFault.DUPLICATE, "p=none"),
        ("v=DMARC1; p=none; rf=afrf", DmarcFault.REMOVED, "rf="),
        ("v=DMARC1; p=reject; pct=100", DmarcFault.REMOVED, "pct="),
        ("v=DMARC1; p=reject; pct=5", DmarcFault.PCT, "pct="),
        ("v=DMARC1; p=none; rau=mailto:a@b.example", DmarcFault.UNKNOWN_TAG, "rau="),
        ("v=DMARC1; rua=mailto:a@b.example; p=none", DmarcFault.POLICY_NOT_SECOND, "p=none"),
        ("v=DMARC1; p=none; rua=a@b.example", DmarcFault.URI, "a@b"),
        ("v=DMARC1; p=none; rua=mail:a@b.example", DmarcFault.URI, "mail:"),
        ("v=DMARC1; p=none; rua=mailto: a@b.example", DmarcFault.URI, "mailto:"),
        ("v=DMARC1; p=none; rua=", DmarcFault.URI, ""),
        ("v=DMARC1; p=none; rua=mailto:a@b.example,c@d.example", DmarcFault.URI, "c@d"),
        ("v=DMARC1; p=none; rua=mailto:a!b@c.example", DmarcFault.URI_CHARACTER, "mailto:"),
        ("v=DMARC1; p=none; rua=mailto:a,b@c.example", DmarcFault.URI_CHARACTER, "mailto:"),
        ("v=DMARC1; p=none; rua=mailto:a@b.example!10m", DmarcFault.SIZE, "mailto:"),
        ("v=DMARC1; p=none; ruf=mailto:a@b.example; fo=0:1", DmarcFault.FO, "fo="),
        ("v=DMARC1; p=none; fo=1", DmarcFault.FO_UNUSED, "fo="),
        ("v=DMARC1; p=none; ruf=mailto:a@b.example; fo=all", DmarcFault.VALUE_INVALID, "fo="),
    ],
)
def test_a_fault_is_told_apart_and_found_where_it_is(text: str, fault: DmarcFault, part: str) -> None:
    (problem,) = read(text).faults(fault)

    assert text[problem.at :].lstrip(" ,:").startswith(part.lstrip(" ,:"))
    assert problem.text


@pytest.mark.parametrize(
    "text",
    [
        "v=DMARC1; p=none;; rua=mailto:a@b.example ;",
        "v=DMARC1; p=reject; sp=none; np=reject; adkim=s; aspf=R; t=n; psd=u",
        "v=DMARC1;p=none;rua=mailto:a%2Cb@c.example?subject=x,mailto:d@e.example;ruf=mailto:f@g.example;fo=1:d:s",
    ],
)
def test_what_the_grammar_allows_is_no_fault(text: str) -> None:
    assert read(text).problems == ()


def test_every_fault_is_kept() -> None:
    faults = [problem.fault for problem in read("v=DMARC1; rua=a@b.c; p=rejct; pct=20; x=1; fo=0").problems]

    assert faults == [
        DmarcFault.URI,
        DmarcFault.POLICY_NOT_SECOND,
        DmarcFault.POLICY_INVALID,
        DmarcFault.PCT,
        DmarcFault.UNKNOWN_TAG,
        DmarcFault.FO_UNUSED,
    ]


def test_addresses_are_those_that_reports_can_be_sent_to() -> None:
    record = read("v=DMARC1; p=none; rua=mailto:a@b.example!10m, x@y.example,mailto:c@d.example?subject=z")

    assert addresses(record, "rua") == ["a@b.example", "c@d.example"]
    assert addresses(record, "ruf") == []
    assert address_of("https://example.com/") is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [("rau", "rua"), ("ru", "rua"), ("ruaa", "rua"), ("policy", "p"), ("adkm", "adkim"), ("x", None)],
)
def test_a_tag_that_does_not_exist_may_be_one_mistyped(written: str, meant: str | None) -> None:
    assert meant_tag(written) == meant
