"""Where records land that were entered wrongly: asked for by name, and taken for the user's only where they are."""

from __future__ import annotations

import pytest
from builders import BOUNCE, DOMAIN, KEYS, TARGETS, looked, policy
from hypothesis import given
from hypothesis import strategies as st

from sendready.model.names import LONGEST_NAME
from sendready.model.observation import Slip
from sendready.model.records import Question, RecordType, WantedRecord
from sendready.model.step import Step
from sendready.steps.misplaced import behind, beside, explains, may_be_wild, places

RECORDS = {(r.wanted.name, r.wanted.type): r.wanted for r in looked(dmarc=policy()).records}
KEY = RECORDS[KEYS[0].name, RecordType.CNAME]
MX = RECORDS[BOUNCE, RecordType.MX]
SPF = RECORDS[BOUNCE, RecordType.TXT]
DMARC = RECORDS[f"_dmarc.{DOMAIN}", RecordType.TXT]
TOKEN = KEYS[0].name.partition(".")[0]


def named(record: WantedRecord, slip: Slip, domain: str = DOMAIN, zones: tuple[str, ...] = ()) -> list[str]:
    return [question.name for at, question in places(record, domain, zones) if at is slip]


def test_a_key_is_looked_for_where_hosts_and_hands_put_it() -> None:
    assert named(KEY, Slip.DOUBLED) == [f"{KEY.name}.{DOMAIN}", f"{TOKEN}._domainkey._domainkey.{DOMAIN}"]
    for label in ("", "dkim.", "_domainkeys.", "_domain-key."):
        assert f"{TOKEN}.{label}{DOMAIN}" in named(KEY, Slip.NO_DOMAINKEY)
    for spelt in (f"{TOKEN}.domainkey", f"{TOKEN}_domainkey", f"{TOKEN}-domainkey"):
        assert f"{spelt}.{DOMAIN}" in named(KEY, Slip.NO_UNDERSCORE)
    assert named(KEY, Slip.SWAPPED) == [f"{TARGETS[0]}.{DOMAIN}"]
    assert (Slip.ANOTHER_TYPE, Question(KEY.name, RecordType.TXT)) in places(KEY, DOMAIN, ())
    for rtype in (RecordType.A, RecordType.AAAA):
        assert (Slip.ADDRESS, Question(KEY.name, rtype)) in places(KEY, DOMAIN, ())


def test_nobody_is_asked_above_the_domain_that_was_registered() -> None:
    key = WantedRecord("t._domainkey.shop.co.uk", RecordType.CNAME, "t.dkim.amazonses.com", "", Step.DKIM)

    assert named(KEY, Slip.ZONE_ABOVE) == []
    assert named(key, Slip.ZONE_ABOVE, "shop.co.uk") == []
    below = WantedRecord("t._domainkey.news.example.com", RecordType.CNAME, "t.dkim.amazonses.com", "", Step.DKIM)
    assert named(below, Slip.ZONE_ABOVE, "news.example.com") == ["t._domainkey.example.com"]


def test_a_zone_above_the_domain_may_be_appended_wholly_or_in_part() -> None:
    below = WantedRecord("t._domainkey.news.example.com", RecordType.CNAME, "t.dkim.amazonses.com", "", Step.DKIM)

    assert named(below, Slip.DOUBLED, "news.example.com", ("example.com",)) == [
        "t._domainkey.news.example.com.example.com",
        "t._domainkey.news.example.com.news.example.com",
        "t._domainkey.news.news.example.com",
        "t._domainkey._domainkey.news.example.com",
    ]


def test_mail_from_and_dmarc_are_looked_for_at_the_domain_itself() -> None:
    assert named(MX, Slip.APEX) == named(SPF, Slip.APEX) == named(DMARC, Slip.APEX) == [DOMAIN]
    assert f"dmarc.{DOMAIN}" in named(DMARC, Slip.NO_UNDERSCORE)
    assert f"_dmarc._dmarc.{DOMAIN}" in named(DMARC, Slip.DOUBLED)


@pytest.mark.parametrize(
    ("record", "slip", "answers", "ours"),
    [
        (KEY, Slip.DOUBLED, (TARGETS[0],), True),
        (KEY, Slip.DOUBLED, (f"{TARGETS[0]}.{DOMAIN}",), True),
        (KEY, Slip.NO_DOMAINKEY, ("www.example.net",), False),
        (KEY, Slip.DOUBLED, (), False),
        (KEY, Slip.SWAPPED, (KEY.name,), True),
        (KEY, Slip.SWAPPED, ("www.example.net",), False),
        (KEY, Slip.ANOTHER_TYPE, (TARGETS[0],), True),
        (KEY, Slip.ANOTHER_TYPE, ("v=DKIM1; k=rsa; p=MIIBIjANBg",), True),
        (KEY, Slip.ANOTHER_TYPE, ("p=MIIBIjANBg",), True),
        (KEY, Slip.ANOTHER_TYPE, ("google-site-verification=x",), False),
        (KEY, Slip.ADDRESS, ("192.0.2.1",), True),
        (MX, Slip.APEX, ("10 feedback-smtp.eu-west-1.amazonses.com",), True),
        (MX, Slip.APEX, ("10 mx.example.com",), False),
        (SPF, Slip.APEX, ("v=spf1 include:amazonses.com ~all",), True),
        (SPF, Slip.APEX, ("v=spf1 include:_spf.example.net -all",), False),
        (DMARC, Slip.APEX, ("v=DMARC1; p=none",), True),
        (DMARC, Slip.APEX, ("v=spf1 -all",), False),
    ],
)
def test_what_is_found_counts_only_where_it_has_to_do_with_the_record(
    record: WantedRecord, slip: Slip, answers: tuple[str, ...], ours: bool
) -> None:
    assert explains(record, slip, answers) is ours


def test_a_sibling_is_a_name_nobody_has_made() -> None:
    assert beside(KEYS[0], "0badcafe") == Question(f"0badcafe._domainkey.{DOMAIN}", RecordType.CNAME)


@given(st.lists(st.text("abc-_", min_size=1, max_size=30), min_size=1, max_size=9))
def test_no_place_is_the_record_s_own_or_too_long_to_be_asked(parts: list[str]) -> None:
    domain = ".".join([*parts, "com"])
    record = WantedRecord(f"t._domainkey.{domain}", RecordType.CNAME, "t.dkim.amazonses.com", "", Step.DKIM)

    for _, question in places(record, domain, {domain, "com"}):
        assert question != record.question
        assert len(question.name) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("record", "slip", "expected"),
    [
        (KEY, Slip.ADDRESS, True),
        (KEY, Slip.ANOTHER_TYPE, True),
        (KEY, Slip.DOUBLED, False),
        (SPF, Slip.DOUBLED, True),
        (SPF, Slip.APEX, False),
        (DMARC, Slip.NO_UNDERSCORE, True),
    ],
)
def test_a_wildcard_may_answer_where_no_token_is_asked_for(record: WantedRecord, slip: Slip, expected: bool) -> None:
    assert may_be_wild(record, slip) is expected


def test_a_detour_is_followed_where_the_target_is_a_name_that_somebody_may_have_made() -> None:
    assert behind(KEY, "Key.example.com.") == Question("key.example.com", RecordType.CNAME)
    assert behind(KEY, KEY.value) is None
    assert behind(KEY, f'\\"{KEY.value}\\"') is None
    assert behind(MX, "10 mx.example.com") is None
