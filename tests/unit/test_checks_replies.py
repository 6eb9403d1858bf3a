"""What a receiver's reply means, by replies as they stand in bounces."""

from __future__ import annotations

import pytest

from sendready.checks.registry import all_checks
from sendready.checks.replies import RECEIVERS, RECEIVERS_GENERAL, Heard, looks_like_a_reply, meaning_of

GMAIL_RATE = (
    "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your DKIM domain"
    " [example.com 36]. To protect our users from spam, mail sent from your domain has been temporarily rate limited."
)
GMAIL_NOBODY = "550-5.7.26 Your email has been blocked because the sender is unauthenticated."
GMAIL_POLICY = "550 5.7.26 Unauthenticated email from example.com is not accepted due to domain's DMARC policy."
S3150 = "550 5.7.1 messages from [192.0.2.1] weren't sent. part of their network is on our block list (S3150)."


@pytest.mark.parametrize(
    ("reply", "who", "finding"),
    [
        (GMAIL_RATE, "Gmail", "REP002"),
        (GMAIL_NOBODY, "Gmail", "KIM001"),
        (GMAIL_POLICY, "Gmail", "DMC033"),
        ("550-5.7.27 SPF with ip-address = did not pass", "Gmail", "MFR007"),
        ("421 4.7.30 DKIM = Did not pass.", "Gmail", "KIM001"),
        ("421-4.7.40 the sending domain does not have a DMARC record", "Gmail", "DMC001"),
        ("550-5.7.32 From: header isn't aligned", "Gmail", "DMC033"),
        (
            "550 5.7.515 Access denied, sending domain doesn't meet the required level",
            "Outlook.com",
            "MFR007",
        ),
        ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints", "Yahoo", "REP002"),
        ("smtp; 550 5.1.1 user unknown", "any receiver", "REP001"),
        ("550 5.7.22 no valid author-matched DKIM signature", "any receiver", "KIM001"),
        ("554 Message rejected: Email address is not verified.", "Amazon SES", "SES001"),
    ],
)
def test_a_reply_leads_to_what_may_be_behind_it(reply: str, who: str, finding: str) -> None:
    meant = meaning_of(reply, Heard.ANYWHERE)

    assert meant is not None
    assert (meant.who, finding in meant.findings) == (who, True)


def test_line_breaks_of_a_bounce_do_not_matter() -> None:
    assert meaning_of(GMAIL_RATE.replace(" ", "\n  "), Heard.RECEIVER) == meaning_of(GMAIL_RATE, Heard.RECEIVER)


def test_a_block_list_of_microsofts_is_not_taken_for_a_policy_of_anybody() -> None:
    meant = meaning_of(S3150, Heard.RECEIVER)

    assert meant is not None
    assert meant.title == "the sending address is on Microsoft's block list"


def test_findings_that_are_named_exist() -> None:
    assert {each for meaning in RECEIVERS + RECEIVERS_GENERAL for each in meaning.findings} <= set(all_checks())


@pytest.mark.parametrize(("text", "is_one"), [("KIM004", False), ("doubled-domain", False), ("5.7.26", True)])
def test_a_reply_is_told_from_the_name_of_a_finding(text: str, is_one: bool) -> None:
    assert looks_like_a_reply(text) is is_one
