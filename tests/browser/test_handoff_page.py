"""The page for whoever manages the DNS, in a real browser: from a file, at desktop and phone width, on paper."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import KEYS, MX, NOWHERE, looked, policy
from chromium import PROGRAM, Chromium
from name_servers import hosted

from sendready.model.answers import Answers
from sendready.model.observation import Observation
from sendready.report.handoff.html import html

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium")

DESKTOP, PHONE = 1280, 360


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = Chromium(tmp_path_factory.mktemp("profile"))
    browser.allow_clipboard()
    yield browser
    browser.close()


def page_of(seen: Observation, tmp_path: Path) -> Path:
    page = tmp_path / "records.html"
    page.write_text(html(seen), "utf-8")
    return page


def new() -> Observation:
    return looked(dns={**dict.fromkeys(KEYS, NOWHERE), MX: ("10 mx.other.example",)})


CLIPBOARD = "navigator.clipboard.readText()"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_every_copy_button_puts_exactly_its_value_on_the_clipboard(
    chromium: Chromium, tmp_path: Path, width: int
) -> None:
    odd = 'v=DMARC1; p=none; rua="mailto:a@b"; x=\'<b>&amp;`${1}`\\'
    chromium.show(page_of(looked(dmarc=policy(odd)), tmp_path), width)
    wanted = chromium.run("[...document.querySelectorAll('button')].map(b => b.dataset.copy)")
    assert odd in wanted

    for number, value in enumerate(wanted):
        chromium.run(f"document.querySelectorAll('button')[{number}].id = 'chosen'")
        chromium.click("#chosen")
        chromium.until("document.querySelector('#chosen').textContent.startsWith('Copied')")
        assert chromium.run(CLIPBOARD) == value
        chromium.run("document.querySelector('#chosen').id = ''")


def test_where_there_is_no_clipboard_the_buttons_copy_all_the_same(chromium: Chromium, tmp_path: Path) -> None:
    chromium.show(page_of(new(), tmp_path), DESKTOP)
    chromium.run("navigator.clipboard.writeText = () => Promise.reject(new Error('not here'))")

    chromium.click("button")

    chromium.until("document.querySelector('button').textContent.startsWith('Copied')")
    assert chromium.run(CLIPBOARD) == chromium.run("document.querySelector('button').dataset.copy")


@pytest.mark.parametrize("width", [DESKTOP, PHONE, 320])
def test_nothing_sticks_out_at_the_side(chromium: Chromium, tmp_path: Path, width: int) -> None:
    long = looked(dmarc=policy("v=DMARC1; p=none; rua=mailto:" + "x" * 200 + "@example.com"))
    chromium.show(page_of(long, tmp_path), width)

    assert chromium.run("document.documentElement.scrollWidth") <= width
    heights = chromium.run("[...document.querySelectorAll('button')].map(b => b.getBoundingClientRect().height)")
    assert min(heights) >= 40  # a thumb's


def test_the_page_asks_nobody_for_anything(chromium: Chromium, tmp_path: Path) -> None:
    page = page_of(hosted("cloudflare", new()), tmp_path)
    chromium.requested.clear()

    chromium.show(page, DESKTOP)
    chromium.click("button")

    assert {url.partition(":")[0] for url in chromium.requested} <= {"file"}


def test_markup_in_a_value_is_text(chromium: Chromium, tmp_path: Path) -> None:
    evil = "v=DMARC1; p=none; x=</script></code><script>document.title='hit'</script><img src=x onerror=alert(1)>"
    chromium.show(page_of(looked(dmarc=policy(evil)), tmp_path), DESKTOP)

    assert chromium.run("document.title") == "DNS records for example.com"
    assert chromium.run("document.images.length") == 0
    assert chromium.run("document.scripts.length") == 1
    assert evil in chromium.run("[...document.querySelectorAll('code')].map(c => c.textContent)")


def test_on_paper_there_are_no_buttons_and_every_value(chromium: Chromium, tmp_path: Path) -> None:
    chromium.show(page_of(new(), tmp_path), DESKTOP, medium="print", dark=True)

    shown = chromium.run("getComputedStyle(document.querySelector('button')).display")
    assert shown == "none"
    assert base64.b64decode(chromium.paper()).startswith(b"%PDF")


def test_without_a_word_of_the_form_the_page_has_ours(chromium: Chromium, tmp_path: Path) -> None:
    chromium.show(page_of(looked(answers=Answers()), tmp_path), PHONE, dark=True)

    words = chromium.run("[...document.querySelectorAll('section:last-of-type dt')].map(d => d.textContent)")
    assert words == ["name", "whole name", "value", "TTL"]
