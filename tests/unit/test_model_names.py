"""Names: one form to compare, and arithmetic on labels that never goes past a dot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendready.model.names import absolute, ancestors, bare, is_at_or_below, labels, parent, relative

label = st.from_regex(r"[a-z0-9_]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
names = st.lists(label, min_size=1, max_size=6).map(".".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Example.COM.", "example.com"),
        ("example.com", "example.com"),
        (".", ""),
        ("", ""),
        ("_DMARC.Example.com.", "_dmarc.example.com"),
    ],
)
def test_the_bare_form_is_lower_case_without_the_final_dot(text: str, expected: str) -> None:
    assert bare(text) == expected


@given(names)
def test_the_final_dot_is_written_once_and_taken_away_again(name: str) -> None:
    assert absolute(name) == f"{name}."
    assert absolute(absolute(name)) == absolute(name)
    assert bare(absolute(name)) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.b.c", ["a", "b", "c"]), ("com", ["com"]), ("", []), (".", []), ("a.b.", ["a", "b"])],
)
def test_labels_come_leftmost_first_and_the_root_has_none(name: str, expected: list[str]) -> None:
    assert labels(name) == expected


def test_the_parent_of_a_top_level_domain_is_the_root() -> None:
    assert [parent("a.b.com"), parent("b.com"), parent("com"), parent("")] == ["b.com", "com", "", ""]


@pytest.mark.parametrize(
    ("name", "ancestor", "expected"),
    [
        ("example.com", "example.com", True),
        ("mail.example.com", "example.com", True),
        ("notexample.com", "example.com", False),
        ("com", "example.com", False),
        ("example.com", "", True),
        ("", "", True),
        ("", "com", False),
    ],
)
def test_a_name_lies_below_another_only_at_a_dot(name: str, ancestor: str, expected: bool) -> None:
    assert is_at_or_below(name, ancestor) is expected


def test_a_form_wants_the_name_without_the_zone_and_an_at_sign_for_the_zone() -> None:
    assert relative("tok._domainkey.example.com", "example.com") == "tok._domainkey"
    assert relative("example.com", "example.com") == "@"
    assert relative("example.com", "") == "example.com"


@pytest.mark.parametrize(("name", "zone"), [("notexample.com", "example.com"), ("com", "example.com"), ("a.b", "c")])
def test_a_name_outside_the_zone_has_no_relative_form(name: str, zone: str) -> None:
    with pytest.raises(ValueError, match="does not lie in"):
        relative(name, zone)


@given(names, names)
def test_what_is_relative_to_a_zone_comes_back_when_the_zone_is_put_behind_it(left: str, zone: str) -> None:
    assert relative(f"{left}.{zone}", zone) == left


@given(names)
def test_every_ancestor_holds_the_name_and_each_is_the_parent_of_the_one_before(name: str) -> None:
    above = ancestors(name)

    assert above[0] == name
    assert len(above) == len(labels(name))
    assert all(is_at_or_below(name, one) for one in above)
    assert [parent(one) for one in above] == [*above[1:], ""]
