"""What is told to whoever manages the DNS, as Markdown and as a page; read back by parsers that are not ours."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from builders import BOUNCE, DOMAIN, KEYS, MX, NOWHERE, TARGETS, looked, policy
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from name_servers import hosted

from sendready.model.identity import Identity, IdentityKind
from sendready.model.observation import Observation
from sendready.report.handoff import cautions, handoff
from sendready.report.handoff.html import html
from sendready.report.handoff.markdown import code, markdown


def spans(text: str) -> list[str]:
    """The code spans of a Markdown text, as a reader sees them."""
    return [
        child.content
        for token in MarkdownIt("commonmark").parse(text)
        for child in token.children or []
        if child.type == "code_inline"
    ]


def minded(seen: Observation) -> str:
    return "\n".join(" ".join(pair) for pair in cautions(handoff(seen)))


class Page(HTMLParser):
    """Tags, texts and what the buttons copy."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.copies: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.copies += [given["data-copy"] or ""] if "data-copy" in given else []
        self.links += [given[key] or "" for key in ("href", "src") if key in given]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_has_each_record_with_its_reason_and_a_button_for_each_field() -> None:
    page = Page(html(looked(dns=dict.fromkeys(KEYS, NOWHERE))))

    for key, target in zip(KEYS, TARGETS, strict=True):
        assert {key.name, key.name.removesuffix(f".{DOMAIN}"), target} <= set(page.copies)
    assert {"bounce", BOUNCE, "feedback-smtp.eu-west-1.amazonses.com", "10"} <= set(page.copies)
    assert page.text.count("DKIM: points to a public key") == 3
    assert page.text.count("✓ Is there already; nothing to do.") == 3


def test_the_page_needs_nothing_but_itself() -> None:
    page = Page(html(looked()))

    assert page.links == []
    assert not {"link", "img", "iframe", "form"} & set(page.tags)


def test_what_is_in_the_way_is_shown_and_not_to_be_deleted() -> None:
    seen = looked(dns={MX: ("10 mx.other.example",)})

    assert "Now 10 mx.other.example is there. Do not delete it; ask first." in Page(html(seen)).text
    assert "Now `10 mx.other.example` is there. Do not delete it; ask first." in markdown(seen)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("cloudflare", "Cloudflare puts `.example.com` behind what is typed in `Name`"),
        ("cloudflare", "Set the proxy status of the CNAME records to `DNS only`."),
        ("ovhcloud", "behind what is typed in `Sub-domain`"),
        ("route53", "Type the quotes around a text"),
        ("wix", "Wix takes MX records for the domain itself only"),
    ],
)
def test_what_not_to_do_is_told_in_the_words_of_the_host(key: str, said: str) -> None:
    assert said in minded(hosted(key, looked()))


def test_where_the_host_is_not_known_both_mistakes_are_named_all_the_same() -> None:
    said = minded(looked())

    assert f"must be called `{KEYS[0].name}`, not `{KEYS[0].name}.{DOMAIN}`" in said
    assert "orange cloud" in said


def test_before_ses_has_named_the_keys_the_page_says_that_more_will_follow() -> None:
    seen = looked(missing=True)

    assert "not complete yet" in Page(html(seen)).text
    assert "not complete yet" in markdown(seen)
    assert "not complete" not in markdown(looked())


def test_an_address_needs_no_records() -> None:
    seen = looked(identity=Identity("a@example.com", IdentityKind.ADDRESS))

    assert "No records are needed." in Page(html(seen)).text
    assert "No records are needed." in markdown(seen)


ANY = st.text(st.characters(codec="utf-8"))


@given(ANY)
def test_a_code_span_shows_any_text_as_it_is(text: str) -> None:
    written = code(text)

    if text.isprintable() and text.strip():
        assert spans(written) == [text]
    assert "\n" not in written


@given(ANY.map(lambda text: f"v=DMARC1; p=none; x={text}"))
def test_no_value_becomes_markup(text: str) -> None:
    seen = looked(dmarc=policy(text))

    plain = MarkdownIt("commonmark").parse(markdown(seen))
    kinds = {token.type for token in plain} | {child.type for token in plain for child in token.children or []}
    assert not kinds & {"html_block", "html_inline", "link_open", "image"}
    assert Page(html(seen)).tags == Page(html(looked(dmarc=policy("v=DMARC1; p=none; x=")))).tags
    if text.isprintable():
        assert text.strip() in [value.strip() for value in Page(html(seen)).copies]
