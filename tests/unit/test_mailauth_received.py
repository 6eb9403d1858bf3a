"""A received message and a bounce, read without ever failing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import BY_AMAZON, PASSES, bounce, event, message

from sendready.mailauth.received import read

NOBODY = "smtp; 550-5.7.26 Your email has been blocked because the sender is unauthenticated."


def test_a_message_says_who_signed_and_what_its_receiver_made_of_it() -> None:
    received = read(message())

    assert received is not None
    assert (received.author, received.authors, received.return_path) == ("example.com", 1, "bounce.example.com")
    assert [s.domain for s in received.signatures] == ["example.com", "amazonses.com"]
    assert {"list-unsubscribe", "message-id"} <= received.signatures[0].signed
    assert received.receiver == "mx.google.com"
    assert [(r.method, r.result) for r in received.results] == [
        ("dkim", "pass"), ("dkim", "pass"), ("spf", "pass"), ("dmarc", "pass")
    ]  # fmt: skip
    assert received.results[2].properties["smtp.mailfrom"] == "0102@bounce.example.com"
    assert received.region == "eu-west-1"


def test_results_of_another_host_are_kept_apart() -> None:
    forged = "Authentication-Results: mx.evil.example; dmarc=pass header.from=example.com\r\n"
    received = read(message(results=PASSES + forged))

    assert received is not None
    assert received.foreign == ("mx.evil.example",)
    assert len(received.results) == 4


def test_a_reason_is_read_as_a_word_and_as_a_comment() -> None:
    said = "Authentication-Results: mx.example.net; dkim=fail (body hash did not verify) header.d=example.com;\r\n"
    named = 'Authentication-Results: mx.example.net; dkim=fail reason="key too short" header.d=example.com\r\n'

    comment, word = read(message(results=said)), read(message(results=named))

    assert comment is not None
    assert word is not None
    assert comment.results[0].reason == "body hash did not verify"
    assert word.results[0].reason == "key too short"


@pytest.mark.parametrize(
    "data", [bounce(NOBODY), event(NOBODY), event(NOBODY, wrapped=True)], ids=["dsn", "event", "sns"]
)
def test_a_bounce_says_what_the_receiver_replied(data: bytes) -> None:
    received = read(data)

    assert received is not None
    assert received.replies == (NOBODY,)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"{}", b"{", b'{"bounce": 5}', b'{"bounce": {"bouncedRecipients": [1]}}']
)
def test_what_is_neither_is_none(data: bytes) -> None:
    assert read(data) is None


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    read(data)
    read(b"From: a@example.com\r\n" + data)
    read(b"From: a@example.com\r\nAuthentication-Results: " + data)
    read(message(signatures=BY_AMAZON) + data)
