"""One more address for reports, or a stronger policy: every letter of every other tag stays."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sendready.mailauth.dmarc import addresses, is_stronger, parse, with_policy, with_reports_to
from sendready.model.dmarc import DmarcRecord


def record(text: str) -> DmarcRecord:
    parsed = parse([text.encode()])
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=DMARC1; p=none", "v=DMARC1; p=none; rua=mailto:new@example.com"),
        ("v=DMARC1; p=none;", "v=DMARC1; p=none; rua=mailto:new@example.com"),
        ("v=DMARC1;p=reject ; ", "v=DMARC1;p=reject; rua=mailto:new@example.com"),
        (
            "v=DMARC1; p=quarantine; rua=mailto:a@example.org; sp=none",
            "v=DMARC1; p=quarantine; rua=mailto:a@example.org,mailto:new@example.com; sp=none",
        ),
        (
            "v=DMARC1; p=none; RUA = mailto:a@example.org, mailto:b@example.org ;fo=1",
            "v=DMARC1; p=none; RUA = mailto:a@example.org, mailto:b@example.org,mailto:new@example.com;fo=1",
        ),
        ("v=DMARC1; p=none; rua=", "v=DMARC1; p=none; rua=mailto:new@example.com"),
    ],
)
def test_the_address_is_added_and_nothing_else_changes(before: str, after: str) -> None:
    assert with_reports_to(record(before), "new@example.com") == after


@pytest.mark.parametrize("there", ["mailto:new@example.com", "mailto:a@b.example,mailto:new@EXAMPLE.com"])
def test_one_that_is_there_is_not_added_again(there: str) -> None:
    assert with_reports_to(record(f"v=DMARC1; p=none; rua={there}"), "new@example.com") is None


@pytest.mark.parametrize("text", ["v=DMARC1; p=none, rua=mailto:a@b.example", "v=DMARC1; p=none; p=reject"])
def test_a_record_that_can_be_read_in_two_ways_is_not_touched(text: str) -> None:
    assert with_reports_to(record(text), "new@example.com") is None


def test_what_a_list_of_addresses_cannot_hold_is_encoded() -> None:
    after = with_reports_to(record("v=DMARC1; p=none"), "a,b!c@example.com")

    assert after == "v=DMARC1; p=none; rua=mailto:a%2Cb%21c@example.com"


TAGS = st.lists(
    st.tuples(
        st.sampled_from(["sp", "np", "adkim", "aspf", "fo", "t", "ruf", "rua"]),
        st.sampled_from(
            ["none", "reject", "r", "s", "1", "y", "mailto:a@b.example", "mailto:c@d.example,mailto:e@f.example"]
        ),
        st.sampled_from(["", " ", "  "]),
    ),
    unique_by=lambda entry: entry[0],
)


@given(st.sampled_from(["none", "quarantine", "reject"]), TAGS, st.sampled_from(["", ";", "; "]))
def test_no_policy_is_weakened_and_no_address_lost(policy: str, tags: list[tuple[str, str, str]], end: str) -> None:
    text = f"v=DMARC1; p={policy}" + "".join(f";{space}{name}={value}" for name, value, space in tags) + end
    before = record(text)
    assume(not any(name == "rua" and "mailto" not in value for name, value, _ in tags))

    changed = with_reports_to(before, "new@example.com")

    assert changed is not None
    after = record(changed)
    assert [tag for tag in after.tags if tag[0] != "rua"] == [tag for tag in before.tags if tag[0] != "rua"]
    assert addresses(after, "rua") == [*addresses(before, "rua"), "new@example.com"]


@pytest.mark.parametrize(
    ("before", "policy", "after"),
    [
        ("v=DMARC1; p=none; rua=mailto:a@b.example", "reject", "v=DMARC1; p=reject; rua=mailto:a@b.example"),
        ("v=DMARC1;P = none ;sp=none", "quarantine", "v=DMARC1;P = quarantine ;sp=none"),
        ("v=DMARC1; rua=mailto:none@b.example", "reject", "v=DMARC1; p=reject; rua=mailto:none@b.example"),
        ("v=DMARC1; p=quarantine; t=y", "reject", "v=DMARC1; p=reject; t=y"),
    ],
)
def test_a_policy_is_made_stronger_and_nothing_else_changes(before: str, policy: str, after: str) -> None:
    assert with_policy(record(before), policy) == after


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("v=DMARC1; p=reject", "none"),
        ("v=DMARC1; p=reject", "quarantine"),
        ("v=DMARC1; p=quarantine", "quarantine"),
        ("v=DMARC1; p=rejct", "reject"),
        ("v=DMARC1; p=none; p=quarantine", "reject"),
        ("v=DMARC1; p=none, rua=mailto:a@b.example", "reject"),
    ],
)
def test_it_is_not_made_weaker_and_what_is_not_clear_is_left_alone(text: str, policy: str) -> None:
    assert with_policy(record(text), policy) is None


@given(
    st.sampled_from(["none", "quarantine", "reject"]),
    st.sampled_from(["none", "quarantine", "reject"]),
    TAGS,
    st.sampled_from(["", ";", "; "]),
)
def test_only_the_policy_changes_and_only_upwards(
    policy: str, asked: str, tags: list[tuple[str, str, str]], end: str
) -> None:
    before = record(f"v=DMARC1; p={policy}" + "".join(f";{space}{n}={v}" for n, v, space in tags) + end)
    assume(not any(name in ("sp", "np") and value not in ("none", "reject") for name, value, _ in tags))

    changed = with_policy(before, asked)

    assert (changed is not None) == is_stronger(asked, policy)
    if changed is not None:
        after = record(changed)
        assert after.tag("p") == asked
        assert [tag for tag in after.tags if tag[0] != "p"] == [tag for tag in before.tags if tag[0] != "p"]
