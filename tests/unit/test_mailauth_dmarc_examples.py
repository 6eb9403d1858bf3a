"""DMARC's own examples (RFC 9989, appendix B), organisational domains, older receivers, and where reports may go."""

from __future__ import annotations

import asyncio

import pytest
from zones import Zone, answering

from sendready.mailauth.dmarc import destinations, discover, organizational, parse
from sendready.mailauth.dmarc.older import older_reading, registrable, same_organisation
from sendready.mailauth.dmarc.reports import can_receive
from sendready.mailauth.lookup import Status
from sendready.model.dmarc import DmarcDiscovery, DmarcRecord


def zone(**records: str) -> Zone:
    """Records by the domain they stand for, with `_` for a dot."""
    return {(f"_dmarc.{name.replace('_', '.')}", "TXT"): [text] for name, text in records.items()}


def found_for(domain: str, **records: str) -> DmarcDiscovery:
    return asyncio.run(discover(domain, answering(zone(**records))))


def read(text: str) -> DmarcRecord:
    record = parse([text.encode()])
    assert record is not None
    return record


def organisation(domain: str, **records: str) -> str:
    return organizational(domain, {name.replace("_", "."): read(text) for name, text in records.items()})


# B.2: a domain owner's records, from reports only to a policy that is tried out


@pytest.mark.parametrize(
    ("text", "policy", "below", "reports"),
    [
        ("v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com", "none", "none", 1),
        (
            "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; ruf=mailto:auth-reports@example.com",
            "none",
            "none",
            2,
        ),
        (
            "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; ruf=mailto:auth-reports@thirdparty.example.net",
            "none",
            "none",
            2,
        ),
        (
            "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,mailto:tld-test@thirdparty.example.net; t=y",
            "none",
            "none",
            2,
        ),
        ("v=DMARC1; p=none; sp=reject; np=reject", "none", "reject", 0),
    ],
)
def test_appendix_b_2_a_domain_owner_s_records(text: str, policy: str, below: str, reports: int) -> None:
    record = read(text)

    assert record.problems == ()
    assert found_for("example.com", example_com=text).policy == policy
    assert found_for("mail.example.com", example_com=text).policy == below
    assert len(asyncio.run(destinations(record, "example.com", answering({})))) == reports


# B.1 and B.3: which domains belong together


@pytest.mark.parametrize(
    ("author", "other", "together"),
    [
        ("example.com", "example.com", True),
        ("example.com", "child.example.com", True),
        ("example.com", "example.net", False),
    ],
)
def test_appendix_b_1_relaxed_alignment_is_one_organisational_domain(author: str, other: str, together: bool) -> None:
    records = {"example_com": "v=DMARC1; p=none"}

    assert (organisation(author, **records) == organisation(other, **records)) is together


def test_appendix_b_3_the_highest_record_is_the_organisation_s() -> None:
    records = {"example_com": "v=DMARC1; p=none", "signing_example_com": "v=DMARC1; p=reject"}

    assert organisation("example.com", **records) == "example.com"
    assert organisation("signing.example.com", **records) == "example.com"


def test_appendix_b_3_a_deep_name_reaches_the_same_organisation() -> None:
    assert organisation("a.b.c.d.e.f.g.h.i.j.k.example.com", example_com="v=DMARC1; p=none") == "example.com"


def test_appendix_b_3_below_a_public_suffix_each_name_is_its_own_organisation() -> None:
    records = {
        "giant_bank_example": "v=DMARC1; p=reject",
        "mega_bank_example": "v=DMARC1; p=reject",
        "bank_example": "v=DMARC1; p=reject; psd=y",
    }

    assert organisation("giant.bank.example", **records) == "giant.bank.example"
    assert organisation("mail.giant.bank.example", **records) == "giant.bank.example"
    assert organisation("mail.mega.bank.example", **records) == "mega.bank.example"


@pytest.mark.parametrize(
    ("domain", "record_at", "psd", "expected"),
    [
        ("a.mail.example.com", "mail_example_com", "n", "mail.example.com"),
        ("bounce.example.com", "example_com", "y", "bounce.example.com"),
        ("example.com", "example_com", "y", "example.com"),
        ("a.b.c.d.e.f.g.h.i.co.example", "co_example", "y", "i.co.example"),
    ],
)
def test_psd_moves_the_organisation(domain: str, record_at: str, psd: str, expected: str) -> None:
    assert organisation(domain, **{record_at: f"v=DMARC1; p=none; psd={psd}"}) == expected


# Older receivers (RFC 7489, section 6.6.3)


