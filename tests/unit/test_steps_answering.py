"""Answers from text: typed, laid over one another from the strongest source to the weakest, bad ones named."""

from __future__ import annotations

import json

import pytest

from sendready.model.answers import (
    ANSWER_NAMES,
    Answered,
    Answers,
    DmarcPolicy,
    KeyLength,
    Language,
    MailType,
    Publish,
    Source,
    flag_of,
)
from sendready.model.errors import BadInput, ExitCode
from sendready.steps.answering import (
    CHOICES,
    LISTS,
    SWITCHES,
    from_environment,
    from_file,
    gather,
    read_answer,
    read_answers,
    to_save,
)

NOTHING: dict[str, object] = {}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("key_length", "2048", KeyLength.RSA_2048),
        ("key_length", 1024, KeyLength.RSA_1024),
        ("dmarc", " Reject ", DmarcPolicy.REJECT),
        ("mail_type", "MARKETING", MailType.MARKETING),
        ("language", "ja", Language.JA),
        ("publish", "route53", Publish.ROUTE53),
        ("publish", Publish.NONE, Publish.NONE),
        ("test", True, True),
        ("test", "yes", True),
        ("test", "ON", True),
        ("test", 1, True),
        ("test", "0", False),
        ("test", "", False),
        ("test", "Off", False),
        ("contacts", "a@b.co, c@d.co,", ("a@b.co", "c@d.co")),
        ("contacts", ["a@b.co", " c@d.co "], ("a@b.co", "c@d.co")),
        ("contacts", (), ()),
        ("contacts", "", ()),
        ("tag", ("a=b",), ("a=b",)),
        ("from_local", " hello ", "hello"),
        ("dmarc_reports", "mailto:dmarc@example.com", "dmarc@example.com"),
        ("dmarc_reports", "MAILTO: dmarc@example.com", "dmarc@example.com"),
    ],
)
def test_an_answer_is_read_into_its_own_type(name: str, value: object, expected: object) -> None:
    read = read_answer(name, value, "it")

    assert read == expected
    assert type(read) is type(expected)


