"""The report as a page in a real browser: desktop, phone, by night, on paper, and full of others' markup."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import DMARC, KEYS, MX, NOWHERE, SPF, looked
from chromium import PROGRAM, Chromium

from sendready.engine.diagnose import diagnose
from sendready.model.looks import Observed
from sendready.model.observation import Observation
from sendready.report.page import page

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium")

DESKTOP, PHONE = 1280, 390
EVIL = "v=DMARC1; p=none; x=</code></svg><script>document.title='hit'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = Chromium(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


def page_of(tmp_path: Path, *seen: Observation) -> Path:
    path = tmp_path / "report.html"
    path.write_text(page([Observed(one, diagnose(one)) for one in seen], everything=True), "utf-8")
    return path


def broken() -> Observation:
    long = "v=spf1 " + "include:" + "x" * 180 + ".example " * 3 + "~all"
    return looked(dns={**dict.fromkeys(KEYS, NOWHERE), MX: ("10 mx.other.example",), SPF: (long,), DMARC: (EVIL,)})


@pytest.mark.parametrize("width", [DESKTOP, PHONE, 320])
def test_nothing_sticks_out_at_the_side(chromium: Chromium, tmp_path: Path, width: int) -> None:
    chromium.show(page_of(tmp_path, broken(), looked()), width)
    chromium.run("document.querySelectorAll('details').forEach(one => one.open = true)")

    assert chromium.run("document.documentElement.scrollWidth") <= width
    edges = chromium.run("[...document.querySelectorAll('svg *')].map(e => e.getBoundingClientRect().right)")
    assert max(edges) <= width


def test_the_letters_of_a_picture_can_be_read_on_a_phone(chromium: Chromium, tmp_path: Path) -> None:
    chromium.show(page_of(tmp_path, broken()), PHONE)

    heights = chromium.run("[...document.querySelectorAll('svg text')].map(t => t.getBoundingClientRect().height)")
    assert min(heights) >= 11


def test_markup_in_an_answer_is_text(chromium: Chromium, tmp_path: Path) -> None:
    chromium.requested.clear()
    chromium.show(page_of(tmp_path, broken()), DESKTOP)

    assert chromium.run("document.title") == "sendready check: example.com"
    assert chromium.run("document.images.length + document.scripts.length") == 0
    assert EVIL in chromium.run("document.documentElement.textContent")
    assert {url.partition(":")[0] for url in chromium.requested} <= {"file"}


def test_a_domain_is_reached_from_the_contents(chromium: Chromium, tmp_path: Path) -> None:
    chromium.show(page_of(tmp_path, looked(), broken()), DESKTOP)

    chromium.click("a[href='#d2']")

    chromium.until("document.querySelector('#d2').getBoundingClientRect().top < window.innerHeight / 2")


def test_by_night_it_is_dark(chromium: Chromium, tmp_path: Path) -> None:
    path = page_of(tmp_path, broken())
    letters = []
    for dark in (False, True):
        chromium.show(path, DESKTOP, dark=dark)
        letters.append(chromium.run("getComputedStyle(document.querySelector('svg text')).fill"))

    assert letters[0] != letters[1]


def test_on_paper_the_evidence_is_there_and_ink_is_black(chromium: Chromium, tmp_path: Path) -> None:
    chromium.show(page_of(tmp_path, broken()), DESKTOP, medium="print", dark=True)

    colour = chromium.run("getComputedStyle(document.querySelector('.mark.bad')).color")
    shown = chromium.run("document.querySelector('details li').checkVisibility({contentVisibilityAuto: true})")
    assert (colour, shown) == ("rgb(0, 0, 0)", True)
    assert base64.b64decode(chromium.paper()).startswith(b"%PDF")
