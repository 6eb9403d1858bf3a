"""Lines of text: nothing in them moves a cursor, turns the reading direction or cuts a record."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendready.report.lines import WIDTH, Span, Style, columns, escape, line, paint, wrapped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.com", "example.com"),
        ("münchen → 日本 ✓", "münchen → 日本 ✓"),
        ("a\x1b[31mred\x1b[0m", r"a\x1b[31mred\x1b[0m"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x00\x07\x7f\x9b", r"\x00\x07\x7f\x9b"),
        ("a\u202eb\u2066c\u200f", r"a\u202eb\u2066c\u200f"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("soft\u00adhyphen\u00a0space", r"soft\xadhyphen\xa0space"),
        ("line\u2028separator", r"line\u2028separator"),
        ("\ud800", r"\ud800"),
        ("\U000e0041tag", r"\U000e0041tag"),
        ("", ""),
    ],
)
def test_what_a_terminal_would_obey_becomes_visible(text: str, expected: str) -> None:
    assert escape(text) == expected


texts = st.text(alphabet=st.characters(codec=None))


@given(texts)
def test_nothing_unprintable_is_left_and_escaping_again_changes_nothing(text: str) -> None:
    escaped = escape(text)

    assert escaped.isprintable()
    assert escape(escaped) == escaped
    assert not any(unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI") for c in escaped)


@given(st.lists(st.lists(st.builds(Span, texts, st.sampled_from(Style)), max_size=4).map(tuple), max_size=4))
def test_painted_text_holds_no_escape_but_our_colours_and_one_line_for_each(lines: list[tuple[Span, ...]]) -> None:
    plain, coloured = paint(lines, colour=False), paint(lines, colour=True)

    assert re.sub(r"\x1b\[[0-9]*m", "", coloured).replace("\n", "").isprintable()
    assert "\x1b" not in plain
    assert plain.count("\n") == coloured.count("\n") == len(lines)


def test_colour_is_the_only_difference_it_makes() -> None:
    lines = [line("a ", Span("good", Style.GOOD), Span("  ", Style.BAD)), line()]

    assert paint(lines, colour=False) == "a good\n\n"
    assert paint(lines, colour=True) == "a \x1b[32mgood\x1b[0m\n\n"


words = st.lists(st.text(alphabet="abcdefghij-", min_size=1, max_size=30), max_size=40).map(" ".join)


@given(words)
def test_prose_is_wrapped_and_no_word_is_lost_or_cut(text: str) -> None:
    lines = paint(wrapped(text, "    ", "  do  "), colour=False).splitlines()

    assert all(len(one) <= WIDTH for one in lines)
    assert " ".join(lines).split()[1 if lines else 0 :] == text.split()


def test_a_record_longer_than_a_line_is_never_cut() -> None:
    record = "v=DKIM1;" + "x" * 200

    assert [span.text for (span,) in wrapped(f"is {record}", "  ")] == ["  is", f"  {record}"]


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert columns([("a", "1"), ("bbb", "22")]) == ["a    1", "bbb  22"]
    assert columns([]) == []
    assert columns([("a\x1b", "b")]) == [r"a\x1b  b"]
