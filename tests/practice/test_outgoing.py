"""What a look says of mail that would be sent now, against what the practice SES does with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sendready.engine.diagnose import diagnose
from sendready.engine.observe import Request, observe
from sendready.engine.outgoing import Reach, outgoing
from sendready.mailauth.alignment import Outlook
from sendready.model.answers import Answered, Answers
from sendready.model.events import Observed
from sendready.model.identity import Identity
from sendready.model.observation import Observation
from sendready.practice.faults import FAULTS
from sendready.practice.servers import Practice
from sendready.report.sentence import in_one_sentence
from sendready.wiring import Connection, open_world

DOMAIN = "shop.example"
STRANGER, SIMULATOR = "somebody@stranger.example", "success@simulator.amazonses.com"

NOT_SEEN = {"access-denied", "expired-credentials", "slow-dns"}
"""Faults that keep something from being looked at."""

ONLY_A_SEND_TELLS = {"send-refused"}
"""Faults that no look can know of."""


async def _look(practice: Practice, state: Path, name: str = DOMAIN) -> Observation:
    environment = {**practice.environment, "SENDREADY_STATE_DIR": str(state)}
    world = await open_world(Connection(region=practice.region, environment=environment, practice=True))
    asked = Request(Identity(name), Answered(Answers()))
    (*_, last) = [event async for event in observe(asked, world)]
    assert isinstance(last, Observed)
    return last.observation


def _accepts(ses: Any, recipient: str) -> bool:  # noqa: ANN401  # boto3 makes its classes at run time
    try:
        ses.send_email(
            FromEmailAddress=f"news@{DOMAIN}",
            Destination={"ToAddresses": [recipient]},
            Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}},
        )
    except ClientError:
        return False
    return True


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - NOT_SEEN - ONLY_A_SEND_TELLS))
async def test_a_look_knows_whom_a_message_would_reach(
    practice: Practice, client: Callable[..., Any], tmp_path: Path, fault: str
) -> None:
    practice.throttling = False
    practice.finish(DOMAIN)
    practice.inflict(fault, DOMAIN)
    ses = client("sesv2", config=Config(retries={"total_max_attempts": 4}))

    told = outgoing(await _look(practice, tmp_path)).reach

    does = (_accepts(ses, SIMULATOR), _accepts(ses, STRANGER))
    if fault == "quota-used-up":  # the simulator is not counted
        does = (False, does[1])
    assert told is {(False, False): Reach.NOBODY, (True, False): Reach.VERIFIED, (True, True): Reach.ANYONE}[does]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (
            "doubled-domain",
            "mail to anyone goes out for now and passes by SPF alone, yet SES no longer finds its records",
        ),
        ("spf-missing", "mail to anyone goes out and passes by DKIM alone, yet something is wrong"),
        ("address-overrides", "mail to anyone goes out and passes, other than from hello@shop.example"),
        ("account-suspended", "no mail goes out: AWS has stopped sending from this account"),
        ("sending-paused", "no mail goes out: sending is paused for the whole account"),
        (
            "mail-from-rejects",
            "no mail goes out: the identity refuses mail while bounce.shop.example is not ready (REJECT_MESSAGE)",
        ),
        ("wrong-zone", "mail to anyone goes out for now, but nothing vouches for it; DKIM: SES says TEMPORARY_FAILURE"),
        ("other-region", "no mail goes out: SES has shop.example in us-east-1, and not in eu-west-1"),
        ("access-denied", "whether mail goes out could not be seen"),
        ("address-only", "not everything has been done yet: SES takes mail from hello@shop.example only"),
        (
            "sandbox",
            "mail goes out to verified recipients only (the sandbox) and passes; not everything has been done yet",
        ),
        (
            "slow-dns",
            "mail to anyone goes out; whether it passes could not be seen; not everything could be looked at",
        ),
    ],
)
async def test_the_first_sentence_says_whether_mail_goes_out(
    practice: Practice, tmp_path: Path, fault: str, sentence: str
) -> None:
    practice.finish(DOMAIN)
    practice.inflict(fault, DOMAIN)

    seen = await _look(practice, tmp_path)

    assert in_one_sentence(diagnose(seen), seen) == sentence


@pytest.mark.parametrize(("policy", "told"), [("reject", "is refused (p=reject)"), ("quarantine", "is filed as spam")])
async def test_a_policy_says_what_becomes_of_mail_that_nothing_vouches_for(
    practice: Practice, tmp_path: Path, policy: str, told: str
) -> None:
    practice.finish(DOMAIN)
    practice.inflict("records-missing", DOMAIN)
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "TXT")
    practice.put(DOMAIN, f"_dmarc.{DOMAIN}", "TXT", [f'"v=DMARC1; p={policy}"'])

    seen = await _look(practice, tmp_path)

    assert outgoing(seen).passes is Outlook.FAIL
    assert told in in_one_sentence(diagnose(seen), seen)


async def test_a_subdomain_s_mail_goes_out_through_the_identity_above(practice: Practice, tmp_path: Path) -> None:
    practice.finish(DOMAIN)

    told = outgoing(await _look(practice, tmp_path, f"news.{DOMAIN}"))

    assert (told.reach, told.passes, told.through) == (Reach.ANYONE, Outlook.UNKNOWN, DOMAIN)


async def test_what_the_identity_above_refuses_is_refused_to_the_subdomain(practice: Practice, tmp_path: Path) -> None:
    practice.finish(DOMAIN)
    practice.inflict("mail-from-rejects", DOMAIN)

    told = outgoing(await _look(practice, tmp_path, f"news.{DOMAIN}"))

    assert (told.reach, told.why) == (
        Reach.NOBODY,
        f"the identity refuses mail while bounce.{DOMAIN} is not ready (REJECT_MESSAGE)",
    )


async def test_without_a_list_of_identities_nobody_says_that_nothing_sends(practice: Practice, tmp_path: Path) -> None:
    practice.finish(DOMAIN)
    practice.aws.deny("ses:ListEmailIdentities")

    assert outgoing(await _look(practice, tmp_path, f"news.{DOMAIN}")).reach is Reach.UNKNOWN


@pytest.mark.parametrize("value", [None, "elsewhere.example."])
async def test_records_that_ses_last_saw_and_that_are_gone_let_nothing_pass(
    practice: Practice, tmp_path: Path, value: str | None
) -> None:
    """SES says SUCCESS until it looks again; receivers look now."""
    practice.finish(DOMAIN, dmarc="v=DMARC1; p=reject")
    practice.ses.identities[DOMAIN].dkim.due += timedelta(days=365)
    for token in practice.ses.identities[DOMAIN].tokens:
        practice.take(DOMAIN, f"{token}._domainkey.{DOMAIN}", "CNAME")
        if value is not None:
            practice.put(DOMAIN, f"{token}._domainkey.{DOMAIN}", "CNAME", [value])
    practice.take(DOMAIN, f"bounce.{DOMAIN}", "TXT")

    seen = await _look(practice, tmp_path)

    assert outgoing(seen).passes is Outlook.FAIL
    assert in_one_sentence(diagnose(seen), seen).startswith("mail to anyone goes out, but fails DMARC and is refused")
