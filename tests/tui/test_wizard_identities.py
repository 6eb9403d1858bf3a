"""The list of identities: a table of verdicts that is filtered, sorted and opened, however long it is."""

from __future__ import annotations

import time

import pytest
from textual.app import App, ComposeResult
from walking import Open

from sendready.model.identity import IdentityKind, ListedIdentity, Status
from sendready.practice.servers import Practice
from sendready.tui.screens.identities import IdentitiesScreen
from sendready.tui.widgets.identity_table import IdentityTable, shown

MANY = tuple(
    ListedIdentity(f"d{number:04}.example.com", IdentityKind.DOMAIN, list(Status)[number % 5], True)
    for number in range(1000)
)


@pytest.mark.parametrize(
    ("typed", "by_name", "first", "count"),
    [
        ("", True, "d0000.example.com", 1000),
        ("", False, "d0002.example.com", 1000),
        ("D00", True, "d0000.example.com", 100),
        ("failing", True, "d0003.example.com", 200),
        ("nothing like it", True, None, 0),
    ],
)
def test_rows_are_filtered_by_name_and_state_and_sorted(
    typed: str, by_name: bool, first: str | None, count: int
) -> None:
    rows = shown(MANY, typed, by_name=by_name)

    assert len(rows) == count
    assert (rows[0].name if rows else None) == first


class TableApp(App[None]):
    """A table alone."""

    def compose(self) -> ComposeResult:
        yield IdentityTable(id="identities")


async def test_a_thousand_rows_are_filtered_and_drawn_within_a_frame_or_so() -> None:
    async with TableApp().run_test(size=(80, 24)) as pilot:
        table = pilot.app.query_one(IdentityTable)
        spent = []
        for typed in ("", "d", "d0", "d01", "d0", "d", ""):
            begun = time.process_time()
            table.show(shown(MANY, typed, by_name=False))
            for y in range(24):
                table.render_line(y)
            spent.append(time.process_time() - begun)
        assert len(table.rows) == 1000
        assert min(spent) < 0.05
        assert sorted(spent)[len(spent) // 2] < 0.05

        table.focus()
        await pilot.press("end")
        assert table.chosen is not None
        assert table.chosen is table.rows[-1]
        assert table.scroll_offset.y == 1000 - 24
        await pilot.press("home", "pagedown", "down", "up")
        assert table.chosen is table.rows[23]


async def test_the_cursor_stays_on_its_identity_when_the_order_changes() -> None:
    async with TableApp().run_test(size=(80, 24)) as pilot:
        table = pilot.app.query_one(IdentityTable)
        table.show(shown(MANY, "", by_name=True))
        table.focus()
        await pilot.press("down")
        table.show(shown(MANY, "", by_name=False))
        assert table.chosen is not None
        assert table.chosen.name == "d0001.example.com"


async def test_what_needs_somebody_stands_first_and_a_click_opens_it(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    for name in ("news.example", "other.example", "shop.example"):
        practice.finish(name)
    practice.inflict("records-missing", "shop.example")
    async with wizard(None) as walker:
        await walker.until(lambda: "3 identities in eu-west-1 · what needs you first" in walker.screen_text())
        screen = walker.app.screen
        assert isinstance(screen, IdentitiesScreen)
        table = screen.query_one(IdentityTable)
        assert table.rows[0].name == "shop.example"

        await walker.press("f3")
        await walker.until(lambda: "by name" in walker.screen_text())
        assert table.rows[0].name == "news.example"
        await walker.press("down", "down", "up", "up")
        assert screen.focused is screen.query_one("#name")

        await walker.pilot.click(table, offset=(20, 1))
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        assert walker.setup.conductor.snapshot.identity.name == "other.example"


async def test_an_empty_region_says_what_to_do(practice: Practice, wizard: Open) -> None:
    async with wizard(None) as walker:
        await walker.until(lambda: "0 identities" in walker.screen_text())
        assert "type the domain that you want to send from" in walker.screen_text()
        await walker.type("x.example")
        await walker.until(lambda: "Enter sets up x.example" in walker.screen_text())
