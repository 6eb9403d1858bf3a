"""The report as one HTML page: whole, self-contained, and no text of anybody's gets out of its place."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as Xml

import pytest
from builders import DMARC, KEYS, MX, NOWHERE, SERVERS, SPF, held, looked, policy, said
from cases import CASES

from sendready.engine.diagnose import diagnose
from sendready.model.history import PastLook
from sendready.model.identity import Identity, Status
from sendready.model.looks import Observed
from sendready.model.observation import Observation, Past
from sendready.model.records import NameServer
from sendready.report.page import page
from sendready.report.page.pictures import WIDTH, alignment_picture, matrix_picture

HOSTILE = '<script>alert("1")</script>\'"><img src=x onerror=alert(2)>&amp;\u202e'
VOID = {"meta", "br"}


class Reader(HTMLParser):
    """What a browser would make of it: the tags, and whether each one that opens is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def observed(seen: Observation) -> Observed:
    return Observed(seen, diagnose(seen))


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def hostile() -> Observation:
    """Everything that others may write holds markup: records, servers, the identity, an earlier look."""
    servers = (NameServer(HOSTILE, "192.0.2.1"), SERVERS[1])
    seen = looked(
        dns={DMARC: (HOSTILE,), MX: (f"10 {HOSTILE}",), SPF: (f"v=spf1 {HOSTILE}",), KEYS[0]: (HOSTILE,)},
        ses=held(Status.FAILED, configuration_set=HOSTILE, error_type=HOSTILE),
    )
    records = tuple(
        replace(record, sightings=tuple(replace(s, server=servers[0]) for s in record.sightings))
        for record in seen.records
    )
    good = PastLook(seen.at, seen.at, diagnose(looked()).verdict, (HOSTILE,), {f"MX {MX.name}": (HOSTILE + "!",)})
    return replace(
        seen,
        identity=Identity(f"{HOSTILE}@example.com"),
        records=replace(seen.records, observed=records),
        past=Past(looks=(good,)),
    )


@pytest.mark.parametrize("check_id", CASES)
def test_every_look_makes_a_page_whose_tags_are_closed_and_that_asks_nobody_for_anything(check_id: str) -> None:
    html = page([observed(CASES[check_id].broken), observed(CASES[check_id].healthy)], everything=True)

    reader = read(html)
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(reader.tags)
    assert not [name for name, _ in reader.attributes if name in ("src", "style") or name.startswith("on")]
    assert all((value or "").startswith("#") for name, value in reader.attributes if name == "href")
    assert "url(" not in html
    assert "@import" not in html


def test_what_others_write_stays_text() -> None:
    html = page([observed(hostile()), observed(hostile())], everything=True)

    reader = read(html)
    assert {"script", "img"}.isdisjoint(reader.tags)
    assert "<script" not in html
    assert "\u202e" not in html
    assert 'alert("1")' in "".join(reader.words)
    assert not [name for name, _ in reader.attributes if name.startswith("on")]


@pytest.mark.parametrize("picture", [alignment_picture, matrix_picture])
def test_a_picture_is_well_formed_and_nothing_sticks_out_of_it(picture: object) -> None:
    for seen in (looked(), looked(dns={MX: NOWHERE}, missing=True), hostile()):
        drawn = Xml.fromstring(picture(seen))  # type: ignore[operator]  # noqa: S314  our own
        _, _, width, height = map(float, drawn.attrib["viewBox"].split())
        assert width == WIDTH
        for rect in drawn.iter("rect"):
            assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width
            assert float(rect.attrib["y"]) + float(rect.attrib["height"]) <= height
        for text in drawn.iter("text"):
            assert float(text.attrib["y"]) <= height
            assert len(text.text or "") * 7.3 <= width
        assert drawn.attrib["aria-label"]


def test_the_page_says_whether_it_works_why_not_and_what_now() -> None:
    seen = looked(dns={KEYS[0]: ("old.example.net",)})

    words = " ".join(read(page([observed(seen)])).words)

    order = ["✗ broken", "something is wrong", "A DKIM record does not point", "should be", "old.example.net"]
    order += [
        "Replace the value",
        "What now",
        "sendready explain KIM018",
        "Mail from @example.com",
        "DMARC",
        "Records",
    ]
    places = [words.index(piece) for piece in order]
    assert places == sorted(places)


def test_one_server_of_a_record_is_a_cell_in_the_colour_of_its_state() -> None:
    seen = looked(dns={MX: [said_ok(), NOWHERE]})

    drawn = Xml.fromstring(matrix_picture(seen))  # noqa: S314  our own
    cells = [(cell.attrib["class"], cell.findtext("text")) for cell in drawn.iter("g")]

    assert len(cells) == len(seen.records) * len(SERVERS)
    assert ("cell todo", "2 ○") in cells
    assert cells.count(("cell good", "2 ✓")) == len(seen.records) - 1
    titles = [title.text for title in drawn.iter("title")]
    assert f"{SERVERS[1].name} ({SERVERS[1].address}): missing; NXDOMAIN" in titles


def said_ok() -> tuple[str, ...]:
    return said(MX, (looked().records.observed[3].wanted.value,)).answers


def test_several_domains_have_a_table_of_contents() -> None:
    fine, broken = looked(), looked(dns={MX: NOWHERE})

    one, several, none = page([observed(fine)]), page([observed(fine), observed(broken)]), page([])

    assert "<nav>" not in one
    assert '<a href="#d1">example.com</a>' in several
    assert '<a href="#d2">example.com</a>' in several
    assert several.count("<article id=") == 2
    assert "Nothing to report" in none
    read(none)


def test_what_a_cause_explains_is_there_when_everything_is_asked_for() -> None:
    seen = looked(ses=held(Status.PENDING), dns=dict.fromkeys(KEYS, NOWHERE), dmarc=policy())

    folded, whole = page([observed(seen)]), page([observed(seen)], everything=True)
    assert '<span class="id">SES003</span>' not in folded
    assert '<span class="id">SES003</span>' in whole
    assert "<dt>because of</dt>" in whole
