"""Events as lines for people: each thing once, in the order it happened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import AT, KEYS, NOWHERE, TARGETS, looked
from cases import every_event

from sendready.model import events
from sendready.model.change import Change, EnableSigning, Mode, Plan, PublishRecord
from sendready.model.errors import Rejected
from sendready.model.finding import Verdict
from sendready.model.records import ObservedRecord
from sendready.model.step import Step
from sendready.report.lines import WIDTH, paint
from sendready.report.narration import Narrator

RECORD = looked().records.observed[0].wanted
ADD = Change("record", Step.DKIM, PublishRecord(RECORD), f"Add CNAME {RECORD.name}", "", Mode.BY_HAND)
SWITCH = Change("x", Step.DKIM, EnableSigning("example.com"), "Switch DKIM signing on", "ses:Put")


def told(*happened: events.Event) -> str:
    narrator = Narrator()
    return "".join(paint(narrator.lines(event), colour=False) for event in happened)


def test_a_change_is_told_with_what_came_of_it() -> None:
    assert told(events.Changed(SWITCH, "on")) == "✓ Switch DKIM signing on  on\n"
    assert told(events.Changed(SWITCH, "", already=True)) == "✓ Switch DKIM signing on  was there already\n"


def test_a_failure_is_told_with_its_way_out() -> None:
    assert told(events.Failed(SWITCH, Rejected("it is paused", "ask who paused it"))) == (
        "✗ Switch DKIM signing on\n  it is paused\n  hint: ask who paused it\n"
    )


def test_a_conflict_shows_both_sides() -> None:
    conflict = Change(
        "r", Step.DKIM, ADD.action, ADD.title, "", Mode.CONFLICT, note="left alone", existing=("old.example",)
    )

    assert told(events.Conflicted(conflict)) == (
        f"✗ not touched: {ADD.title}\n  left alone\n  is there  old.example\n  wanted    {TARGETS[0]}\n"
    )


def test_records_to_add_by_hand_are_shown_whole_and_a_plan_without_any_is_silent() -> None:
    text = told(events.Planned(Plan((ADD,), (), "add it at ns1.example.net")))

    assert KEYS[0].name in text
    assert TARGETS[0] in text
    assert "  add it at ns1.example.net\n" in text
    assert told(events.Planned(Plan((SWITCH,)))) == ""


def test_a_record_that_turned_is_told_with_how_far_it_is() -> None:
    spreading = looked(dns={KEYS[0]: [(TARGETS[0],), NOWHERE]}).records.observed[0]

    assert told(events.RecordTurned(ObservedRecord(RECORD, looked().records.observed[0].sightings))) == (
        f"✓ live  CNAME {KEYS[0].name}\n"
    )
    assert told(events.RecordTurned(spreading)) == f"◐ spreading  CNAME {KEYS[0].name}  on 1 of 2 servers\n"


def waiting(*others: str, records: int = 0) -> events.Waiting:
    lacking = tuple(record.wanted for record in looked().records.observed[:records])
    return events.Waiting(lacking, others, AT, AT + timedelta(seconds=5))


def test_a_wait_is_told_once_and_again_only_when_it_is_for_something_else() -> None:
    first = waiting("SES to look at the DKIM records", records=1)
    later = waiting("SES to look at the DKIM records")

    assert told(first, first, first) == (
        f"◐ waiting for CNAME {RECORD.name} to\n"
        "  be live; SES to look at the DKIM records\n"
        "  next look 10:00:05 UTC; it is safe to leave\n"
    )
    assert told(first, later).count("waiting for") == 2
    assert told(waiting()) == ""


def test_many_records_are_a_number() -> None:
    assert "waiting for 3 records to be live; x\n" in told(waiting("x", records=3))


def test_the_last_line_is_the_verdict() -> None:
    assert told(events.Result(Verdict.READY, 0)) == "✓ ready  mail to anyone goes out and passes\n"
    assert told(events.Result(Verdict.WAITING, 4, "timed out")) == "◐ waiting  timed out\n"


def test_a_note_is_wrapped() -> None:
    rows = told(events.Note("word " * 40)).splitlines()

    assert len(rows) > 1
    assert all(len(row) <= WIDTH for row in rows)


def test_a_wait_for_much_is_wrapped_too() -> None:
    everything = waiting(
        "the DKIM records to reach every name server",
        "the MAIL FROM records to reach every name server",
        "AWS to review the access request",
        records=2,
    )

    assert all(len(row) <= WIDTH for row in told(everything).splitlines())


@pytest.mark.parametrize("event", every_event(), ids=lambda event: type(event).__name__)
def test_every_event_can_be_told(event: events.Event) -> None:
    assert told(event).replace("\n", "").isprintable()
