"""What the user sees stays where it is while looks go on around it: cursor, focus, log, and what went wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Button, Log, OptionList
from textual.widgets._footer import FooterKey
from walking import Open, Walker

from sendready.model.records import RecordType
from sendready.practice.servers import Practice
from sendready.report.lines import line
from sendready.tui.conductor import LOG_LENGTH
from sendready.tui.panels.records import RecordsPanel
from sendready.tui.screens.dialogs import Reading
from sendready.tui.stage import Stage
from sendready.tui.widgets.field import Box
from sendready.tui.widgets.rail import Rail
from sendready.tui.widgets.record_list import RecordList

DOMAIN = "shop.example"


async def _at_records(walker: Walker) -> None:
    """Before the identity exists: three records, for SES has made no DKIM tokens yet."""
    await walker.can_press("Continue")
    await walker.press("3")
    await walker.at(Stage.RECORDS)
    await walker.until(lambda: len(walker.panel.query_one("#record-lines", OptionList).options) == 3)


async def test_the_cursor_stays_on_its_record_when_others_come_in_above_it(practice: Practice, wizard: Open) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await _at_records(walker)
        records = walker.panel.query_one(RecordList)
        lines = records.query_one(OptionList)
        lines.focus()
        await walker.press("end")
        await walker.until(lambda: records.chosen and records.chosen.wanted.name == f"_dmarc.{DOMAIN}")
        await walker.press("2")
        await walker.can_press("Go")
        await walker.press("enter")
        await walker.until(lambda: isinstance(walker.panel, RecordsPanel) and len(lines.options) == 6)
        assert records.chosen is not None
        assert (records.chosen.wanted.name, records.chosen.wanted.type) == (f"_dmarc.{DOMAIN}", RecordType.TXT)
        assert lines.highlighted == 5


async def test_the_log_goes_on_after_more_lines_than_it_keeps(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN, (120, 40)) as walker:
        await walker.until(lambda: walker.setup.conductor.snapshot.looked)
        conductor, log = walker.setup.conductor, walker.setup.query_one(Log)
        for number in range(LOG_LENGTH + 20):
            kept = (*conductor.snapshot.log, line(f"line {number}"))[-LOG_LENGTH:]
            conductor.snapshot = replace(conductor.snapshot, log=kept, told=conductor.snapshot.told + 1)
            walker.setup._shown(conductor.snapshot)
        await walker.until(lambda: f"line {LOG_LENGTH + 19}" in walker.screen_text())
        assert [text for text in log.lines if text.startswith("line")] == [
            f"line {number}" for number in range(LOG_LENGTH + 20)
        ]


async def test_what_did_not_work_is_told_until_a_look_the_user_asked_for_succeeds(
    practice: Practice, wizard: Open
) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("2")
        await walker.can_press("Go")
        practice.inflict("access-denied", DOMAIN, "ses:CreateEmailIdentity")
        await walker.press("enter")
        await walker.until(lambda: walker.setup.conductor.snapshot.problem, "the refusal")
        await walker.until(lambda: not walker.setup.conductor.snapshot.busy, "the look that follows a change")
        assert walker.setup.conductor.snapshot.problem is not None
        practice.aws.lift()
        await walker.press("r")
        await walker.until(lambda: walker.setup.conductor.snapshot.problem is None, "forgiven")


async def test_a_button_that_wakes_up_has_room_for_its_words_and_the_focus(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.at(Stage.ACCOUNT)
        await walker.press("2")
        await walker.at(Stage.IDENTITY)
        await walker.can_press("Go: make 2 changes in SES")
        button = walker.panel.query_one("#go", Button)
        assert button.size.width >= len("Go: make 2 changes in SES")
        assert "Go: make 2 changes in SES" in walker.screen_text()


async def test_the_focus_is_not_taken_from_whoever_has_it_when_the_button_wakes_up(
    practice: Practice, wizard: Open
) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("2")
        await walker.can_press("Go")
        typed = walker.panel.query_one("#field-mail-from Input")
        typed.focus()
        await walker.type("mail")
        await walker.until(lambda: "mail.shop.example" in walker.screen_text(), "the plan follows the answer")
        assert walker.setup.focused is typed


async def test_every_stage_has_a_line_of_its_own_in_the_rail(practice: Practice, wizard: Open) -> None:
    practice.finish(DOMAIN)
    async with wizard(DOMAIN, (100, 30)) as walker:
        await walker.at(Stage.HEALTH)
        rail = walker.setup.query_one(Rail)
        assert rail.virtual_size.height == len(walker.setup.stages) == 10
        assert "9 Test send" in walker.screen_text()
        assert "8 Production access" in walker.screen_text()


async def test_help_closes_again_and_the_button_has_its_focus_back(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.press("question_mark")
        await walker.until(lambda: isinstance(walker.app.screen, Reading))
        await walker.press("escape")
        await walker.can_press("Continue")


async def test_a_terminal_that_was_too_small_for_a_while_gives_the_focus_back(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.can_press("Continue")
        await walker.pilot.resize_terminal(40, 10)
        await walker.until(lambda: "make the terminal larger" in walker.screen_text())
        await walker.pilot.resize_terminal(80, 24)
        await walker.can_press("Continue")


async def test_keys_copy_name_and_value_of_the_record_under_the_cursor(practice: Practice, wizard: Open) -> None:
    practice.register(DOMAIN)
    async with wizard(DOMAIN) as walker:
        await _at_records(walker)
        await walker.press("v")
        await walker.until(lambda: walker.app.clipboard == "feedback-smtp.eu-west-1.amazonses.com")
        await walker.press("n")
        await walker.until(lambda: walker.app.clipboard == f"bounce.{DOMAIN}")


@pytest.mark.parametrize("fault", [None, "doubled-domain", "review-denied"])
async def test_the_footer_stands_whole_in_the_smallest_common_terminal(
    practice: Practice, wizard: Open, fault: str | None
) -> None:
    practice.throttling = False
    practice.register(DOMAIN)
    if fault is not None:
        practice.inflict(fault, DOMAIN)
    async with wizard(DOMAIN) as walker:
        await walker.until(lambda: walker.setup.conductor.snapshot.plan is not None)
        for stage in walker.setup.stages:
            walker.setup.open_stage(stage)
            await walker.at(stage)
            await walker.pilot.pause()
            keys = [key.description for key in walker.app.screen.query(FooterKey)]
            assert 0 < len(keys) <= 8, (stage, keys)
            assert all(key.region.right <= 80 for key in walker.app.screen.query(FooterKey)), (stage, keys)
            for box in walker.panel.query(Box):
                box.focus()
                await walker.pilot.pause()
                assert all(key.region.right <= 80 for key in walker.app.screen.query(FooterKey)), (stage, box)
            if stage is Stage.HEALTH and walker.setup.conductor.snapshot.diagnosis.findings:  # type: ignore[union-attr]
                assert {"Fix", "Save"} <= set(keys)
