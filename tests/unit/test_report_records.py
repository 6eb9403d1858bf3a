"""The records as others read them: dnspython reads the zone file, and reads back what was meant."""

from __future__ import annotations

import json

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.zone
import pytest
from builders import DMARC, DOMAIN, KEYS, LOST, NOWHERE, TARGETS, held, looked, policy
from hypothesis import given
from hypothesis import strategies as st

from sendready.model.answers import Answers
from sendready.model.records import RecordType, WantedRecord, master_form, quoted
from sendready.model.step import Step
from sendready.report.lines import paint
from sendready.report.records import records_document, table_lines, wanted_lines, zone_file


def read_back(text: str) -> tuple[bytes, ...]:
    rr = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.TXT, text)
    strings: tuple[bytes, ...] = rr.strings  # type: ignore[attr-defined]
    return strings


@given(st.text())
def test_quoted_text_is_read_back_byte_for_byte(text: str) -> None:
    strings = read_back(quoted(text))

    assert b"".join(strings) == text.encode()
    assert all(len(string) <= 255 for string in strings)
    assert quoted(text).isascii()
    assert quoted(text).isprintable()


@pytest.mark.parametrize(("length", "strings"), [(0, 1), (1, 1), (255, 1), (256, 2), (510, 2), (511, 3)])
def test_long_text_is_cut_into_strings_of_255_bytes(length: int, strings: int) -> None:
    assert len(read_back(quoted("x" * length))) == strings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DMARC1; p=none", '"v=DMARC1; p=none"'),
        ('say "hi" \\ there', r'"say \"hi\" \\ there"'),
        ("é", r'"\195\169"'),
        ("a\nb", r'"a\010b"'),
    ],
)
def test_what_is_not_plain_is_escaped_as_master_files_want_it(text: str, expected: str) -> None:
    assert quoted(text) == expected


def zone_of(text: str) -> dns.zone.Zone:
    return dns.zone.from_text(text, origin=DOMAIN, relativize=False, check_origin=False)


def test_the_zone_file_holds_every_record_just_as_it_is_wanted() -> None:
    seen = looked(answers=Answers(), dmarc=policy('v=DMARC1; p=none; rua="x"' + "y" * 300))

    zone = zone_of(zone_file(seen))

    for record in seen.records:
        rdataset = zone.find_rdataset(dns.name.from_text(record.wanted.name), record.wanted.type.value)
        assert rdataset.ttl == record.wanted.ttl
        (rr,) = rdataset
        match record.wanted.type:
            case RecordType.TXT:
                assert b"".join(rr.strings).decode() == record.wanted.value
            case RecordType.MX:
                assert f"{rr.preference} {rr.exchange}" == f"{record.wanted.value}."
            case _:
                assert str(rr.target) == f"{record.wanted.value}."
    assert sum(len(rdataset) for _, rdataset in zone.iterate_rdatasets()) == len(seen.records) == 6


def test_names_in_the_zone_file_are_absolute_so_that_no_host_appends_the_domain() -> None:
    for row in zone_file(looked()).splitlines():
        if not row.startswith(";"):
            name, ttl, _, rtype, value = row.split("\t")
            assert name.endswith(".")
            assert ttl.isdigit()
            assert rtype == "TXT" or value.endswith(".")


def test_a_zone_file_without_records_is_a_comment() -> None:
    seen = looked(
        missing=True, answers=Answers(mail_from="none"), dmarc=policy("v=DMARC1; p=none", found_at="_dmarc.com")
    )

    assert zone_file(seen) == "; example.com: records for Amazon SES in eu-west-1\n"


@given(st.text(min_size=1))
def test_no_value_breaks_out_of_its_line(value: str) -> None:
    record = WantedRecord("x.example.com", RecordType.TXT, value, "p", Step.DMARC)

    assert "\n" not in master_form(record)
    assert zone_of(f"x.example.com. 300 IN TXT {master_form(record)}\n")


def test_the_table_shows_state_name_and_value_whole_and_what_a_form_wants() -> None:
    seen = looked(dns={KEYS[0]: NOWHERE, KEYS[1]: ("old.example.net",), KEYS[2]: LOST})

    text = paint(table_lines(seen), colour=False)

    assert "○ missing  CNAME  DKIM key 1 of 3" in text
    assert "✗ wrong  CNAME  DKIM key 2 of 3" in text
    assert "  is     old.example.net" in text
    assert "? unknown  CNAME  DKIM key 3 of 3" in text
    assert f"  name   {KEYS[0].name}\n  value  {TARGETS[0]}\n" in text
    assert "  host   _dmarc   in zone example.com" in text
    assert "  value  feedback-smtp.eu-west-1.amazonses.com\n  prio   10\n" in text


def test_records_to_be_added_by_hand_are_shown_whole() -> None:
    text = paint(wanted_lines([record.wanted for record in looked().records]), colour=False)

    assert f"  CNAME {KEYS[0].name}\n        {TARGETS[0]}\n" in text
    assert "        feedback-smtp.eu-west-1.amazonses.com   priority 10\n" in text


def test_the_document_is_json_with_what_each_server_said() -> None:
    seen = looked(ses=held(), dns={DMARC: [("v=DMARC1; p=none",), LOST]})

    document = json.loads(json.dumps(records_document(seen)))

    assert (document["schema"], document["domain"], document["zone"]) == ("sendready.records/1", DOMAIN, DOMAIN)
    last = document["records"][-1]
    assert (last["name"], last["type"], last["state"]) == ("_dmarc.example.com", "TXT", "live")
    assert [server["outcome"] for server in last["servers"]] == ["ANSWER", "TIMEOUT"]
    assert [server["state"] for server in last["servers"]] == ["live", "unknown"]
