"""The change that adds a record: only where it is not, only where nothing is in the way, never over something."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from builders import (
    BOUNCE,
    DMARC,
    DMARC_TEXT,
    DOMAIN,
    KEYS,
    LOST,
    MX,
    NOWHERE,
    REGION,
    SPF,
    TARGETS,
    Said,
    dkim,
    held,
    looked,
    policy,
)

from sendready.model.answers import Answers, DmarcPolicy, Source
from sendready.model.change import Change, Mode, PublishRecord, Setting
from sendready.model.errors import Unreachable
from sendready.model.identity import Identity, IdentityKind, SigningOrigin, Status
from sendready.model.observation import Observation, Unseen
from sendready.model.publisher import Zone
from sendready.model.records import Outcome, Question, RecordType
from sendready.model.step import Step
from sendready.steps.records import Publishing, changes
from sendready.steps.wanted import wanted

ZONE = Zone("Route 53", DOMAIN, "Z1", ("ns1.example.net",))
API = "route53:ChangeResourceRecordSets"
EVERYTHING: dict[Question, Said | list[Said]] = dict.fromkeys((*KEYS, MX, SPF, DMARC), NOWHERE)


def new(dns: Mapping[Question, Said | list[Said]] | None = None) -> Observation:
    """A domain that is just being set up: the identity exists, no record does."""
    return looked(ses=held(Status.PENDING), dns=EVERYTHING if dns is None else dns, dmarc=policy())


def made(seen: Observation, existing: Mapping[Question, tuple[str, ...]] | None = None) -> list[Change]:
    return list(changes(seen, Publishing(ZONE, existing or {}, api=API)))


def by_hand(seen: Observation, note: str = "add it at your DNS host") -> list[Change]:
    return list(changes(seen, Publishing(None, {}, note)))


def test_all_six_records_come_in_the_order_of_the_steps() -> None:
    records = wanted(Identity(DOMAIN), held(), Answers(), REGION, policy())

    assert [(r.step, r.type.value) for r in records] == [
        (Step.DKIM, "CNAME"),
        (Step.DKIM, "CNAME"),
        (Step.DKIM, "CNAME"),
        (Step.MAIL_FROM, "MX"),
        (Step.MAIL_FROM, "TXT"),
        (Step.DMARC, "TXT"),
    ]


def test_before_there_are_tokens_the_other_three_are_known() -> None:
    assert len(wanted(Identity(DOMAIN), None, Answers(), REGION, policy())) == 3
    assert len(wanted(Identity(DOMAIN), None, Answers(mail_from="none"), REGION, policy())) == 1


@pytest.mark.parametrize("origin", [SigningOrigin.EXTERNAL, SigningOrigin.REPLICA])
def test_an_identity_with_other_keys_wants_no_cnames(origin: SigningOrigin) -> None:
    records = wanted(Identity(DOMAIN), held(dkim=dkim(origin=origin)), Answers(), REGION, policy(DMARC_TEXT))

    assert {r.step for r in records} == {Step.MAIL_FROM, Step.DMARC}


def test_an_address_wants_no_records() -> None:
    assert wanted(Identity("a@example.com", IdentityKind.ADDRESS), None, Answers(), REGION, None) == ()


def test_every_missing_record_is_one_change() -> None:
    all_of_them = made(new())

    assert [change.key for change in all_of_them] == [
        *(f"record.cname.{key.name}" for key in KEYS),
        f"record.mx.{BOUNCE}",
        f"record.txt.{BOUNCE}",
        "record.txt._dmarc.example.com",
    ]
    assert {change.mode for change in all_of_them} == {Mode.AUTOMATIC}
    assert {change.api for change in all_of_them} == {"route53:ChangeResourceRecordSets"}
    assert all(isinstance(change.action, PublishRecord) for change in all_of_them)


def test_live_and_spreading_records_are_left_alone() -> None:
    assert made(looked()) == []
    assert made(looked(dns={KEYS[0]: [(TARGETS[0],), NOWHERE]})) == []


def test_a_record_that_is_in_the_zone_already_is_not_added_again() -> None:
    seen = new()
    existing = {record.wanted.question: (record.wanted.value,) for record in seen.records}

    assert made(seen, existing) == []


def test_what_could_not_be_looked_up_is_added_only_where_the_zone_itself_was_asked() -> None:
    seen = new(dict.fromkeys((*KEYS, MX, SPF), LOST))

    assert by_hand(seen) == []
    assert [change.mode for change in made(seen)] == [Mode.AUTOMATIC] * 5


def test_by_hand_nothing_is_called() -> None:
    changes_ = by_hand(new(), "served by ns1.example.org; add it there")

    assert {change.mode for change in changes_} == {Mode.BY_HAND}
    assert {change.api for change in changes_} == {""}
    assert {change.note for change in changes_} == {"served by ns1.example.org; add it there"}


def only(seen: Observation, existing: Mapping[Question, tuple[str, ...]]) -> Change:
    (change,) = made(seen, existing)
    return change


def test_another_value_is_a_conflict_and_is_shown() -> None:
    change = only(looked(dns={KEYS[0]: ("old.dkim.amazonses.com",)}), {KEYS[0]: ("old.dkim.amazonses.com",)})

    assert (change.mode, change.existing) == (Mode.CONFLICT, ("old.dkim.amazonses.com",))
    assert change.note


def test_another_txt_at_the_spf_name_is_a_conflict_because_a_set_can_only_be_created_whole() -> None:
    change = only(looked(dns={SPF: ("google-site-verification=1",)}), {SPF: ("google-site-verification=1",)})

    assert (change.mode, change.existing) == (Mode.CONFLICT, ("google-site-verification=1",))


def test_an_spf_record_that_lets_ses_send_too_is_good_enough() -> None:
    there = ("v=spf1 include:example.net include:amazonses.com -all", "hello")

    assert made(looked(dns={SPF: NOWHERE}), {SPF: there}) == []


@pytest.mark.parametrize("question", [MX, SPF])
def test_a_cname_at_the_mail_from_name_is_a_conflict(question: Question) -> None:
    alias = {Question(BOUNCE, RecordType.CNAME): ("parked.example.org",)}

    change = only(looked(dns={question: Outcome.NODATA}), alias)

    assert (change.mode, change.existing) == (Mode.CONFLICT, ("CNAME parked.example.org",))


def test_other_records_where_a_cname_is_to_go_are_a_conflict() -> None:
    there = {
        Question(KEYS[0].name, RecordType.TXT): ("v=DKIM1; p=abc",),
        Question(KEYS[0].name, RecordType.A): ("192.0.2.7",),
        Question(KEYS[1].name, RecordType.A): ("192.0.2.8",),
    }

    change = only(looked(dns={KEYS[0]: Outcome.NODATA}), there)

    assert (change.mode, change.existing) == (Mode.CONFLICT, ("TXT v=DKIM1; p=abc", "A 192.0.2.7"))


def test_another_cname_seen_in_dns_is_a_conflict_by_hand_too() -> None:
    (change,) = by_hand(looked(dns={KEYS[0]: ("old.dkim.amazonses.com",)}))

    assert (change.mode, change.existing) == (Mode.CONFLICT, ("old.dkim.amazonses.com",))


def test_a_cname_that_was_taken_away_meanwhile_is_no_conflict_any_more() -> None:
    assert only(looked(dns={KEYS[0]: ("old.dkim.amazonses.com",)}), {}).mode is Mode.AUTOMATIC


@pytest.mark.parametrize(
    "dmarc",
    [
        policy("v=DMARC1; p=reject"),
        policy("v=DMARC1; p=none", "v=DMARC1; p=reject"),
        policy(complete=False),
        Unseen(Unreachable("no")),
        policy("v=DMARC1; p=reject", found_at="_dmarc.com"),
    ],
)
@pytest.mark.parametrize("answer", [NOWHERE, LOST, ("v=spf1 -all",)])
def test_a_dmarc_record_is_added_only_where_it_is_proven_that_none_applies(dmarc: object, answer: Said) -> None:
    seen = looked(dmarc=dmarc, dns={DMARC: answer})  # type: ignore[arg-type]

    assert made(seen) == []
    assert by_hand(seen) == []


def test_the_dmarc_record_says_where_its_values_came_from() -> None:
    answers = Answers(dmarc=DmarcPolicy.QUARANTINE, dmarc_reports="d@example.com")
    seen = looked(dmarc=policy(), dns={DMARC: NOWHERE}, answers=answers, sources={"dmarc": Source.FLAG})

    change = only(seen, {})

    assert change.settings == (
        Setting("policy", "quarantine", Source.FLAG),
        Setting("reports to", "d@example.com", Source.DEFAULT),
    )
    assert change.record is not None
    assert change.record.value == "v=DMARC1; p=quarantine; rua=mailto:d@example.com"
