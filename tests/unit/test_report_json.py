"""What programs read: every document is JSON, and every field is where the schema says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from builders import AT, KEYS, NOWHERE, SPF, account, dkim, held, looked, policy
from cases import CASES, every_event, the_plan

from sendready.engine.diagnose import diagnose
from sendready.model import events
from sendready.model.change import Plan
from sendready.model.errors import Unreachable
from sendready.model.identity import MailFrom, Status
from sendready.model.observation import Observation, Seen, Unseen
from sendready.report.json import alignment, check_document, stamp
from sendready.report.json_events import event_object, plan_document


def test_times_are_iso_in_utc_to_the_second() -> None:
    assert stamp(None) is None
    assert stamp(AT) == "2026-11-24T10:00:00Z"
    elsewhere = datetime(2026, 11, 24, 12, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    assert stamp(elsewhere) == "2026-11-24T10:00:00Z"


@pytest.mark.parametrize("check_id", CASES)
def test_every_look_makes_a_document_that_is_json(check_id: str) -> None:
    for seen in (CASES[check_id].broken, CASES[check_id].healthy):
        document = check_document(seen, diagnose(seen))

        assert json.loads(json.dumps(document)) == document
        assert list(document) == [
            "schema",
            "domain",
            "region",
            "account",
            "observed_at",
            "verdict",
            "steps",
            "findings",
            "records",
            "alignment",
            "unchecked",
            "changed",
        ]


def test_a_finding_carries_its_evidence_and_its_fix() -> None:
    seen = looked(ses=held(Status.PENDING), dns=dict.fromkeys(KEYS, NOWHERE))

    (found,) = check_document(seen, diagnose(seen))["findings"]

    assert list(found) == [
        "id",
        "slug",
        "severity",
        "state",
        "step",
        "subject",
        "title",
        "detail",
        "expected",
        "observed",
        "evidence",
        "fix",
        "symptoms",
        "references",
        "recheck_at",
    ]
    assert (found["id"], found["severity"], found["state"]) == ("KIM001", "error", "todo")
    assert found["evidence"][0] == {
        "server": "ns1.example.net",
        "address": "192.0.2.1",
        "query": f"{KEYS[0].name} CNAME",
        "rcode": "NXDOMAIN",
        "answer": [],
        "ttl": None,
        "ms": 12.0,
        "at": "2026-11-24T10:00:00Z",
    }
    assert found["fix"]["records"][0]["name"] == KEYS[0].name
    assert found["fix"]["safe"] is True
    assert found["symptoms"] == ["SES003"]


@pytest.mark.parametrize(
    ("seen", "dkim_aligned", "spf_aligned", "verdict"),
    [
        (looked(), True, True, "pass"),
        (looked(dns={SPF: NOWHERE}), True, False, "pass"),
        (looked(ses=held(dkim=dkim(signing_enabled=False))), False, True, "pass"),
        (looked(ses=held(dkim=dkim(signing_enabled=False), mail_from=None)), False, False, "fail"),
        (looked(ses=held(Status.PENDING, mail_from=MailFrom("b.example.com", Status.PENDING))), False, False, "fail"),
        (looked(ses=Unseen(Unreachable("no"))), None, None, "unknown"),
        (looked(dmarc=Unseen(Unreachable("no"))), True, True, "unknown"),
        (looked(dmarc=policy("v=DMARC1; p=none; aspf=s")), True, False, "pass"),
        (looked(dmarc=policy("v=DMARC1; p=none; aspf=s; adkim=s")), True, False, "pass"),
    ],
)
def test_alignment_is_what_dkim_and_spf_would_give(
    seen: Observation, dkim_aligned: bool | None, spf_aligned: bool | None, verdict: str
) -> None:
    said = alignment(seen)

    assert said["from"] == "example.com"
    assert said["dkim"]["aligned"] is dkim_aligned
    assert said["spf"]["aligned"] is spf_aligned
    assert said["dmarc"]["verdict"] == verdict


def test_a_plan_is_json_with_every_value_and_its_source() -> None:
    plan = the_plan()

    document = plan_document(looked(missing=True), plan)

    assert json.loads(json.dumps(document)) == document
    assert document["schema"] == "sendready.plan/1"
    assert document["changes"][0]["settings"][0] == {"name": "region", "value": "eu-west-1", "source": "default"}
    assert document["changes"][1]["record"]["type"] == "TXT"
    assert document["changes"][-1]["record"] is None
    assert document["kept"] == [{"step": "dkim", "title": "2048-bit keys"}]
    assert document["note"] == "add it there"


@pytest.mark.parametrize("event", every_event(), ids=lambda event: type(event).__name__)
def test_every_event_is_one_line_of_json_with_its_type(event: events.Event) -> None:
    said = event_object(event)

    if isinstance(event, events.Looking):
        assert said is None
        return
    assert said is not None
    assert said["type"] == event.type
    line = json.dumps(said)
    assert "\n" not in line
    assert json.loads(line) == said


def test_every_kind_of_event_is_among_them() -> None:
    assert {type(event) for event in every_event()} == set(events.Event.__args__)


def test_a_change_that_failed_is_told_as_one_that_was_not_made() -> None:
    failed = event_object(every_event()[4])

    assert failed is not None
    assert (failed["type"], failed["ok"], failed["error"]) == (
        "changed",
        False,
        {"message": "no", "hint": "do this", "finding": "ENV016"},
    )


def test_a_secret_of_the_terminal_does_not_survive_in_json() -> None:
    seen = looked(dns={KEYS[0]: ("a\x1b[31m\u202e.example",)})

    assert json.dumps(check_document(seen, diagnose(seen))).isprintable()


def test_numbers_that_json_does_not_know_do_not_occur() -> None:
    seen = looked(account=Seen(account(daily_quota=-1.0)), at=datetime(2026, 1, 1, tzinfo=UTC))

    json.dumps(check_document(seen, diagnose(seen)), allow_nan=False)
    json.dumps(plan_document(seen, Plan((), (), "")), allow_nan=False)