BAD = [
    ("key_length", "4096"),
    ("key_length", ""),
    ("key_length", True),
    ("dmarc", "strict"),
    ("mail_type", "spam"),
    ("language", "de"),
    ("publish", "bind"),
    ("test", "perhaps"),
    ("request_access", 2),
    ("accept_terms", None),
    ("contacts", 5),
    ("contacts", ["a@b.co", 5]),
    ("tag", {"team": "mail"}),
    ("website", 5),
    ("mail_from", ["bounce"]),
    ("from_local", None),
    ("dmarc_reports", False),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_refused_and_where_it_came_from_is_named(name: str, value: object) -> None:
    with pytest.raises(BadInput) as caught:
        read_answer(name, value, "THE PLACE")

    assert caught.value.message.startswith("THE PLACE")
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, value in BAD if value is not None])
def test_flag_variable_key_and_saved_answer_are_each_named_in_their_own_words(name: str, value: object) -> None:
    with pytest.raises(BadInput) as flag:
        gather(flags={name: value}, environment={}, file={}, saved={}, practice={})
    assert flag.value.message.startswith(flag_of(name))

    with pytest.raises(BadInput) as key:
        from_file({name: value}, "sendready.toml", frozenset())
    assert key.value.message.startswith(f"sendready.toml: `{name}`")

    with pytest.raises(BadInput) as saved:
        gather(flags={}, environment={}, file={}, saved={name: value}, practice={})
    assert saved.value.message.startswith(f"the saved answer `{name}`")


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, v in BAD if isinstance(v, str) and n not in LISTS])
def test_a_bad_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(BadInput) as caught:
        from_environment({f"SENDREADY_{name.upper()}": value})

    assert caught.value.message.startswith(f"SENDREADY_{name.upper()}")


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_a_bad_choice_is_told_with_the_choices_there_are(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_answer(name, "?", "it")

    assert all(member.value in caught.value.message for member in CHOICES[name])


def test_every_answer_is_of_exactly_one_kind() -> None:
    assert set(CHOICES) | SWITCHES | LISTS <= set(ANSWER_NAMES)
    assert not (set(CHOICES) & SWITCHES | SWITCHES & LISTS | LISTS & set(CHOICES))


def test_what_was_not_given_is_not_read() -> None:
    assert read_answers({"dmarc": None, "test": "no"}, flag_of) == {"test": False}
    assert from_environment({"PATH": "/bin", "SENDREADY_STATE_DIR": "/x"}) == {}


def test_every_answer_can_come_from_the_environment() -> None:
    words = dict.fromkeys(ANSWER_NAMES, "none")
    words |= {"key_length": "1024", "mail_type": "marketing", "language": "ja", "contacts": "a@b.co", "tag": "a=b"}
    words |= {"events": "keep"}
    words |= dict.fromkeys(SWITCHES, "true")

    read = from_environment({f"SENDREADY_{name.upper()}": text for name, text in words.items()})

    assert set(read) == set(ANSWER_NAMES)
    assert read["tag"] == ("a=b",)


def test_a_key_of_the_file_that_means_nothing_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(BadInput, match=r"sendready\.toml: `dmark` is not a key") as caught:
        from_file({"dmark": "none"}, "sendready.toml", frozenset({"profile"}))
    assert caught.value.hint == "Did you mean `dmarc`?"

    with pytest.raises(BadInput, match="`zzz` is not a key") as caught:
        from_file({"zzz": 1}, "sendready.toml", frozenset())
    assert caught.value.hint is None


def test_keys_that_are_no_answers_are_left_to_whoever_reads_them() -> None:
    assert from_file({"profile": 5, "dmarc": "reject"}, "f", frozenset({"profile"})) == {"dmarc": DmarcPolicy.REJECT}


SOURCES = (Source.FLAG, Source.ENVIRONMENT, Source.FILE, Source.SAVED, Source.PRACTICE)


@pytest.mark.parametrize("strongest", range(len(SOURCES)))
def test_the_order_is_flag_environment_file_saved_practice(strongest: int) -> None:
    speaking = SOURCES[strongest:]

    def says(source: Source) -> dict[str, str]:
        return {"from_local": source.value} if source in speaking else {}

    answered = gather(
        flags=says(Source.FLAG),
        environment={"SENDREADY_FROM_LOCAL": "environment"} if Source.ENVIRONMENT in speaking else {},
        file=says(Source.FILE),
        saved=says(Source.SAVED),
        practice=says(Source.PRACTICE),
    )

    assert answered.answers.from_local == SOURCES[strongest].value
    assert answered.source("from_local") is SOURCES[strongest]


def test_where_nothing_speaks_the_defaults_stand() -> None:
    answered = gather(flags={}, environment={}, file={}, saved={}, practice={})

    assert answered.answers == Answers()
    assert answered.source("dmarc") is Source.DEFAULT


def test_a_weaker_source_fills_only_what_is_left() -> None:
    answered = gather(
        flags={"dmarc": "reject"},
        environment={"SENDREADY_DMARC": "none", "SENDREADY_TEST": "1"},
        file={"test": False, "publish": Publish.NONE},
        saved={"publish": "auto", "contacts": ["a@b.co"], "region": "eu-west-1", "gone_key": 1},
        practice={"contacts": (), "website": "https://example.com/"},
    )

    assert answered.answers == Answers(
        dmarc=DmarcPolicy.REJECT,
        test=True,
        publish=Publish.NONE,
        contacts=("a@b.co",),
        website="https://example.com/",
    )


def test_what_is_saved_is_what_somebody_said_and_it_comes_back_the_same() -> None:
    said = gather(
        flags={"dmarc": "reject", "contacts": ["a@b.co"]},
        environment={"SENDREADY_TEST": "1"},
        file={"key_length": KeyLength.RSA_1024},
        saved={},
        practice={"website": "https://example.com/"},
    )
    said = Answered(said.answers, {**said.sources, "region": Source.FLAG, "language": Source.FOUND})

    saved = json.loads(json.dumps(to_save(said)))

    assert saved == {"dmarc": "reject", "contacts": ["a@b.co"], "test": True, "key_length": "1024"}
    again = gather(flags={}, environment={}, file={}, saved=saved, practice={})
    assert again.answers == Answers(
        dmarc=DmarcPolicy.REJECT, contacts=("a@b.co",), test=True, key_length=KeyLength.RSA_1024
    )
