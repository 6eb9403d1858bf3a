"""Which changes mend what was found: those that a finding names, and never one that sets up anew or replaces."""

from __future__ import annotations

from dataclasses import replace

from builders import KEYS, MX, NOWHERE, account, dkim, held, looked

from sendready.engine.diagnose import diagnose
from sendready.engine.mending import NO_MAIL_FROM, left_alone, mending
from sendready.model.answers import Language, MailType
from sendready.model.change import Change, Plan, RequestAccess, SendTest
from sendready.model.identity import MailFrom, Status
from sendready.model.observation import Observation, Records, Seen
from sendready.model.publisher import Zone
from sendready.model.records import Redirection
from sendready.model.step import Step
from sendready.steps import dkim as dkim_step
from sendready.steps import identity, mail_from, production_access, records, test_send
from sendready.steps.records import Publishing

HERE = Publishing(Zone("Route 53", "example.com", "Z1"), {}, "", "route53:ChangeResourceRecordSets")


def whole(seen: Observation) -> Plan:
    """Everything `apply` would do."""
    return Plan(
        (
            *identity.changes(seen),
            *mail_from.changes(seen),
            *dkim_step.changes(seen),
            *records.changes(seen, HERE),
            *production_access.changes(seen),
            *test_send.changes(seen),
        )
    )


def mended(seen: Observation) -> list[str]:
    return [change.key for change in mending(whole(seen), diagnose(seen)).changes]


def test_nothing_is_added_below_a_dname() -> None:
    missing = looked(dns={MX: NOWHERE, **dict.fromkeys(KEYS, ("tok._domainkey.elsewhere.example",))})
    below = tuple(
        replace(
            r,
            sightings=tuple(
                replace(s, redirected=Redirection("example.com", "elsewhere.example")) for s in r.sightings
            ),
        )
        for r in missing.records
    )
    seen = replace(missing, records=Records(below))

    plan = mending(whole(seen), diagnose(seen))

    assert plan.open == ()
    assert mended(missing) != []


def test_a_verification_that_ses_gave_up_is_restarted() -> None:
    given_up = looked(ses=held(Status.FAILED, dkim=dkim(Status.FAILED)))

    assert mended(given_up) == ["dkim.restart"]


def test_a_mail_from_that_ses_gave_up_is_set_again() -> None:
    assert mended(looked(ses=held(mail_from=MailFrom("bounce.example.com", Status.FAILED)))) == ["mail-from.restart"]


def test_records_are_added_that_a_cause_or_what_it_explains_names() -> None:
    seen = looked(ses=held(Status.PENDING), dns={**dict.fromkeys(KEYS, NOWHERE), MX: NOWHERE})

    assert sorted(mended(seen)) == sorted([f"record.cname.{key.name}" for key in KEYS] + [f"record.mx.{MX.name}"])


def test_nothing_is_mended_that_was_never_set_up() -> None:
    assert mended(looked(missing=True, dns=dict.fromkeys(KEYS, NOWHERE))) == []
    assert mended(looked(ses=held(mail_from=None), account=Seen(account(production=False)))) == []


def test_whoever_chooses_the_finding_that_there_is_no_mail_from_gets_one() -> None:
    seen = looked(ses=held(mail_from=None), dns={MX: NOWHERE})
    diagnosis = diagnose(seen)
    (chosen,) = [finding for finding in diagnosis.findings if finding.id == NO_MAIL_FROM]

    assert "mail-from.set" in {change.key for change in mending(whole(seen), diagnosis, chosen).changes}
    assert chosen in left_alone(mending(whole(seen), diagnosis), diagnosis)


def test_what_the_chosen_finding_does_not_name_stays_out_of_it() -> None:
    seen = looked(ses=held(dkim=dkim(signing_enabled=False)), dns={MX: NOWHERE})
    diagnosis = diagnose(seen)
    (chosen,) = [finding for finding in diagnosis.findings if finding.id == "KIM032"]

    assert [change.key for change in mending(whole(seen), diagnosis, chosen).changes] == ["dkim.enable-signing"]
    assert len(mending(whole(seen), diagnosis).changes) == 2


def test_no_plan_makes_it_ask_for_access_or_send() -> None:
    seen = looked(dns={MX: NOWHERE}, account=Seen(account(production=False)))
    access = RequestAccess(MailType.MARKETING, "https://example.com", ("a@b.co",), Language.EN)
    plan = Plan(
        (
            *whole(seen).changes,
            Change("access.request", Step.PRODUCTION_ACCESS, access, "Ask", "ses:PutAccountDetails"),
            Change("test.send", Step.TEST_SEND, SendTest("example.com", "a@example.com"), "Send", "ses:SendEmail"),
        )
    )

    assert [change.key for change in mending(plan, diagnose(seen)).changes] == [f"record.mx.{MX.name}"]