def test_older_receivers_go_by_the_public_suffix_list() -> None:
    found = found_for("a.shop.co.uk", co_uk="v=DMARC1; p=reject", shop_co_uk="v=DMARC1; p=quarantine; sp=none")

    assert (found.found_at, found.policy) == ("_dmarc.co.uk", "reject")
    assert older_reading(found) == ("_dmarc.shop.co.uk", "none")


def test_both_read_a_domain_s_own_record_alike() -> None:
    found = found_for("shop.example.com", shop_example_com="v=DMARC1; p=quarantine", example_com="v=DMARC1; p=none")

    assert older_reading(found) == (found.found_at, found.policy) == ("_dmarc.shop.example.com", "quarantine")


def test_a_record_without_p_is_none_to_older_receivers() -> None:
    found = found_for("example.com", example_com="v=DMARC1; rua=mailto:a@example.com")

    assert found.policy == "none"
    assert older_reading(found) == ("_dmarc.example.com", None)
    assert older_reading(found_for("example.com")) == (None, None)


def test_the_list_knows_suffixes_of_two_labels() -> None:
    assert registrable("a.b.co.uk") == "b.co.uk"
    assert registrable("co.uk") == "co.uk"
    assert same_organisation("a.example.com", "b.example.com")
    assert not same_organisation("a.co.uk", "b.co.uk")
    assert not same_organisation("example.com", "example.net")


# Where reports may go (RFC 9990, section 4)

MX: Zone = {("r.example", "MX"): ["10 mx.r.example"], ("example.com", "MX"): ["10 mx.example.com"]}


def sent(rua: str, more: Zone, domain: str = "example.com") -> tuple[bool | None, bool | None, str]:
    record = read(f"v=DMARC1; p=none; rua={rua}")
    (one,) = asyncio.run(destinations(record, domain, answering({**MX, **more})))
    return one.agrees, one.receives, one.asked


@pytest.mark.parametrize(
    ("texts", "agrees"),
    [
        (["v=DMARC1;"], True),
        (["v=DMARC1"], True),
        (["v=DMARC1; rua=mailto:x@r.example", "other"], True),
        (["v=DMARC1;", "v=DMARC1;"], True),
        (["other"], False),
        ([], False),
        (Status.NXDOMAIN, False),
        (Status.TIMEOUT, None),
        (Status.SERVFAIL, None),
    ],
)
def test_a_foreign_domain_must_agree_to_get_reports(texts: list[str] | Status, agrees: bool | None) -> None:
    name = "example.com._report._dmarc.r.example"

    assert sent("mailto:dmarc@R.example", {(name, "TXT"): texts}) == (agrees, True, name)


@pytest.mark.parametrize(
    ("domain", "address"),
    [
        ("example.com", "a@example.com"),
        ("example.com", "a@mail.example.com"),
        ("mail.example.com", "a@example.com"),
        ("mail.example.com", "a@reports.example.com"),
        ("mail.shop.co.uk", "a@reports.shop.co.uk"),
    ],
)
def test_within_one_organisation_nobody_is_asked(domain: str, address: str) -> None:
    assert sent(f"mailto:{address}", {}, domain)[::2] == (True, "")


def test_two_organisations_below_one_suffix_are_two() -> None:
    assert sent("mailto:a@other.co.uk", {}, "shop.co.uk")[2] == "shop.co.uk._report._dmarc.other.co.uk"


@pytest.mark.parametrize(
    ("records", "receives"),
    [
        ({("h.example", "MX"): ["10 mx.h.example"]}, True),
        ({("h.example", "MX"): ["0 "]}, False),
        ({("h.example", "MX"): ["10 feedback-smtp.eu-west-1.amazonses.com"]}, False),
        ({("h.example", "A"): ["192.0.2.1"]}, True),
        ({("h.example", "AAAA"): ["2001:db8::1"]}, True),
        ({("h.example", "TXT"): ["x"]}, False),
        ({}, False),
        ({("h.example", "MX"): Status.TIMEOUT}, None),
        ({("h.example", "TXT"): ["x"], ("h.example", "A"): Status.TIMEOUT}, None),
    ],
)
async def test_whether_a_domain_can_receive_mail(records: Zone, receives: bool | None) -> None:
    assert await can_receive("h.example", answering(records)) is receives


def test_no_more_than_four_addresses_are_looked_into() -> None:
    asked: list[tuple[str, str]] = []
    record = read("v=DMARC1; p=none; rua=" + ",".join(f"mailto:a@h{number}.example" for number in range(30)))

    assert len(asyncio.run(destinations(record, "example.com", answering({}, asked)))) == 4
    assert len(asked) == 8
