"""A plan as text: each change with its call and its values, and what is kept."""

from __future__ import annotations

import pytest
from builders import DMARC, KEYS, NOWHERE, TARGETS, account, held, looked, policy

from sendready.model.answers import Answers, Source
from sendready.model.change import Change, Mode, Plan
from sendready.model.identity import Status
from sendready.model.observation import Observation, Seen
from sendready.report.lines import WIDTH, paint
from sendready.report.plan import counted, plan_lines
from sendready.steps import dkim, identity, mail_from, production_access, records, test_send
from sendready.steps.records import Publishing

WISH = Answers(test=True, request_access=True, website="https://example.com", tag=("team=mail",))


def planned(seen: Observation, publishing: Publishing) -> Plan:
    changes: tuple[Change, ...] = (
        *identity.changes(seen),
        *mail_from.changes(seen),
        *dkim.changes(seen),
        *records.changes(seen, publishing),
        *production_access.changes(seen),
        *test_send.changes(seen),
    )
    return Plan(changes, tuple(identity.kept(seen)), publishing.note)


FRESH = looked(
    missing=True,
    dmarc=policy(),
    dns={DMARC: NOWHERE},
    answers=WISH,
    account=Seen(account(production=False)),
    sources={"website": Source.FLAG},
)
WAITING = looked(ses=held(Status.PENDING), dns=dict.fromkeys(KEYS, NOWHERE), answers=WISH)
TAKEN = looked(dns={KEYS[0]: ("old.example.net",)})
NOBODY = Publishing(None, {}, "example.com is served by ns1.example.net, ns2.example.net; add it there")


@pytest.mark.parametrize("seen", [FRESH, WAITING, TAKEN, looked()])
def test_no_line_of_prose_is_wider_than_eighty_columns(seen: Observation) -> None:
    for row in paint(plan_lines(planned(seen, NOBODY)), colour=False).splitlines():
        assert len(row) <= WIDTH or len(row.split()) <= 2 or "_domainkey" in row, row


def test_every_change_is_shown_with_its_call_and_where_each_value_came_from() -> None:
    text = paint(plan_lines(planned(FRESH, NOBODY)), colour=False)

    assert "  + Create the domain identity example.com in eu-west-1  ses:CreateEmailIdentity\n" in text
    assert "      website    https://example.com  (flag)\n" in text
    assert "  ☞ by hand: Add TXT _dmarc.example.com\n" in text
    assert "  … later: Send 5 messages" in text
    assert "ses:SendEmail" in text


def test_a_conflict_shows_what_is_there() -> None:
    text = paint(plan_lines(planned(TAKEN, NOBODY)), colour=False)

    assert "✗ conflict: Add CNAME" in text
    assert "is there: old.example.net" in text
    assert TARGETS[0] in text


def test_nothing_to_change_is_said_and_what_is_kept_too() -> None:
    text = paint(plan_lines(planned(looked(), NOBODY)), colour=False)

    assert text.startswith("nothing to change\n")
    assert "  = keep  DKIM: 2048-bit keys\n" in text


def test_changes_are_counted_by_who_makes_them() -> None:
    assert counted(planned(FRESH, NOBODY)) == "4 to make, 1 to be made by hand, 1 later"
    assert counted(planned(TAKEN, NOBODY)) == "1 in conflict"
    assert counted(Plan(())) == "nothing to change"
    assert all(change.mode is not Mode.CONFLICT for change in planned(FRESH, NOBODY).changes)
