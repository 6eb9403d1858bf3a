"""Answers: one field each for flag, variable, key and form; the strongest source wins."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendready.model.answers import ANSWER_NAMES, Answered, Answers, KeyLength, Source, described, flag_of


@pytest.mark.parametrize(
    ("given_as", "expected"),
    [
        ("bounce", "bounce.example.com"),
        ("Bounce.", "bounce.example.com"),
        ("bounce.example.com", "bounce.example.com"),
        ("BOUNCE.Example.COM.", "bounce.example.com"),
        ("a.b", "a.b.example.com"),
        ("example.com", "example.com"),
        ("notexample.com", "notexample.com.example.com"),
        (" bounce ", "bounce.example.com"),
        ("none", None),
        ("NONE", None),
        ("", None),
        ("  ", None),
    ],
)
def test_the_mail_from_is_a_label_a_whole_name_or_none(given_as: str, expected: str | None) -> None:
    assert Answers(mail_from=given_as).mail_from_domain("example.com") == expected


def test_tags_come_apart_at_the_first_equals_sign() -> None:
    assert Answers(tag=("team=mail", "url=a=b", "empty=")).tags == (("team", "mail"), ("url", "a=b"), ("empty", ""))


@pytest.mark.parametrize("name", ANSWER_NAMES)
def test_every_answer_has_a_sentence_and_a_flag(name: str) -> None:
    assert described(name).endswith(".")
    assert flag_of(name) == "--" + name.replace("_", "-")


def test_ses_has_its_own_word_for_key_lengths() -> None:
    assert [length.ses for length in KeyLength] == ["RSA_2048_BIT", "RSA_1024_BIT"]


def test_an_answer_nobody_gave_has_its_default_and_says_so() -> None:
    answered = Answered()

    assert answered.answers == Answers()
    assert all(answered.source(name) is Source.DEFAULT for name in ANSWER_NAMES)


def test_the_first_source_to_speak_is_the_one_that_counts() -> None:
    answered = (
        Answered()
        .filled({"from_local": "flag"}, Source.FLAG)
        .filled({"from_local": "variable", "website": "https://variable.example"}, Source.ENVIRONMENT)
        .filled({"website": "https://file.example", "mail_from": "file"}, Source.FILE)
    )

    assert answered.answers.from_local == "flag"
    assert answered.answers.website == "https://variable.example"
    assert answered.answers.mail_from == "file"
    assert [answered.source(name) for name in ("from_local", "website", "mail_from", "tag")] == [
        Source.FLAG,
        Source.ENVIRONMENT,
        Source.FILE,
        Source.DEFAULT,
    ]


def test_filling_leaves_the_old_answers_as_they_were() -> None:
    before = Answered()
    before.filled({"from_local": "x"}, Source.FLAG)

    assert before == Answered()


texts = st.dictionaries(st.sampled_from(["from_local", "website", "mail_from", "dmarc_reports"]), st.text())


@given(texts, texts)
def test_filling_twice_from_one_source_changes_nothing(first: dict[str, str], second: dict[str, str]) -> None:
    once = Answered().filled(first, Source.FLAG)

    assert once.filled({name: second[name] for name in second if name in first}, Source.FILE) == once
    assert set(once.sources) == set(first)


def test_every_answer_has_a_default() -> None:
    assert {entry.name for entry in fields(Answers)} == set(ANSWER_NAMES)
    Answers()
